"""A keeper on his round with the phone, and the fee office's pages."""

from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.billing.models import Bill, FeeRun, Reading
from remit.kernel.billing.queries_meters import month_of
from remit.kernel.billing.tests.estate import NOVEMBER_END, Estate, build_estate
from remit.kernel.organization.queries import today
from tests.browser.judging import PHONE, judge_pages, log_in, screen

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def estate(live_server: LiveServer, settings: Any, tmp_path: Path) -> Estate:
    settings.FILES_DIR = tmp_path / "files"
    with transaction.atomic():
        return build_estate(4)


def test_a_round_on_the_phone_keeps_each_figure_by_itself(
    chromium: Browser, live_server: LiveServer, estate: Estate
) -> None:
    with screen(chromium, live_server, "light", PHONE["width"]) as context:
        page = log_in(context, live_server, estate.firm, "陈立")
        page.goto("/billing/readings/")
        page.click("a[href*='group=']")
        figure = page.locator(f"#value-{estate.meters[0].pk}")
        figure.fill("1000000")
        figure.press("Enter")
        row = page.locator(f"#meter-{estate.meters[0].pk}")
        expect(row.locator(".field__error")).to_be_visible()
        expect(figure).to_have_value("1000000")  # what was typed is still there
        figure.fill("112,5".replace(",", "."))
        figure.press("Enter")
        expect(row.locator(".tag--ok")).to_be_visible()
        expect(page.locator(f"#value-{estate.meters[2].pk}")).to_be_visible()  # the others wait for theirs
    assert Reading.objects.get(meter=estate.meters[0], on=today()).value == 112.5


def test_the_fee_office_pages(chromium: Browser, live_server: LiveServer, estate: Estate) -> None:
    for n, value in enumerate(("112", "130", "108")):
        estate.do("陈立", "meter.read", meter=estate.meters[n].pk, on=NOVEMBER_END, value=value)
    estate.do(
        "林晓岚", "bill.share_cost", tariff="gt", period="2025-11", amount="600", paper="供电局2025-11", group="一期"
    )
    estate.do("林晓岚", "bill.run", period="2025-11")
    estate.do("陈立", "meter.read", meter=estate.meters[0].pk, on="2025-12-20", value="90")
    main = estate.do("林晓岚", "meter.install", number="Z-1", supply="water", on="2025-10-31", group="一期")
    estate.do("林晓岚", "meter.install", number="G-1", supply="water", on="2025-10-31", parent=int(main.subject[1]))
    run, bill = FeeRun.objects.get(), Bill.objects.order_by("pk")[0]
    month = month_of(today())[0]
    paths = [
        "/billing/runs/", f"/billing/runs/{run.pk}/", f"/billing/bills/{bill.pk}/",
        "/billing/runs/preview/?period=2025-12&months=1", f"/billing/runs/preview/?period={month:%Y-%m}&months=1&group=x",
        "/billing/readings/", "/billing/readings/round/?group=一期/1幢", "/billing/readings/held/", "/billing/readings/import/",
        "/billing/meters/", "/billing/meters/new/", f"/billing/meters/{estate.meters[0].pk}/",
        "/billing/meters/balance/?period=2025-11",
    ]  # fmt: skip
    with screen(chromium, live_server, "auto", 1440) as context:
        page = log_in(context, live_server, estate.firm, "高岚")
        assert judge_pages(page, paths) == []
