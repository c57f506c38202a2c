"""The authority room and Today in a real browser: accessible, within a phone's screen, the limit said while one types."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.authority.models import Matter, Request
from tests.browser.judging import judge_pages, log_in, screen
from tests.cast import Firm, build_firm

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PAGES = [
    *("/", "/authority/approvals/", "/authority/approvals/?tab=all", "/authority/act/", "/authority/act/staff.reward/"),
    *("/authority/obligations/", "/authority/obligations/?tab=done", "/authority/matters/", "/authority/matrix/"),
    *("/authority/why/?action=staff.reward&f-amount=800", "/authority/what-if/", "/authority/separation/", "/audit/"),
]


@pytest.fixture
def firm(live_server: LiveServer) -> Firm:
    with transaction.atomic():  # the verbs are called without the gate here
        firm = build_firm()
    firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="101", reason="季度之星")
    firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="300", reason="季度之星")
    firm.do("陈立", "remedy.refund", customer="王女士", amount="298", defect_proven=True, reason="受潮结块")
    return firm


def test_every_page_is_accessible_and_keeps_within_the_screen(
    chromium: Browser, live_server: LiveServer, firm: Firm
) -> None:
    request, matter = Request.objects.earliest("id"), Matter.objects.get()
    records = [f"/authority/approvals/{request.pk}/", f"/authority/matters/{matter.pk}/"]
    records += [f"/authority/obligations/{one.pk}/" for one in matter.done_by.rulings.get().obligations.all()]
    records += [f"/audit/{matter.done_by.rulings.get().event_id}/"]
    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, firm, "高岚")
        assert judge_pages(page, [*PAGES, *records]) == []


def test_the_limit_is_said_while_the_amount_is_typed(
    context: BrowserContext, live_server: LiveServer, firm: Firm
) -> None:
    page = log_in(context, live_server, firm, "林晓岚")
    page.goto(f"{live_server.url}/authority/act/staff.reward/?staff={firm['陈立'].pk}")
    amount = page.get_by_label("金额")
    amount.fill("100")
    expect(page.get_by_text("可以直接办理：依据客服部经理岗位说明书 v1 第3条（≤ ¥100）。")).to_be_visible()
    amount.fill("101")
    expect(page.get_by_text("将送客服部总监 高岚 审批")).to_be_visible()
    assert Request.objects.count() == 2, "typing asks nobody"
    page.get_by_label("原因").fill("连续三月零投诉")
    page.get_by_role("button", name="提交").dblclick()
    expect(page).to_have_url(re.compile(r"/authority/approvals/\d+/$"))
    assert Request.objects.count() == 3, "a double click asks once"


def test_several_are_chosen_and_approved_together(context: BrowserContext, live_server: LiveServer, firm: Firm) -> None:
    page = log_in(context, live_server, firm, "高岚")
    page.goto(f"{live_server.url}/authority/approvals/")
    page.get_by_label("全选").check()
    page.get_by_role("button", name="批准所选").click()
    expect(page.get_by_text("已批准并执行。")).to_have_count(2)
    assert Matter.objects.filter(action="staff.reward").count() == 2
