"""The posts of a finance department as shipped: each holder does his main acts, and none of those that must not meet in one person."""

from decimal import Decimal
from typing import Any, Final

import pytest
from tests.cast import LONG_AGO, Firm, build_firm, give

from remit.kernel.authority.loading import authority_changed, lock_authority, rulebook_now
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.organization import actions as organization
from remit.kernel.packs.loader import SHIPPED, put_in_place, read_pack

pytestmark = pytest.mark.django_db

FINANCE: Final = read_pack(SHIPPED / "finance")
# Whom the post of each charter answers to. It is held by one person, who is called by its title.
LINES: Final = {
    "manager": "财务总监", "funds-supervisor": "财务总监", "accountant": "财务部经理", "bookkeeper-1": "财务部经理",
    "bookkeeper-2": "财务部经理", "cost-accountant": "财务部经理", "tax-accountant": "财务部经理",
    "subsidiary-head": "总经理", "subsidiary-cashier": "子公司财务主管", "subsidiary-cost-accountant": "子公司财务主管",
    "billing-clerk": "子公司财务主管",
}  # fmt: skip
SMALL: Final[dict[str, Any]] = {
    "amount": Decimal(100), "difference": Decimal(0), "reviewed": True, "paid": True, "days": 1, "share": Decimal(1),
}  # fmt: skip


@pytest.fixture
def office(db: None) -> Firm:
    """The cast's finance department with a post for each charter of the pack, its grants in force."""
    firm = build_firm()
    for number, (charter, superior) in enumerate(LINES.items(), 60):
        title = FINANCE.charters[charter].title
        firm.positions[title] = organization.open_position(
            unit=firm.finance, title=title, code=f"P-{number}", start=LONG_AGO, superior=firm.positions[superior]
        )
        person = organization.hire(name=title, employee_no=f"E{number:03d}", company=firm.health, joined_on=LONG_AGO)
        organization.appoint(position=firm.positions[title], person=person, start=LONG_AGO, end=None, is_main=True)
        firm.people[title] = person
    firm.people |= {"财务总监": firm["韩涛"], "出纳": firm["吴越"]}
    lock_authority(exclusively=True)
    DeclaredAction.objects.filter(name__startswith="staff.").delete()  # the cast's own; here are the pack's
    put_in_place(read_pack(SHIPPED / "administration"))
    put_in_place(FINANCE)
    authority_changed()
    for charter in (*LINES, "director", "cashier"):
        for clause in FINANCE.charters[charter].authority:
            give(
                firm,
                FINANCE.charters[charter].title,
                clause.id,
                *(grant.model_dump(exclude_defaults=True) for grant in clause.grants),
            )
    authority_changed()
    return firm


def may(firm: Firm, title: str, action: str, **facts: Any) -> bool:
    """Whether the holder does it in his own right: the decision itself, with facts that every limit lets through."""
    known = {**SMALL, "company": firm.health.pk, **facts}
    return rulebook_now().decide(firm[title].pk, action, known).outcome == "granted"


DOES: Final = [
    ("财务总监", ("voucher.audit", "ledger.close", "bank.account", "archive.destroy", "fund.transfer"),
     ("voucher.post", "cheque.sign", "bank.pay", "receipt.take", "bank.reconcile"), pytest.mark.ledger("J-009")),
    ("财务部经理", ("voucher.audit", "ledger.close", "contract.register", "bank.check"),
     ("voucher.post", "invoice.issue", "bank.pay", "bank.reconcile", "receipt.take"), pytest.mark.ledger("J-010")),
    ("会计", ("voucher.post", "invoice.issue", "bill.run", "archive.bind"),
     ("voucher.audit", "receipt.take", "cash.receive", "cheque.sign", "archive.destroy"), pytest.mark.ledger("J-011")),
    ("资金主管", ("seal.use", "bank.reconcile", "cash.count", "shipment.release", "debit.send"),
     ("cheque.sign", "bank.pay", "cash.pay", "invoice.issue", "bank.check"), pytest.mark.ledger("J-012")),
    ("出纳", ("cash.pay", "cash.receive", "cheque.sign", "bank.pay", "receipt.take", "drawer.close"),
     ("seal.use", "invoice.issue", "voucher.audit", "bank.reconcile", "voucher.post"), pytest.mark.ledger("J-013")),
    ("记账会计1", ("voucher.post", "voucher.attach", "bank.import", "bank.match", "bank.reconcile"),
     ("voucher.audit", "bank.check", "bank.pay", "cheque.sign", "receipt.take", "contract.register"), pytest.mark.ledger("J-014")),
    ("记账会计2", ("voucher.post", "voucher.attach", "archive.bind", "archive.lend"),
     ("voucher.audit", "archive.destroy", "bank.pay", "receipt.take"), pytest.mark.ledger("J-015")),
    ("成本核算", ("voucher.post", "voucher.attach"),
     ("voucher.audit", "shipment.release", "invoice.issue", "cash.count"), pytest.mark.ledger("J-016")),
    ("税务会计", ("voucher.post", "voucher.attach", "oversight.books"),
     ("voucher.audit", "invoice.issue", "bank.pay", "receipt.take"), pytest.mark.ledger("J-017")),
    ("子公司财务主管", ("voucher.audit", "ledger.close", "bank.reconcile", "cash.count"),
     ("voucher.post", "cash.pay", "cheque.sign", "bank.pay"), pytest.mark.ledger("J-018")),
    ("子公司出纳", ("cash.pay", "cash.receive"),
     ("voucher.audit", "bank.reconcile", "invoice.issue", "expense.approve"), pytest.mark.ledger("J-019")),
    ("子公司成本会计", ("voucher.post", "voucher.attach"),
     ("voucher.audit", "cash.pay", "bank.pay", "shipment.release"), pytest.mark.ledger("J-020")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "does", "must_not"), [pytest.param(*row[:3], marks=row[3], id=row[0]) for row in DOES]
)
def test_each_does_his_main_acts_and_none_that_somebody_else_must_do(
    office: Firm, title: str, does: tuple[str, ...], must_not: tuple[str, ...]
) -> None:
    company = office.health.pk
    assert [action for action in does if not may(office, title, action, company=company)] == []
    assert [action for action in must_not if may(office, title, action, company=company)] == []


def test_no_shipped_post_joins_two_acts_that_must_not_meet(office: Firm) -> None:
    joined = [
        (title, rule.code)
        for title in sorted(spec.title for spec in FINANCE.charters.values())
        for rule in FINANCE.separation
        if any(may(office, title, one) for one in rule.first) and any(may(office, title, one) for one in rule.second)
    ]
    assert joined == []


def test_the_finance_director_signs_small_spending_himself(office: Firm) -> None:
    assert may(office, "财务总监", "expense.sign", amount=Decimal(2000))
    assert not may(office, "财务总监", "expense.sign", amount=Decimal("2000.01"))
    assert not may(office, "财务部经理", "expense.sign", amount=Decimal(1))


@pytest.mark.ledger("J-013", "J-019")
def test_a_cashier_pays_in_cash_what_is_audited_and_within_his_limit(office: Firm) -> None:
    for title, limit in (("出纳", 5000), ("子公司出纳", 2000)):
        assert may(office, title, "cash.pay", amount=Decimal(limit))
        assert not may(office, title, "cash.pay", amount=Decimal(limit) + Decimal("0.01"))
        assert not may(office, title, "cash.pay", amount=Decimal(10), reviewed=False)
