"""Every page that a person reaches by following links: accessible, within a phone's screen, workable without a mouse.

Two firms: one in the middle of its day, and one of which nobody has told Remit anything yet, where every list is empty.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.authority.loading import authority_changed
from remit.kernel.authority.models import Matter
from remit.kernel.organization import actions as organization
from tests.browser.judging import COLOURLESS_RULES, WIDE, judge, judge_twice
from tests.browsing import browser_of
from tests.cast import LONG_AGO, Firm, give
from tests.world import World, build_world, give_password

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

# Files, not pages; and the components, which have tests of their own.
NO_PAGE = re.compile(
    r"\.(pdf|docx|xlsx|csv|yaml|json)$|/(sheet|paper|photo|original|mending|bpmn|template|refused|record|report/(xlsx|pdf)|files/\d+)/$|/export/|^/(gallery|logout|static)/"
)

# Forms and one's own settings: in an empty firm they look as they do in a busy one.
SAME_WITHOUT_WORK = re.compile(r"^/me/|/(new|change|closure|leaving)/$")


@pytest.fixture
def world(live_server: LiveServer, settings: Any, tmp_path: Path) -> World:
    settings.FILES_DIR = tmp_path / "files"
    with transaction.atomic():  # the verbs are called without the gate here
        return build_world()


@pytest.fixture
def empty(live_server: LiveServer) -> Firm:
    """The first hour: a group, a company, and the one person who may set everything up."""
    with transaction.atomic():
        group = organization.open_unit(parent=None, kind="group", name="恒信集团", code="HX", start=LONG_AGO)
        company = organization.open_unit(parent=group, kind="company", name="恒信健康", code="HX-J", start=LONG_AGO)
        firm = Firm(group, company, company, company, company)
        firm.positions["总经理"] = organization.open_position(
            unit=company, title="总经理", code="P-01", start=LONG_AGO, headcount=1, superior=None
        )
        firm.people["周岚"] = organization.hire(name="周岚", employee_no="E001", company=company, joined_on=LONG_AGO)
        organization.appoint(
            position=firm.positions["总经理"], person=firm["周岚"], start=LONG_AGO, end=None, is_main=True
        )
        families = ("charter", "account", "authority", "pack", "organization")
        give(firm, "总经理", "第1条", *({"action": f"{family}.*"} for family in families))
        authority_changed()
    return firm


class Walker:
    """Follows every link from Today on, each kind of page once, and notes what is wrong.

    `twice`: every colour too, and again on a phone in the dark. What an empty list is drawn with stands in the gallery, which has
    these tests.
    """

    def __init__(self, context: BrowserContext, url: str, *, twice: bool = True) -> None:
        self.context, self.url, self.twice = context, url, twice
        self.faults, self.seen = list[str](), set[str]()

    def walk(self) -> None:
        waiting = ["/"]
        while waiting:
            waiting += self.look_at(waiting.pop(0))

    def look_at(self, path: str) -> list[str]:
        """Judge a page. The links on it to kinds of pages that were not seen yet."""
        self.seen.add(kind_of(path))
        page = self.context.new_page()
        heard: list[str] = []
        page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: heard.append(str(error)))
        answer = page.goto(self.url + path, wait_until="load")
        assert answer is not None
        self.faults += [f"{path}: {answer.status}"] if not answer.ok else []
        self.faults += [f"{path}: {text}" for text in heard]  # before axe, whose own styles the policy refuses
        self.faults += judge_twice(page, path) if self.twice else judge(page, path, COLOURLESS_RULES)
        links = self.new_links(page)
        page.close()
        return links

    def new_links(self, page: Page) -> list[str]:
        found = []
        for href in page.eval_on_selector_all("a[href]", "links => links.map((link) => link.href)"):
            parts = urlsplit(href)
            is_ours = f"{parts.scheme}://{parts.netloc}" == self.url
            is_page = not NO_PAGE.search(parts.path) and (self.twice or not SAME_WITHOUT_WORK.search(parts.path))
            if is_ours and is_page and kind_of(parts.path) not in self.seen:
                self.seen.add(kind_of(parts.path))
                found.append(parts.path)
        return found


Walk = Callable[..., Walker]


def kind_of(path: str) -> str:
    """The number in an address stands for any: /people/4/ is seen when /people/3/ was; and one action's form for all."""
    return re.sub(r"/act/[a-z_.]+/", "/act/0/", re.sub(r"\d+", "0", path))


@pytest.fixture
def walk(chromium: Browser, live_server: LiveServer) -> Iterator[Walk]:
    """Browsers of people who have logged in."""
    opened: list[BrowserContext] = []

    def as_person(firm: Firm, name: str, *, twice: bool = True) -> Walker:
        context = chromium.new_context(viewport=WIDE, locale="zh-CN", reduced_motion="reduce", has_touch=True)
        context.set_default_timeout(20_000)
        give_password(firm, name)
        session = browser_of(firm, name).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        opened.append(context)
        return Walker(context, live_server.url, twice=twice)

    yield as_person
    for context in opened:
        context.close()


def test_every_page_of_a_busy_firm(walk: Walk, world: World) -> None:
    walker = walk(world.firm, "周岚")
    walker.walk()
    assert not walker.faults, "\n".join(walker.faults)
    wanted = {"/", "/organization/", "/organization/people/0/", "/charters/0/", "/charters/import/0/0/", "/authority/matrix/",
              "/authority/approvals/", "/audit/0/", "/settings/logins/", "/authority/matters/0/"}  # fmt: skip
    assert wanted <= walker.seen, f"no link leads to {wanted - walker.seen}"


def test_every_page_of_an_empty_firm(walk: Walk, empty: Firm) -> None:
    walker = walk(empty, "周岚", twice=False)
    walker.walk()
    assert not walker.faults, "\n".join(walker.faults)


# --- without a mouse -------------------------------------------------------------------------------------------------------------

# Where the keyboard is, as somebody sees it: a ring, a border, or a shadow of the element or of what it stands in.
RING = """async () => { await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))); const node = document.activeElement; if (node === document.body) return "";
    const rings = (one) => { const style = getComputedStyle(one);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"; };
    const box = node.getBoundingClientRect();
    if (box.width === 0 || box.bottom < 0 || box.top > innerHeight) return `out of sight: ${node.outerHTML.slice(0, 120)}`;
    for (let one = node, up = 0; one && up < 3; one = one.parentElement, up++) if (rings(one)) return "";
    return `no ring: ${node.outerHTML.slice(0, 120)}`; }"""


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/authority/act/staff.reward/",
        "/organization/people/",
        "/charters/import/",
        "/authority/approvals/?tab=all",
    ],
)
def test_the_keyboard_is_always_seen(walk: Walk, live_server: LiveServer, world: World, path: str) -> None:
    page = walk(world.firm, "高岚").context.new_page()
    page.goto(live_server.url + path, wait_until="networkidle")
    faults = []
    for _press in range(30):
        page.keyboard.press("Tab")
        faults += [fault] if (fault := page.evaluate(RING)) else []
    assert faults == []


def test_the_first_key_skips_to_the_page(walk: Walk, live_server: LiveServer, world: World) -> None:
    page = walk(world.firm, "高岚").context.new_page()
    page.goto(f"{live_server.url}/authority/matrix/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the button or field of that name has the keyboard."""
    told = "document.activeElement?.labels?.[0]?.textContent || document.activeElement?.textContent || ''"
    for _press in range(80):
        page.keyboard.press("Tab")
        if name in page.evaluate(told):
            return
    raise AssertionError(f"Tab never reaches “{name}”")


def test_a_decision_is_made_with_keys_alone(walk: Walk, live_server: LiveServer, world: World) -> None:
    """From the list to the request, read it, approve it."""
    page = walk(world.firm, "高岚").context.new_page()
    page.goto(f"{live_server.url}/authority/approvals/", wait_until="networkidle")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/authority/approvals/{world.waiting}/")
    tab_to(page, "批准")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已批准并执行").first).to_be_visible()


def test_an_action_is_done_with_keys_alone(walk: Walk, live_server: LiveServer, world: World) -> None:
    """Found by Ctrl K, filled in, sent: nobody reached for the mouse."""
    page = walk(world.firm, "林晓岚").context.new_page()
    page.goto(live_server.url, wait_until="networkidle")
    page.keyboard.press("Control+k")
    page.keyboard.type("jiangli")
    expect(page.locator('[role=option][aria-selected="true"]')).to_contain_text("奖励员工")
    page.keyboard.press("Enter")
    page.wait_for_url("**/authority/act/staff.reward/")
    before = Matter.objects.count()
    tab_to(page, "员工")
    page.keyboard.type("cl")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    tab_to(page, "金额")
    page.keyboard.type("80")
    tab_to(page, "原因")
    page.keyboard.type("季度之星")
    tab_to(page, "提交")
    page.keyboard.press("Enter")
    page.wait_for_url("**/authority/matters/*/")
    assert Matter.objects.count() == before + 1
