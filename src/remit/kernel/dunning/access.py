"""Who may reach what of dunning: whoever sees the customer, and whoever keeps the fees of the company. For everybody else it is not there."""

from typing import Final, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.billing.access import fees_of
from remit.kernel.dunning.models import DunningRun, Hold, PaymentPlan, Reminder
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import visible_parties

VERBS: Final = ("arrears.remind", "arrears.answer", "arrears.hold", "arrears.promise", "arrears.agree")
Row = TypeVar("Row", bound=Model)


def chases(person: Person) -> bool:
    """Whether arrears are any of the person's work."""
    return fees_of(person) != frozenset() or any(oversees(person, verb) for verb in VERBS)


def _of_whom_one_sees(rows: QuerySet[Row], person: Person) -> QuerySet[Row]:
    kept = fees_of(person)
    if kept is None:
        return rows
    mine = Q(payer__in=visible_parties(person))
    return rows.filter(mine | Q(company_id__in=kept)) if kept else rows.filter(mine)


def visible_reminders(person: Person) -> QuerySet[Reminder]:
    return _of_whom_one_sees(Reminder.objects.all(), person)


def visible_holds(person: Person) -> QuerySet[Hold]:
    return _of_whom_one_sees(Hold.objects.all(), person)


def visible_plans(person: Person) -> QuerySet[PaymentPlan]:
    return _of_whom_one_sees(PaymentPlan.objects.all(), person)


def visible_runs(person: Person) -> QuerySet[DunningRun]:
    """The runs that one made, and those of which one sees a reminder."""
    seen = visible_reminders(person).values("run")
    return DunningRun.objects.filter(Q(made_by=person) | Q(pk__in=seen))


def run_visible_to(person: Person, pk: int) -> DunningRun:
    found = visible_runs(person).select_related("company", "made_by").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such dunning run."))
    return found


def reminder_visible_to(person: Person, pk: int) -> Reminder:
    found = visible_reminders(person).select_related("payer", "run").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such reminder."))
    return found


def hold_visible_to(person: Person, pk: int) -> Hold:
    found = visible_holds(person).select_related("payer", "bill").filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such hold."))
    return found
