"""What a building keeper and a fee collector would lose: a figure, a rollover, an old meter's last units, an odd one nobody saw."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.billing.metering.importing import digest_of, rows_of
from remit.kernel.billing.models import Meter, Reading
from remit.kernel.billing.queries_meters import balances, entry_errors, rounds, to_read
from remit.kernel.billing.tests.estate import NOVEMBER, NOVEMBER_END, OCTOBER_END, Estate, build_estate
from remit.lib.refusals import Refusal
from remit.lib.sheets import Cell, read_sheet, write_xlsx

pytestmark = pytest.mark.django_db
DECEMBER = dt.date(2025, 12, 1)


@pytest.fixture
def estate() -> Estate:
    return build_estate()


def read(estate: Estate, n: int, value: str, on: dt.date = NOVEMBER_END, **more: Any) -> Reading:
    made = estate.do("陈立", "meter.read", meter=estate.meters[n].pk, on=on, value=value, **more)
    return Reading.objects.get(pk=made.subject[1])


@pytest.mark.ledger("S-087")
def test_a_figure_becomes_units_and_an_odd_one_is_held(estate: Estate) -> None:
    assert read(estate, 0, "112.5").used == Decimal("12.5")
    for n in (1, 2, 3):
        read(estate, n, "110")
    for month in range(4):  # meters of one building come to know each other, and themselves
        for n in (0, 2, 4):
            read(estate, n, str(150 + 12 * month + n), dt.date(2025, 12, 1) + dt.timedelta(30 * month))
    held = read(estate, 0, "900", dt.date(2026, 5, 1))
    assert (held.state, held.reason) == ("held", "unlike_before")
    with pytest.raises(RuleBroken, match=r"release|放行|另"):
        estate.do("林晓岚", "meter.release", reading=read_by(estate, "林晓岚", 2, "901").pk, reason="我自己看过")
    estate.do("高岚", "meter.release", reading=held.pk, reason="水管爆裂，已核实")
    held.refresh_from_db()
    assert (held.state, held.reason) == ("accepted", "水管爆裂，已核实")


def read_by(estate: Estate, who: str, n: int, value: str) -> Reading:
    made = estate.do(who, "meter.read", meter=estate.meters[n].pk, on=dt.date(2026, 5, 1), value=value)
    return Reading.objects.get(pk=made.subject[1])


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"value": "100000"}, "digits|位"),
        ({"value": "110", "on": dt.date(2030, 1, 1)}, "not come|还没"),
        ({"value": "110", "on": dt.date(2025, 10, 1)}, "hang|装"),
        ({"value": "110", "band": "peak"}, "register|时段"),
        ({"value": "abc"}, "figure|读数"),
        ({"value": "110", "on": OCTOBER_END}, "already|已"),
    ],
)
def test_a_figure_that_cannot_be_is_refused(estate: Estate, facts: dict[str, Any], sentence: str) -> None:
    with pytest.raises((Refusal, ValueError), match=sentence):
        read(estate, 0, **facts)
    assert Reading.objects.filter(meter=estate.meters[0]).count() == 1


@pytest.mark.ledger("R-138")
def test_a_correction_keeps_the_wrong_figure_and_counts_it(estate: Estate) -> None:
    wrong, later = read(estate, 0, "121"), read(estate, 0, "124", dt.date(2025, 12, 31))
    estate.do("林晓岚", "meter.correct", reading=wrong.pk, value="112", reason="数字颠倒")
    wrong.refresh_from_db()
    later.refresh_from_db()
    right = wrong.corrected_by
    twelve = Decimal(12)
    assert (wrong.state, right.value, right.used, later.used) == ("withdrawn", Decimal(112), twelve, twelve)
    assert entry_errors(estate.firm.health.pk, NOVEMBER, DECEMBER) == (1, 1)
    with pytest.raises(RuleBroken):
        estate.do("林晓岚", "meter.correct", reading=wrong.pk, value="113", reason="再改")


def test_a_meter_goes_round_and_is_replaced(estate: Estate) -> None:
    made = estate.do(
        "林晓岚", "meter.replace", meter=estate.meters[0].pk, on=dt.date(2025, 11, 10), last={"": "104"}, number="S-9000",
        first={"": "99990"}, factor="2",
    )  # fmt: skip
    new = Meter.objects.get(pk=made.subject[1])
    assert (new.replaces, new.billable, new.factor) == (estate.meters[0], estate.units[0], Decimal(2))
    result = estate.do("陈立", "meter.read", meter=new.pk, on=NOVEMBER_END, value="8")
    row = Reading.objects.get(pk=result.subject[1])
    assert (row.rolled, row.used) == (True, Decimal(36))
    with pytest.raises(Refusal):
        read(estate, 0, "120")  # it no longer hangs there
    estate.do("林晓岚", "bill.run", period="2025-11", tariffs="sf")
    (charge,) = estate.units[0].charges.all()
    assert [line["meter"] for line in charge.explanation if line["kind"] == "reading"] == ["S-0000", "S-9000"]
    assert charge.quantity == 4 + 36


def test_who_was_not_at_home_is_estimated_and_put_right(estate: Estate) -> None:
    read(estate, 0, "112")
    estate.do("林晓岚", "meter.estimate", supply="water", on=dt.date(2025, 12, 31), reason="无人在家")
    guessed = Reading.objects.get(kind="estimate")
    assert (guessed.meter, guessed.used) == (estate.meters[0], Decimal("12.4"))  # 12 in 30 days, for 31
    actual = read(estate, 0, "115", dt.date(2026, 1, 31))
    assert (actual.used, actual.state) == (Decimal("-9.4"), "accepted")  # the estimate was too high


def test_a_file_is_taken_in_as_a_whole(estate: Estate) -> None:
    header = ["表号", "抄表日期", "本次读数"]
    rows: list[list[Cell]] = [["S-0000", NOVEMBER_END, 111], ["S-0001", "2025/11/30", "112.5"]]
    good = rows_of(read_sheet(write_xlsx(header, rows)))
    done = estate.do("林晓岚", "meter.import", rows=good, digest=digest_of(good), count=2, file_name="十一月.xlsx")
    assert done.changes == {"rows": 2, "held": 0}
    bad = rows_of(
        read_sheet(
            write_xlsx(header, [["S-0002", NOVEMBER_END, 111], ["S-0404", NOVEMBER_END, 1], ["S-0003", "x", "y"]])
        )
    )
    with pytest.raises(RuleBroken) as caught:
        estate.do("林晓岚", "meter.import", rows=bad, digest=digest_of(bad), count=3)
    assert "3 " in str(caught.value) and "4 " in str(caught.value)
    assert Reading.objects.filter(on=NOVEMBER_END).count() == 2


@pytest.mark.ledger("D-128", "T-101")
def test_the_balance_names_what_no_sub_meter_counted(estate: Estate, django_assert_num_queries: Any) -> None:
    company = estate.firm.health.pk
    main = estate.do(
        "林晓岚", "meter.install", number="Z-1", supply="water", on=OCTOBER_END, group="一期", first={"": "0"}
    )
    lamp = estate.do(
        "林晓岚",
        "meter.install",
        number="G-1",
        supply="water",
        on=OCTOBER_END,
        group="一期",
        parent=int(main.subject[1]),
    )
    Meter.objects.filter(billable__isnull=False).update(parent=int(main.subject[1]))
    for n in range(5):
        read(estate, n, "110")
    for made, value in ((main, "80"), (lamp, "20")):
        estate.do("林晓岚", "meter.read", meter=int(made.subject[1]), on=NOVEMBER_END, value=value)
    with django_assert_num_queries(2):
        (one,) = balances(Meter.objects.filter(company=company), NOVEMBER, DECEMBER)
    assert [one.main, one.charged, one.common, one.lost] == [Decimal(n) for n in (80, 50, 20, 10)]
    assert (one.percent, one.unread) == (Decimal("12.50"), 1)


def test_a_round_knows_what_is_still_to_be_read(estate: Estate) -> None:
    read(estate, 0, "112")
    meters = Meter.objects.filter(company=estate.firm.health)
    assert [(one.group, one.meters, one.read) for one in rounds(meters, NOVEMBER_END)] == [
        ("一期/1幢", 3, 1),
        ("一期/2幢", 3, 0),
    ]
    first = vars(to_read(meters, NOVEMBER_END).get(pk=estate.meters[0].pk))
    assert (first["last"], first["last_on"], first["now"]) == (Decimal(100), OCTOBER_END, Decimal(112))
