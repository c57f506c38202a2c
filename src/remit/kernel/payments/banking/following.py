"""What a failed debit asks for: an item of work for whoever keeps the customer, closed by what came of it."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.authority.registry import Call
from remit.kernel.payments.models import DebitItem, NextStep
from remit.kernel.work.actions import Performer, close_item, item_row, open_items
from remit.kernel.work.calendars import calendar_at
from remit.kernel.work.texts import in_every_language
from remit.lib.amounts import format_amount

KIND: Final = "debit_failed"
WORKDAYS: Final = 2


def ask_for_next(items: Sequence[DebitItem], call: Call) -> None:
    """One item of work for each failed debit that a person has to see to; one that is tried again by itself asks nobody. One statement."""
    if not items:
        return
    calendar = calendar_at(items[0].company_id)
    due_at = calendar.end_of_day(calendar.add_workdays(timezone.localdate(call.at), WORKDAYS))
    rows = []
    for item in items:
        performer = item.payer.owner_id or (call.person.pk if call.person is not None else None)
        if item.next in (NextStep.RETRY, NextStep.NOTHING) or performer is None:
            continue
        rows.append(
            item_row(
                KIND,
                item.pk,
                Performer(person_id=performer),
                due_at=due_at,
                labels=in_every_language(partial(_title, item)),
                provenances=in_every_language(partial(_why, item)),
                target=item.pk,
                company_id=item.company_id,
            )
        )
    open_items(rows)


def _title(item: DebitItem) -> str:
    values = {"customer": item.payer.name, "amount": format_amount(item.amount)}
    if item.next == NextStep.RENEW_MANDATE:
        return _("Renew the mandate of %(customer)s (%(amount)s not collected)") % values
    if item.next == NextStep.STOP:
        return _("%(customer)s has stopped the debit; agree on another way to pay %(amount)s") % values
    return _("Call %(customer)s: %(amount)s could not be debited") % values


def _why(item: DebitItem) -> str:
    return _("Debit %(reference)s: %(message)s") % {"reference": item.reference, "message": item.message}


def settle_item(item: DebitItem, call: Call) -> None:
    close_item(KIND, item.pk, done_by_id=call.person.pk if call.person is not None else None, at=call.at)
