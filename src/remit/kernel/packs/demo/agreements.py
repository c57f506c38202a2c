"""The demo's agreements: a price list, seals with their keepers, and two months of quotes on their way to contracts and orders; mandates."""

import datetime as dt
from functools import partial
from random import Random
from typing import Any, Final

from django.utils import timezone

from remit.kernel.agreements.models import Agreement, Mandate
from remit.kernel.authority.gate import Result
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.founding import act, made
from remit.kernel.parties.models import Party
from remit.lib import clock

COMPANY: Final = "HXJ"
SELLERS: Final = ("HXJ-DK-21", "HXJ-DK-22")
GENERAL_MANAGER, LEDGER, SEALS, CASHIER, FINANCE, SALES = (
    "HXJ-ZJ-01", "HXJ-CW-02", "HXJ-CW-04", "HXJ-CW-05", "HXJ-CW-02", "HXJ-DK-01",
)  # fmt: skip
# Goods, unit, list price, floor, tax.
GOODS: Final = (
    ("年度健康管理服务", "人", "680", "560", "6"),
    ("员工体检套餐", "份", "420", "350", "6"),
    ("便携按摩椅", "台", "3980", "3300", "13"),
    ("节日营养礼盒", "盒", "268", "218", "13"),
)
TERMS: Final = {
    "packing": "纸箱", "delivery": "签约后十五日内送达", "payment": "签约付三成，验收后付清", "inspection": "到货七日内书面提出异议",
}  # fmt: skip
# How far each goes: (days before the end, goods, how many, discount, kind made out of the quote or "", how far).
STORY: Final = (
    (58, 0, 60, "0", "contract", "kept"),
    (49, 3, 200, "3", "confirmation", "kept"),
    (41, 1, 120, "6", "contract", "signed"),
    (33, 2, 6, "0", "order", "signed"),
    (26, 3, 90, "0", "", "cancelled"),
    (19, 1, 40, "2", "confirmation", "made"),
    (12, 0, 150, "9", "", "sent"),
    (7, 3, 60, "0", "contract", "made"),
    (3, 2, 4, "12", "", "sent"),
    (2, 1, 80, "0", "", "drafted"),
)
MANDATES: Final = 4


class Agreements:
    """Has dice of its own, so that the rest of the year stays as it is."""

    def __init__(self, diary: Diary, seed: int) -> None:
        self.diary = diary
        self.rng = Random(f"{seed} agreements")  # noqa: S311 - a story is drawn, no secret

    def plan(self) -> None:
        last = timezone.localdate(self.diary.until)
        self.diary.plan_on(last - dt.timedelta(days=75), self._begin)
        for days, goods, count, discount, to, how_far in STORY:
            day = last - dt.timedelta(days=days)
            self.diary.plan_on(day, partial(self._quote, goods, count, discount, to, how_far))

    def _begin(self) -> None:
        company = self.diary.group.units[COMPANY]
        for goods, unit, price, floor, tax in GOODS:
            act("price.list", company=company, goods=goods, unit=unit, price=price, floor=floor, tax_rate=tax)
        for kind, post, place in (
            ("contract", SEALS, "财务部保险柜"),
            ("company", SEALS, "财务部保险柜"),
            ("finance", CASHIER, "出纳台"),
        ):
            act("seal.keep", company=company, seal=kind, keeper=self.diary.group.holding(post)[0].pk, place=place)
        debited = set(Mandate.objects.values_list("party", flat=True))
        for party in [party for party in self._customers() if party.pk not in debited][:MANDATES]:
            account = f"3301{self.rng.randrange(10**10, 10**11)}"
            act("mandate.register", party=party.pk, bank_name="中国银行杭州分行", holder=party.name, account=account,
                signed_on=timezone.localdate(clock.now()), limit_amount="50000")  # fmt: skip

    def _customers(self) -> list[Party]:
        keepers = [
            p.pk for post in SELLERS for p in self.diary.group.holding(post) if p.pk not in self.diary.group.gone
        ]
        kept = Party.objects.filter(owner__in=keepers, kind="organization", merged_into=None).order_by("pk")
        found = list(kept[:200])
        self.rng.shuffle(found)
        return found

    def _quote(self, nth: int, count: int, discount: str, to: str, how_far: str) -> None:
        found = self._customers()
        if not found:
            return
        party, (goods, unit, price, _floor, tax) = found[0], GOODS[nth]
        assert party.owner_id is not None  # noqa: S101 - asked for where they were chosen
        line = {
            "goods": goods,
            "unit": unit,
            "quantity": str(count),
            "unit_price": price,
            "discount": discount,
            "tax_rate": tax,
        }
        until = timezone.localdate(clock.now()) + dt.timedelta(days=30)
        result = self._do(party.owner_id, "agreement.draft", party=party.pk, kind="quote", title=goods, lines=[line], terms=TERMS,
                          valid_until=until.isoformat(), reason="老客户，量大")  # fmt: skip
        if result is None or result.kind != "done":
            return  # above the seller's limit: it waits at his superior's desk
        quote = made(result)
        self.diary.plan_after((1, 5), partial(self._go_on, quote, party.owner_id, to, how_far))

    def _do(self, who: int, action: str, **facts: Any) -> Result | None:
        return self.diary.do(who, action, **facts)

    def _go_on(self, quote: int, seller: int, to: str, how_far: str) -> None:
        if how_far == "drafted":
            return
        self._do(seller, "agreement.send", agreement=quote, how="邮件")
        if how_far == "cancelled":
            self._do(seller, "agreement.cancel", agreement=quote, reason="客户预算取消")
        if not to:
            return
        result = self._do(seller, "agreement.convert", agreement=quote, to=to)
        if result is not None and how_far in ("signed", "kept"):
            self.diary.plan_after((4, 12), partial(self._conclude, made(result), seller, how_far))

    def _conclude(self, pk: int, seller: int, how_far: str) -> None:
        """A contract gets its last day and its payments, then both reviews; the general manager signs."""
        holding = self.diary.group.holding
        agreement = Agreement.objects.get(pk=pk)
        if agreement.kind == "contract":
            said = agreement.versions.get(number=1)
            first = (said.total * 3 / 10).quantize(said.total)
            day = timezone.localdate(clock.now())
            plan = [{"due_on": day.isoformat(), "amount": f"{first:f}", "note": "预付款"},
                    {"due_on": (day + dt.timedelta(days=30)).isoformat(), "amount": f"{said.total - first:f}", "note": "验收后"}]  # fmt: skip
            lines = [
                {"goods": line.goods, "unit": line.unit, "quantity": f"{line.quantity:f}", "unit_price": f"{line.unit_price:f}",
                 "discount": f"{line.discount:f}", "tax_rate": f"{line.tax_rate:f}"}
                for line in said.lines.order_by("position")
            ]  # fmt: skip
            act("agreement.revise", agreement=pk, title=said.title, lines=lines, plan=plan, terms=TERMS,
                ends_on=(day + dt.timedelta(days=60)).isoformat(), renew_days=30)  # fmt: skip
            self._do(holding(SALES)[0].pk, "contract.review", agreement=pk, side="sales", passed=True)
            self._do(
                holding(FINANCE)[0].pk,
                "contract.review",
                agreement=pk,
                side="finance",
                passed=True,
                reason="账期可接受",
            )
        self._do(holding(GENERAL_MANAGER)[0].pk, "contract.sign", agreement=pk, their_name="采购部负责人")
        if how_far == "kept":
            self._do(
                holding(SEALS)[0].pk,
                "seal.use",
                seal="contract",
                paper=agreement.number,
                reason="凭审批单签约用印",
                agreement=pk,
            )
            self._do(holding(LEDGER)[0].pk, "contract.register", agreement=pk, kept_at="财务部 3 号柜", copies=2)
