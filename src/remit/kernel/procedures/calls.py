"""Whom somebody has to call: who may be called now first, the others with when (R-024)."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from remit.kernel.authority.loading import rulebook_now
from remit.kernel.organization.models import Person
from remit.kernel.parties.models import Channel, Consent, ContactKind, ContactPoint, ContactPolicy
from remit.kernel.parties.privacy import Answer, policy_for, words_on
from remit.kernel.procedures.compiled import latest_versions, spec_of
from remit.kernel.procedures.format import Step
from remit.kernel.procedures.models import StepRun
from remit.kernel.procedures.telephone import judge
from remit.kernel.work.calendars import shifts_of_all
from remit.lib import clock
from remit.lib.calendars import WorkingCalendar

CALLS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Due:
    """One call. `phone` is "" where the customer may not be called now, or his number is masked for the caller."""

    run: StepRun
    step: Step
    answer: Answer
    phone: str


def calls_of(person: Person) -> list[Due]:
    """The nearest two hundred by when they are due, those that may be made now before the others. At most a dozen queries, however many."""
    keys = [one.procedure.key for one in latest_versions() if any(step.telephone for step in spec_of(one).steps)]
    book = rulebook_now()
    desks = [*book.positions_of(person.pk), *(one.position_id for one in book.deputyships(person.pk))]
    asked = Q(person=person) | Q(position_id__in=desks) & (Q(excepted=None) | ~Q(excepted=person))
    runs = StepRun.objects.filter(
        asked, closed_at=None, request=None, case__procedure__key__in=keys, case__paused_at=None
    )
    found = list(runs.select_related("case__version", "case__party").order_by("due_at", "id")[:CALLS_MAX])
    steps = [(run, step) for run in found if (step := spec_of(run.case.version).step(run.step)) and step.telephone]
    ids = {run.case.party_id for run, _step in steps if run.case.party_id}
    purposes = {step.telephone.purpose for _run, step in steps if step.telephone}
    words: dict[str, dict[int, Consent]] = {purpose: words_on(ids, purpose, Channel.CALL) for purpose in purposes}
    companies = {run.case.company_id for run, _step in steps}
    policies, shifts = {company: policy_for(company) for company in companies}, shifts_of_all(companies)
    phones = _phones(person, ids)
    rows = [
        _due(run, step, words, policies[run.case.company_id], shifts[run.case.company_id].of_company, phones)
        for run, step in steps
    ]
    return sorted(rows, key=lambda row: not row.answer)


def _due(
    run: StepRun,
    step: Step,
    words: dict[str, dict[int, Consent]],
    policy: ContactPolicy,
    calendar: WorkingCalendar,
    phones: dict[int, str],
) -> Due:
    case, telephone = run.case, step.telephone
    assert telephone is not None  # noqa: S101 - only such steps are asked
    word = words[telephone.purpose].get(case.party_id or 0)
    answer = judge(telephone, calendar, clock.now(), case.party, word, policy, case.values)
    return Due(run, step, answer, phones.get(case.party_id or 0, "") if answer else "")


def _phones(person: Person, party_ids: set[int]) -> dict[int, str]:
    """The first number of each customer whom the person keeps; of others the file asks before it shows one. One query."""
    found = ContactPoint.objects.filter(party__in=party_ids, party__owner=person, kind=ContactKind.PHONE)
    return {one.party_id: one.value for one in found.order_by("-rank", "-id")}
