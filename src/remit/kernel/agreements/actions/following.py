"""What comes due is asked for by itself: sums that fall due (P-045), and contracts that end (S-060)."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.agreements.actions.seals import COMPANY
from remit.kernel.agreements.models import Agreement, AgreementState, PlanLine
from remit.kernel.agreements.queries import due_lines, ending_soon
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Unit
from remit.kernel.work.actions import Performer, close_item, item_row, open_items
from remit.kernel.work.texts import in_every_language

ENDS: Final = "agreement_end"
DUE: Final = "agreement_due"
AT_ONCE: Final = 2000
EVENING: Final = dt.time(18)


@action(
    "agreement.follow",
    gettext_lazy("Remind of sums that fall due and of contracts that end"),
    Fact("company", COMPANY.kind, COMPANY.label, concerns=True),
)
def follow(call: Call) -> Done:
    """The daily job calls it. Each sum and each end is asked for once, of who keeps the customer; nothing due changes nothing."""
    company, day = Unit.objects.get(pk=call.id_of("company")), timezone.localdate(call.at)
    dues = list(due_lines(company.pk, day).filter(asked_on=None).select_related("agreement__party")[:AT_ONCE])
    ends = list(ending_soon(company.pk, day)[:AT_ONCE])
    rows = [row for due in dues if (row := _due_item(due)) is not None]
    rows += [row for agreement in ends if (row := _end_item(agreement)) is not None]
    open_items(rows)
    PlanLine.objects.filter(pk__in=[due.pk for due in dues]).update(asked_on=day)
    Agreement.objects.filter(pk__in=[agreement.pk for agreement in ends]).update(asked_on=day)
    return Done(("unit", company.pk, company.name), {"due": len(dues), "ending": len(ends)}, company.pk)


def _evening(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, EVENING))


def _asked(agreement: Agreement) -> Performer | None:
    """Who keeps the customer; whoever drafted it where nobody does."""
    person_id = agreement.party.owner_id or agreement.made_by_id
    return Performer(person_id=person_id) if person_id is not None else None


def _due_item(due: PlanLine) -> dict[str, object] | None:
    agreement, performer = due.agreement, _asked(due.agreement)
    if performer is None:
        return None
    said = {"amount": f"¥{due.amount:,.2f}", "customer": agreement.party.name, "number": agreement.number}
    return item_row(
        DUE, due.pk, performer, due_at=_evening(due.due_on), target=agreement.pk, company_id=due.company_id,
        action="agreement.note_payment",
        labels=in_every_language(lambda: _("Collect %(amount)s from %(customer)s") % said),
        provenances=in_every_language(lambda: _("Due under %(number)s") % said),
    )  # fmt: skip


def _end_item(agreement: Agreement) -> dict[str, object] | None:
    performer = _asked(agreement)
    if performer is None or agreement.ends_on is None:
        return None
    said = {
        "title": agreement.title,
        "customer": agreement.party.name,
        "number": agreement.number,
        "day": agreement.ends_on,
    }
    return item_row(
        ENDS, agreement.pk, performer, due_at=_evening(agreement.ends_on), target=agreement.pk, company_id=agreement.company_id,
        action="agreement.convert",
        labels=in_every_language(lambda: _("Renew %(title)s with %(customer)s, or let it end") % said),
        provenances=in_every_language(lambda: _("%(number)s ends on %(day)s") % said),
    )  # fmt: skip


def settled(call: Call, agreement: Agreement, dues: Iterable[PlanLine] = ()) -> None:
    """Nobody is asked any more: paid, renewed, or called off."""
    doer = call.person.pk if call.person is not None else None
    for due in dues:
        close_item(DUE, due.pk, done_by_id=doer, at=call.at)
    if agreement.state != AgreementState.SIGNED:
        close_item(ENDS, agreement.pk, done_by_id=doer, at=call.at)
        for due in agreement.plan.filter(received_at=None):
            close_item(DUE, due.pk, done_by_id=doer, at=call.at)


def renewed(call: Call, agreement: Agreement) -> None:
    close_item(ENDS, agreement.pk, done_by_id=call.person.pk if call.person is not None else None, at=call.at)
