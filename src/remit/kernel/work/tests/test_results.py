"""What was done in time, late, or missed, by person, duty and month, for the superior."""

import datetime as dt
import io
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from python_calamine import CalamineWorkbook
from tests.browsing import browser_of
from tests.cast import Firm

from remit.kernel.work.models import WorkItem
from remit.kernel.work.results import Wanted, results
from remit.kernel.work.tests.routine_help import CALL, MONDAY, at, morning, routine_firm
from remit.lib import clock

pytestmark = pytest.mark.django_db
NOVEMBER = Wanted(dt.date(2026, 11, 1))
PROOF = {"通数": "3", "客户的意见": "无"}


@pytest.fixture
def firm() -> Iterator[Firm]:
    """A week: 陈立 calls in time on Monday, late on Tuesday (on Wednesday morning), and never for Wednesday; 赵敏之 does nothing."""
    with clock.set_to(MONDAY):
        firm = routine_firm()
    for day, hour, does in ((23, 16, 23), (24, 9, None), (25, 9, 24), (26, 9, None), (27, 9, None)):
        with clock.set_to(at(day, hour)):
            morning(dt.date(2026, 11, day))
            if does is not None:
                item = WorkItem.objects.get(person=firm["陈立"], duty="d1", occurs_on=dt.date(2026, 11, does))
                firm.do("陈立", "work.finish", item=item.pk, evidence=PROOF)
    with clock.set_to(at(27, 10)):
        yield firm


def figures(firm: Firm, who: str, way: str, wanted: Wanted = NOVEMBER) -> dict[str, tuple[int, int, int, int]]:
    return {one.label: (one.done, one.late, one.missed, one.open) for one in results(firm[who], way, wanted)}


def test_by_person_the_worst_stands_first(firm: Firm) -> None:
    found = results(firm["林晓岚"], "person", NOVEMBER)
    assert [one.label for one in found] == ["赵敏之", "陈立", "林晓岚"]
    assert figures(firm, "林晓岚", "person")["陈立"] == (1, 1, 1, 3)
    assert figures(firm, "林晓岚", "person")["赵敏之"] == (0, 0, 3, 3)
    assert found[1].in_time == 33 and found[2].in_time is None


def test_by_duty_and_by_month(firm: Firm) -> None:
    only = Wanted(NOVEMBER.month, person_id=firm["陈立"].pk)
    assert figures(firm, "高岚", "duty", only) == {CALL.text: (1, 1, 1, 2), "每周五汇总本周的意见": (0, 0, 0, 1)}
    assert figures(firm, "高岚", "month")["2026-11"] == (1, 1, 4, 7)


def test_one_reads_ones_own_and_those_below_and_nobody_elses(firm: Firm) -> None:
    assert set(figures(firm, "陈立", "person")) == {"陈立"}
    assert figures(firm, "吴越", "person") == {} == figures(firm, "何平", "person")
    narrowed = Wanted(NOVEMBER.month, person_id=firm["赵敏之"].pk)
    assert figures(firm, "陈立", "duty", narrowed) == {}
    assert "赵敏之" not in browser_of(firm, "陈立").get(f"/work/results/?person={firm['赵敏之'].pk}").content.decode()


def test_a_figure_opens_to_its_items(firm: Firm) -> None:
    browser = browser_of(firm, "林晓岚")
    page = browser.get(f"/work/results/items/?month=2026-11&person={firm['陈立'].pk}").content.decode()
    assert page.count('class="row"') == 6 and page.count("错过") == 1 and page.count("迟办") == 1


def test_the_spreadsheet_has_a_line_for_each_person_and_duty(firm: Firm) -> None:
    data = browser_of(firm, "林晓岚").get("/work/results/sheet/?month=2026-11").getvalue()
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 1 + 5
    assert ["2026-11", "陈立", "健康顾问", CALL.text, 1, 1, 1, 2] in rows


def test_pages_cost_the_same_however_many_there_are(
    firm: Firm, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(firm, "周岚")
    pages = [f"/work/results/?month=2026-11&by={way}" for way in ("person", "duty", "month")]
    pages.append("/work/results/items/?month=2026-11")
    for page in pages:
        browser.get(page)
    with CaptureQueriesContext(connection) as few:
        for page in pages:
            assert browser.get(page).status_code == 200
    template = WorkItem.objects.filter(person=firm["赵敏之"], is_missed=True)[0]
    for number in range(40):
        template.pk, template.source_key = None, f"more.{number}"
        template.save()
    with django_assert_num_queries(len(few)):
        for page in pages:
            browser.get(page)
