"""Mandates: registered from the signed paper, good until revoked, the account's number seen by nobody but the batch."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cast import Firm
from tests.web_help import browser, page

from remit.kernel.agreements.models import Mandate
from remit.kernel.agreements.queries import accounts_of, mandate_of, mandates_on
from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotAuthorised, NotYours, RuleBroken
from remit.kernel.authority.models import Ruling
from remit.kernel.parties.models import Party

pytestmark = pytest.mark.django_db

ACCOUNT = "456789012345678"
DAY = dt.date(2026, 3, 1)


def facts(party: Party, **more: Any) -> dict[str, Any]:
    given = {"party": party.pk, "bank_name": "中国银行", "holder": party.name, "account": "4567 8901 2345 678"}
    return {**given, "signed_on": "2026-01-05", **more}


def test_it_is_good_from_its_day_until_revoked_and_the_newest_counts(firm: Firm, tea: Party) -> None:
    first = Mandate.objects.get(pk=firm.do("陈立", "mandate.register", **facts(tea, limit_amount="2000")).subject[1])
    assert (first.number, first.limit_amount, first.account) == ("WT-2026-0001", Decimal("2000.00"), "**** 5678")
    assert mandate_of(tea, dt.date(2026, 1, 4)) is None
    assert mandate_of(tea.pk, DAY) == first
    later = facts(tea, number="ABC-77", valid_from="2026-04-01", account="6222020200112233")
    second = Mandate.objects.get(pk=firm.do("韩涛", "mandate.register", **later).subject[1])
    assert [mandate_of(tea, day) for day in (DAY, dt.date(2026, 4, 1))] == [first, second]
    firm.do("陈立", "mandate.revoke", mandate=second.pk, on="2026-05-01", reason="换回旧账户")
    assert [mandate_of(tea, dt.date(2026, month, 1)) for month in (4, 5)] == [second, first]
    assert list(mandates_on(tea.company_id, DAY)) == [first]
    with pytest.raises(RuleBroken):
        firm.do("陈立", "mandate.revoke", mandate=second.pk, on="2026-06-01", reason="再撤")


def test_the_account_lies_sealed_and_no_event_or_ruling_has_it(firm: Firm, tea: Party) -> None:
    firm.do("陈立", "mandate.register", **facts(tea))
    row = Mandate.objects.get()
    assert accounts_of([row]) == {row.pk: ACCOUNT}
    assert ACCOUNT not in row.account_sealed
    kept = str(list(Event.objects.values())) + str(list(Ruling.objects.values()))
    assert ACCOUNT not in kept and "8901 2345" not in kept
    assert ACCOUNT not in page(browser(firm, "陈立"), "/agreements/mandates/")


@pytest.mark.parametrize(
    "wrong",
    [{"account": "12-34"}, {"valid_from": "2026-01-01"}, {"limit_amount": "0"}],
    ids=["account", "before it was signed", "of nothing"],
)
def test_what_cannot_be_is_refused(firm: Firm, tea: Party, wrong: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        firm.do("陈立", "mandate.register", **facts(tea, **wrong))
    assert not Mandate.objects.exists()


def test_a_number_stands_once_and_a_persons_card_is_checked(firm: Firm, tea: Party) -> None:
    firm.do("陈立", "mandate.register", **facts(tea, number="A-1"))
    with pytest.raises(RuleBroken):
        firm.do("陈立", "mandate.register", **facts(tea, number="A-1"))
    who = Party.objects.get(pk=firm.do("陈立", "customer.open", name="欧阳淑芬", kind="person").subject[1])
    with pytest.raises(RuleBroken):
        firm.do("陈立", "mandate.register", **facts(who, account="6222020200112234"))


def test_whoever_has_no_part_in_the_customer_has_none_in_its_mandate(firm: Firm, tea: Party) -> None:
    firm.do("陈立", "mandate.register", **facts(tea))
    mandate = Mandate.objects.get()
    for who in ("赵敏之", "何平"):
        with pytest.raises(NotYours):
            firm.do(who, "mandate.register", **facts(tea))
        with pytest.raises(NotYours):
            firm.do(who, "mandate.revoke", mandate=mandate.pk, on="2026-05-01", reason="?")
        assert mandate.holder not in page(browser(firm, who), "/agreements/mandates/")
    with pytest.raises(NotAuthorised):  # sees it as the superior; registering is the keeper's or by grant
        firm.do("林晓岚", "mandate.register", **facts(tea))
    for who in ("林晓岚", "韩涛"):
        assert mandate.holder in page(browser(firm, who), "/agreements/mandates/")


def test_it_goes_along_with_a_merge_and_loses_the_account_with_an_erasure(firm: Firm, tea: Party) -> None:
    other = Party.objects.get(
        pk=firm.do("陈立", "customer.open", name="云岭茶业公司", kind="organization", knowingly=True).subject[1]
    )
    firm.do("陈立", "mandate.register", **facts(other))
    firm.do("陈立", "customer.merge", party=tea.pk, gone=other.pk)
    mandate = mandate_of(tea, DAY)
    assert mandate is not None
    firm.do("林晓岚", "customer.erase", party=tea.pk, number=tea.number, reason="本人来信")
    mandate.refresh_from_db()
    assert (mandate.account_sealed, mandate.account_tail, mandate.holder) == ("", "", "")
    assert mandate_of(tea, DAY) is None


def test_the_form_registers_and_the_page_revokes(firm: Firm, tea: Party) -> None:
    chen = browser(firm, "陈立")
    assert "云岭茶业" in page(chen, "/agreements/mandates/new/", party=tea.pk)
    sent = chen.post("/agreements/mandates/new/", facts(tea))
    assert sent.status_code == 302 and sent["Location"] == f"/parties/{tea.pk}/"
    assert "**** 5678" in page(chen, f"/parties/{tea.pk}/")
    chen.post(f"/agreements/mandates/{Mandate.objects.get().pk}/revocation/", {"on": "2026-02-01", "reason": "销户"})
    assert Mandate.objects.get().revoked_on == dt.date(2026, 2, 1)
    assert chen.post("/agreements/mandates/new/", facts(tea, account="1")).status_code == 422


def test_the_register_asks_as_often_for_thirty_as_for_one(firm: Firm, tea: Party) -> None:
    chen, counts = browser(firm, "陈立"), []
    for more in (1, 29):
        for _n in range(more):
            firm.do("陈立", "mandate.register", **facts(tea))
        page(chen, "/agreements/mandates/")
        with CaptureQueriesContext(connection) as asked:
            page(chen, "/agreements/mandates/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
