"""A customer disputes a bill: each line of it is explained, a part is waived beyond the clerk's own limit, and the balance follows."""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import DeclaredAction, Request
from remit.kernel.billing.models import Bill, Charge
from remit.kernel.billing.tests.estate import NOVEMBER_END, Estate, build_estate
from tests.browser.judging import log_in, screen
from tests.cast import give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def estate(live_server: LiveServer, settings: Any, tmp_path: Path) -> Estate:
    """The November bills are out. 林晓岚 waives up to 50, 高岚 above her up to 1,000."""
    settings.FILES_DIR = tmp_path / "files"
    with transaction.atomic():
        estate = build_estate(2)
        lock_authority(exclusively=True)
        DeclaredAction.objects.create(name="oversight.fees", labels={"zh-hans": "查阅全部收费"}, origin="pack:test")
        authority_changed()
        seen = [{"action": "oversight.fees"}, {"action": "arrears.*"}]
        for post, most in (("客服部经理", 50), ("客服部总监", 1000)):
            give(estate.firm, post, "第31条", *seen, {"action": "charge.waive", "limits": {"amount": f"<= {most} CNY"}})
        authority_changed()
    estate.do("陈立", "meter.read", meter=estate.meters[0].pk, on=NOVEMBER_END, value="128")
    estate.do("林晓岚", "bill.run", period="2025-11")
    return estate


@pytest.mark.ledger("S-094")
def test_a_disputed_bill_is_explained_and_partly_waived(
    estate: Estate, live_server: LiveServer, chromium: Browser
) -> None:
    bill = Bill.objects.select_related("payer").get(billable=estate.units[0])
    water = Charge.objects.get(bill=bill, tariff=estate.tariffs["sf"])
    before = water.open_amount
    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, estate.firm, "林晓岚")
        page.goto(f"/dunning/customers/{bill.payer_id}/")
        page.locator(f"[data-open=dispute-{bill.pk}]").click()
        page.locator(f"#dispute-{bill.pk} [name=reason]").fill("水表漏水，用量偏高")
        page.locator(f"#dispute-{bill.pk} button[type=submit]").click()
        expect(page.locator("main")).to_contain_text("异议中")

        page.goto(f"/billing/bills/{bill.pk}/")  # what he is told: from the figures of the meter to the cent
        for part in ("表 S-0000", "15 × 2", "10 × 3", "3 × 6"):
            expect(page.locator("main")).to_contain_text(part)

        page.goto(f"/payments/charges/{water.pk}/")
        page.locator("[data-open=waive]").click()
        page.locator("#waive-amount").fill("60")
        page.locator("#waive-reason").fill("管道漏水，减免一半")
        page.locator("#waive button[type=submit]").click()
        page.wait_for_load_state()
    water.refresh_from_db()
    assert water.open_amount == before, "60 is beyond her 50: nothing is waived before it is approved"

    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, estate.firm, "高岚")
        page.goto(f"/authority/approvals/{Request.objects.get().pk}/")
        expect(page.locator("main")).to_contain_text("管道漏水，减免一半")
        page.get_by_role("button", name="批准").click()
        page.wait_for_load_state()
    water.refresh_from_db()
    assert water.open_amount == before - 60

    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, estate.firm, "林晓岚")
        page.goto(f"/dunning/customers/{bill.payer_id}/")
        page.locator("[data-open^=release-]").first.click()
        page.locator("[id^=release-] [name=explanation]").fill("漏水部分减免 60 元，其余按表计量")
        page.locator("[id^=release-] button[type=submit]").click()
        expect(page.locator("main")).to_contain_text("漏水部分减免 60 元")
        expect(page.locator("main")).not_to_contain_text("异议中")
