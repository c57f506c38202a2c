"""The customer on the line: which number, whether he may be called now, and what is said."""

import datetime as dt
from dataclasses import dataclass

from remit.kernel.organization.models import Person
from remit.kernel.parties.access import reads_in_full
from remit.kernel.parties.models import ContactKind
from remit.kernel.parties.queries import ShownNumber, numbers_of
from remit.kernel.procedures.answers import shown_answers
from remit.kernel.procedures.format import FormField
from remit.kernel.procedures.models import Case
from remit.kernel.procedures.queries import CaseView
from remit.kernel.procedures.telephone import next_call, placeholders
from remit.kernel.work.calendars import calendar_of
from remit.lib import clock


@dataclass(frozen=True, slots=True)
class OnTheLine:
    """`may_from` None: now; `called_at` None: the conversation has not begun, and the script is not shown yet."""

    called_at: dt.datetime | None
    may_from: dt.datetime | None
    hours: str
    phones: list[ShownNumber]


def on_the_line(person: Person, view: CaseView) -> OnTheLine | None:
    """None where the reader's step is not done by telephone. Three queries."""
    step, run, case = view.step, view.mine, view.case
    if step is None or run is None or step.telephone is None:
        return None
    now = clock.now()
    moment = next_call(step.telephone, calendar_of(case.company_id), now)
    party = case.party
    numbers = numbers_of(party, in_full=reads_in_full(person, party)) if party else []
    phones = [one for one in numbers if one.kind == ContactKind.PHONE]
    return OnTheLine(run.called_at, moment if moment > now else None, step.telephone.hours, phones)


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
