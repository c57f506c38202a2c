"""The pages as whoever chases goes through them: preview, run, hold; a disputed bill is explained and waived in part."""

import datetime as dt
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.browsing import browser_of

from remit.kernel.billing.models import Bill
from remit.kernel.billing.tests.conftest import Office
from remit.kernel.dunning.models import DunningRun, Hold
from remit.kernel.dunning.tests.test_ladder import owe
from remit.kernel.organization.queries import today

pytestmark = pytest.mark.django_db


def test_a_run_from_its_preview_and_a_hold(office: Office) -> None:
    owe(office, 12)
    browser = browser_of(office.firm, "何会")
    shown = browser.get(f"/dunning/runs/?look=1&on={today()}").content.decode()
    assert "云岭茶业" in shown and "做一批" not in shown and not DunningRun.objects.exists()
    made = browser.post("/dunning/runs/make/", {"on": today().isoformat()})
    run = DunningRun.objects.get()
    assert made["Location"] == f"/dunning/runs/{run.pk}/"
    assert "电话" in browser.get(made["Location"]).content.decode()
    until = today() + dt.timedelta(4)
    browser.post(f"/dunning/customers/{office.payer.pk}/hold/", {"until": until.isoformat(), "reason": "客户出差"})
    assert f"暂缓至 {until}" in browser.get("/dunning/").content.decode()


def test_a_disputed_bill_is_explained_and_waived_in_part(office: Office) -> None:
    charge = owe(office, 35, "500", billed="ZD-T-1")
    browser, payer = browser_of(office.firm, "何会"), office.payer.pk
    browser.post(f"/dunning/bills/{Bill.objects.get().pk}/dispute/", {"reason": "面积算错"})
    assert "异议中" in browser.get(f"/dunning/customers/{payer}/").content.decode()
    browser.post(f"/payments/charges/{charge.pk}/waiver/", {"amount": "40", "reason": "面积差 2 平方米"})
    browser.post(f"/dunning/holds/{Hold.objects.get().pk}/", {"explanation": "按实测面积更正，减免 40 元"})
    page = browser.get(f"/dunning/customers/{payer}/").content.decode()
    assert "按实测面积更正" in page and "¥460.00" in page


def test_the_list_to_take_away(office: Office) -> None:
    owe(office, 45, "123.45")
    answer = browser_of(office.firm, "何会").get("/dunning/?format=xlsx")
    data = b"".join(answer) if answer.streaming else answer.content
    (sheet,) = openpyxl.load_workbook(BytesIO(data)).worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert "云岭茶业" in rows[1] and 45 in rows[1]


def test_a_longer_list_asks_no_more(office: Office) -> None:
    browser = browser_of(office.firm, "何会")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/dunning/").status_code == 200
        return len(queries)

    owe(office, 12)
    asked()
    one = asked()
    for nth in range(3):
        made = office.firm.do("陈立", "customer.open", name=f"南山商行{nth}", kind="organization", knowingly=True)
        facts = {"kind": "principal", "title": "物业费", "amount": "90", "on": today() - dt.timedelta(30)}
        office.firm.do(
            "何会", "charge.add", payer=int(made.subject[1]), due_on=today() - dt.timedelta(20 + nth), **facts
        )
    assert asked() == one
