"""What a return means: who has paid gets a receipt, his charges are cleared, the books say so; who has not is told what is next. In sets."""

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from remit.kernel.audit.statements import ask
from remit.kernel.authority.registry import Call
from remit.kernel.billing.late_fees import accrue, accrued_until, bearing
from remit.kernel.billing.models import Charge, MovementKind
from remit.kernel.billing.settling import Part, apply
from remit.kernel.ledger.posting import Leg, post
from remit.kernel.ledger.queries import accounts_for, posting_day
from remit.kernel.payments.models import DebitBatch, DebitCharge, DebitItem, Method, Receipt
from remit.kernel.payments.receiving import RECEIPT, SERIES
from remit.lib.bankfiles.format import BankFormat
from remit.lib.bankfiles.values import Result
from remit.lib.ids import number_for

ZERO: Final = Decimal(0)
ITEM: Final = "debit_item"


def collect(batch: DebitBatch, items: Sequence[DebitItem], on: dt.date, call: Call, key: str) -> None:
    """The receipts of what was collected, one ledger entry for all of them. A charge that somebody paid meanwhile leaves the rest of the
    sum with the payer. `key` names the return once for ever. Some twenty statements, however many items."""
    if not items:
        return
    payers = [item.payer_id for item in items]
    bears = bearing(batch.company_id).filter(payer__in=payers)
    reached = accrued_until(bears)
    accrue(batch.company_id, bears, on, call, key)
    parts = _parts(items)
    cleared = {item.pk: sum((part.amount for part in parts[item.pk]), ZERO) for item in items}
    total, settled = sum((item.amount for item in items), ZERO), sum(cleared.values(), ZERO)
    codes = accounts_for(batch.company_id, ("receivable", "prepayment"))
    legs = [Leg(batch.account.account.code, total, batch.number)]
    legs += [
        Leg(codes[role], -amount)
        for role, amount in (("receivable", settled), ("prepayment", total - settled))
        if amount
    ]
    day = posting_day(batch.company_id, on, timezone.localdate(call.at))
    entry = post(batch.company_id, day, f"托收回盘 {batch.number}", legs, source=("debit_return", key), event_call=call)
    last = _take_numbers(batch.company_id, on.year, len(items))
    receipts = Receipt.objects.bulk_create(
        Receipt(
            company_id=batch.company_id, number=number_for(SERIES, on.year, last - len(items) + place), payer_id=item.payer_id,
            amount=item.amount, unallocated=item.amount - cleared[item.pk], currency=batch.account.currency, method=Method.DEBIT, on=on,
            reference=item.reference, source_kind=ITEM, source_key=str(item.pk), entry=entry, cashier=call.person, made_at=call.at,
        )
        for place, item in enumerate(items, start=1)
    )  # fmt: skip
    made = [
        Part(part.charge_id, part.amount, str(receipt.pk))
        for item, receipt in zip(items, receipts, strict=True)
        for part in parts[item.pk]
    ]
    if made:
        apply(MovementKind.PAYMENT, made, on, entry, (RECEIPT, ""), call)
    if reached is not None and reached > on:
        accrue(batch.company_id, bears, reached, call, f"{key}:again")


def _parts(items: Sequence[DebitItem]) -> dict[int, list[Part]]:
    """What of each item's charges is still open, the charges' rows held in one order."""
    wanted = list(DebitCharge.objects.filter(item__in=items).order_by("charge_id"))
    keys = [one.charge_id for one in wanted]
    held = {one.pk: one for one in Charge.objects.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk")}
    found: dict[int, list[Part]] = defaultdict(list)
    for one in wanted:
        charge = held[one.charge_id]
        amount = min(one.amount, charge.open_amount) if charge.reversed_at is None else ZERO
        if amount > 0:
            found[one.item_id].append(Part(one.charge_id, amount))
    return found


_NUMBERS: Final = """
INSERT INTO payments_receiptnumber (company_id, year, last) VALUES (%(company)s, %(year)s, %(n)s)
ON CONFLICT (company_id, year) DO UPDATE SET last = payments_receiptnumber.last + %(n)s RETURNING last
"""


def _take_numbers(company_id: int, year: int, n: int) -> int:
    """The last of so many numbers in a row."""
    return int(ask(_NUMBERS, {"company": company_id, "year": year, "n": n})[0][0])  # type: ignore[arg-type]  # psycopg takes names, too


_SETTLE: Final = """
UPDATE payments_debititem i SET state = r.state, settled_on = r.settled_on, code = r.code, message = r.message, next = r.next, retry_on = r.retry_on
FROM jsonb_to_recordset(%s::jsonb) AS r(id bigint, state varchar, settled_on date, code varchar, message varchar, next varchar, retry_on date)
WHERE i.id = r.id
"""
_CLOSE: Final = "UPDATE payments_debitcharge SET is_open = false WHERE item_id = ANY(%s) AND is_open"


def write_results(bank: BankFormat, items: Sequence[DebitItem], results: Mapping[int, Result], on: dt.date) -> None:
    """Each item as the bank says; `results` by sequence. Two statements. The items in memory are brought up to date."""
    rows: list[dict[str, Any]] = []
    for item in items:
        result = results[item.sequence]
        item.state, item.settled_on = result.outcome, on
        if result.outcome == "failed":
            reason = bank.reason_for(result.code)
            item.code = result.code[:35]
            item.message = (result.message or reason.label)[:120]
            item.next = reason.next
            item.retry_on = on + dt.timedelta(days=reason.days) if reason.days else None
        rows.append(
            {
                "id": item.pk,
                "state": item.state,
                "settled_on": on.isoformat(),
                "code": item.code,
                "message": item.message,
                "next": item.next,
                "retry_on": item.retry_on.isoformat() if item.retry_on else None,
            }
        )
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, [json.dumps(rows, ensure_ascii=False)])
        cursor.execute(_CLOSE, [[item.pk for item in items]])
