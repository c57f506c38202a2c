"""A leaver's handover and return: customers, collaborations and open work pass in one act, and come back in one."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.parties.models import Party
from remit.kernel.work.models import WorkItem
from remit.kernel.work.tests.routine_help import CALL, morning, routine_firm
from tests.browser.judging import log_in, screen
from tests.cast import Firm, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

CUSTOMERS = ("恒远精密", "瑞达物流", "长兴医药")


@pytest.fixture
def firm(live_server: LiveServer) -> Firm:
    """陈立 keeps three customers; he and 赵敏之 each have their call of the last workday to make."""
    with transaction.atomic():
        firm = routine_firm()
        lock_authority(exclusively=True)
        give(firm, "健康顾问", "第5条", {"action": "customer.open"})
        give(firm, "客服部经理", "第6条", {"action": "customer.*"})
        authority_changed()
    for name in CUSTOMERS:
        firm.do("陈立", "customer.open", name=name, kind="organization")
    day = timezone.localdate()
    while not WorkItem.objects.filter(duty="d1", person=firm["陈立"]).exists():
        morning(day)
        day -= dt.timedelta(days=1)
    return firm


@pytest.fixture
def contexts(chromium: Browser, live_server: LiveServer) -> Iterator[list[BrowserContext]]:
    with ExitStack() as stack:
        yield [stack.enter_context(screen(chromium, live_server, "light", 1440)) for _desk in range(3)]


def choose(page: Page, label: str, typed: str) -> None:
    field = page.get_by_role("combobox", name=label)
    field.fill(typed)
    expect(page.get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(page.locator(".picker__chip", has_text=re.compile("陈立|赵敏之")).last).to_be_visible()


def sees(page: Page, *, customers: bool, calls: int) -> None:
    """What stands in the person's own list of customers, and how many of the day's calls on Today."""
    page.goto("/parties/?scope=mine")
    for name in CUSTOMERS:
        expect(page.get_by_role("link", name=name)).to_have_count(1 if customers else 0)
    page.goto("/")
    expect(page.locator("a.row__title", has_text=CALL.text)).to_have_count(calls)


def test_a_leaver_hands_over_and_comes_back(
    contexts: list[BrowserContext], live_server: LiveServer, firm: Firm, complaints: list[str]
) -> None:
    manager, giver, taker = (
        log_in(context, live_server, firm, name)
        for context, name in zip(contexts, ("林晓岚", "陈立", "赵敏之"), strict=True)
    )
    for page in (manager, giver, taker):
        page.on("pageerror", lambda error: complaints.append(str(error)))
    sees(giver, customers=True, calls=1)
    sees(taker, customers=False, calls=1)

    manager.goto("/parties/handover/")
    choose(manager, "交出人", "chenli")
    choose(manager, "给谁", "zmz")
    manager.get_by_label("原因").fill("产假，明年三月回来")
    manager.get_by_role("button", name="转交", exact=True).click()
    expect(manager.get_by_text("陈立 → 赵敏之")).to_be_visible()
    sees(taker, customers=True, calls=2)
    sees(giver, customers=False, calls=0)

    manager.goto("/parties/handover/")
    manager.get_by_role("button", name="收回").click()
    dialog = manager.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="收回").click()
    expect(manager.get_by_text("已交回")).to_be_visible()
    sees(giver, customers=True, calls=1)
    sees(taker, customers=False, calls=1)
    assert set(Party.objects.filter(owner=firm["陈立"]).values_list("name", flat=True)) == set(CUSTOMERS)
    assert complaints == []
