"""Who is reminded, how, and who is left alone."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.billing.models import Bill, Charge
from remit.kernel.billing.tests.conftest import Office
from remit.kernel.dunning.models import DunningRun, Hold, PaymentPlan, Reminder, Rung
from remit.kernel.dunning.papers import letters_pdf, text_of, visits_pdf
from remit.kernel.dunning.queries import Scope, Standing, standings
from remit.kernel.dunning.results import results, written_off
from remit.kernel.organization.queries import today
from remit.kernel.work.models import WorkItem

pytestmark = pytest.mark.django_db


def ago(days: int) -> dt.date:
    return today() - dt.timedelta(days)


def owe(office: Office, days: int, amount: str = "300", *, billed: str = "") -> Charge:
    """A fee that was due so many days ago; on a bill of its own where one is named."""
    facts = {"kind": "principal", "title": f"物业费{days}", "amount": amount, "on": ago(days + 10), "due_on": ago(days)}
    made = office.firm.do("何会", "charge.add", payer=office.payer.pk, **facts)
    if billed:
        bill = Bill.objects.create(
            company=office.firm.health, number=billed, payer=office.payer, amount=amount, issued_on=ago(days + 10), due_on=ago(days)
        )  # fmt: skip
        Charge.objects.filter(pk=made.subject[1]).update(bill=bill)
    return Charge.objects.get(pk=made.subject[1])


def where(office: Office, day: dt.date | None = None, **more: Any) -> Standing:
    (found,) = standings(Scope(office.firm.health.pk, **more), day or today())
    return found


def remind(office: Office, who: str = "何会", **more: Any) -> list[str]:
    done = office.firm.do(who, "arrears.remind", on=today(), **more)
    return list(Reminder.objects.filter(run=int(done.subject[1])).order_by("pk").values_list("channel", flat=True))


@pytest.mark.ledger("S-090")
def test_a_step_is_taken_once_for_the_same_arrears(office: Office) -> None:
    owe(office, 12)
    assert remind(office) == ["call"]
    with pytest.raises(RuleBroken, match="没有人到达"):
        remind(office)
    owe(office, 21)  # older: other arrears, whose step is the visit
    assert remind(office) == ["visit"]
    assert where(office).next_channel == "letter"


def test_what_is_paid_is_not_chased(office: Office) -> None:
    owe(office, 12)
    office.firm.do("何会", "receipt.take", payer=office.payer.pk, amount="300", method="cash", on=today())
    assert standings(Scope(office.firm.health.pk), today()) == []


def test_calls_become_a_list_of_who_keeps_the_customer(office: Office) -> None:
    owe(office, 12)
    remind(office)
    item = WorkItem.objects.get(source_kind="dunning", done_at=None)
    assert item.person_id == office.firm["陈立"].pk and "1" in item.labels["zh-hans"]
    reminder = Reminder.objects.get()
    office.firm.do("陈立", "arrears.answer", reminder=reminder.pk, outcome="reached", note="周五来交")
    item.refresh_from_db()
    assert item.done_by_id == office.firm["陈立"].pk


def test_a_stranger_finds_nobody(office: Office) -> None:
    owe(office, 12)
    assert standings(Scope(office.firm.health.pk, office.firm["赵敏之"]), today()) == []
    assert where(office, person=office.firm["陈立"]).amount == 300


def test_a_run_of_tomorrow_is_refused(office: Office) -> None:
    with pytest.raises(RuleBroken, match="预览"):
        office.firm.do("何会", "arrears.remind", on=today() + dt.timedelta(1))


def test_a_company_lays_down_its_own_steps(office: Office) -> None:
    owe(office, 12, "300")
    steps = [{"days": 5, "channel": "letter", "minimum": "0"}, {"days": 8, "channel": "visit", "minimum": "300.01"}]
    office.firm.do("何会", "arrears.lay_down", customer_class="organization", steps=steps)
    assert remind(office) == ["letter"]
    with pytest.raises(RuleBroken, match="方式之一"):
        office.firm.do("何会", "arrears.lay_down", steps=[{"days": 5, "channel": "pigeon"}])


def test_a_hold_ends_by_itself_and_early(office: Office) -> None:
    owe(office, 12)
    until = today() + dt.timedelta(5)
    office.firm.do("陈立", "arrears.hold", payer=office.payer.pk, until=until, reason="客户住院")
    assert where(office).held_until == until and where(office).channel == ""
    assert where(office, until + dt.timedelta(1)).channel == "call"
    office.firm.do("陈立", "arrears.release", hold=Hold.objects.get().pk, explanation="已出院")
    assert where(office).channel == "call"
    with pytest.raises(RuleBroken, match="已经结束"):
        office.firm.do("陈立", "arrears.release", hold=Hold.objects.get().pk, explanation="再来一次")


def test_a_disputed_bill_is_left_out_and_the_rest_is_chased(office: Office) -> None:
    owe(office, 35, "500", billed="ZD-T-1")
    owe(office, 12, "300")
    bill = Bill.objects.get()
    office.firm.do("陈立", "arrears.dispute", bill=bill.pk, reason="面积算错")
    found = where(office)
    assert (found.amount, found.disputed, found.channel) == (Decimal(300), Decimal(500), "call")
    with pytest.raises(RuleBroken, match="异议"):
        office.firm.do("陈立", "arrears.dispute", bill=bill.pk, reason="又来")
    office.firm.do("何会", "charge.waive", charge=bill.charges.get().pk, amount="50", on=today(), reason="面积差")
    office.firm.do("陈立", "arrears.release", hold=Hold.objects.get().pk, explanation="面积已更正，减免 50 元")
    assert (where(office).amount, where(office).channel) == (Decimal(750), "letter")


def test_a_promise_pauses_and_wakes_the_ladder_when_it_is_broken(office: Office) -> None:
    owe(office, 12)
    by = today() + dt.timedelta(3)
    office.firm.do("陈立", "arrears.promise", payer=office.payer.pk, amount="300", by=by, note="发工资后")
    assert where(office).plan_until == by and where(office).channel == ""
    assert where(office, by).channel == ""
    assert where(office, by + dt.timedelta(1)).channel == "call"
    with pytest.raises(RuleBroken, match="300"):
        office.firm.do("陈立", "arrears.promise", payer=office.payer.pk, amount="301", by=by)


def test_instalments_pause_as_long_as_they_come_in(office: Office) -> None:
    owe(office, 12, "100.01")
    first = today()
    office.firm.do("陈立", "arrears.agree", payer=office.payer.pk, amount="100.01", count=3, first_on=first)
    parts = list(PaymentPlan.objects.get().instalments.values_list("amount", flat=True))
    assert parts == [Decimal("33.34"), Decimal("33.34"), Decimal("33.33")] and sum(parts) == Decimal("100.01")
    assert where(office).channel == ""
    assert where(office, today() + dt.timedelta(1)).channel == "call", "the first one was missed"
    office.firm.do("何会", "receipt.take", payer=office.payer.pk, amount="33.34", method="cash", on=today())
    assert where(office, today() + dt.timedelta(1)).channel == ""


def test_a_plan_above_ones_authority_goes_to_who_may(office: Office) -> None:
    owe(office, 12, "8000")
    asked = office.firm.do("陈立", "arrears.agree", payer=office.payer.pk, amount="8000", count=4, first_on=today())
    assert asked.kind == "requested" and not PaymentPlan.objects.exists()


@pytest.mark.ledger("D-125")
def test_ages_add_up(office: Office) -> None:
    for days in (5, 45, 75, 120, 200):
        owe(office, days, "100")
    found = where(office)
    assert [found.to_30, found.to_60, found.to_90, found.to_180, found.beyond] == [100] * 5
    assert (found.amount, found.days) == (Decimal(500), 200)


@pytest.mark.ledger("D-124")
def test_letters_texts_and_the_visit_sheet(office: Office) -> None:
    owe(office, 32, "1234.50")
    assert remind(office) == ["letter"]
    reminders = Reminder.objects.select_related("payer")
    assert letters_pdf(reminders.all(), "恒信健康").startswith(b"%PDF")
    assert visits_pdf(list(reminders), "恒信健康", today()).startswith(b"%PDF")
    assert "1,234.50" in text_of(reminders.get(), "恒信健康") and "32 天" in text_of(reminders.get(), "恒信健康")


@pytest.mark.ledger("D-126")
def test_what_came_in_after_a_reminder_counts_for_who_keeps_the_customer(office: Office) -> None:
    owe(office, 12)
    remind(office)
    office.charge("80", today() + dt.timedelta(5))  # not overdue when he was reminded
    office.firm.do("何会", "receipt.take", payer=office.payer.pk, amount="380", method="cash", on=today())
    (found,) = results(office.firm["何会"], office.firm.health.pk, ago(40), today() + dt.timedelta(1))
    assert (found.collector, found.reminders, found.customers, found.collected) == ("陈立", 1, 1, Decimal(300))


@pytest.mark.ledger("S-067")
def test_a_bad_debt_stands_in_the_list_and_comes_back(office: Office) -> None:
    charge = owe(office, 100)
    office.firm.do("韩涛", "charge.write_off", charge=charge.pk, amount="300", on=today(), reason="公司注销")
    (found,) = written_off(office.firm["何会"])
    assert found.amount == 300 and standings(Scope(office.firm.health.pk), today()) == []
    office.firm.do("何会", "charge.restore", movement=found.pk, reason="清算分得")
    assert where(office).amount == 300


def test_a_reminder_is_never_rewritten(office: Office) -> None:
    owe(office, 12)
    remind(office)
    with pytest.raises(DatabaseError, match="only grow"), transaction.atomic():
        Reminder.objects.update(amount=1)
    with pytest.raises(DatabaseError, match="only grow"), transaction.atomic():
        Reminder.objects.all().delete()


def test_one_statement_finds_them_whatever_their_number(office: Office) -> None:
    for days in (5, 45, 75):
        owe(office, days)
    person = office.firm["何会"]
    standings(Scope(office.firm.health.pk, person), today())
    with CaptureQueriesContext(connection) as asked:
        standings(Scope(office.firm.health.pk, person), today())
    assert sum("dunning_ladder" in one["sql"] for one in asked.captured_queries) == 1


def model(days: int, amount: Decimal, rungs: list[tuple[int, Decimal]], done: set[int], paused: bool) -> int | None:
    """The ladder in a few lines: the highest step reached, if it lies above all that were taken, and nothing pauses."""
    reached = [step for step, least in rungs if step <= days and least <= amount]
    if paused or not reached or max(reached) <= max(done, default=-1):
        return None
    return max(reached)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rungs=st.dictionaries(st.integers(0, 60), st.integers(0, 400), min_size=1, max_size=5),
    jumps=st.lists(st.tuples(st.integers(0, 25), st.booleans()), min_size=1, max_size=6),
    amount=st.integers(1, 400),
)
def test_the_ladder_agrees_with_its_model(
    office: Office, rungs: dict[int, int], jumps: list[tuple[int, bool]], amount: int
) -> None:
    company = office.firm.health.pk
    with transaction.atomic():
        owe(office, 1, str(amount))
        steps = [{"days": days, "channel": "sms", "minimum": str(least)} for days, least in rungs.items()]
        office.firm.do("何会", "arrears.lay_down", steps=steps)
        assert Rung.objects.filter(ladder__company=company).count() == len(rungs)
        day, done = today(), set[int]()
        for jump, is_held in jumps:
            day += dt.timedelta(jump)
            hold = Hold.objects.create(company_id=company, payer=office.payer, kind="hold", reason="x", since=day, until=day) if is_held else None  # fmt: skip
            expected = model(
                (day - ago(1)).days, Decimal(amount), [(d, Decimal(m)) for d, m in rungs.items()], done, is_held
            )
            found = standings(Scope(company, only_due=True), day)
            assert [one.level for one in found] == ([expected] if expected is not None else [])
            if expected is not None:
                done.add(expected)
                _remember(office, found[0], day)
            if hold is not None:
                hold.delete()
        transaction.set_rollback(True)


def _remember(office: Office, found: Standing, day: dt.date) -> None:
    run = DunningRun.objects.create(company=office.firm.health, on=day)
    Reminder.objects.create(
        company=office.firm.health, run=run, payer=office.payer, arrears_since=found.since or day, level=found.level, channel=found.channel,
        days=found.days, amount=found.amount, on=day,
    )  # fmt: skip
