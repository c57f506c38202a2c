"""The demo's fees: who pays what every month, a year of runs, debits, payments, reminders that came late, and one month at the bank."""

import csv
import datetime as dt
import io
from decimal import Decimal
from functools import partial
from random import Random
from typing import Any, Final

from django.db.models import QuerySet, Sum
from django.utils import timezone

from remit.kernel.agreements.queries import accounts_of
from remit.kernel.authority.gate import Result
from remit.kernel.billing.models import Charge, ChargeKind, FeeRun, Meter, Reading
from remit.kernel.documents.actions import store
from remit.kernel.dunning.models import Reminder
from remit.kernel.dunning.queries import Scope, standings
from remit.kernel.ledger.models import Book, Leg
from remit.kernel.ledger.periods import last_day
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.founding import act, made
from remit.kernel.parties.models import Party
from remit.kernel.payments.banking.access import FILES_ROOM
from remit.kernel.payments.banking.batching import Wish, outlook
from remit.kernel.payments.models import BankAccount, BankDescription, DebitBatch, DebitItem, ItemState
from remit.lib import clock
from remit.lib.bankfiles.format import shipped

COMPANY: Final = "HXJ"
ACCOUNTANT, MANAGER, FUNDS, CASHIER, DIRECTOR = "HXJ-CW-03", "HXJ-CW-02", "HXJ-CW-04", "HXJ-CW-05", "HXJ-CW-01"
BANK_NUMBER: Final = "3301040160000012345"
FIRMS, PEOPLE, LEAST, METERED = 32, 30, 4, 8
LATE_FEE: Final = "逾期违约金"
TARIFFS: Final[tuple[dict[str, Any], ...]] = (
    {"code": "QY", "name": "企业健康管理月费", "position": 1,
     "terms": {"kind": "per_quantity", "of": "count", "price": "18.00", "tax": "6 %"}},
    {"code": "GJ", "name": "健康管家月费", "position": 2, "terms": {"kind": "fixed", "price": "98.00", "tax": "6 %"}},
    {"code": "JC", "name": "自助检测费", "position": 3,
     "terms": {"kind": "metered", "supply": "tests", "tax": "6 %", "tiers": [{"upto": "200", "price": "2.00"}, {"price": "1.60"}]}},
)  # fmt: skip
RECIPE: Final = {
    "date": "日期",
    "income": "收入",
    "expense": "支出",
    "balance": "余额",
    "name": "对方户名",
    "text": "摘要",
    "bank_id": "流水号",
}
RUN_DAY, DEBIT_DAY, RETURN_DAY, LATE_DAY, STATEMENT_DAY, CHASE_DAYS = 2, 19, 22, 27, 6, (12, 25)


class Fees:
    """Has dice of its own, so that the rest of the year stays as it is."""

    def __init__(self, diary: Diary, seed: int, scale: float) -> None:
        self.diary = diary
        self.scale = scale
        self.rng = Random(f"{seed} fees")  # noqa: S311 - a story is drawn, no secret
        self.company = diary.group.units[COMPANY]
        self.payers: list[int] = []
        self.tariffs: dict[str, int] = {}
        self.counts: dict[int, int] = {}  # of each meter, what it has counted

    def begin(self) -> None:
        """On the day of founding: what is charged for, who pays it, at which price, and how the bank wants its files."""
        first = Book.objects.get(company=self.company).opened_on
        self._lay_down(first)
        for kind, most in (("organization", FIRMS), ("person", PEOPLE)):
            found = Party.objects.filter(company=self.company, kind=kind, merged_into=None).order_by("pk")
            for party in found[: max(LEAST, int(most * self.scale))]:
                self._enrol(len(self.payers), party, first)

    def _lay_down(self, first: dt.date) -> None:
        act("late_fee.lay_down", company=self.company, name=LATE_FEE, rate="0.05", grace="5", cap="20")
        for tariff in TARIFFS:
            facts = {"company": self.company, "cycle": "1", "since": first, "due": "14", "late_fee": LATE_FEE, **tariff}
            self.tariffs[tariff["code"]] = made(act("tariff.lay_down", **facts))
        act(
            "bank.account",
            company=self.company,
            number=BANK_NUMBER,
            name="基本户",
            bank_name="杭州银行科技支行",
            since=first,
        )
        account = BankAccount.objects.get(company=self.company)
        act("bank.recipe", account=account.pk, recipe=RECIPE)
        text = next(path for path in shipped() if path.stem == "fixed_gbk").read_text(encoding="utf-8")
        act("debit.describe", company=self.company, yaml={"text": text})

    def _enrol(self, nth: int, party: Party, first: dt.date) -> None:
        is_firm = party.kind == "organization"
        count = self.rng.randint(12, 90) if is_firm else 1
        where = "企业客户" if is_firm else "个人客户"
        billable = made(
            act(
                "billable.register",
                company=self.company,
                number=f"FW-{nth + 1:03}",
                name=party.name,
                group=where,
                count=count,
            )
        )
        act("billable.occupy", billable=billable, payer=party.pk, since=first)
        act("tariff.assign", billable=billable, tariff=self.tariffs["QY" if is_firm else "GJ"], since=first)
        if is_firm and nth < METERED:
            act("tariff.assign", billable=billable, tariff=self.tariffs["JC"], since=first)
            act("meter.install", company=self.company, number=f"JCY-{nth + 1:02}", supply="tests", on=first, billable=billable,
                place="前台", first={"": "0"})  # fmt: skip
        if nth % 3:  # the others pay by themselves, sooner or later
            account = f"3302{self.rng.randrange(10**10, 10**11)}"
            act(
                "mandate.register",
                party=party.pk,
                bank_name="杭州银行",
                holder=party.name,
                account=account,
                signed_on=first,
            )
        self.payers.append(party.pk)

    def plan(self, first_day: dt.date) -> None:
        month, end = first_day.replace(day=1), timezone.localdate(self.diary.until)
        month = last_day(month) + dt.timedelta(days=1)
        while month <= end:
            before = month - dt.timedelta(days=1)
            self.diary.plan_on(before, partial(self._read, before))
            self.diary.plan_on(month.replace(day=RUN_DAY), partial(self._run, month))
            self.diary.plan_on(month.replace(day=DEBIT_DAY), self._debit)
            self.diary.plan_on(month.replace(day=LATE_DAY), self._accrue)
            for day in CHASE_DAYS:
                self.diary.plan_on(month.replace(day=day), self._chase)
            for nth in range(0, len(self.payers), 3):
                self._plan_payment(nth, month)
            month = last_day(month) + dt.timedelta(days=1)
        self._plan_last_month(end)

    def _who(self, post: str) -> int:
        return self.diary.group.holding(post)[0].pk

    def _do(self, post: str, action: str, **facts: Any) -> Result | None:
        return self.diary.do(self._who(post), action, **facts)

    def _read(self, on: dt.date) -> None:
        for meter in Meter.objects.filter(company=self.company, removed_on=None).order_by("pk"):
            counted = self.counts.get(meter.pk, 0) + self.rng.randint(120, 330)
            self.counts[meter.pk] = counted
            if not Reading.objects.filter(meter=meter, on__gte=on).exists():
                self._do(ACCOUNTANT, "meter.read", meter=meter.pk, on=on, value=str(counted))

    def _run(self, month: dt.date) -> None:
        result = self._do(ACCOUNTANT, "bill.run", period=f"{month:%Y-%m}")
        if result is not None and result.kind == "done":
            run = FeeRun.objects.get(pk=made(result))
            self.diary.plan_after((2, 6), lambda: self._do(MANAGER, "bill.send", run=run.pk))

    def _plan_payment(self, nth: int, month: dt.date) -> None:
        """Some days about the due day; one in six every third month, all that is open then; one in six never."""
        habit = nth // 3 % 6
        if habit == 4 or (habit == 2 and month.month % 3):
            return
        days = self.rng.randint(4, 26)
        self.diary.plan_on(month + dt.timedelta(days=days), partial(self._pay, nth))

    def _pay(self, nth: int) -> None:
        owed = self._open(payer=self.payers[nth])
        if not owed:
            return
        method = self.rng.choice(("transfer", "transfer", "qr", "card", "cash")) if owed < 500 else "transfer"
        amount = owed if self.rng.random() < 0.9 else (owed / 2).quantize(owed)
        facts = {"payer": self.payers[nth], "amount": amount, "method": method, "on": _today()}
        reference = "" if method == "cash" else f"{_today():%y%m%d}{self.rng.randrange(10**5):05}"
        self._do(CASHIER, "receipt.take", **facts, reference=reference)

    def _open(self, **which: Any) -> Decimal:
        return Charge.objects.filter(company=self.company, open_amount__gt=0, **which).aggregate(
            owed=Sum("open_amount")
        )["owed"] or Decimal(0)

    def _debit(self) -> None:
        account = BankAccount.objects.get(company=self.company)
        wish = Wish(account, _today() + dt.timedelta(days=1), _today(), "")
        amount = outlook(wish).amount
        if not amount:
            return
        bank = BankDescription.objects.get(company=self.company)
        result = self._do(
            CASHIER,
            "debit.make",
            account=account.pk,
            description=bank.pk,
            on=wish.on,
            due_until=wish.due_until,
            amount=amount,
        )
        if result is not None and result.kind == "done":
            batch = made(result)
            self.diary.plan_after((1, 2), lambda: self._do(FUNDS, "debit.send", batch=batch))
            back = _today() + dt.timedelta(days=RETURN_DAY - DEBIT_DAY)
            self.diary.plan_on(back, partial(self._settle, batch))

    def _settle(self, pk: int) -> None:
        batch = DebitBatch.objects.get(pk=pk)
        empty = {payer for payer in self.payers[7::11] if self.rng.random() < 0.4}
        data, actor = bank_answer(batch, empty, _today()), self.diary.actor(self._who(CASHIER))
        file = store(
            data, f"回盘{_today():%Y%m%d}.txt", "text/plain", actor=actor, room=FILES_ROOM, company_id=self.company
        )
        self._do(CASHIER, "debit.settle", batch=pk, file=file.pk)
        for item in DebitItem.objects.filter(batch=batch, state=ItemState.FAILED, answer="").order_by("pk"):
            facts = {"item": item.pk, "answer": "已电话联系，下月账户备足", "release": True}
            self.diary.plan_after((3, 14), partial(self._do, CASHIER, "debit.follow_up", **facts))

    def _accrue(self) -> None:
        self._do(ACCOUNTANT, "late_fee.accrue", company=self.company, until=_today())

    def _chase(self) -> None:
        """A dunning run where somebody reached a step; one of those called promises to pay, one is left alone."""
        if not standings(Scope(self.company, only_due=True), _today(), limit=1):
            return
        result = self._do(ACCOUNTANT, "arrears.remind", on=_today())
        if result is None or result.kind != "done":
            return
        reminders = list(Reminder.objects.filter(run=made(result)).exclude(channel="sms").order_by("pk"))
        for nth, one in enumerate(reminders):
            outcome = ("reached", "absent", "sent")[nth % 3]
            self._do(
                ACCOUNTANT, "arrears.answer", reminder=one.pk, outcome=outcome, note="" if nth % 3 else "答应下周付款"
            )
        if reminders:
            first, by = reminders[0], _today() + dt.timedelta(days=7)
            owed = self._open(payer=first.payer_id)
            self._do(ACCOUNTANT, "arrears.promise", payer=first.payer_id, amount=owed, by=by, note="电话中承诺")
        if len(reminders) > 2:
            facts = {
                "payer": reminders[2].payer_id,
                "until": _today() + dt.timedelta(days=20),
                "reason": "合同续签商谈中",
            }
            self._do(ACCOUNTANT, "arrears.hold", **facts)

    def _plan_last_month(self, end: dt.date) -> None:
        """One late fee waived on the manager's authority; the statement of the last whole month taken in and matched."""
        until = end.replace(day=1) - dt.timedelta(days=1)
        self.diary.plan_on(end - dt.timedelta(days=9), self._waive)
        self.diary.plan_on(end.replace(day=1) + dt.timedelta(days=STATEMENT_DAY), partial(self._statement, until))

    def _waive(self) -> None:
        charge = (
            Charge.objects.filter(company=self.company, kind=ChargeKind.LATE_FEE, open_amount__gt=1)
            .order_by("open_amount", "pk")
            .first()
        )
        if charge is not None:
            facts = {
                "charge": charge.pk,
                "amount": (charge.open_amount / 4).quantize(Decimal("0.01")),
                "reason": "账单寄送延误",
                "on": _today(),
            }
            self._do(MANAGER, "charge.waive", **facts)

    def _statement(self, until: dt.date) -> None:
        """What the bank has of the month: all but our last payment, a day's delay here and there, and its own charge."""
        account, first = BankAccount.objects.get(company=self.company), until.replace(day=1)
        legs: QuerySet[Leg] = Leg.objects.filter(account=account.account_id)
        opening = legs.filter(entry__on__lt=first).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
        data = bank_statement(
            list(legs.filter(entry__on__range=(first, until)).select_related("entry").order_by("entry__on", "pk")),
            opening,
            until,
        )
        actor = self.diary.actor(self._who(CASHIER))
        file = store(data, f"对账单{first:%Y%m}.csv", "text/csv", actor=actor, room=FILES_ROOM, company_id=self.company)
        self._do(CASHIER, "bank.import", account=account.pk, file=file.pk)


def bank_answer(batch: DebitBatch, empty: set[int], on: dt.date) -> bytes:
    """The bank's return in the fixed layout: who is named had not enough in the account."""
    items = list(batch.items.select_related("mandate").order_by("sequence"))
    numbers = accounts_of({item.mandate_id: item.mandate for item in items}.values())
    rows, collected, good = [], Decimal(0), 0
    for item in items:
        code = "1001" if item.payer_id in empty else ""
        collected, good = (collected, good) if code else (collected + item.amount, good + 1)
        cents = int(item.amount * 100)
        rows.append(
            f"2{item.sequence:08}{item.reference:<30}{numbers[item.mandate_id]:<32}{cents:014}{'1' if code else '0'}{code}"
        )
    head = f"1{batch.number:<20}{on:%Y%m%d}{len(items):08}{good:08}{int(collected * 100):016}"
    return "\r\n".join([head, *rows, f"9{len(items):08}", ""]).encode("gbk")


def bank_statement(legs: list[Leg], opening: Decimal, until: dt.date) -> bytes:
    """The movements as the bank writes them down; its balance follows from them."""
    lines = [
        (min(leg.entry.on + dt.timedelta(days=nth % 2), until), leg.amount, leg.entry.summary)
        for nth, leg in enumerate(legs)
    ]
    out = [nth for nth, (_on, amount, _text) in enumerate(lines) if amount < 0]
    if out:
        del lines[out[-1]]
    lines.append((until, Decimal("-36.50"), "账户管理费"))
    lines.sort(key=lambda line: line[0])
    text, balance = io.StringIO(), opening
    writer = csv.writer(text)
    writer.writerow(RECIPE.values())
    for nth, (on, amount, summary) in enumerate(lines, 1):
        balance += amount
        income, expense = (f"{amount:f}", "") if amount > 0 else ("", f"{-amount:f}")
        writer.writerow([on.isoformat(), income, expense, f"{balance:f}", "", summary, f"HZ{until:%y%m}{nth:04}"])
    return text.getvalue().encode("gb18030")


def _today() -> dt.date:
    return timezone.localdate(clock.now())
