"""The book of traffic as its people live it: the representative takes files in, the timer warns, everybody sees his own customers."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.browsing import browser_of
from tests.cast import give
from tests.key_accounts import SHANGHAI, Accounts, build_accounts

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.parties.models import Party
from remit.kernel.procedures.models import Case
from remit.kernel.work.queries import todays_items
from remit.lib import clock
from remit.lib.sheets import read_sheet, write_csv, write_xlsx
from remit.packs.key_accounts.models import TrafficFigure, TrafficImport
from remit.packs.key_accounts.queries import drop_off, falling, rule_of
from remit.packs.key_accounts.reading import digest_of, read_rows

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 30, 6, 0, tzinfo=SHANGHAI)
HEADERS = ["客户编号", "产品", "日期", "流量"]


@pytest.fixture
def accounts(db: None) -> Accounts:
    accounts = build_accounts()
    lock_authority(exclusively=True)
    for post in ("大客户经理", "客户代表"):
        give(accounts.firm, post, "第88条", {"action": "traffic.import"})
    give(accounts.firm, "大客户主管", "第88条", {"action": "traffic.set_rule", "scope": "own_company"})
    authority_changed()
    return accounts


def weekly(party: Party, *volumes: str, until: dt.date = MONDAY) -> list[dict[str, Any]]:
    """One figure a week, the last in the week of `until`."""
    first = until - dt.timedelta(weeks=len(volumes) - 1)
    return [
        {
            "row": n + 2,
            "customer": party.number,
            "product": "专线",
            "starts_on": str(first + dt.timedelta(weeks=n)),
            "volume": volume,
        }
        for n, volume in enumerate(volumes)
    ]


def take_in(accounts: Accounts, *rows: dict[str, Any], who: str = "沈青", period: str = "week") -> int:
    facts = {
        "rows": list(rows),
        "digest": digest_of(rows),
        "count": len(rows),
        "period": period,
        "file_name": "周表.xlsx",
    }
    return int(accounts.firm.do(who, "traffic.import", **facts).subject[1])


def warn(accounts: Accounts, at: dt.datetime = NOW) -> int:
    with clock.set_to(at):
        return int(perform(system("warn"), "traffic.warn", {"company": accounts.firm.health.pk}).changes["opened"])


@pytest.mark.ledger("S-029", "S-023")
def test_a_fall_below_a_fifth_of_the_own_mean_lies_on_the_owners_desk_once(accounts: Accounts) -> None:
    rows = [*weekly(accounts.hongye, *["100"] * 10, "15", "12"), *weekly(accounts.yuanda, *["100"] * 10, "60", "70")]
    take_in(accounts, *rows)
    assert warn(accounts) == 1
    case = Case.objects.get(procedure__key="retention")
    assert (case.party, case.handler, case.step) == (accounts.hongye, accounts.firm["罗小满"], "contact")
    assert case.values["signal"] == "traffic"
    assert "13" in case.values["signal_text"], "percent of its own mean"
    with clock.set_to(NOW):
        assert case.pk in [item.target for item in todays_items(accounts.firm["罗小满"])]
    assert warn(accounts) == 0, "nobody is warned twice of the same"
    assert warn(accounts, NOW + dt.timedelta(days=7)) == 0


@pytest.mark.ledger("S-029")
def test_who_is_new_small_as_ever_or_nobodys_is_not_warned_of(accounts: Accounts) -> None:
    take_in(accounts, *weekly(accounts.hongye, "100", "10", "10"), *weekly(accounts.yuanda, *["5"] * 12))
    assert warn(accounts) == 0, "three weeks are no mean, and a small customer is small"
    Party.objects.filter(pk=accounts.yuanda.pk).update(owner=None)
    take_in(accounts, *weekly(accounts.yuanda, "0", "0", until=MONDAY + dt.timedelta(weeks=2)))
    assert [fall.share for fall in falling(accounts.firm.health.pk, rule_of(accounts.firm.health.pk))] == [0]
    assert warn(accounts) == 0, "there is nobody to call"


@pytest.mark.ledger("S-029")
def test_a_customer_who_is_missing_in_the_newest_weeks_has_used_nothing(accounts: Accounts) -> None:
    take_in(accounts, *weekly(accounts.hongye, *["100"] * 8, until=MONDAY - dt.timedelta(weeks=2)))
    take_in(accounts, *weekly(accounts.yuanda, *["100"] * 10))
    assert warn(accounts) == 1


@pytest.mark.ledger("S-029")
def test_the_company_says_when_to_warn(accounts: Accounts) -> None:
    take_in(accounts, *weekly(accounts.hongye, *["100"] * 10, "40", "40"))
    assert warn(accounts) == 0
    rule = {"company": accounts.firm.health.pk, "share": 50, "weeks": 2, "mean_weeks": 26}
    assert accounts.firm.do("罗小满", "traffic.set_rule", **rule).kind == "requested", "it is the head's to say"
    assert warn(accounts) == 0
    with pytest.raises(RuleBroken):
        accounts.firm.do("江一舟", "traffic.set_rule", **{**rule, "share": 0})
    accounts.firm.do("江一舟", "traffic.set_rule", **rule)
    assert warn(accounts) == 1


@pytest.mark.ledger("S-030")
def test_who_has_had_no_traffic_for_sixty_days_has_dropped_off(accounts: Accounts) -> None:
    quarter, end = dt.date(2026, 10, 1), dt.date(2026, 12, 31)
    september = dt.date(2026, 9, 28)
    take_in(
        accounts,
        *weekly(accounts.hongye, "9", "9", until=september),
        *weekly(accounts.yuanda, "9", "9", until=september),
    )
    take_in(accounts, *weekly(accounts.yuanda, "9", until=dt.date(2026, 12, 14)))
    above = drop_off(accounts.firm["沈青"], quarter, end)
    assert (above.base, above.lost, above.percent) == (2, [(accounts.hongye.pk, accounts.hongye.name)], Decimal("50.0"))
    own = drop_off(accounts.firm["秦朗"], quarter, end)
    assert (own.base, own.lost) == (1, []), "each of his own customers alone"
    Party.objects.filter(pk=accounts.yuanda.pk).update(status="lost")
    assert drop_off(accounts.firm["沈青"], quarter, end).percent == 100, (
        "a contract that ended counts whatever still flows"
    )
    assert drop_off(accounts.firm["何平"], quarter, end).percent == 0


@pytest.mark.ledger("S-029", "R-042")
def test_a_file_is_looked_at_its_good_rows_taken_in_and_the_others_come_back(accounts: Accounts) -> None:
    browser = browser_of(accounts.firm, "沈青")
    lines = [
        [accounts.hongye.number, "专线", "2026-11-25", "1,200.5"],
        [accounts.yuanda.name, "专线", "2026/11/23", "80"],
        ["没有这家", "专线", "2026-11-23", "80"],
        [accounts.hongye.number, "专线", "2026-11-23", "90"],
        [accounts.hongye.number, "", "2026-11-23", "90"],
        [accounts.hongye.number, "短信", "昨天", "90"],
        [accounts.hongye.number, "短信", "2026-11-23", "-1"],
    ]
    file = SimpleUploadedFile("周表.csv", write_csv(HEADERS, lines))
    sent = browser.post(reverse("traffic:import"), {"period": "week", "file": file})
    assert sent.status_code == 302
    page = browser.get(sent["Location"]).content.decode()
    assert "没有这家" in page
    token = sent["Location"].rstrip("/").rsplit("/", 1)[-1]
    mend = read_sheet(browser.get(reverse("traffic:import-error-file", args=[token])).content)
    assert [row.cells["客户编号"] for row in mend.rows] == ["没有这家", *[accounts.hongye.number] * 4]
    assert browser.post(reverse("traffic:import-take-in", args=[token])).status_code == 302
    figures = TrafficFigure.objects.order_by("pk").values_list("party_id", "starts_on", "volume")
    assert list(figures) == [
        (accounts.hongye.pk, MONDAY, Decimal("1200.500")),
        (accounts.yuanda.pk, MONDAY, Decimal("80.000")),
    ]
    again = read_rows(weekly(accounts.hongye, "7"), accounts.firm["沈青"], "week")
    assert (again.figures, len(again.faults)) == ([], 1), "the book has it already"
    assert browser_of(accounts.firm, "吴越").get(reverse("traffic:import")).status_code == 404
    bad = SimpleUploadedFile("别的.xlsx", write_xlsx(["姓名", "电话"], [["王", "1"]], title="x"))
    assert browser.post(reverse("traffic:import"), {"period": "week", "file": bad}).status_code == 422


@pytest.mark.ledger("R-043", "S-029")
def test_a_file_of_numbers_does_not_tell_which_customers_exist(accounts: Accounts) -> None:
    """Somebody else's customer, by number or name, is answered like one that is not there; nor is his figure in the book told of."""
    take_in(accounts, *weekly(accounts.yuanda, "9"))
    known, unknown = accounts.yuanda.number, "KH-2026-9999999"
    rows = [
        {**row, "customer": text}
        for text in (known, accounts.yuanda.name, unknown)
        for row in weekly(accounts.yuanda, "9")
    ]
    reading = read_rows(rows, accounts.firm["罗小满"], "week")
    said = [fault.message.replace(str(row["customer"]), "") for fault, row in zip(reading.faults, rows, strict=True)]
    assert len(set(said)) == 1 and not reading.figures
    refused = []
    for number in (known, unknown):
        with pytest.raises(RuleBroken) as refusal:
            take_in(accounts, {**rows[0], "customer": number}, who="罗小满")
        refused.append(refusal.value.sentence.replace(number, ""))
    assert refused[0] == refused[1]


@pytest.mark.ledger("S-029")
def test_an_import_is_undone_by_who_made_it_and_by_nobody_else(accounts: Accounts) -> None:
    run = take_in(accounts, *weekly(accounts.hongye, "9", "9"))
    with pytest.raises(NotYours):
        accounts.firm.do("秦朗", "traffic.undo_import", run=run)
    accounts.firm.do("沈青", "traffic.undo_import", run=run)
    assert not TrafficFigure.objects.exists()
    assert TrafficImport.objects.get().undone_at is not None
    with pytest.raises(RuleBroken):
        accounts.firm.do("沈青", "traffic.undo_import", run=run)
    take_in(accounts, *weekly(accounts.hongye, "9", "9"))


@pytest.mark.ledger("R-042", "R-043")
def test_the_table_of_weeks_shows_everybody_his_own_customers(accounts: Accounts) -> None:
    take_in(accounts, *weekly(accounts.hongye, "50", "75"), *weekly(accounts.yuanda, "10", "9"))
    month = {
        "row": 2,
        "customer": accounts.hongye.number,
        "product": "专线",
        "starts_on": "2026年11月",
        "volume": "300",
    }
    take_in(accounts, month, period="month")
    url = reverse("traffic:book")
    own = browser_of(accounts.firm, "罗小满").get(url).content.decode()
    assert accounts.hongye.name in own and accounts.yuanda.name not in own
    assert "50 %" in own, "from 50 to 75"
    above = browser_of(accounts.firm, "江一舟").get(url).content.decode()
    assert accounts.hongye.name in above and accounts.yuanda.name in above
    assert "300" in browser_of(accounts.firm, "罗小满").get(url + "?period=month").content.decode()
    stranger = browser_of(accounts.firm, "何平").get(url).content.decode()
    assert accounts.hongye.name not in stranger and accounts.yuanda.name not in stranger


def test_a_table_of_many_asks_as_often_as_one_of_few(accounts: Accounts) -> None:
    take_in(accounts, *weekly(accounts.hongye, "50", "75"))
    browser = browser_of(accounts.firm, "罗小满")

    def queries() -> int:
        browser.get(reverse("traffic:book"))
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(reverse("traffic:book")).status_code == 200
        return len(captured)

    few = queries()
    for number in range(8):
        made = accounts.firm.do("罗小满", "customer.open", name=f"第{number}家有限公司", kind="organization")
        take_in(accounts, *weekly(Party.objects.get(pk=made.subject[1]), "1", "2"))
    assert queries() == few
