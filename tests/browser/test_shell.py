"""The shell in a real browser: accessible, nothing sticks out of a phone, no complaints; keys and input methods behave."""

import re

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.accounts import actions
from remit.kernel.accounts.actor import system
from tests.browser.judging import judge_twice, screen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PASSWORD = "a kettle sings at seven"
PAGES = ["/gallery/", "/gallery/day/", "/gallery/record/", "/gallery/bare/", "/gallery/print/"]


def listen(page: Page) -> list[str]:
    """What the browser will complain about on this page, as it comes."""
    heard: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def test_every_page_is_accessible_and_keeps_within_the_screen(chromium: Browser, live_server: LiveServer) -> None:
    faults: list[str] = []
    with screen(chromium, live_server, "auto", 1440) as context:
        for path in PAGES:
            page = context.new_page()
            heard = listen(page)
            page.goto(path, wait_until="load")
            faults += [f"{path}: {text}" for text in heard]  # before axe, whose own styles the content policy refuses
            faults += judge_twice(page, path)
    assert faults == []


def test_what_a_finger_touches_is_large_enough(chromium: Browser, live_server: LiveServer) -> None:
    """44 px on a phone; a link within a line of text is as high as the line."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(live_server.url + "/gallery/day/")
    small = page.evaluate("""() => [...document.querySelectorAll("button, .button, .bottom-item, .segment, .chip")]
        .filter((node) => node.offsetParent !== null && node.getBoundingClientRect().height < 43.5)
        .map((node) => `${node.className} ${node.getBoundingClientRect().height}`)""")
    context.close()
    assert small == []


@pytest.fixture
def inside(page: Page, live_server: LiveServer, transactional_db: None) -> Page:
    """A page of somebody who has just logged in through the form."""
    actions.create_user(
        username="lin",
        name="林晓",
        language="zh-hans",
        password=PASSWORD,
        must_change_password=False,
        actor=system("tests"),
    )
    page.goto(live_server.url + "/login/?next=/settings/")
    page.locator("input[name=login]").fill("lin")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url("**/settings/")
    return page


def test_ctrl_k_finds_by_pinyin_and_opens_with_the_keyboard(inside: Page, complaints: list[str]) -> None:
    inside.keyboard.press("Control+k")
    palette = inside.locator("[data-palette]")
    expect(palette).to_be_visible()
    inside.keyboard.type("zj")
    expect(palette.locator('[role=option][aria-selected="true"]')).to_have_text("组件")
    inside.keyboard.press("Enter")
    inside.wait_for_url("**/gallery/")
    assert complaints == []


def test_nothing_acts_while_an_input_method_composes(inside: Page) -> None:
    inside.keyboard.press("Control+k")
    inside.keyboard.type("zj")
    expect(inside.locator('[role=option][aria-selected="true"]')).to_have_text("组件")
    compose = 'new KeyboardEvent("keydown", {key: "Enter", isComposing: true, bubbles: true, cancelable: true})'
    inside.locator("[data-palette-input]").evaluate(f"(input) => input.dispatchEvent({compose})")
    inside.wait_for_timeout(200)
    assert inside.url.endswith("/settings/")
    inside.keyboard.press("Escape")
    expect(inside.locator("[data-palette]")).to_be_hidden()


def test_the_theme_changes_at_once_and_stays(inside: Page) -> None:
    inside.locator(".me-button").click()
    with inside.expect_response("**/me/preferences/"):
        inside.locator('[data-theme-switch] [value="dark"]').first.click()
    assert inside.evaluate("document.documentElement.dataset.theme") == "dark"
    inside.reload()
    assert inside.evaluate("document.documentElement.dataset.theme") == "dark"


def test_j_and_k_walk_a_list_and_enter_opens(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + "/gallery/day/")
    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)
    expect(page).to_have_url(re.compile("#1$"))


def test_selected_rows_show_what_can_be_done_with_them(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + "/gallery/")
    bar = page.locator("[data-bulk]")
    expect(bar).to_be_hidden()
    page.locator("[data-select]").nth(1).check()
    expect(bar).to_be_visible()
    page.locator("[data-select-all]").check()
    expect(page.locator("[data-bulk-count]")).to_contain_text("7")
    page.locator("[data-select-none]").click()
    expect(bar).to_be_hidden()


def test_a_picker_finds_by_initials_and_keeps_the_select_in_step(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + "/gallery/record/")
    field = page.get_by_role("combobox").last
    field.fill("cl")
    expect(page.get_by_role("option").first).to_contain_text("陈立")
    field.press("Enter")
    expect(page.locator("select[data-picker]")).to_have_value("陈立")
    expect(page.locator(".picker__chip")).to_have_text(["陈立 客服主管×"])


def test_the_limit_stands_beside_the_amount_before_it_is_sent(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + "/gallery/record/")
    hint = page.locator(".amount-field__hint")
    expect(hint).to_contain_text("将送 总经理助理 高岚")
    page.locator("input[name=amount]").fill("300")
    expect(hint).to_contain_text("提交后立即执行")


def test_leaving_a_changed_form_asks(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + "/gallery/record/")
    measures = page.locator("textarea[name=measures]")
    measures.click()  # a browser asks only those who have touched the page
    measures.fill("更换门机控制板")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    page.goto(live_server.url + "/gallery/day/")
    assert asked == ["beforeunload"]


def test_a_message_lies_above_an_open_drawer(page: Page, live_server: LiveServer) -> None:
    page.goto(live_server.url + "/gallery/")
    page.locator('[data-drawer="quick-look"]').click()
    expect(page.locator(".drawer[open] [data-drawer-body]")).to_contain_text("客户服务部经理")
    page.evaluate('document.dispatchEvent(new CustomEvent("remit:toast", {detail: {text: "已保存。", tone: "ok"}}))')
    on_top = page.evaluate("""() => { const box = document.querySelector(".toast").getBoundingClientRect();
        return document.elementFromPoint(box.x + 20, box.y + 10).closest(".toast") !== null; }""")
    assert on_top
