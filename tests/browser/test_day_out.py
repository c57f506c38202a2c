"""A key-account representative's visit day on a phone: place and photo, a lift without network, and back, everything once."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.parties.models import Activity
from remit.kernel.procedures.models import Case, StepRun
from tests.browser.judging import judge_pages, log_in, screen
from tests.key_accounts import Accounts, build_accounts, picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

DAY = "/procedures/day/"


@pytest.fixture
def accounts(live_server: LiveServer) -> Accounts:
    with transaction.atomic():  # the verbs are called without the gate here
        return build_accounts()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "现场.jpg"
    path.write_bytes(picture(timezone.now(), (30.2741, 120.1551)))
    return path


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 390, "height": 844},
        has_touch=True, permissions=["geolocation"], geolocation={"latitude": 30.2741, "longitude": 120.1551, "accuracy": 14},
    )  # fmt: skip
    context.set_default_timeout(15_000)
    yield context
    context.close()


def appointed(accounts: Accounts, who: str = "罗小满") -> Case:
    case = accounts.open(who)
    at = timezone.localtime() - dt.timedelta(minutes=30)
    accounts.appointed(case, who, at=at.strftime("%Y-%m-%dT%H:%M"))
    return case


def ready(page: Page) -> None:
    """The page of the day is open, and the phone keeps it."""
    page.goto(DAY)
    expect(page.locator("[data-day][data-ready]")).to_have_count(1)


def out(phone: BrowserContext, live_server: LiveServer, accounts: Accounts) -> Page:
    """She is on her way, with the day on her phone."""
    page = log_in(phone, live_server, accounts.firm, "罗小满")
    ready(page)
    return page


def kept_on_the_phone(page: Page, phone: BrowserContext, case: Case, photo: Path) -> None:
    """Without network: the page itself is there, and what she writes waits."""
    phone.set_offline(True)
    page.reload()
    fill_in(page, case, photo)
    send(page, case)
    expect(page.locator("[data-day-kept] .day__kept")).to_have_count(1)


def fill_in(page: Page, case: Case, photo: Path) -> None:
    run = StepRun.objects.get(case=case, closed_at=None)
    stop = page.locator(f"#run-{run.pk}")
    stop.locator("summary").click()
    now = timezone.localtime() - dt.timedelta(minutes=5)
    stop.locator("[name=visited_at]").fill(now.strftime("%Y-%m-%dT%H:%M"))
    stop.locator("[data-place-ask]").click()
    expect(stop.locator("[data-place-told]")).to_contain_text("14")
    stop.locator("[name=photos]").set_input_files(photo)
    expect(stop.locator("[data-photo-shown] img")).to_be_visible()
    stop.locator("[name=needs]").fill("明年增加两条专线")
    stop.locator("[name=product_use]").fill("现有专线每日使用")
    stop.locator("[name=service_state]").select_option("good")
    stop.locator("[name=competitor_came][value=false]").check()
    stop.locator("[name=issues_left][value=false]").check()


def until(page: Page, seen: Callable[[], object]) -> None:
    """Lets the page go on until something was seen on this side: longer than the phone waits between two tries."""
    for _ in range(300):
        if seen():
            return
        page.wait_for_timeout(100)
    raise AssertionError("not seen within 30 seconds")


def send(page: Page, case: Case) -> None:
    run = StepRun.objects.get(case=case, closed_at=None)
    page.locator(f"#run-{run.pk} button[value=filed]").click()


@pytest.mark.ledger("S-021")
def test_a_visit_is_recorded_with_one_hand_where_it_happens(
    phone: BrowserContext, live_server: LiveServer, accounts: Accounts, photo: Path
) -> None:
    case = appointed(accounts)
    page = out(phone, live_server, accounts)
    fill_in(page, case, photo)
    expect(page.get_by_role("link", name="一号楼 302")).to_have_attribute("href", re.compile("^geo:"))
    send(page, case)
    expect(page.locator("details.day__stop")).to_have_count(0)
    case.refresh_from_db()
    assert case.outcome == "filed"
    assert case.values["place"]["latitude"] == "30.274100"
    assert Activity.objects.get(party=accounts.hongye).kind == "visit"


@pytest.mark.ledger("S-021")
def test_without_network_the_record_waits_on_the_phone_and_is_done_exactly_once(
    phone: BrowserContext, live_server: LiveServer, accounts: Accounts, photo: Path
) -> None:
    case = appointed(accounts)
    page = out(phone, live_server, accounts)
    # The answer to the first try is lost on the way: the phone can't know that it arrived.
    lost: list[int] = []
    is_back = False

    def lose(route: Route) -> None:
        if lost:
            return route.continue_()
        if is_back:  # a route that fetches knows nothing of the phone's network
            lost.append(route.fetch().status)
        route.abort()

    page.route("**/procedures/day/steps/*/", lose)
    kept_on_the_phone(page, phone, case, photo)
    waiting = page.locator("[data-day-kept] .day__kept")
    page.reload()  # and what was written is, too, after the phone was put away
    expect(waiting).to_have_count(1)
    expect(page.locator("details.day__stop:visible")).to_have_count(0)
    case.refresh_from_db()
    assert case.step == "visit", "nothing has arrived"
    is_back = True
    phone.set_offline(False)
    until(page, lambda: lost)
    page.reload()
    expect(waiting).to_have_count(0)
    expect(page.locator("details.day__stop")).to_have_count(0)
    assert lost == [200], "the first try was done"
    case.refresh_from_db()
    assert case.outcome == "filed"
    assert Activity.objects.filter(party=accounts.hongye).count() == 1
    assert case.runs.filter(step="visit").count() == 1


@pytest.mark.ledger("S-021")
def test_who_comes_back_to_a_case_that_moved_is_told_and_loses_nothing(
    phone: BrowserContext, live_server: LiveServer, accounts: Accounts, photo: Path
) -> None:
    case = appointed(accounts)
    page = out(phone, live_server, accounts)
    kept_on_the_phone(page, phone, case, photo)
    accounts.firm.do("沈青", "case.cancel", case=case.pk, reason="客户来电改为线上会议")
    phone.set_offline(False)
    refused = page.locator(".day__kept.notice--danger")
    expect(refused).to_be_visible()
    expect(refused).to_contain_text("明年增加两条专线")
    page.reload()
    expect(refused).to_contain_text("明年增加两条专线")
    refused.get_by_role("button").click()
    expect(page.locator(".day__kept")).to_have_count(0)


def test_what_is_wrong_comes_back_with_what_was_written(
    phone: BrowserContext, live_server: LiveServer, accounts: Accounts, tmp_path: Path
) -> None:
    case = appointed(accounts)
    fake = tmp_path / "合同.jpg"
    fake.write_text("not a picture")
    page = out(phone, live_server, accounts)
    fill_in_with_fake = page.locator("details.day__stop")
    fill_in_with_fake.locator("summary").click()
    page.locator("[name=needs]").fill("明年增加两条专线")
    page.reload()
    fill_in_with_fake.locator("summary").click()
    expect(page.locator("[name=needs]")).to_have_value("明年增加两条专线")
    page.evaluate("document.querySelector('form[data-day-run]').noValidate = true")
    page.locator("[name=photos]").set_input_files(fake)
    send(page, case)
    expect(page.locator("[data-day-told]")).to_be_visible()
    expect(page.locator("[name=needs]")).to_have_value("明年增加两条专线")
    assert page.locator("[name=photos]").evaluate("(input) => input.files.length") == 1


def test_another_person_on_the_same_phone_sees_nothing_of_it(
    phone: BrowserContext, live_server: LiveServer, accounts: Accounts, photo: Path
) -> None:
    case = appointed(accounts)
    page = out(phone, live_server, accounts)
    kept_on_the_phone(page, phone, case, photo)
    page.close()
    phone.set_offline(False)
    phone.clear_cookies()
    login = phone.new_page()
    login.goto("/login/")
    login.wait_for_function("caches.keys().then((names) => names.length === 0)")
    other = log_in(phone, live_server, accounts.firm, "秦朗")
    ready(other)
    expect(other.locator(".day__kept")).to_have_count(0)
    case.refresh_from_db()
    assert case.step == "visit"


def test_the_day_is_accessible_and_keeps_within_the_screen(
    chromium: Browser, live_server: LiveServer, accounts: Accounts
) -> None:
    case = appointed(accounts)
    accounts.open()
    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, accounts.firm, "罗小满")
        assert judge_pages(page, [DAY, f"/procedures/cases/{case.pk}/"]) == []
        page.goto(DAY)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
