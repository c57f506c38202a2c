"""A complaint from the telephone call to the closed loop, with a step that nobody does until two levels up know of it; and one that a
customer sends in by himself, on his phone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.authority.loading import authority_changed
from remit.kernel.authority.models import Matter
from remit.kernel.procedures.models import Case, CustomerWord, Rating, StepRun
from remit.kernel.procedures.tests.department import MORNING, Department, build_department
from remit.kernel.procedures.tests.test_customers import open_page
from remit.schedule import climb_overdue_steps
from tests.browser.judging import DARK_RULES, PHONE, TWO_FRAMES, judge, log_in, screen
from tests.cast import give
from tests.moving_clock import MovingClock, moving_clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def story(live_server: LiveServer) -> Iterator[MovingClock]:
    with moving_clock(MORNING) as story:
        yield story


@pytest.fixture
def department(story: MovingClock) -> Department:
    """陈立 keeps the file of 周敏, whose number ends in 2233."""
    with transaction.atomic(), story.at():
        department = build_department()
        give(department.firm, "健康顾问", "第8条", {"action": "customer.open"})
        authority_changed()
        department.firm.do("陈立", "customer.open", name="周敏", kind="person", phone="13805712233")
        open_page(department.firm)
    return department


class Desk:
    """One browser at which the people of the department sit down in turn."""

    def __init__(self, context: BrowserContext, live_server: LiveServer, department: Department, story: MovingClock):
        self.context, self.live_server, self.department, self.story = context, live_server, department, story
        self.page: Page | None = None

    def sit(self, name: str, where: str = "/") -> Page:
        if self.page is not None:
            self.page.close()
        with self.story.at():
            self.page = log_in(self.context, self.live_server, self.department.firm, name)
        self.page.goto(where)
        return self.page

    def case(self, name: str) -> Page:
        """From Today to the case, as the item leads there."""
        page = self.sit(name)
        page.locator("#items a.row__title", has_text="按摩椅反复停机").first.click()
        return page


@pytest.mark.ledger("S-043", "S-045", "R-028", "R-034", "R-061", "P-025")
def test_a_complaint_from_the_call_to_the_closed_loop(
    chromium: Browser, live_server: LiveServer, department: Department, story: MovingClock
) -> None:
    with screen(chromium, live_server, "light", 1440) as wide, screen(chromium, live_server, "light", 390) as phone:
        desk, customer = Desk(wide, live_server, department, story), phone.new_page()
        enters_it_while_talking(desk)
        case = Case.objects.get()
        climbs_two_rungs(desk, story)
        is_investigated_and_decided(desk, story)
        address = desk.case("陈立").locator("#status-link").input_value()
        confirms(customer, address)
        is_compensated(desk, story)
        is_called_back_and_filed(desk, story)
        customer.goto(address)
        customer.locator('button[name=level][value="5"]').click()
        expect(customer.locator('button[name=level][value="5"]')).to_have_attribute("aria-pressed", "true")
        shows_the_whole_clock(desk, case)
    case.refresh_from_db()
    assert (case.outcome, case.values["confirmed"], Rating.objects.get().level) == ("settled", True, 5)
    assert Matter.objects.get(action="remedy.compensate").facts["amount"] == "300.00"
    done_by = {run.step: run.closed_by for run in StepRun.objects.filter(case=case, closed_by__isnull=False)}
    assert done_by["call_back"] != done_by["carry_out"], "somebody else calls back"


def enters_it_while_talking(desk: Desk) -> None:
    page = desk.sit("陈立", "/procedures/cases/new/complaint/")
    page.get_by_label("简述").fill("按摩椅反复停机")
    page.locator(".picker input").first.fill("2233")
    page.get_by_role("option", name=re.compile("周敏")).click()
    page.get_by_label("投诉人与联系方式").fill("周敏 13805712233")
    page.get_by_label("来访途径").select_option("phone")
    page.get_by_label("类别").select_option("product")
    page.get_by_label("投诉内容").fill("第三次停机")
    page.get_by_role("button", name="受理").click()
    expect(page.get_by_role("heading", name=re.compile("按摩椅反复停机"))).to_be_visible()
    page.locator('form[action$="/link/"] button').click()
    expect(page.locator("#status-link")).to_have_value(re.compile("/status/"))


def climbs_two_rungs(desk: Desk, story: MovingClock) -> None:
    """Nobody judges it. The manager hands it to a colleague, who does not come to it either; then the director judges herself."""
    story.move(minutes=70)
    with story.at():
        assert climb_overdue_steps(0) == 1
    page = desk.case("林晓岚")
    page.locator('[data-open="assign"]').click()
    dialog = page.locator("dialog#assign")
    dialog.locator(".picker input").fill("zmz")
    page.get_by_role("option", name=re.compile("赵敏之")).click()
    dialog.locator("textarea").fill("陈立外出")
    dialog.locator('button[type="submit"]').click()
    expect(page.locator(".steps")).to_contain_text("赵敏之")
    story.move(minutes=30)
    with story.at():
        assert climb_overdue_steps(0) == 1
    page = desk.case("高岚")
    page.get_by_role("group", name="理由充分").get_by_label("是").check()
    page.get_by_role("group", name="要求合理").get_by_label("是").check()
    page.locator(".picker input").first.fill("客户服务")
    page.get_by_role("option", name=re.compile("客户服务部")).first.click()
    page.get_by_label("答复客户的日期").fill("2026-11-30")
    page.get_by_role("button", name="成立", exact=True).click()
    expect(page.locator("[name=cause]")).to_be_visible()


def is_investigated_and_decided(desk: Desk, story: MovingClock) -> None:
    story.move(hours=1)
    page = desk.case("高岚")
    page.locator("[name=cause]").fill("控制板接触不良")
    page.get_by_role("button", name="查清").click()
    page.locator("[name=proposals]").fill("更换控制板\n整机调换")
    page.get_by_role("button", name="送负责人选定").click()
    page.get_by_role("group", name="选定的方案").get_by_label("更换控制板").check()
    page.get_by_role("button", name="选定", exact=True).click()
    expect(page.locator(".record-next")).to_contain_text("陈立")


def confirms(customer: Page, address: str) -> None:
    customer.goto(address)
    expect(customer.get_by_text("更换控制板").first).to_be_visible()
    assert judge(customer, "status") == []
    customer.locator('button[value="confirmed"]').click()
    customer.wait_for_load_state()
    assert CustomerWord.objects.get().kind == "confirmed"


def is_compensated(desk: Desk, story: MovingClock) -> None:
    """The clerk gives nothing by himself: it waits for the director, and goes on when she has approved it."""
    story.move(hours=2)
    page = desk.case("陈立")
    page.locator("[name=done]").fill("上门更换控制板")
    page.locator("[name=remedy]").select_option("compensate")
    page.locator("[name=amount]").fill("300")
    expect(page.get_by_role("group", name="客户已确认签字").get_by_label("是")).to_be_checked()
    page.get_by_role("button", name="客户接受", exact=True).click()
    expect(page.locator(".record-next a")).to_be_visible()
    story.move(minutes=20)
    page = desk.sit("高岚", "/authority/approvals/")
    page.get_by_role("link", name=re.compile("补偿")).first.click()
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.get_by_text("已批准并执行。")).to_be_visible()


def is_called_back_and_filed(desk: Desk, story: MovingClock) -> None:
    story.move(hours=20)
    page = desk.case("赵敏之")
    page.get_by_role("group", name="客户满意").get_by_label("是").check()
    page.locator("[name=call_note]").fill("运转正常")
    page.get_by_role("button", name="满意", exact=True).click()
    story.move(hours=2)
    page = desk.case("林晓岚")
    page.locator("[name=analysis]").fill("同批次控制板虚焊")
    page.locator("[name=improvement]").fill("到货抽检")
    page.locator("[name=penalty]").select_option("none")
    page.get_by_role("button", name="归档", exact=True).click()
    expect(page.get_by_text("已闭环").first).to_be_visible()


def shows_the_whole_clock(desk: Desk, case: Case) -> None:
    page = desk.sit("陈立", f"/procedures/cases/{case.pk}/")
    story = page.locator(".timeline")
    for said in ("第三次停机", "投诉判断", "控制板接触不良", "上门更换控制板", "运转正常", "同批次控制板虚焊"):
        expect(story.get_by_text(said).first).to_be_visible()
    assert page.locator(".timeline__item--warn, .timeline-item--warn").count() >= 1 or "2" in story.inner_text()


@pytest.mark.ledger("R-230")
def test_a_customer_sends_a_matter_in_on_his_phone(
    chromium: Browser, live_server: LiveServer, department: Department, story: MovingClock
) -> None:
    """Without any script; the pages are judged with scripts, which the judge itself is."""
    kind: dict[str, Any] = {
        "base_url": live_server.url,
        "viewport": PHONE,
        "locale": "zh-CN",
        "has_touch": True,
        "reduced_motion": "reduce",
    }
    looked_at, plain = chromium.new_context(**kind), chromium.new_context(**kind, java_script_enabled=False)
    eye, page = looked_at.new_page(), plain.new_page()
    eye.goto("/intake/hengxin/")
    assert judged(eye, "the form") == []
    eye.locator("form.form").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(eye.locator(".field__error").first).to_be_visible()
    assert judged(eye, "what is wrong with it") == []
    page.goto("/intake/hengxin/")
    page.locator("[name=category]").select_option("delivery")
    page.locator("[name=content]").fill("上周五订的血压计到今天还没有送到")
    page.locator("[name=name]").fill("王秀英")
    page.locator("[name=phone]").fill("13805710101")
    page.locator("[name=consent]").check()
    story.move(seconds=40)
    page.locator("form.form button[type=submit]").click()
    case = Case.objects.get()
    expect(page.get_by_text(case.number).first).to_be_visible()
    eye.goto(page.url)
    assert judged(eye, "the status") == []
    looked_at.close()
    plain.close()


def judged(page: Page, where: str) -> list[str]:
    """By day with every rule, by night for its colours."""
    faults = judge(page, where)
    page.emulate_media(color_scheme="dark")
    page.evaluate(TWO_FRAMES)
    faults += judge(page, f"{where} in the dark", DARK_RULES)
    page.emulate_media(color_scheme="light")
    return faults
