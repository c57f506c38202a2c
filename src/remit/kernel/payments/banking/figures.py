"""How well debits and payments come in: the collection rate and the arrears rate, each with the records behind it (K-02, K-03)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from remit.kernel.billing.models import Charge, Movement
from remit.kernel.parties.models import Party
from remit.kernel.payments.models import BatchState, DebitItem, ItemState

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of a whole; `rate` None where there is no whole."""

    part: Decimal
    whole: Decimal

    @property
    def rate(self) -> Decimal | None:
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> Decimal | None:
        """With one decimal, as pages show it."""
        return (self.part * 100 / self.whole).quantize(Decimal("0.1")) if self.whole else None


def debited(
    company_id: int, since: dt.date, until: dt.date, payers: QuerySet[Party] | None = None
) -> QuerySet[DebitItem]:
    """What banks were asked to collect from `since` to `until`, both included; of these customers only, such as the key accounts."""
    rows = DebitItem.objects.filter(batch__company=company_id, batch__on__range=(since, until))
    rows = rows.filter(batch__state__in=(BatchState.SENT, BatchState.SETTLED))
    return rows if payers is None else rows.filter(payer__in=payers)


def collection_rate(company_id: int, since: dt.date, until: dt.date, payers: QuerySet[Party] | None = None) -> Figure:
    """Collected by debit ÷ asked for by debit (K-03). One query."""
    rows = debited(company_id, since, until, payers)
    found = rows.aggregate(part=Sum("amount", filter=Q(state=ItemState.COLLECTED)), whole=Sum("amount"))
    return Figure(found["part"] or ZERO, found["whole"] or ZERO)


def billed(company_id: int, since: dt.date, until: dt.date, payers: QuerySet[Party] | None = None) -> QuerySet[Charge]:
    """What fell due from `since` to `until`, both included."""
    rows = Charge.objects.filter(company=company_id, reversed_at=None, due_on__range=(since, until))
    return rows if payers is None else rows.filter(payer__in=payers)


def in_arrears(
    company_id: int, since: dt.date, until: dt.date, payers: QuerySet[Party] | None = None
) -> QuerySet[Charge]:
    """Of these what was still open at the end of `until`, as `open_then`: movements of later days do not count."""
    later = Coalesce(Sum("movements__amount", filter=Q(movements__on__gt=until)), ZERO)
    rows = billed(company_id, since, until, payers).annotate(open_then=F("open_amount") + later)
    return rows.filter(open_then__gt=0)


def arrears_rate(company_id: int, since: dt.date, until: dt.date, payers: QuerySet[Party] | None = None) -> Figure:
    """Still open ÷ fallen due (K-02). Two queries."""
    rows = billed(company_id, since, until, payers)
    whole = rows.aggregate(total=Sum("amount"), open=Sum("open_amount"))
    later = Movement.objects.filter(charge__in=rows, on__gt=until).aggregate(total=Sum("amount"))["total"] or ZERO
    return Figure((whole["open"] or ZERO) + later, whole["total"] or ZERO)
