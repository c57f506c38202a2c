"""Notices and mailboxes in a real browser: the bell rings by itself, and rests where nobody looks."""

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Request, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.work.models import NoticeKind
from remit.kernel.work.notices.telling import tell
from tests.browser.judging import judge_pages, log_in, screen
from tests.cast import Firm, build_firm, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def firm(live_server: LiveServer) -> Firm:
    with transaction.atomic():
        firm = build_firm()
        give(firm, "总经理", "第9条", {"action": "mailbox.*"}, {"action": "calendar.*"})
    return firm


def say(firm: Firm, name: str, topic: str) -> None:
    words = {"zh-hans": "一条说明了来龙去脉、因而相当长的通知，用来看看它在窄屏幕上怎样换行而不把别的东西挤出去"}
    tell(NoticeKind.CASE, topic, [firm[name].pk], labels=words, provenances=words, link="/")


def test_every_page_is_accessible_and_keeps_within_the_screen(
    chromium: Browser, live_server: LiveServer, firm: Firm
) -> None:
    for n in range(3):
        say(firm, "周岚", f"test:{n}")
    paths = ["/work/notices/", "/work/notices/?tab=all", "/work/notices/ways/", "/procedures/mailboxes/"]
    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, firm, "周岚")
        assert judge_pages(page, [*paths, "/procedures/mailboxes/mails/"]) == []


def test_the_bell_rings_by_itself_and_rests_while_nobody_looks(
    chromium: Browser, live_server: LiveServer, firm: Firm
) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/work/notices/bell/"):
            asked.append(request.url)

    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, firm, "陈立")
        page.on("request", note)
        page.clock.install()
        page.goto("/work/notices/")
        expect(page.locator("#bell .count")).to_have_count(0)
        say(firm, "陈立", "test:1")
        page.clock.run_for(66_000)
        expect(page.locator("#bell .count")).to_have_text("1")
        assert len(asked) == 1
        page.evaluate("window.away = true")
        page.evaluate("Object.defineProperty(document, 'hidden', { get: () => window.away, configurable: true })")
        page.clock.run_for(300_000)
        assert len(asked) == 1, "a page that nobody looks at asks nothing"
        say(firm, "陈立", "test:2")
        page.evaluate("window.away = false; document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.locator("#bell .count")).to_have_text("2")
        page.locator("#bell").click()
        page.locator("form[action*='/work/notices/'] button").last.click()
        expect(page.locator("#bell .count")).to_have_text("1")
