"""A small estate of 恒信健康: two buildings, who pays, what it costs; 会计-like people who read, bill, look through and correct."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils import timezone
from tests.cast import LONG_AGO, Firm, build_firm, give

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.billing.models import Assignment, Billable, Meter, Occupancy, Tariff, TariffPrice
from remit.kernel.ledger.models import Book
from remit.kernel.parties.models import Party

BOOKS = dt.date(2025, 1, 1)
OCTOBER_END, NOVEMBER, NOVEMBER_END = dt.date(2025, 10, 31), dt.date(2025, 11, 1), dt.date(2025, 11, 30)
TERMS: dict[str, dict[str, Any]] = {
    "wy": {"kind": "per_quantity", "of": "area", "price": "2.80", "tax": "6 %"},
    "sf": {"kind": "metered", "supply": "water", "tax": "3 %",
           "tiers": [{"upto": "15", "price": "2.00"}, {"upto": "25", "price": "3.00"}, {"price": "6.00"}]},
    "gt": {"kind": "share", "by": "area", "tax": "13 %"},
    "rent": {"kind": "fixed", "price": "20"},
}  # fmt: skip
NAMES = {"wy": "物业管理费", "sf": "水费", "gt": "公共照明分摊", "rent": "车位费"}


@dataclass
class Estate:
    firm: Firm
    units: list[Billable] = field(default_factory=list)
    tariffs: dict[str, Tariff] = field(default_factory=dict)
    meters: list[Meter] = field(default_factory=list)

    def do(self, who: str, action: str, /, **facts: Any) -> Any:
        return self.firm.do(who, action, **facts)


def build_estate(units: int = 6, firm: Firm | None = None) -> Estate:
    """楼管员 陈立 reads, 收费员 林晓岚 bills, 收费主管 高岚 looks through; half of the units lie in each of two buildings."""
    firm = firm or build_firm()
    lock_authority(exclusively=True)
    give(firm, "健康顾问", "第5条", {"action": "meter.read"})
    give(firm, "客服部经理", "第6条", {"action": "meter.*"}, {"action": "bill.*"})
    give(firm, "客服部总监", "第3条", {"action": "meter.*"}, {"action": "bill.*"})
    authority_changed()
    if not Book.objects.filter(company=firm.health).exists():
        perform(system("set-up"), "ledger.found", {"company": firm.health.pk, "month": BOOKS})
    estate = Estate(firm)
    company = firm.health
    for code, terms in TERMS.items():
        tariff = Tariff.objects.create(company=company, code=code, name=NAMES[code], kind=terms["kind"])
        TariffPrice.objects.create(tariff=tariff, since=LONG_AGO, terms=terms)
        estate.tariffs[code] = tariff
    for n in range(units):
        payer = Party.objects.create(
            company=company,
            number=f"YZ-{n:04}",
            kind="person",
            name=f"业主{n}",
            folded_name=f"业主{n}",
            sort_key=f"{n:04}",
            search="",
            owner=firm["陈立"],
            owned_since=timezone.now(),
        )
        unit = Billable.objects.create(
            company=company, number=f"{1 + n % 2}-{100 + n}", name=f"{1 + n % 2}幢{100 + n}室", group=f"一期/{1 + n % 2}幢",
            area=Decimal(80 + n) + Decimal("0.5"),
        )  # fmt: skip
        Occupancy.objects.create(billable=unit, payer=payer, since=LONG_AGO)
        Assignment.objects.bulk_create(
            Assignment(billable=unit, tariff=estate.tariffs[code], since=LONG_AGO) for code in ("wy", "sf", "gt")
        )
        estate.units.append(unit)
        made = perform(
            system("set-up"), "meter.install",
            {"number": f"S-{n:04}", "supply": "water", "on": OCTOBER_END, "billable": unit.pk, "first": {"": "100"}, "company": company.pk},
        )  # fmt: skip
        estate.meters.append(Meter.objects.get(pk=made.subject[1]))
    return estate
