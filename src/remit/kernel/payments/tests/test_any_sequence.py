"""Whatever is charged, paid, backdated, debited, waived, put back, returned by the bank, refunded and reversed, in whatever order: the books balance, every day
that something happened on, no cent is lost or doubled, and late fees are what counting day by day gives."""

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet, Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisCase
from tests.cast import build_firm

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.billing.late_fees import bearing, due_late_fees
from remit.kernel.billing.models import Charge, Movement, Tariff
from remit.kernel.billing.queries import charges_that_do_not_add_up, owed_on
from remit.kernel.documents.actions import store
from remit.kernel.ledger.models import Entry, Leg
from remit.kernel.ledger.queries import account_for, balance_of
from remit.kernel.ledger.tests.conftest import keep_books
from remit.kernel.payments.banking.access import FILES_ROOM
from remit.kernel.payments.banking.batching import Wish, outlook
from remit.kernel.payments.models import BankAccount, DebitBatch, Receipt, Refund
from remit.kernel.payments.queries import prepaid_on, receipts_that_do_not_add_up
from remit.kernel.payments.tests import bank
from remit.lib import clock
from remit.lib.amounts import round_cents
from remit.lib.bankfiles.format import shipped

FIRST, LAST = dt.date(2026, 2, 1), dt.date(2026, 9, 30)
DAY = st.integers(0, 200).map(lambda days: FIRST + dt.timedelta(days))
AMOUNT = st.integers(1, 200_000).map(lambda cents: Decimal(cents) / 100)
NTH = st.integers(0, 5)
STEP = st.one_of(
    st.tuples(st.just("charge"), AMOUNT, DAY),
    st.tuples(st.just("pay"), AMOUNT, DAY),
    st.tuples(st.just("pay"), AMOUNT, DAY),
    st.tuples(st.just("waive"), NTH, DAY),
    st.tuples(st.just("restore"), NTH, DAY),
    st.tuples(st.just("void"), NTH, DAY),
    st.tuples(st.just("refund"), NTH, DAY),
    st.tuples(st.just("allocate"), NTH, DAY),
    st.tuples(st.just("reverse"), NTH, DAY),
    st.tuples(st.just("accrue"), NTH, DAY),
    st.tuples(st.just("debit"), NTH, DAY),
    st.tuples(st.just("debit"), NTH, DAY),
)
NOTHING = Decimal(0)
EVENING = dt.datetime(2026, 9, 30, 10, tzinfo=dt.UTC)
Row = TypeVar("Row", bound=Model)


def do(action: str, **facts: Any) -> int:
    return int(perform(system("tests"), action, facts).subject[1])


def nth(rows: QuerySet[Row], n: int) -> Row | None:
    """The n-th, counted round and round."""
    found = list(rows)
    return found[n % len(found)] if found else None


class AnySequence(HypothesisCase):
    company: ClassVar[int]
    payer: ClassVar[int]
    account: ClassVar[BankAccount]
    description: ClassVar[int]

    @classmethod
    def setUpTestData(cls) -> None:
        firm = build_firm()
        keep_books(firm)
        cls.company = firm.health.pk
        cls.payer = do("customer.open", name="云岭茶业", kind="organization", company=cls.company)
        account = do(
            "bank.account", company=cls.company, number=bank.NUMBER, name="基本户", bank_name="工商银行", since=FIRST
        )
        cls.account = BankAccount.objects.get(pk=account)
        text = next(path for path in shipped() if path.stem == "fixed_gbk").read_text(encoding="utf-8")
        cls.description = do("debit.describe", company=cls.company, yaml={"text": text})
        mandate = {"number": "WT1", "bank_name": "工商银行", "holder": "云岭茶业", "account": f"6222{cls.payer:012}"}
        do("mandate.register", party=cls.payer, signed_on=FIRST, **mandate)
        do("late_fee.lay_down", company=cls.company, name="滞纳金", rate="0.05", grace=3, cap="20")
        terms = {"kind": "fixed", "price": "1"}
        do(
            "tariff.lay_down",
            company=cls.company,
            code="F",
            name="费",
            cycle="1",
            since=FIRST,
            terms=terms,
            late_fee="滞纳金",
        )

    @settings(max_examples=30)
    @given(st.lists(STEP, min_size=6, max_size=16))
    def test_no_cent_is_lost_or_doubled(self, steps: list[tuple[str, Any, dt.date]]) -> None:
        for step in [("charge", Decimal("900.00"), FIRST), ("charge", Decimal("70.07"), FIRST), *steps]:
            try:
                self.take(*step)
            except RuleBroken:
                continue  # more than is open, voided already: refused, and nothing happened
        do("late_fee.accrue", company=self.company, until=LAST)
        self.check()
        before = (Charge.objects.count(), Movement.objects.count(), Entry.objects.count())
        do("late_fee.accrue", company=self.company, until=LAST)
        assert before == (Charge.objects.count(), Movement.objects.count(), Entry.objects.count()), (
            "twice changes nothing"
        )

    def take(self, what: str, how: Any, on: dt.date) -> None:
        if what == "charge":
            pk = do(
                "charge.add",
                payer=self.payer,
                kind="principal",
                title="费",
                amount=how,
                on=on,
                due_on=on + dt.timedelta(9),
            )
            Charge.objects.filter(pk=pk).update(tariff=Tariff.objects.get())
        elif what == "pay":
            do("receipt.take", payer=self.payer, amount=how, method="transfer", on=on)
        elif what == "accrue":
            do("late_fee.accrue", company=self.company, until=on)
        elif what == "debit":
            with clock.set_to(EVENING):
                self.debit(on, fails=bool(how % 3 == 0), between=how == 1)
        elif what in ("void", "refund", "allocate"):
            receipt = nth(Receipt.objects.order_by("pk"), how)
            if receipt is not None:
                more: dict[str, dict[str, Any]] = {
                    "void": {"reason": "错"},
                    "refund": {"amount": receipt.unallocated, "method": "transfer", "on": on, "reason": "退"},
                    "allocate": {"on": on},
                }
                do(f"receipt.{what}", receipt=receipt.pk, **more[what])
        elif what == "restore":
            waiver = nth(Movement.objects.filter(kind="waiver", takes_back=None).order_by("pk"), how)
            if waiver is not None:
                do("charge.restore", movement=waiver.pk, reason="错")
        else:
            charge = nth(Charge.objects.filter(of=None).order_by("pk"), how)
            if charge is not None and what == "waive":
                half = round_cents(charge.open_amount / 2)
                do("charge.waive", charge=charge.pk, amount=half, on=on, reason="减")
            elif charge is not None:
                do("charge.reverse", charge=charge.pk, reason="错")

    def debit(self, until: dt.date, *, fails: bool, between: bool) -> None:
        """What is due by then goes to the bank and comes back, with a payment between where that is wished; the return is fed twice."""
        asked = outlook(Wish(self.account, LAST, until)).amount
        facts = {"on": LAST, "due_until": until, "amount": asked}
        batch = DebitBatch.objects.get(
            pk=do("debit.make", account=self.account.pk, description=self.description, **facts)
        )
        do("debit.send", batch=batch.pk)
        batch.refresh_from_db()
        data = bank.answer(batch, {"云岭茶业": "1001"} if fails else {})
        if between:
            self.take("pay", Decimal("33.33"), until)
        keep = {"actor": system("tests"), "room": FILES_ROOM, "company_id": self.company}
        for _time in range(2):
            do("debit.settle", batch=batch.pk, file=store(data, "回盘.txt", "text/plain", **keep).pk)  # type: ignore[arg-type]
        item = batch.items.get()
        assert (item.amount, item.state) == (asked, "failed" if fails else "collected")
        assert Receipt.objects.filter(reference=item.reference).count() == (0 if fails else 1)
        if fails:
            do("debit.follow_up", item=item.pk, answer="再扣", release=True)

    def check(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert not Leg.objects.aggregate(total=Sum("amount"))["total"]
        assert charges_that_do_not_add_up() == receipts_that_do_not_add_up() == []
        codes = {
            role: account_for(self.company, role) for role in ("receivable", "prepayment", "bank", "late_fee_income")
        }
        for day in {*Entry.objects.values_list("on", flat=True), LAST}:
            assert owed_on(self.company, day) == balance_of(self.company, codes["receivable"], day)
            assert prepaid_on(self.company, day) == -balance_of(self.company, codes["prepayment"], day)
        today = dt.date(2100, 1, 1)
        received = sum((one.amount for one in Receipt.objects.filter(voided_at=None)), NOTHING)
        refunded = sum((one.amount for one in Refund.objects.all()), NOTHING)
        cleared = sum((one.amount for one in Movement.objects.filter(source_kind="receipt")), NOTHING)
        rest = sum((one.unallocated for one in Receipt.objects.all()), NOTHING)
        assert received == cleared + rest + refunded
        assert balance_of(self.company, codes["bank"], today) == received - refunded
        entered = NOTHING
        for due in due_late_fees(list(bearing(self.company).select_related("tariff__late_fee")), LAST):
            assert due.entered == due.fee.amount == self.day_by_day(due.charge)
            entered += due.entered
        assert -balance_of(self.company, codes["late_fee_income"], today) == entered

    def day_by_day(self, charge: Charge) -> Decimal:
        """The model, in ten lines."""
        standing = list(Movement.objects.filter(charge=charge, takes_back=None, taken_back_by=None))
        fee, day = NOTHING, charge.due_on + dt.timedelta(4)
        while day <= LAST:
            settled = sum((one.amount for one in standing if one.on < day), NOTHING)
            fee += max(charge.amount - settled, NOTHING) * Decimal("0.0005")
            day += dt.timedelta(1)
        return min(round_cents(fee), round_cents(charge.amount / 5))
