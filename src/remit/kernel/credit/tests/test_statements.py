"""An account is stated, confirmed by the customer, differs and is cleared up; what it says is what the sub-ledger says."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.billing.models import Charge
from remit.kernel.billing.queries import owed_on
from remit.kernel.billing.tests.conftest import DAY, DUE, Office
from remit.kernel.credit.access import FILES_ROOM, visible_statements
from remit.kernel.credit.links import good_link, token_of
from remit.kernel.credit.models import AccountStatement, StatementLink
from remit.kernel.documents.actions import store
from remit.kernel.organization.queries import today
from remit.kernel.parties.models import Party
from remit.kernel.payments.models import Receipt
from remit.kernel.payments.queries import prepaid_on
from remit.kernel.work.models import WorkItem
from remit.lib import clock

pytestmark = pytest.mark.django_db
MARCH, APRIL = (dt.date(2026, 3, 1), dt.date(2026, 3, 31)), (dt.date(2026, 4, 1), dt.date(2026, 4, 30))


def state(office: Office, since: dt.date, until: dt.date) -> AccountStatement:
    office.firm.do("何会", "statement.draw", company=office.firm.health.pk, since=since, until=until)
    return AccountStatement.objects.get(party=office.payer, until=until)


def pay(office: Office, amount: str, on: dt.date) -> Receipt:
    done = office.firm.do("何会", "receipt.take", payer=office.payer.pk, amount=amount, method="cash", on=on)
    return Receipt.objects.get(pk=done.subject[1])


@pytest.fixture
def march(office: Office) -> AccountStatement:
    office.charge("1000.00", DUE)
    office.charge("200.00", DUE + dt.timedelta(60), title="停车费")
    pay(office, "300.00", DUE)
    return state(office, *MARCH)


def test_a_statement_says_what_was_charged_paid_and_is_open_by_age(march: AccountStatement, office: Office) -> None:
    figures = (march.opening, march.charged, march.settled, march.relieved, march.closing)
    assert [str(one) for one in figures] == ["0.00", "1200.00", "300.00", "0.00", "900.00"]
    assert [(what, amount) for _day, _kind, what, amount in march.lines] == [
        ("物业费", "1000.00"),
        ("停车费", "200.00"),
        (Receipt.objects.get().number, "-300.00"),
    ]
    assert march.items == [["物业费", "2026-03-10", "700.00"], ["停车费", "2026-05-09", "200.00"]]
    assert (march.aged["to_30"], march.aged["not_due"], march.aged["ahead"]) == ("700.00", "200.00", "0.00")
    assert state(office, *APRIL).opening == 900


def test_drawn_up_again_nobody_gets_a_second_one_and_nothing_of_the_first_changes(
    march: AccountStatement, office: Office
) -> None:
    assert state(office, *MARCH).pk == march.pk
    with pytest.raises(DatabaseError), transaction.atomic():
        AccountStatement.objects.filter(pk=march.pk).update(closing=0, charged=300)
    with pytest.raises(DatabaseError), transaction.atomic():
        march.delete()


def test_a_day_ahead_is_not_stated_and_strangers_see_none(march: AccountStatement, office: Office) -> None:
    with pytest.raises(RuleBroken, match="最晚"):
        state(office, MARCH[0], dt.date(2099, 1, 1))
    assert not visible_statements(office.firm["赵敏之"]).exists()
    with pytest.raises((NotYours, NotAuthorised)):
        office.firm.do("赵敏之", "statement.share", statement=march.pk)


def test_the_customer_confirms_by_a_link_that_ends(march: AccountStatement, office: Office, client: Client) -> None:
    office.firm.do("何会", "statement.share", statement=march.pk, days=5)
    link = StatementLink.objects.get()
    address = f"/statements/{token_of(link)}/"
    assert "900.00" in client.get(address).content.decode()
    assert client.get(address + "paper.pdf").content.startswith(b"%PDF")
    assert client.get(address.replace(token_of(link), "1.made-up")).status_code == 404
    with clock.set_to(link.expires_at):
        assert good_link(token_of(link)) is None
    assert client.post(address, {"answer": "agrees"}).status_code == 422  # without a name
    assert client.post(address, {"answer": "agrees", "name": "云经理"}).status_code == 302
    march.refresh_from_db()
    assert (march.state, march.way, march.answered_by) == ("confirmed", "link", "云经理")
    assert client.post(address, {"answer": "agrees", "name": "别人"}).status_code == 422
    assert not WorkItem.objects.filter(source_kind="statement_differs").exists()


def test_a_line_that_differs_is_work_until_it_is_explained(
    march: AccountStatement, office: Office, client: Client
) -> None:
    office.firm.do("何会", "statement.share", statement=march.pk)
    address = f"/statements/{token_of(StatementLink.objects.get())}/"
    assert client.post(address, {"answer": "differs", "name": "云经理"}).status_code == 422  # nothing is said of what
    row = {"line": "停车费", "amount": "50.00", "remark": "一辆车已退租"}
    assert client.post(address, {"answer": "differs", "name": "云经理", **row}).status_code == 302
    item = WorkItem.objects.get(source_kind="statement_differs", source_key=str(march.pk))
    assert item.person_id == office.firm["何会"].pk
    assert item.due_at > clock.now()
    assert march.differences.get().amount == 50
    office.firm.do("何会", "statement.explain", statement=march.pk, explanation="退租手续四月生效，三月仍应计费")
    item.refresh_from_db()
    march.refresh_from_db()
    assert march.state == "explained"
    assert item.done_at is not None
    with pytest.raises(RuleBroken, match="没有差异"):
        office.firm.do("何会", "statement.explain", statement=march.pk, explanation="再说一次")


def test_on_paper_only_with_its_scan_and_by_telephone_without(march: AccountStatement, office: Office) -> None:
    with pytest.raises(RuleBroken, match="扫描件"):
        office.firm.do("何会", "statement.answer", statement=march.pk, way="paper", name="云经理")
    file = store(ContentFile(b"%PDF-1.4 seal"), "回函.pdf", "application/pdf", actor=system("tests"), room=FILES_ROOM,
                 company_id=march.company_id)  # fmt: skip
    office.firm.do("何会", "statement.answer", statement=march.pk, way="paper", name="云经理", scan=file.pk)
    march.refresh_from_db()
    assert (march.state, march.scan_id, march.taken_by) == ("confirmed", file.pk, office.firm["何会"])
    april = state(office, *APRIL)
    office.firm.do("何会", "statement.answer", statement=april.pk, way="telephone", name="云经理")
    april.refresh_from_db()
    assert (april.state, april.way) == ("confirmed", "telephone")


def test_many_customers_cost_as_many_statements_as_one(office: Office) -> None:
    def queries(until: dt.date) -> int:
        with CaptureQueriesContext(connection) as seen:
            office.firm.do("何会", "statement.draw", company=office.firm.health.pk, since=DAY, until=until)
        return len(seen)

    office.charge("10.00", DUE)
    few = queries(dt.date(2026, 3, 20))
    for nth in range(8):
        made = office.firm.do("陈立", "customer.open", name=f"客户{nth}", kind="organization")
        Office(office.firm, Party.objects.get(pk=made.subject[1])).charge("10.00", DUE)
    assert queries(dt.date(2026, 3, 21)) <= few
    assert AccountStatement.objects.filter(until=dt.date(2026, 3, 21)).count() == 9


STEP = st.tuples(st.sampled_from(["charge", "pay", "void", "refund", "waive"]), st.integers(1, 900), st.integers(0, 55))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=9), cut=st.integers(0, 60))
def test_whatever_happens_the_closing_is_the_opening_and_what_moved_and_the_sub_ledger(
    office: Office, steps: list[tuple[str, int, int]], cut: int
) -> None:
    """The model: each step moves the balance by what it says, on its day; nothing else does but the late fees that are charges, too."""
    with transaction.atomic():
        said: list[tuple[dt.date, Decimal]] = []
        for what, cents, days in sorted(steps, key=lambda step: step[2]):
            _step(office, what, Decimal(cents), DAY + dt.timedelta(days), said)
        for fee in Charge.objects.filter(kind="late_fee").select_related("entry"):
            said.append((fee.entry.on, fee.amount))
        until = DAY + dt.timedelta(60)
        since = DAY + dt.timedelta(cut)
        office.firm.do("何会", "statement.draw", company=office.firm.health.pk, since=since, until=until)
        row = AccountStatement.objects.filter(party=office.payer).first()
        assert (row.closing if row else 0) == sum(amount for on, amount in said if on <= until)
        assert (row.opening if row else 0) == sum(amount for on, amount in said if on < since)
        company = office.firm.health.pk
        assert (row.closing if row else 0) == owed_on(company, until) - prepaid_on(company, until)
        if row is not None:
            ages = {key: Decimal(value) for key, value in row.aged.items()}
            assert sum(ages.values()) - 2 * ages["ahead"] == row.closing
            assert sum(Decimal(line[3]) for line in row.lines) == row.closing - row.opening
        transaction.set_rollback(True)


def _step(office: Office, what: str, amount: Decimal, on: dt.date, said: list[tuple[dt.date, Decimal]]) -> None:
    """One of the acts, where there is something that it can be done to."""
    if what == "charge":
        facts = {
            "payer": office.payer.pk,
            "kind": "principal",
            "title": "服务费",
            "amount": amount,
            "on": on,
            "due_on": on,
        }
        office.firm.do("何会", "charge.add", **facts)
        said.append((on, amount))
    elif what == "pay":
        pay(office, str(amount), on)
        said.append((on, -amount))
    elif what == "void" and (receipt := Receipt.objects.filter(voided_at=None, refunds=None).order_by("-id").first()):
        office.firm.do("何会", "receipt.void", receipt=receipt.pk, reason="重复")
        said.append((today(), receipt.amount))
    elif what == "refund" and (receipt := Receipt.objects.filter(unallocated__gt=0, voided_at=None).first()):
        facts = {"receipt": receipt.pk, "amount": receipt.unallocated, "method": "cash", "on": on, "reason": "退款"}
        office.firm.do("何会", "receipt.refund", **facts)
        said.append((on, receipt.unallocated))
    elif what == "waive" and (charge := Charge.objects.filter(open_amount__gt=0).order_by("-id").first()):
        office.firm.do("韩涛", "charge.waive", charge=charge.pk, amount=charge.open_amount, on=on, reason="协商")
        charge.refresh_from_db()
        movement = charge.movements.filter(kind="waiver").latest("id")
        said.append((movement.entry.on, -movement.amount))
