"""A sales confirmation from the quote to the signed paper, with a discount above the seller's limit."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from remit.kernel.agreements.models import Agreement
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.documents.queries import content_of
from tests.browser.judging import judge_pages, log_in, screen
from tests.cast import Firm, build_firm, give

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def firm(live_server: LiveServer) -> Firm:
    """陈立 goes 3 % below the list, 林晓岚 10 %; she signs up to 20,000."""
    with transaction.atomic():
        firm = build_firm()
        lock_authority(exclusively=True)
        give(firm, "健康顾问", "第5条", {"action": "customer.open"},
             *({"action": f"agreement.{verb}", "limits": {"discount": "<= 3 %"}} for verb in ("draft", "revise")))  # fmt: skip
        give(firm, "客服部经理", "第6条", {"action": "contract.sign", "limits": {"amount": "<= 20000 CNY"}},
             *({"action": f"agreement.{verb}", "limits": {"discount": "<= 10 %"}} for verb in ("draft", "revise")))  # fmt: skip
        authority_changed()
    firm.do("陈立", "customer.open", name="云岭茶业", kind="organization")
    return firm


@pytest.fixture
def contexts(chromium: Browser, live_server: LiveServer) -> Iterator[list[BrowserContext]]:
    with ExitStack() as stack:
        yield [stack.enter_context(screen(chromium, live_server, "light", 1440)) for _desk in range(2)]


@pytest.mark.ledger("P-042")
def test_a_confirmation_from_quote_to_signed_paper(
    firm: Firm, live_server: LiveServer, contexts: list[BrowserContext]
) -> None:
    people = zip(contexts, ("陈立", "林晓岚"), strict=True)
    chen, lin = (log_in(context, live_server, firm, name) for context, name in people)
    party = firm["陈立"].parties_owned.get().pk
    chen.goto(f"/agreements/new/?kind=quote&party={party}")
    chen.locator("#id_title").fill("中秋礼茶")
    fields = ("goods", "unit", "quantity", "unit_price", "discount", "tax_rate")
    for name, text in zip(fields, ("云岭红茶", "罐", "100", "128", "8", "13"), strict=True):
        chen.locator(f"[name=line_{name}]").fill(text)
    chen.locator(
        "#id_title"
    ).click()  # leaves the field: the totals come from the server, with who would have to approve
    expect(chen.locator("#totals")).to_contain_text("11,776.00")
    expect(chen.locator("#totals")).to_contain_text("林晓岚")
    chen.locator("button[value=line]").click()
    expect(chen.locator("[name=line_goods]")).to_have_count(2)
    chen.locator("button[value=unline-1]").click()
    expect(chen.locator("[name=line_goods]")).to_have_count(1)
    expect(chen.locator("[name=line_goods]")).to_have_value("云岭红茶")
    chen.locator("form[method=post] .form__actions button[type=submit]").click()
    chen.wait_for_url("**/authority/approvals/**")
    assert not Agreement.objects.exists(), "there is no document before it is approved"
    firm.do("林晓岚", "approval.approve", request=int(chen.url.rstrip("/").rsplit("/", 1)[-1]), note="同意")
    quote = Agreement.objects.get()
    chen.goto(f"/agreements/{quote.pk}/")
    chen.locator("[data-open=convert]").click()
    chen.locator("#convert-to").select_option("confirmation")
    chen.locator("#convert button[type=submit]").click()
    chen.wait_for_url(f"**/agreements/{quote.pk + 1}/")
    lin.goto(f"/agreements/{quote.pk + 1}/")
    lin.locator("[data-open=sign]").click()
    lin.locator("#sign-them").fill("王经理")
    lin.locator("#sign button[type=submit]").click()
    expect(lin.locator("a[href$='signed.pdf']")).to_be_visible()
    signed = Agreement.objects.select_related("paper", "signed_by").get(pk=quote.pk + 1)
    assert signed.signed_by == firm["林晓岚"] and signed.paper is not None
    assert content_of(signed.paper).startswith(b"%PDF")
    shown = ["/agreements/", f"/agreements/{signed.pk}/", "/agreements/new/?kind=contract", "/agreements/register/"]
    assert judge_pages(chen, shown) == []
