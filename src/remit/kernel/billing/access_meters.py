"""Who may reach meters, readings and fee runs: whoever keeps the fees of the company, and whoever a grant lets read, bill or send.

Readings of a dwelling tell when its people are away, so nobody else sees them.
"""

from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.billing.access import fees_of, visible_bills
from remit.kernel.billing.models import Bill, FeeRun, Meter, Reading
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person

METER_VERBS: Final = ("meter.read", "meter.install", "meter.release", "meter.estimate", "meter.import")
RUN_VERBS: Final = ("bill.run", "bill.send", "bill.reverse_run")
# Photos of meters are stored for this room.
PHOTOS: Final = "billing"


def _companies(person: Person, verbs: tuple[str, ...]) -> set[int] | None:
    """None: every company."""
    kept = fees_of(person)
    if kept is None:
        return None
    return {*kept, *([person.company_id] if any(oversees(person, verb) for verb in verbs) else [])}


def visible_meters(person: Person) -> QuerySet[Meter]:
    companies = _companies(person, METER_VERBS)
    return Meter.objects.all() if companies is None else Meter.objects.filter(company__in=companies)


def visible_readings(person: Person) -> QuerySet[Reading]:
    companies = _companies(person, METER_VERBS)
    return Reading.objects.all() if companies is None else Reading.objects.filter(company__in=companies)


def visible_runs(person: Person) -> QuerySet[FeeRun]:
    companies = _companies(person, RUN_VERBS)
    return FeeRun.objects.all() if companies is None else FeeRun.objects.filter(company__in=companies)


def meters_here(person: Person) -> QuerySet[Meter]:
    """Of the person's own company, whose rounds he walks and whose files he sends. Raises NotYours."""
    if _companies(person, METER_VERBS) == set():
        raise NotYours(_("There is no such page."))
    return visible_meters(person).filter(company=person.company_id)


def runs_here(person: Person) -> QuerySet[FeeRun]:
    if _companies(person, RUN_VERBS) == set():
        raise NotYours(_("There is no such page."))
    return visible_runs(person).filter(company=person.company_id)


def may_see_meters(person: Person | None) -> bool:
    return person is not None and _companies(person, METER_VERBS) != set()


def may_see_runs(person: Person | None) -> bool:
    return person is not None and _companies(person, RUN_VERBS) != set()


def meter_visible_to(person: Person, pk: int) -> Meter:
    found = visible_meters(person).select_related("billable", "parent", "replaces").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such meter."))
    return found


def run_visible_to(person: Person, pk: int) -> FeeRun:
    found = visible_runs(person).select_related("made_by").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such fee run."))
    return found


def bill_visible_to(person: Person, pk: int) -> Bill:
    """Whose customer it is, who keeps the fees, and who bills."""
    companies = _companies(person, RUN_VERBS)
    bills = (
        Bill.objects.all() if companies is None else visible_bills(person) | Bill.objects.filter(company__in=companies)
    )
    found = bills.select_related("payer", "billable", "run", "company").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such bill."))
    return found


def may_read_photo(actor: Actor, file: StoredFile) -> bool:
    """A photo of a meter: for whoever sees its reading."""
    person = Person.objects.filter(pk=actor.person_id).first() if actor.person_id is not None else None
    return person is not None and visible_readings(person).filter(photo=file).exists()
