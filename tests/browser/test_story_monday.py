"""A manager's Monday: what the weekend left, what waits for her, who has sent his week, and what she asks for next."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.authority.models import Matter
from remit.kernel.work.models import Summary, Task, WorkItem
from remit.kernel.work.tests.routine_help import morning, routine_firm
from tests.browser.judging import log_in, screen
from tests.cast import Firm

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def firm(live_server: LiveServer) -> Firm:
    """Whatever day it is: 陈立 left something undone and asks for a gift beyond his limit; 赵敏之 has sent her week, he has not."""
    with transaction.atomic():
        firm = routine_firm()
    today = timezone.localdate()
    for back in range(1, 12):  # until something of the last workdays is due
        morning(today - dt.timedelta(days=back))
        if WorkItem.objects.filter(person=firm["陈立"], due_at__lt=timezone.now(), done_at=None).exists():
            break
    last_week = today - dt.timedelta(days=today.weekday() + 7)
    firm.do("赵敏之", "summary.send", kind="week", starts_on=last_week, text="回访二十户", plan="补两户")
    firm.do("陈立", "remedy.gift", customer="王女士", amount="80", reason="生日，老会员")
    return firm


@pytest.fixture
def desks(chromium: Browser, live_server: LiveServer, firm: Firm) -> Iterator[tuple[Page, Page]]:
    """The manager's browser, and her adviser's on his phone."""
    with screen(chromium, live_server, "light", 1440) as wide, screen(chromium, live_server, "light", 390) as phone:
        yield log_in(wide, live_server, firm, "林晓岚"), log_in(phone, live_server, firm, "陈立")


def test_a_managers_monday(desks: tuple[Page, Page], firm: Firm, complaints: list[str]) -> None:
    manager, adviser = desks
    for page in desks:
        page.on("pageerror", lambda error: complaints.append(str(error)))
    sees_what_the_weekend_left(manager)
    approves_what_waits(manager)
    reads_and_chases_the_week(manager)
    asks_for_more(manager)
    the_adviser_is_told(adviser)
    assert complaints == []
    assert Matter.objects.get(action="remedy.gift").facts["amount"] == "80.00"
    assert Summary.objects.get().read_at is not None
    assert Task.objects.get().performer == firm["陈立"]


def sees_what_the_weekend_left(manager: Page) -> None:
    manager.goto("/")
    team = manager.locator(".card", has=manager.get_by_role("heading", name="组员今日"))
    expect(team.locator(".row", has_text="陈立")).to_contain_text("1 件逾期")


def approves_what_waits(manager: Page) -> None:
    manager.goto("/authority/approvals/")
    manager.get_by_role("link", name=re.compile("赠")).first.click()
    expect(manager.get_by_text("生日，老会员")).to_be_visible()
    manager.get_by_role("button", name="批准", exact=True).click()
    expect(manager.get_by_text("已批准并执行。")).to_be_visible()


def reads_and_chases_the_week(manager: Page) -> None:
    manager.goto("/work/summaries/team/?kind=week")
    manager.get_by_role("link", name="‹").click()
    manager.get_by_role("link", name="赵敏之").click()
    expect(manager.get_by_text("回访二十户")).to_be_visible()
    manager.get_by_role("button", name="阅知").click()
    manager.goto("/work/summaries/team/?kind=week")
    manager.get_by_role("link", name="‹").click()
    expect(manager.locator(".row", has_text="赵敏之")).to_contain_text("已阅")
    expect(manager.locator(".row", has_text="陈立")).to_contain_text("未交")
    manager.get_by_role("button", name=re.compile("催交")).click()
    expect(manager.get_by_role("status")).to_be_visible()


def asks_for_more(manager: Page) -> None:
    manager.goto("/work/tasks/new/")
    manager.get_by_label("要办的事").fill("汇总上周的退货原因")
    manager.locator(".picker input").fill("cl")
    manager.get_by_role("option", name=re.compile("陈立")).click()
    manager.get_by_label("要求与预期结果").focus()  # the list of names closes
    manager.get_by_role("button", name="布置", exact=True).click()
    expect(manager.get_by_role("heading", name="汇总上周的退货原因")).to_be_visible()


def the_adviser_is_told(adviser: Page) -> None:
    adviser.goto("/")
    expect(adviser.locator(".rows-head--late")).to_contain_text("逾期")
    expect(adviser.locator("a.row__title", has_text="提交总结")).to_be_visible()
    expect(adviser.locator("a.row__title", has_text="汇总上周的退货原因")).to_be_visible()
    adviser.locator("#bell").click()
    expect(adviser.get_by_text("汇总上周的退货原因").first).to_be_visible()
