"""The accounting archive: bound when a month is closed, lent by name and day, kept as long as the rule says."""

import datetime as dt

import pytest
from tests.cast import Firm, give
from tests.web_help import browser, page

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.ledger.archiving import kept_until
from remit.kernel.ledger.models import Loan, Volume
from remit.lib import clock

DECEMBER = dt.datetime(2026, 12, 10, 2, tzinfo=dt.UTC)


@pytest.fixture
def keeper(firm: Firm) -> Firm:
    lock_authority(exclusively=True)
    give(firm, "会计", "第2条", *({"action": f"archive.{verb}"} for verb in ("bind", "lend", "take_back", "move")))
    give(firm, "财务总监", "第9条", {"action": "archive.destroy"})
    authority_changed()
    return firm


def bind(firm: Firm, kind: str = "bank", since: str = "2026-01-01", until: str = "2026-01-01") -> Volume:
    facts = {"title": "一月", "pages": 40, "place": "档案室 1 柜", "since": since, "until": until}
    done = firm.do("何会", "archive.bind", company=firm.health.pk, kind=kind, **facts)
    return Volume.objects.get(pk=done.subject[1])


@pytest.mark.ledger("S-187", "D-091")
def test_vouchers_are_bound_when_their_month_is_closed(keeper: Firm) -> None:
    lines = [{"account": "560204", "debit": "120"}, {"account": "1001", "credit": "120"}]
    made = keeper.do("何会", "voucher.post", company=keeper.health.pk, on="2026-01-05", summary="办公费", lines=lines)
    judged = {"verdict": "passed", "is_legal": True, "is_true": True, "is_complete": True}
    keeper.do("韩涛", "voucher.audit", entry=made.subject[1], **judged)
    with pytest.raises(RuleBroken, match="2026-01 尚未结账"):
        bind(keeper, "vouchers")
    keeper.do("韩涛", "ledger.close", company=keeper.health.pk, month="2026-01-01")
    volume = bind(keeper, "vouchers")
    assert (volume.number, volume.entries, volume.keep_until) == ("DA-2026-0001", 1, dt.date(2056, 12, 31))
    assert (volume.since, volume.place) == (dt.date(2026, 1, 1), "档案室 1 柜")
    assert bind(keeper, "bank").number == "DA-2026-0002"
    with clock.set_to(DECEMBER), pytest.raises(RuleBroken, match="2026-12"):
        bind(keeper, "bank", "2026-11-01", "2026-12-01")


@pytest.mark.ledger("S-187")
def test_who_has_a_volume_is_known_until_it_is_back(keeper: Firm) -> None:
    volume = bind(keeper)
    with clock.set_to(DECEMBER):
        lent = {"volume": volume.pk, "borrower": keeper["韩涛"].pk, "due_on": "2026-12-20", "purpose": "年审"}
        keeper.do("何会", "archive.lend", **lent)
        with pytest.raises(RuleBroken, match="韩涛"):
            keeper.do("何会", "archive.lend", **lent)
    with clock.set_to(DECEMBER + dt.timedelta(days=15)):
        shown = page(browser(keeper, "何会"), "/ledger/archive/?state=overdue")
        assert "应还未还" in shown and "韩涛" in shown
        keeper.do("何会", "archive.take_back", volume=volume.pk)
        assert "韩涛" not in page(browser(keeper, "何会"), "/ledger/archive/?state=overdue")
    assert Loan.objects.get().returned_by == keeper["何会"]
    with pytest.raises(RuleBroken, match="在架"):
        keeper.do("何会", "archive.take_back", volume=volume.pk)


@pytest.mark.ledger("S-187", "S-190")
def test_nothing_is_destroyed_before_its_years_are_over(keeper: Firm) -> None:
    assert kept_until("annual", dt.date(2026, 12, 31)) is None
    recent, old = bind(keeper, "utilities"), bind(keeper, "utilities", "2014-01-01", "2014-12-01")
    forever = bind(keeper, "annual", "2010-01-01", "2010-12-01")
    assert (recent.keep_until, old.keep_until) == (dt.date(2036, 12, 31), dt.date(2024, 12, 31))
    for volume, words in ((recent, "2036-12-31"), (forever, "永久")):
        with pytest.raises(RuleBroken, match=words):
            keeper.do("韩涛", "archive.destroy", volume=volume.pk, reason="腾柜")
    assert keeper.do("韩涛", "archive.destroy", volume=old.pk, reason="保管期满").kind == "done"
    old.refresh_from_db()
    assert (old.destroyed_by, old.destroy_reason) == (keeper["韩涛"], "保管期满")
    with pytest.raises(RuleBroken, match="已销毁"):
        keeper.do("何会", "archive.move", volume=old.pk, place="别处")
