"""Visits to customers (P-013): planned, appointed, made and recorded where and when they happened, followed up; filed with the customer."""

import pytest

from remit.kernel.authority.errors import NotAuthorised, NotYours
from remit.kernel.authority.facts import BadFacts
from remit.kernel.parties.models import Activity
from remit.kernel.work.queries import todays_items
from remit.lib import clock
from tests.key_accounts import HERE, MORNING, Accounts, build_accounts

pytestmark = pytest.mark.django_db


@pytest.fixture
def accounts(db: None) -> Accounts:
    return build_accounts()


@pytest.mark.ledger("S-021", "R-062", "P-013")
def test_nobody_visits_without_an_appointment(accounts: Accounts) -> None:
    case = accounts.open()
    assert case.step == "appointment"
    with pytest.raises(BadFacts) as refused:
        accounts.visited(case)
    assert "needs" in refused.value.faults, "the form that is open asks for the appointment, and for nothing else"
    with pytest.raises(BadFacts) as refused:
        accounts.submit("罗小满", case, agreed=True)
    assert set(refused.value.faults) == {"appointed_at", "meets", "meeting_place"}
    accounts.appointed(case)
    assert case.step == "visit"


@pytest.mark.ledger("S-021", "S-018", "S-034", "D-026", "D-025")
def test_a_visit_is_written_into_the_customers_file_at_once(accounts: Accounts) -> None:
    with clock.set_to(MORNING):
        case = accounts.open()
        accounts.appointed(case)
        accounts.visited(case, competitor_came=True, competitor_seen="同行上周报价低一成", next_step="周五送方案")
    assert case.outcome == "filed"
    seen, visit = Activity.objects.filter(party=accounts.hongye).order_by("kind")
    assert (visit.kind, visit.next_step, visit.made_by) == ("visit", "周五送方案", accounts.firm["罗小满"])
    assert all(word in visit.text for word in ("明年增加两条专线", "现有专线每日使用", "宏业制造一号楼", case.number))
    assert "同行上周报价低一成" in seen.text
    assert seen.kind == "competitor"
    assert visit.at.isoformat() == "2026-11-24T01:05:00+00:00", "when he was there, not when he wrote it down"


@pytest.mark.ledger("S-021")
def test_what_is_left_over_is_followed_up_and_the_superior_is_told(accounts: Accounts) -> None:
    with clock.set_to(MORNING):
        case = accounts.open()
        accounts.appointed(case)
        accounts.visited(case, issues_left=True, issues="发票抬头有误")
        assert case.step == "follow_up"
        accounts.submit("罗小满", case, followed="财务已重开发票并寄出")
    assert case.outcome == "filed"
    assert [item.target for item in todays_items(accounts.firm["沈青"]) if item.source_kind == "case_notice"] == [
        case.pk
    ]


@pytest.mark.ledger("S-021")
def test_a_customer_who_declines_ends_the_visit_with_the_reason(accounts: Accounts) -> None:
    case = accounts.open()
    accounts.submit("罗小满", case, agreed=False, declined_why="年底盘点，元旦之后再约")
    assert case.outcome == "declined"
    assert "元旦之后再约" in Activity.objects.get(party=accounts.hongye).text


@pytest.mark.ledger("S-021")
def test_a_visit_needs_its_place_and_a_photo_that_is_one(accounts: Accounts) -> None:
    with clock.set_to(MORNING):
        case = accounts.open()
        accounts.appointed(case)
        with pytest.raises(BadFacts) as refused:
            accounts.visited(case, place=None, photos=[])
        assert set(refused.value.faults) == {"place", "photos"}
        with pytest.raises(BadFacts) as refused:
            accounts.visited(case, photos=[accounts.photo(content=b"not a picture")])
        assert set(refused.value.faults) == {"photos"}
        accounts.visited(case, place="在客户门口")
    assert case.values["place"] == {"source": "typed", "address": "在客户门口"}, "typed, and said to be"


@pytest.mark.ledger("S-021", "R-043")
def test_a_colleague_neither_sees_nor_makes_the_visit(accounts: Accounts) -> None:
    case = accounts.open()
    with pytest.raises((NotYours, NotAuthorised)):
        accounts.appointed(case, "秦朗")
    assert HERE["address"] not in str(case.values)
