"""The month end of a fee office: readings, the fee run, the bank's file and its return, who is chased for what failed, and what it came to."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.billing.metering.importing import headers
from remit.kernel.billing.models import Charge, FeeRun, Reading
from remit.kernel.billing.tests.estate import Estate, build_estate
from remit.kernel.dunning.models import Reminder
from remit.kernel.organization.queries import today
from remit.kernel.payments.models import DebitBatch, Receipt
from remit.kernel.payments.tests.bank import BEGIN, answer, build_bank, describe, open_account
from remit.kernel.work.models import WorkItem
from remit.lib.sheets import write_xlsx
from tests.browser.judging import PHONE, log_in, screen
from tests.cast import Firm, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def estate(live_server: LiveServer, settings: Any, tmp_path: Path) -> Estate:
    """Two dwellings whose payers have mandates; 林晓岚 bills and chases, 吴越 speaks with the bank, 韩涛 lets the file go."""
    settings.FILES_DIR = tmp_path / "files"
    with transaction.atomic():
        firm = build_bank()
        estate = build_estate(2, firm)
        lock_authority(exclusively=True)
        give(firm, "客服部经理", "第31条", {"action": "oversight.fees"}, {"action": "arrears.*"})
        give(firm, "出纳", "第31条", {"action": "oversight.fees"}, {"action": "oversight.banking"})
        give(firm, "财务总监", "第31条", {"action": "oversight.banking"})
        authority_changed()
    open_account(firm)
    describe(firm)
    for unit in estate.units:
        payer = unit.occupancies.get().payer
        signed = {"number": f"WT{payer.pk}", "bank_name": "工商银行", "holder": payer.name, "signed_on": BEGIN}
        firm.do("韩涛", "mandate.register", party=payer.pk, account=card_number(payer.pk), **signed)
    return estate


def card_number(n: int) -> str:
    """A card's number with the check digit that it must have (Luhn)."""
    body = f"6222{n:011}"
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
    return f"{body}{-sum(one // 10 + one % 10 for one in doubled) % 10}"


def desk(context: BrowserContext, live_server: LiveServer, firm: Firm, who: str) -> Page:
    page = log_in(context, live_server, firm, who)
    page.set_default_timeout(10_000)
    return page


@pytest.mark.ledger("S-087", "S-088", "S-089", "S-090", "P-046")
def test_a_month_end_from_the_readings_to_the_report(
    estate: Estate, live_server: LiveServer, chromium: Browser, tmp_path: Path
) -> None:
    firm, (unit, other) = estate.firm, estate.units
    with screen(chromium, live_server, "light", PHONE["width"]) as context:
        page = desk(context, live_server, firm, "陈立")  # on his round, with the phone
        page.goto("/billing/readings/")
        page.click("a[href*='group=']")
        expect(page.locator(f"#value-{estate.meters[0].pk}")).to_be_visible()

    sheet = tmp_path / "抄表.xlsx"
    rows = [[meter.number, "2025-11-30", value] for meter, value in zip(estate.meters, ("112", "130"), strict=True)]
    titles = headers()
    sheet.write_bytes(write_xlsx(titles, [row + [""] * (len(titles) - 3) for row in rows]))
    with screen(chromium, live_server, "light", 1440) as context:
        page = desk(context, live_server, firm, "林晓岚")
        page.goto("/billing/readings/import/")
        page.locator("input[type=file]").set_input_files(sheet)
        page.locator("form[enctype] button[type=submit]").click()
        page.get_by_role("button", name="2").click()
        page.wait_for_load_state()
        assert Reading.objects.filter(on="2025-11-30").count() == 2
        page.goto("/billing/runs/")
        page.locator("#id_period").fill("2025-11")
        page.locator("form[action$='/preview/'] button[type=submit]").click()
        expect(page.locator("main")).to_contain_text("水费")
        page.locator("form[action$='/make/'] button[type=submit]").click()
        page.wait_for_url("**/billing/runs/*/")
        expect(page.locator("[data-open=send-run]")).to_have_count(0)
    with screen(chromium, live_server, "light", 1440) as context:
        page = desk(context, live_server, firm, "高岚")  # somebody else looks it through
        page.goto(f"/billing/runs/{FeeRun.objects.get().pk}/")
        page.locator("[data-open=send-run]").click()
        page.locator("#send-run button[type=submit]").click()
        expect(page.locator("[data-open=send-run]")).to_have_count(0)
    assert FeeRun.objects.get().state == "sent"
    failing = other.occupancies.get().payer
    parking = {"kind": "principal", "title": "车位费", "amount": "300", "on": today() - dt.timedelta(20)}
    firm.do("韩涛", "charge.add", payer=failing.pk, due_on=today() - dt.timedelta(12), **parking)  # late already
    owed = {charge.payer_id for charge in Charge.objects.filter(open_amount__gt=0)}
    assert len(owed) == 2

    with screen(chromium, live_server, "light", 1440) as context:
        page = desk(context, live_server, firm, "吴越")
        page.goto("/payments/banking/debits/new/")
        page.locator("main form[method=post] button[type=submit]").first.click()
        page.locator("button[name=amount]").click()
        page.wait_for_url("**/debits/*/")
    batch = DebitBatch.objects.get()
    assert batch.count == 2
    with screen(chromium, live_server, "light", 1440) as context:
        page = desk(context, live_server, firm, "韩涛")
        page.goto(f"/payments/banking/debits/{batch.pk}/")
        with page.expect_download() as file:
            page.locator("form[action$='/send/'] button[type=submit]").click()
        told = file.value.path().read_bytes().decode("gbk")
        assert batch.number in told

    back = tmp_path / "回盘.txt"
    back.write_bytes(answer(batch, {failing.name: "1001"}))
    with screen(chromium, live_server, "light", 1440) as context:
        page = desk(context, live_server, firm, "吴越")
        page.goto(f"/payments/banking/debits/{batch.pk}/")
        page.locator("input[type=file]").set_input_files(back)
        page.locator("form[enctype] button[type=submit]").click()
        expect(page.locator("main")).to_contain_text(failing.name)
        page.locator(".page-header form[method=post] button[type=submit]").click()
        page.wait_for_url(f"**/debits/{batch.pk}/")
    assert Receipt.objects.get().payer == unit.occupancies.get().payer
    assert set(Charge.objects.filter(open_amount__gt=0).values_list("payer", flat=True)) == {failing.pk}

    with screen(chromium, live_server, "light", 1440) as context:
        page = desk(context, live_server, firm, "林晓岚")
        page.goto("/dunning/runs/")
        page.locator("main form[method=get] button[type=submit]").first.click()
        expect(page.locator("main")).to_contain_text(failing.name)
        page.locator("form[action$='/make/'] button[type=submit]").click()
        page.wait_for_url("**/dunning/runs/*/")
        expect(page.locator("main")).to_contain_text(failing.name)
        page.goto("/dunning/")
        expect(page.locator("main")).to_contain_text(failing.name)
        page.goto("/dunning/results/")
        expect(page.locator("main")).to_contain_text("1")
    assert Reminder.objects.get().payer == failing
    assert WorkItem.objects.filter(done_at=None).exists()
