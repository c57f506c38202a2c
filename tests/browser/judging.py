"""What is asked of every page in a browser: it answers, is accessible, keeps within the screen, and no script of it fails."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from tests.browsing import browser_of
from tests.cast import Firm

# What WCAG 2.2 AA and axe's own best practices ask.
RULES: Final[dict[str, Any]] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURLESS_RULES: Final = {**RULES, "rules": {"color-contrast": {"enabled": False}}}
# What colour and size decide, for the second look at a page, on a phone in the dark.
DARK_RULES: Final[dict[str, Any]] = {"runOnly": {"type": "rule", "values": ["color-contrast", "target-size"]}}
WIDE: Final[ViewportSize] = {"width": 1440, "height": 900}
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
# Two frames, and every change of colour at its end: half-way between two themes nothing has enough contrast.
TWO_FRAMES: Final = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => Promise.all(
    document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => 0))))"""


def judge(page: Page, where: str, rules: dict[str, Any] = RULES) -> list[str]:
    """What is wrong with the page that is open, a sentence each."""
    scrolls = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    faults = [f"{where}: {scrolls} px too wide"] if scrolls > 0 else []
    # axe would fetch every stylesheet again, at addresses that do not exist, for rules that are not asked here; and describe each
    # element that is as it should be, which takes as long as finding those that are not
    asked = {**rules, "preload": False, "resultTypes": ["violations"]}
    for violation in Axe().run(page, options=asked).response["violations"]:
        nodes = [node["html"][:160] for node in violation["nodes"][:3]]
        faults.append(f"{where}: {violation['id']} {nodes}")
    return faults


def judge_twice(page: Page, where: str) -> list[str]:
    """What is wrong with the page that is open, on a wide screen as it is, and on a phone in the dark."""
    faults = judge(page, where)
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark")  # followed where nobody chose a theme; what is drawn as paper stays white
    page.evaluate(TWO_FRAMES)  # even with motion reduced a colour takes one to change
    faults += judge(page, f"{where} on a phone in the dark", DARK_RULES)
    page.set_viewport_size(WIDE)
    page.emulate_media(color_scheme="light")
    return faults


def judge_pages(page: Page, paths: Iterable[str]) -> list[str]:
    """What is wrong with each of the addresses, looked at twice; a sentence each."""
    faults: list[str] = []

    def note(error: object) -> None:
        faults.append(f"{page.url}: {error}")

    page.on("pageerror", note)
    for path in paths:
        answer = page.goto(path, wait_until="load")
        assert answer is not None and answer.ok, path
        faults += judge_twice(page, path)
    page.remove_listener("pageerror", note)
    return faults


@contextmanager
def screen(chromium: Browser, live_server: LiveServer, theme: str, width: int) -> Iterator[BrowserContext]:
    """A browser with a theme and a width; below 500 px it is a phone's."""
    context = chromium.new_context(
        base_url=live_server.url, viewport={"width": width, "height": 900}, locale="zh-CN", reduced_motion="reduce",
        has_touch=width < 500, color_scheme="dark" if theme == "dark" else "light",  # a login's own theme follows the device
    )  # fmt: skip
    context.set_default_timeout(20_000)
    context.add_cookies([{"name": "remit_theme", "value": theme, "url": live_server.url}])
    yield context
    context.close()


def log_in(context: BrowserContext, live_server: LiveServer, firm: Firm, name: str) -> Page:
    """A page in which the person is logged in, of a browser that may have been somebody else's."""
    session = browser_of(firm, name).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    return context.new_page()
