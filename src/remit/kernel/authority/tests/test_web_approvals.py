"""The pages of requests: lists, one request, what is done with it in place, and several at once."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from tests.browsing import browser_of
from tests.cast import Firm, away, build_firm

from remit.kernel.authority.models import Matter, Request, Ruling

pytestmark = pytest.mark.django_db
LIST = "/authority/approvals/"


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def asked(firm: Firm, amount: str = "101") -> Request:
    result = firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount=amount, reason="季度之星")
    return Request.objects.get(number=result.request_number)


def page_of(request: Request, deed: str = "") -> str:
    return f"{LIST}{request.pk}/{deed}"


def test_the_approver_finds_it_and_approves_it_with_a_note(firm: Firm) -> None:
    request = asked(firm)
    browser = browser_of(firm, "高岚")
    assert "奖励员工 ¥101.00 · 陈立" in browser.get(LIST).content.decode()
    page = browser.get(page_of(request)).content.decode()
    assert "您有权决定：客服部总监岗位说明书 v1 第4条（≤ ¥500）" in page
    answer = browser.post(page_of(request, "approval/"), {"note": "同意", "key": "tap"}, follow=True)
    assert "已批准并执行" in answer.content.decode()
    assert Matter.objects.get().facts["amount"] == "101.00"
    assert "已核准" in answer.content.decode(), "the seal stands on the page"


def test_pressing_twice_approves_once(firm: Firm) -> None:
    request = asked(firm)
    browser = browser_of(firm, "高岚")
    for _press in range(2):
        assert browser.post(page_of(request, "approval/"), {"note": "同意", "key": "tap"}).status_code == 302
    assert Matter.objects.count() == 1


def test_a_rejection_needs_a_reason_and_says_so_in_place(firm: Firm) -> None:
    request = asked(firm)
    browser = browser_of(firm, "高岚")
    answer = browser.post(page_of(request, "rejection/"), {"note": " "})
    assert answer.status_code == 422
    assert "请填写原因" in answer.content.decode()
    request.refresh_from_db()
    assert request.closed_at is None
    browser.post(page_of(request, "rejection/"), {"note": "先写说明"})
    assert "先写说明" in browser_of(firm, "林晓岚").get(page_of(request)).content.decode()


def test_a_question_goes_back_and_forth(firm: Firm) -> None:
    request = asked(firm)
    browser_of(firm, "高岚").post(page_of(request, "question/"), {"question": "哪两户?"})
    own = browser_of(firm, "林晓岚")
    assert "哪两户?" in own.get(page_of(request)).content.decode()
    own.post(page_of(request, "answer/"), {"answer": "王女士与周先生"})
    assert "王女士与周先生" in browser_of(firm, "高岚").get(page_of(request)).content.decode()


def test_the_requester_withdraws_and_nobody_decides_any_more(firm: Firm) -> None:
    request = asked(firm)
    browser_of(firm, "林晓岚").post(page_of(request, "withdrawal/"), {"note": ""})
    answer = browser_of(firm, "高岚").post(page_of(request, "approval/"), {})
    assert answer.status_code == 409
    assert "已经办结" in answer.content.decode()


def test_changed_facts_are_marked_for_the_approver(firm: Firm) -> None:
    request = asked(firm)
    own = browser_of(firm, "林晓岚")
    form = own.get(page_of(request, "amendment/")).content.decode()
    assert 'value="101.00"' in form
    facts = {"staff": firm["陈立"].pk, "amount": "150", "reason": "季度之星"}
    assert own.post(page_of(request, "amendment/"), facts).status_code == 302
    successor = Request.objects.get(amends=request)
    page = browser_of(firm, "高岚").get(page_of(successor)).content.decode()
    assert "有变更" in page and '<del class="muted">¥101.00</del>' in page
    assert own.post(page_of(successor, "amendment/"), facts).status_code == 422, "nothing has changed"


def test_only_the_requester_changes_his_facts(firm: Firm) -> None:
    assert browser_of(firm, "高岚").get(page_of(asked(firm), "amendment/")).status_code == 404


def test_a_colleague_may_read_but_not_decide(firm: Firm) -> None:
    """The requester himself: his page has no form to approve, and sending one changes nothing."""
    request = asked(firm)
    own = browser_of(firm, "林晓岚")
    assert "approval/" not in own.get(page_of(request)).content.decode()
    assert own.post(page_of(request, "approval/"), {}).status_code == 403
    assert Matter.objects.count() == 0


@pytest.mark.parametrize("stranger", ["何平", "吴越", "赵敏之"])
def test_a_stranger_finds_nothing_there(firm: Firm, stranger: str) -> None:
    request = asked(firm)
    browser = browser_of(firm, stranger)
    assert browser.get(page_of(request)).status_code == 404
    assert browser.post(page_of(request, "approval/"), {}).status_code == 404
    assert request.number not in browser.get(f"{LIST}?tab=all").content.decode()


def test_a_deputy_decides_and_the_page_names_both(firm: Firm) -> None:
    request = asked(firm)
    away(firm, "高岚", "孙可")
    browser = browser_of(firm, "孙可")
    assert "您代理高岚" in browser.get(page_of(request)).content.decode()
    browser.post(page_of(request, "approval/"), {})
    page = browser.get(page_of(request)).content.decode()
    assert "孙可" in page and "代理高岚" in page


def test_several_at_once_are_each_asked_of_the_gate(firm: Firm) -> None:
    ours = [asked(firm, "101"), asked(firm, "102")]
    too_late = asked(firm, "103")
    firm.do("林晓岚", "approval.withdraw", request=too_late.pk)
    own = firm.do("高岚", "staff.reward", staff=firm["孙可"].pk, amount="900", reason="年度")
    browser = browser_of(firm, "高岚")
    chosen = [*(one.pk for one in ours), too_late.pk, own.request_id]
    page = browser.post(f"{LIST}bulk/", {"selected": chosen, "token": "t1"}).content.decode()
    assert page.count("已批准并执行") == 2
    assert "已经办结" in page
    assert "任何人不得审批自己的申请" in page
    assert Matter.objects.count() == 2
    assert Ruling.objects.filter(action="approval.approve", outcome="granted").count() == 2
    browser.post(f"{LIST}bulk/", {"selected": chosen, "token": "t1"})
    assert Matter.objects.count() == 2, "reloading the page changes nothing"


def test_what_cannot_be_carried_out_any_more_is_told(firm: Firm) -> None:
    request = asked(firm)
    firm["林晓岚"].left_on = firm["林晓岚"].joined_on
    firm["林晓岚"].save()
    page = browser_of(firm, "高岚").post(f"{LIST}bulk/", {"selected": [request.pk]}).content.decode()
    assert "已批准，未执行" in page and "已离职" in page


def test_others_requests_are_left_out_of_a_bulk(firm: Firm) -> None:
    page = browser_of(firm, "何平").post(f"{LIST}bulk/", {"selected": [asked(firm).pk]}).content.decode()
    assert "有 1 件没有处理" in page
    assert Matter.objects.count() == 0


@pytest.mark.parametrize("tab", ["waiting", "all"])
def test_thirty_rows_cost_as_many_queries_as_one(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries, tab: str
) -> None:
    browser = browser_of(firm, "高岚")
    asked(firm)
    browser.get(f"{LIST}?tab={tab}")
    with CaptureQueriesContext(connection) as one:
        browser.get(f"{LIST}?tab={tab}")
    for number in range(29):
        asked(firm, str(102 + number))
    with django_assert_num_queries(len(one)):
        page = browser.get(f"{LIST}?tab={tab}")
    assert len(page.context["rows"]) == 30


def pages(browser: object, address: str) -> Iterator[list[str]]:
    """The numbers on each page, following "next"."""
    while address:
        answer = browser.get(address)  # type: ignore[attr-defined]  # Django's test client
        yield [row.number for row in answer.context["rows"]]
        following = answer.context["page"].next
        address = f"{LIST}{following}" if following else ""


def test_pages_hold_every_request_once(firm: Firm) -> None:
    numbers = [asked(firm, str(101 + number)).number for number in range(65)]
    found = list(pages(browser_of(firm, "高岚"), f"{LIST}?tab=all"))
    assert [len(page) for page in found] == [30, 30, 5]
    assert [number for page in found for number in page] == numbers[::-1]


def test_tabs_and_filters_narrow_the_list(firm: Firm) -> None:
    open_one, rejected = asked(firm, "101"), asked(firm, "102")
    firm.do("高岚", "approval.reject", request=rejected.pk, note="不")
    own = browser_of(firm, "林晓岚")

    def numbers(query: str) -> list[str]:
        return [row.number for row in own.get(LIST + query).context["rows"]]

    assert numbers("") == []
    assert numbers("?tab=mine") == [rejected.number, open_one.number]
    assert numbers("?tab=mine&state=rejected") == [rejected.number]
    assert numbers(f"?tab=mine&q={open_one.number}") == [open_one.number]
    assert numbers("?tab=mine&before=nonsense") == [rejected.number, open_one.number]
