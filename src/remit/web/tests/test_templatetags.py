"""Dates, amounts, fields and addresses as a Chinese office writes them."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from remit.lib import clock
from remit.web.templatetags import remit as tags

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 11, 23, 14, 10, tzinfo=SHANGHAI)  # a Monday


@pytest.fixture(autouse=True)
def monday_afternoon() -> Iterator[None]:
    translation.activate("zh-hans")
    with clock.set_to(NOW):
        yield


def at(hours: float) -> dt.datetime:
    return NOW + dt.timedelta(hours=hours)


def test_days_are_written_with_their_weekday() -> None:
    assert tags.day(dt.date(2026, 11, 23)) == "11月23日 星期一"
    assert tags.day(dt.date(2025, 12, 1)) == "2025年12月1日 星期一"
    assert tags.day(None) == "—"
    with translation.override("en"):
        assert tags.day(dt.date(2026, 11, 23)) == "Mon 23 Nov"


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        (0, "今天 14:10"),
        (9, "今天 23:10"),
        (10, "明天 00:10"),
        (-24, "昨天 14:10"),
        (48, "11月25日 14:10"),
        (24 * 60, "2027年1月22日 14:10"),
    ],
)
def test_moments_are_near_or_dated(hours: float, text: str) -> None:
    assert tags.moment(at(hours)) == text


@pytest.mark.parametrize(
    ("hours", "text", "tone"),
    [
        (1 + 20 / 60, "剩 1 小时 20 分", "danger"),
        (2, "剩 2 小时", "danger"),
        (0.25, "剩 15 分", "danger"),
        (0.001, "剩 1 分", "danger"),
        (5, "今天 19:10", "warn"),
        (20, "明天 10:10", ""),
        (48, "11月25日", ""),
        (-0.5, "逾期 30 分", "danger"),
        (-5, "逾期 5 小时", "danger"),
        (-51, "逾期 2 天", "danger"),
    ],
)
def test_what_remains_until_a_deadline(hours: float, text: str, tone: str) -> None:
    assert tags.remaining(at(hours)) == text
    assert tags.due_tone(at(hours)) == tone


def test_a_deadline_of_a_whole_day_lasts_until_its_end() -> None:
    assert (tags.remaining(dt.date(2026, 11, 23)), tags.due_tone(dt.date(2026, 11, 23))) == ("今天", "warn")
    assert (tags.remaining(dt.date(2026, 11, 21)), tags.due_tone(dt.date(2026, 11, 21))) == ("逾期 2 天", "danger")
    assert (tags.remaining(None), tags.due_tone(None)) == ("", "")


def test_amounts_have_thousands_and_cents() -> None:
    assert tags.amount(Decimal("12345.6")) == "¥12,345.60"
    assert tags.amount(None) == "—"
    assert tags.plain_number(Decimal("1234567.50")) == "1234567.50"


def draw(source: str, query: str = "", **context: object) -> str:
    request = RequestFactory().get(f"/list/{query}")
    return Template(source).render(Context({"request": request, **context}))


def test_query_changes_one_key_and_keeps_the_others() -> None:
    assert draw('{% query page="2" %}', "?q=%E6%9E%97&page=1") == "?q=%E6%9E%97&amp;page=2"
    assert draw("{% query page=nothing %}", "?page=1&q=a", nothing=None) == "?q=a"


class ComplaintForm(forms.Form):
    subject = forms.CharField(label="事项", help_text="一句话 <说清楚>", max_length=5)
    tell = forms.BooleanField(label="短信通知", required=False)
    channel = forms.ChoiceField(label="受理方式", choices=[("phone", "电话")], widget=forms.RadioSelect)


def test_a_field_ties_label_help_and_error_together() -> None:
    html = draw("{% field form.subject %}", form=ComplaintForm({"subject": "太长太长太长"}))
    assert '<label class="field__label" for="id_subject">' in html
    assert 'aria-describedby="id_subject_help id_subject_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_subject_error"' in html
    assert "&lt;说清楚&gt;" in html


def test_a_check_box_and_a_group_have_their_own_forms() -> None:
    assert "field--check" in draw("{% field form.tell %}", form=ComplaintForm())
    assert "<legend" in draw("{% field form.channel %}", form=ComplaintForm())


def test_what_people_type_stays_text() -> None:
    """A component hands its attributes on: they must be escaped once, wherever they come out."""
    html = draw("{% field form.subject %}", form=ComplaintForm({"subject": '"><script>'}))
    assert "<script>" not in html


def test_the_first_sign_of_a_name() -> None:
    assert [tags.first_sign(name) for name in ("林晓岚", " zhou", "")] == ["林", "Z", ""]
