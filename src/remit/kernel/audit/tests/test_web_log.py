"""The event log as a page: one's own acts and those below, and no others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from tests.browsing import browser_of
from tests.cast import Firm, away, build_firm

from remit.kernel.audit.actions import seal_events
from remit.kernel.audit.models import Event

pytestmark = pytest.mark.django_db
LOG = "/audit/"


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def gift(firm: Firm, who: str = "陈立", customer: str = "王女士") -> Event:
    result = firm.do(who, "remedy.gift", customer=customer, amount="20", reason="等候致歉")
    assert result.event_id is not None
    return Event.objects.get(pk=result.event_id)


def test_an_event_opens_to_its_facts_and_the_clause(firm: Firm) -> None:
    event = gift(firm)
    browser = browser_of(firm, "陈立")
    assert "赠送赠品" in browser.get(LOG).content.decode()
    page = browser.get(f"{LOG}{event.pk}/").content.decode()
    assert "王女士" in page and "¥20.00" in page and "等候致歉" in page
    assert "健康顾问岗位说明书 v1 第2条" in page and "≤ ¥50" in page
    assert f"/authority/matters/{event.subject_id}/" in page


def test_superiors_read_it_and_strangers_do_not(firm: Firm) -> None:
    event = gift(firm)
    for superior in ("林晓岚", "高岚", "周岚"):
        assert browser_of(firm, superior).get(f"{LOG}{event.pk}/").status_code == 200
    for stranger in ("赵敏之", "吴越", "何平"):
        browser = browser_of(firm, stranger)
        assert browser.get(f"{LOG}{event.pk}/").status_code == 404
        assert event.subject_label not in browser.get(LOG).content.decode()


def test_the_principal_reads_what_was_done_in_his_name(firm: Firm) -> None:
    away(firm, "高岚", "孙可")
    result = firm.do(
        "孙可", "remedy.compensate", customer="周先生", amount="300", reason="漏液", seller=firm["陈立"].pk
    )
    page = browser_of(firm, "高岚").get(f"{LOG}{result.event_id}/").content.decode()
    assert "孙可" in page and "代理高岚" in page


def test_the_seal_shows(firm: Firm) -> None:
    event = gift(firm)
    browser = browser_of(firm, "陈立")
    assert "一分钟内封存" in browser.get(f"{LOG}{event.pk}/").content.decode()
    seal_events()
    assert "已封存" in browser.get(f"{LOG}{event.pk}/").content.decode()


def test_a_request_event_tells_what_was_asked_for(firm: Firm) -> None:
    result = firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="101", reason="季度之星")
    page = browser_of(firm, "林晓岚").get(f"{LOG}{result.event_id}/").content.decode()
    assert "送审" in page and "¥101.00" in page and "陈立" in page
    assert f"/authority/approvals/{result.request_id}/" in page


def test_filters_by_action_person_and_record(firm: Firm) -> None:
    first, other = gift(firm), gift(firm, "赵敏之", "李先生")
    firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="50", reason="季度之星")
    director = browser_of(firm, "高岚")

    def found(query: str) -> set[int]:
        return {row.pk for row in director.get(LOG + query).context["rows"]}

    assert found("?kind=remedy.gift") == {first.pk, other.pk}
    assert found(f"?person={firm['赵敏之'].pk}") == {other.pk}
    assert found(f"?q={first.subject_label[-6:]}") == {first.pk}
    assert found("?q=nothing-like-it") == set()
    assert found("?person=abc") >= {first.pk, other.pk}


def test_thirty_rows_cost_as_many_queries_as_one(firm: Firm, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    browser = browser_of(firm, "高岚")
    gift(firm, customer="客户")
    browser.get(LOG)
    with CaptureQueriesContext(connection) as one:
        browser.get(LOG)
    for number in range(30):
        gift(firm, customer=f"客户{number}")
    with django_assert_num_queries(len(one)):
        answer = browser.get(LOG)
    assert len(answer.context["rows"]) == 30
    older = browser.get(LOG + answer.context["page"].next)
    assert len(older.context["rows"]) == 1 and older.context["page"].next == ""
