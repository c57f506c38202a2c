"""Customers in a real browser: every page accessible and within a phone's screen; a file with three bad rows mended and fed back."""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.parties.importing import working
from remit.kernel.parties.models import Merge, Party, Upload
from remit.lib.sheets import read_sheet, write_csv, write_xlsx
from tests.at_once import apart
from tests.browser.judging import judge_pages, log_in, screen
from tests.cast import Firm, build_firm, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
LONG_NAME = "内蒙古自治区呼和浩特市新城区恒远精密机械设备制造与进出口贸易有限责任公司第二分公司"
HEADERS = ["客户名称", "联系电话", "等级"]


@pytest.fixture
def firm(live_server: LiveServer) -> Firm:
    with transaction.atomic():  # the verbs are called without the gate here
        firm = build_firm()
        lock_authority(exclusively=True)
        give(firm, "健康顾问", "第5条", {"action": "customer.open"}, {"action": "customer.claim"})
        give(firm, "客服部经理", "第6条", {"action": "customer.*"})
        authority_changed()
    return firm


def opened(firm: Firm, name: str, **facts: Any) -> Party:
    made = firm.do("陈立", "customer.open", **{"name": name, "kind": "organization", **facts})
    return Party.objects.get(pk=made.subject[1])


def test_every_page_is_accessible_and_keeps_within_the_screen(
    chromium: Browser, live_server: LiveServer, firm: Firm
) -> None:
    party, other, boss = opened(firm, LONG_NAME, phone="13805712233"), opened(firm, "恒远"), opened(firm, "王海波")
    deeds: dict[str, dict[str, Any]] = {
        "customer.merge": {"gone": other.pk},
        "customer.relate": {"other": boss.pk, "kind": "key_person", "note": "采购总监"},
        "customer.note": {"kind": "visit", "text": "看了车间", "next_step": "报价"},
        "customer.tag": {"tags": ["会员", "重点跟进"]},
        "customer.grade": {"grade": "A", "reason": "年采购五十万"},
        "customer.add_collaborator": {"person": firm["赵敏之"].pk},
    }
    for action, facts in deeds.items():
        firm.do("陈立", action, party=party.pk, **facts)
    firm.do("林晓岚", "customer.transfer", parties=[party.pk], taker=firm["赵敏之"].pk, reason="均衡")
    firm.do("林晓岚", "customer.hand_over", giver=firm["赵敏之"].pk, taker=firm["陈立"].pk, reason="产假")
    working.keep(firm["林晓岚"], "under-way", f"{LONG_NAME}.csv", write_csv(HEADERS, [["很长", "", "A"]]) * 9_000)
    one = f"/parties/{party.pk}/"
    views = {
        "林晓岚": (
            "/parties/",
            "/parties/?q=hengyuan",
            "/parties/?scope=pool",
            one,
            "/parties/handover/",
            "/parties/import/",
            "/parties/import/under-way/",
        ),
        "陈立": (one, f"{one}change/", f"{one}merge/", "/parties/new/"),
    }
    with screen(chromium, live_server, "light", 1440) as context:
        for name, paths in views.items():
            assert judge_pages(log_in(context, live_server, firm, name), paths) == []
    assert Merge.objects.count() == 1


def test_a_customer_that_is_there_already_is_named_while_one_types(
    context: BrowserContext, live_server: LiveServer, firm: Firm
) -> None:
    opened(firm, "杭州恒远精密机械有限公司", phone="13805712233")
    page = log_in(context, live_server, firm, "陈立")
    page.goto(f"{live_server.url}/parties/new/")
    page.get_by_label("名称").fill("恒远精密")
    page.get_by_label("电话").click()
    expect(page.get_by_role("link", name="杭州恒远精密机械有限公司")).to_be_visible()
    page.get_by_label("电话").fill("13805712233")
    page.get_by_label("邮箱").click()
    expect(page.get_by_text("可能已有这位客户")).to_be_visible()
    page.get_by_role("button", name="建档").click()
    expect(page.get_by_label("确实是另一位客户，只是看起来相像")).to_be_visible()
    page.get_by_label("确实是另一位客户，只是看起来相像").check()
    page.get_by_role("button", name="建档").click()
    expect(page.get_by_role("heading", name="恒远精密")).to_be_visible()
    assert Party.objects.count() == 2


def test_a_file_with_three_bad_rows_is_mended_and_fed_back(
    context: BrowserContext, live_server: LiveServer, firm: Firm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first as a large file is, by jobs under the page's eyes; the mended rows as a small one."""
    monkeypatch.setattr(working, "SMALL_BYTES", {"csv": 0, "xlsx": 10**6})

    def work() -> None:
        apart(lambda: working.work_on(Upload.objects.get().pk))

    rows = [[f"客户{n}号", f"1380571{n:04d}", "A"] for n in range(97)]
    rows += [["坏一", "12345", "A"], ["坏二", "13900000001", "特级"], ["坏三", "1390000000", "B"]]
    file = tmp_path / "客户.csv"
    file.write_bytes(write_csv(HEADERS, rows).decode("utf-8-sig").encode("gb18030"))
    page = log_in(context, live_server, firm, "林晓岚")
    page.goto(f"{live_server.url}/parties/import/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="先预览").click()
    expect(page.locator("#progress")).to_be_visible()
    work()
    page.get_by_role("button", name="导入 97 行").click()
    expect(page.locator("#progress")).to_be_visible()
    assert Party.objects.count() == 0
    work()
    expect(page.locator(".notice--ok")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="错误文件").click()
    wrong = read_sheet(Path(download.value.path()).read_bytes())
    mended = [[row.cells[header] for header in HEADERS] for row in wrong.rows]
    mended[0][1], mended[1][2], mended[2][1] = "13900000000", "B", "13900000002"
    again = tmp_path / "更正.xlsx"
    again.write_bytes(write_xlsx(HEADERS, mended))
    page.goto(f"{live_server.url}/parties/import/")
    page.locator("input[type=file]").set_input_files(again)
    page.get_by_role("button", name="先预览").click()
    page.get_by_role("button", name="导入 3 行").click()
    expect(page.get_by_text("已导入。")).to_be_visible()
    assert Party.objects.count() == 100
