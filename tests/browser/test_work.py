"""Work in a real browser: a day's routine with its evidence, a task from the meeting to its end; accessible, within the screen."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.work.models import Summary, Task, WorkItem
from remit.kernel.work.tests.routine_help import CALL, morning, routine_firm
from tests.browser.judging import judge_pages, log_in, screen
from tests.cast import Firm

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def firm(live_server: LiveServer) -> Firm:
    """An ordinary day: whatever day it is, a call of the last workday is asked of each adviser."""
    with transaction.atomic():
        firm = routine_firm()
    day = timezone.localdate()
    morning(day)
    if not WorkItem.objects.filter(duty="d1", person=firm["陈立"]).exists():  # a weekend: Friday's
        for back in (1, 2, 3, 4, 5, 6, 7, 8):
            morning(day - dt.timedelta(days=back))
    monday = day - dt.timedelta(days=day.weekday())
    firm.do("赵敏之", "summary.send", kind="week", starts_on=monday, text="回访二十户", plan="补两户")
    firm.do(
        "高岚",
        "task.give",
        title="清点样品",
        performers=[firm["林晓岚"].pk],
        due_at=timezone.now() + dt.timedelta(days=2),
    )
    return firm


def test_every_page_is_accessible_and_keeps_within_the_screen(
    chromium: Browser, live_server: LiveServer, firm: Firm
) -> None:
    item = WorkItem.objects.filter(person=firm["陈立"], duty="d1").latest("pk")
    paths = ["/", f"/work/{item.pk}/", "/work/?tab=done", "/work/routines/", "/work/tasks/", "/work/tasks/new/"]
    paths += [
        f"/work/tasks/{Task.objects.get().pk}/",
        "/work/results/",
        "/work/results/?by=duty",
        "/work/results/items/",
    ]
    paths += [
        "/work/summaries/",
        "/work/summaries/team/",
        f"/work/summaries/{Summary.objects.get().pk}/",
        "/work/calendar/",
    ]
    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, firm, "林晓岚")
        assert judge_pages(page, paths) == []


def test_the_days_routine_is_done_with_what_it_asks_for(
    context: BrowserContext, live_server: LiveServer, firm: Firm, complaints: list[str]
) -> None:
    page = log_in(context, live_server, firm, "陈立")
    listen(page, complaints)
    item = WorkItem.objects.filter(person=firm["陈立"], duty="d1", done_at=None).latest("pk")
    page.goto(live_server.url)
    page.locator(f"a.row__title[href='/work/{item.pk}/']").click()
    page.get_by_label("通数").fill("十二")
    page.get_by_label("客户的意见").fill("都满意")
    done = page.get_by_role("button", name="完成")
    done.click()
    expect(page.get_by_text("客户的意见")).to_be_visible()  # back with the fault, and what was typed still there
    expect(page.get_by_label("客户的意见")).to_have_value("都满意")
    page.get_by_label("通数").fill("12")
    done.click()
    expect(page).to_have_url(live_server.url + "/")
    page.goto(f"{live_server.url}/work/{item.pk}/")
    expect(page.get_by_text("12", exact=True)).to_be_visible()
    item.refresh_from_db()
    assert item.done_by == firm["陈立"] and item.labels["zh-hans"] == CALL.text
    assert [line for line in complaints if "422" not in line] == []


def test_a_task_goes_from_the_form_to_its_end(
    context: BrowserContext, live_server: LiveServer, firm: Firm, chromium: Browser, complaints: list[str]
) -> None:
    leader = log_in(context, live_server, firm, "高岚")
    listen(leader, complaints)
    leader.goto(f"{live_server.url}/work/tasks/new/")
    leader.get_by_label("要办的事").fill("汇总退货原因")
    leader.locator(".picker input").fill("lxl")
    leader.locator("[role=option]", has_text="林晓岚").click()
    leader.get_by_label("要求与预期结果").focus()  # the list of names closes
    leader.get_by_role("button", name="布置", exact=True).click()
    expect(leader.get_by_role("heading", name="汇总退货原因")).to_be_visible()
    task = Task.objects.get(title="汇总退货原因")
    other = chromium.new_context(locale="zh-CN")
    doer = log_in(other, live_server, firm, "林晓岚")
    doer.goto(f"{live_server.url}/work/tasks/{task.pk}/")
    doer.get_by_label("办理结果").fill("三类原因，见附表")
    doer.get_by_role("button", name="报完成").click()
    expect(doer.locator(".tag", has_text="已报完成").first).to_be_visible()
    other.close()
    leader.reload()
    leader.get_by_role("button", name="验收通过").click()
    expect(leader.locator(".tag", has_text="已验收").first).to_be_visible()
    task.refresh_from_db()
    assert task.is_accepted and complaints == []


def listen(page: Page, complaints: list[str]) -> None:
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
