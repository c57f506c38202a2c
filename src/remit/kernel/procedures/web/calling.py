"""The customer on the line: which number, whether he may be called now, and what is said."""

import datetime as dt
from dataclasses import dataclass

from remit.kernel.organization.models import Person
from remit.kernel.parties.access import reads_in_full
from remit.kernel.parties.models import ContactKind
from remit.kernel.parties.privacy import Answer
from remit.kernel.parties.queries import ShownNumber, numbers_of
from remit.kernel.procedures.answers import shown_answers
from remit.kernel.procedures.format import FormField
from remit.kernel.procedures.models import Case
from remit.kernel.procedures.queries import CaseView
from remit.kernel.procedures.telephone import may_call, placeholders
from remit.kernel.work.calendars import calendar_of
from remit.lib import clock


@dataclass(frozen=True, slots=True)
class OnTheLine:
    """`called_at` None: the conversation has not begun, and the script is not shown yet; then `answer` says whether it may begin.
    `until`: when the call has taken as long as it should."""

    called_at: dt.datetime | None
    until: dt.datetime | None
    answer: Answer
    hours: str
    minutes: int
    phones: list[ShownNumber]


def on_the_line(person: Person, view: CaseView) -> OnTheLine | None:
    """None where the reader's step is not done by telephone. Some five queries."""
    step, run, case = view.step, view.mine, view.case
    if step is None or run is None or step.telephone is None:
        return None
    telephone, party = step.telephone, case.party
    answer = may_call(telephone, calendar_of(case.company_id), clock.now(), party, case.values)
    numbers = numbers_of(party, in_full=reads_in_full(person, party)) if party else []
    until = run.called_at + dt.timedelta(minutes=telephone.minutes) if run.called_at else None
    return OnTheLine(
        called_at=run.called_at,
        until=until,
        answer=answer,
        hours=(party.contact_hours if party else "") or telephone.hours,
        minutes=telephone.minutes,
        phones=[one for one in numbers if one.kind == ContactKind.PHONE],
    )


def known_to(person: Person, case: Case, fields: dict[str, FormField]) -> dict[str, str]:
    """What the places in the step's scripts stand for, as a person says it."""
    asked = {
        name
        for field in fields.values()
        if field.say
        for name in placeholders(" ".join(field.say.by_language().values()))
    }
    known = {"customer": case.subject, "caller": person.name, "company": case.company.name}
    for name in asked & fields.keys():
        for _label, text in shown_answers([fields[name]], case.values):
            known[name] = text
    return known
