"""The books of the demo: found before its year, kept by the accountant, audited by the manager, paid by the cashier, closed each month."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.utils import timezone

from remit.kernel.ledger.models import Book
from remit.kernel.ledger.periods import last_day
from remit.kernel.ledger.queries import balance_of
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.founding import Group, act
from remit.kernel.treasury.models import FACES, Cheque, Drawer
from remit.lib import clock

COMPANIES: Final = ("HXJ", "HXT")
MONTHLY: Final = (
    ("本月服务收入", (("100201", 106000, 0), ("500101", 0, 100000), ("22210102", 0, 6000))),
    ("计提并发放工资", (("560101", 38000, 0), ("560201", 21000, 0), ("100201", 0, 59000))),
    ("职场租金", (("560207", 12000, 0), ("100201", 0, 12000))),
    ("提取备用金", (("1001", 4000, 0), ("100201", 0, 4000))),
    ("零星办公用品", (("560204", 1180, 0), ("1001", 0, 1180))),
)
PURCHASES: Final = (("客户礼品采购", "560106", "瑞丰礼品商行"), ("检测耗材采购", "5401", "杭州康测器材有限公司"))
OPENING: Final = (("1001", 3000, 0), ("100201", 860000, 0), ("1601", 420000, 0), ("3001", 0, 1283000))
DAYS_CLOSED: Final = 30
PASSED: Final = {"verdict": "passed", "is_legal": True, "is_true": True, "is_complete": True}


def _lines(*legs: tuple[str, int, int]) -> list[dict[str, str]]:
    return [{"account": code, "debit": str(debit or ""), "credit": str(credit or "")} for code, debit, credit in legs]


def found_books(group: Group) -> None:
    """On the day of founding, from the first of its month on."""
    begin = timezone.localdate(clock.now()).replace(day=1)
    for code in COMPANIES:
        act("ledger.found", company=group.units[code], month=begin)
    act("ledger.opening", company=group.units["HXJ"], lines=_lines(*OPENING))


class Books:
    """A year of vouchers, payments, counts and closings."""

    def __init__(self, diary: Diary) -> None:
        self.diary = diary
        self.company = diary.group.units["HXJ"]

    def plan(self, first_day: dt.date) -> None:
        """Months are closed on the eighth of the next one."""
        month, end = first_day.replace(day=1), timezone.localdate(self.diary.until)
        begin = Book.objects.get(company=self.company).opened_on
        if month > begin:
            self._close(begin)
        self.diary.plan_on(first_day + dt.timedelta(days=7), self._take_book)
        self.diary.plan_on(first_day + dt.timedelta(days=8), self._open_drawer)
        for back in range(DAYS_CLOSED, 0, -1):
            self._close_day(end - dt.timedelta(days=back))
        while month <= end:
            self._plan_month(month)
            self._close(month)
            month = last_day(month) + dt.timedelta(days=1)

    def _who(self, post: str) -> int:
        return self.diary.group.holding(post)[0].pk

    def _open_drawer(self) -> None:
        self.diary.do(
            self._who("HXJ-CW-02"), "drawer.open", company=self.company, name="前台现金", keeper=self._who("HXJ-CW-05")
        )

    def _close_day(self, day: dt.date) -> None:
        """Counted late in the evening; once in a while a yuan is missing."""

        def happen() -> None:
            held = balance_of(self.company, "1001", day)
            if held < 2:
                return
            found, notes = held - (1 if day.day == 17 else 0), {}
            for face in FACES:
                n, found = divmod(found, face)
                notes[str(face)] = int(n)
            facts = {"drawer": Drawer.objects.get(company=self.company).pk, "on": day, "notes": notes}
            reason = {"reason": "找零少收一元"} if day.day == 17 else {}
            self.diary.do(self._who("HXJ-CW-05"), "drawer.close", **facts, **reason)

        self.diary.plan(timezone.make_aware(dt.datetime.combine(day, dt.time(21))), happen)

    def _take_book(self) -> None:
        cashier = self._who("HXJ-CW-05")
        book = {
            "company": self.company,
            "first": "30024101",
            "last": "30024125",
            "keeper": cashier,
            "on": self._today(),
        }
        self.diary.do(cashier, "cheque.take_book", **book)

    def _plan_month(self, month: dt.date) -> None:
        for nth, (summary, legs) in enumerate(MONTHLY):
            self.diary.plan_on(month.replace(day=16 + nth), self._voucher(summary, _lines(*legs)))
        for nth, (summary, account, payee) in enumerate(PURCHASES):
            amount = 100 * self.diary.rng.randint(18, 160)
            lines = _lines((account, amount, 0), ("2202", 0, amount))
            self.diary.plan_on(month.replace(day=12 + 3 * nth), self._voucher(summary, lines, payee, amount))
        if month.month % 2:
            self.diary.plan_on(month.replace(day=21), self._count)

    def _voucher(
        self, summary: str, lines: list[dict[str, str]], payee: str = "", amount: int = 0
    ) -> Callable[[], None]:
        def happen() -> None:
            facts = {"company": self.company, "on": self._today(), "summary": summary, "lines": lines, "papers": 1}
            made = self.diary.do(self._who("HXJ-CW-03"), "voucher.post", **facts)
            if made is not None and made.kind == "done":
                entry = int(made.subject[1])
                self.diary.plan_after((1, 9), lambda: self._audit(entry, payee, amount))

        return happen

    def _audit(self, entry: int, payee: str, amount: int) -> None:
        self.diary.do(self._who("HXJ-CW-02"), "voucher.audit", entry=entry, **PASSED)
        if payee:
            self.diary.plan_after((2, 20), lambda: self._pay(entry, payee, amount))

    def _pay(self, entry: int, payee: str, amount: int) -> None:
        """Gifts by cheque, the rest through the bank."""
        cashier, facts = (
            self._who("HXJ-CW-05"),
            {"voucher": entry, "payee": payee, "amount": amount, "on": self._today()},
        )
        blank = Cheque.objects.filter(company=self.company, state="blank").order_by("number").first()
        if blank is not None and payee == PURCHASES[0][2]:
            self.diary.do(cashier, "cheque.sign", number=blank.number, reason="供应商货款", **facts)
        else:
            self.diary.do(cashier, "bank.pay", reference=f"WY{self._today():%Y%m%d}{entry}", **facts)

    def _count(self) -> None:
        """Nearly always it agrees."""
        found = balance_of(self.company, "1001", self._today()) - (12 if self._today().month == 5 else 0)
        facts = {"company": self.company, "cashier": self._who("HXJ-CW-05"), "amount": found, "reason": "不定期盘点"}
        self.diary.do(self._who("HXJ-CW-04"), "cash.count", **facts)

    def _close(self, month: dt.date) -> None:
        day = timezone.make_aware(dt.datetime.combine(last_day(month) + dt.timedelta(days=8), dt.time(18)))
        facts = {"company": self.company, "month": month}

        def happen() -> None:
            self.diary.do(self._who("HXJ-CW-02"), "ledger.close", **facts)
            self.diary.plan_after((1, 5), lambda: self._bind(month))

        self.diary.plan(day, happen)

    def _bind(self, month: dt.date) -> None:
        """The vouchers of the month, and its bills of water and electricity."""
        for kind, title, pages in (("vouchers", "记账凭证", 46 + month.month), ("utilities", "水电费账单", 6)):
            months = {"since": month, "until": month, "place": f"财务部档案柜 {1 + month.month // 7} 层"}
            self.diary.do(
                self._who("HXJ-CW-03"), "archive.bind", company=self.company, kind=kind, pages=pages,
                title=f"{month.year} 年 {month.month} 月{title}", **months,
            )  # fmt: skip

    @staticmethod
    def _today() -> dt.date:
        return timezone.localdate(clock.now())
