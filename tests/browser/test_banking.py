"""The pages about banks in a browser: accessible, within the screen, wide and on a phone in the dark."""

import datetime as dt

import pytest
from django.urls import reverse
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from remit.kernel.payments.models import BankAccount, DebitItem, Reconciliation
from remit.kernel.payments.tests import bank
from remit.kernel.payments.tests.bank import account as account
from remit.kernel.payments.tests.bank import customer, describe, make, send, sent, settle
from remit.kernel.payments.tests.bank import firm as firm
from remit.kernel.payments.tests.bank import november as november
from remit.kernel.payments.tests.test_statements import RECIPE, book, day, statement
from tests.browser.judging import judge_pages, log_in, screen
from tests.cast import Firm

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def test_the_pages_about_banks(chromium: Browser, live_server: LiveServer, firm: Firm, account: BankAccount) -> None:
    firm.do("吴越", "bank.recipe", account=account.pk, recipe=RECIPE)
    send(firm, account, statement())
    for on, amount, summary in (
        (8, "128.50", "收 王建国 物业费"),
        (9, "300.00", "刷卡"),
        (9, "200.00", "刷卡"),
        (30, "60.00", "收 支票"),
    ):
        book(account, day(on), amount, f"{summary} {amount}")
    for name in ("恒通物业服务有限公司西湖分公司", "李氏", "欧阳淑芬"):
        customer(firm, name, "1234.50")
    form = describe(firm)
    batch = make(firm, account, form, "3703.50")
    sent(firm, batch)
    settle(firm, batch, bank.answer(batch, {"李氏": "1002", "欧阳淑芬": "1001"}))
    firm.do("吴越", "bank.reconcile", account=account.pk, month=dt.date(2026, 10, 1))
    assert Reconciliation.objects.exists()
    one, item = [account.pk], DebitItem.objects.filter(state="failed")[0]
    paths = [
        reverse("banking:account", args=one),
        reverse("banking:accounts"),
        reverse("banking:matched", args=one),
        reverse("banking:reconciliation", args=one) + "?month=2026-10",
        reverse("banking:recipe", args=[account.pk, account.imports.get().file_id]),
        reverse("banking:file", args=[account.pk, account.imports.get().file_id]),
        reverse("banking:batches"),
        reverse("banking:batch-new"),
        reverse("banking:batch", args=[batch.pk]),
        reverse("banking:return", args=[batch.pk, batch.returns.get().file_id]),
        reverse("banking:item", args=[item.pk]),
    ]
    with screen(chromium, live_server, "light", 1440) as context:
        page = log_in(context, live_server, firm, "吴越")
        assert judge_pages(page, paths) == []
