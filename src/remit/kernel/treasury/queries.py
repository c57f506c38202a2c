"""What is audited and still to be paid."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from remit.kernel.ledger.models import Entry, Leg, Verdict
from remit.kernel.ledger.queries import account_for
from remit.kernel.treasury.models import Payment

AMOUNT = DecimalField(max_digits=18, decimal_places=2)
NOTHING = Value(Decimal(0), output_field=AMOUNT)


@dataclass(frozen=True, slots=True)
class Payable:
    entry: Entry
    owed: Decimal
    paid: Decimal

    @property
    def open(self) -> Decimal:
        return self.owed - self.paid


def _owing(company_id: int) -> QuerySet[Any]:
    """Audited vouchers that put something to what suppliers are owed, with `owed` and `paid`; reversed ones owe nothing."""
    payable = account_for(company_id, "payable")
    legs = Leg.objects.filter(entry=OuterRef("pk"), account__code=payable).order_by().values("entry")
    paid = Payment.objects.filter(voucher=OuterRef("pk"), taken_back=None).order_by().values("voucher")
    found: QuerySet[Any] = Entry.objects.filter(
        company=company_id, audits__verdict=Verdict.PASSED, reversed_by=None, reverses=None
    )
    owing: QuerySet[Any] = found.annotate(
        owed=Coalesce(Subquery(legs.annotate(sum=-Sum("amount")).values("sum"), output_field=AMOUNT), NOTHING),
        paid=Coalesce(Subquery(paid.annotate(sum=Sum("amount")).values("sum"), output_field=AMOUNT), NOTHING),
    ).filter(owed__gt=0)
    return owing


def payable(voucher: Entry) -> Payable | None:
    """What is owed by the voucher; None where it was not audited, or owes nobody anything."""
    found = _owing(voucher.company_id).filter(pk=voucher.pk).first()
    return Payable(voucher, found.owed, found.paid) if found else None


def to_pay(company_id: int, limit: int = 200) -> list[Payable]:
    """The oldest first. One query and one for the account."""
    found = _owing(company_id).filter(owed__gt=F("paid")).order_by("on", "id")[:limit]
    return [Payable(entry, entry.owed, entry.paid) for entry in found]
