"""Tags and filters that every template has without loading them."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from django import template
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import QueryDict
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from remit.lib import clock
from remit.lib.amounts import format_amount
from remit.lib.calendars import DurationUnit, parse_duration

register = template.Library()

# A deadline nearer than this is red: whoever reads it should act now.
NEAR: Final = dt.timedelta(hours=4)


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of static/img/icons.svg; always beside a word or inside something with a label."""
    extra = f" icon--{size}" if size else ""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        extra,
        static("img/icons.svg"),
        name,
    )


@register.simple_tag
def field(bound: BoundField, label: str = "", help: str = "") -> str:
    """A form field in a c-field: label, widget, help, error, and the attributes that tie them together for a screen reader."""
    widget = bound.field.widget
    is_group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    is_check = isinstance(widget, CheckboxInput)
    help_text = help or str(bound.help_text)
    error = " ".join(str(message) for message in bound.errors)
    target = bound.id_for_label or bound.auto_id or ""
    described = [f"{target}_help"] * bool(help_text) + [f"{target}_error"] * bool(error)
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if error:
        attributes["aria-invalid"] = "true"
    if bound.is_hidden:
        return bound.as_widget(attrs=attributes)
    return render_to_string(
        "web/_field.html",
        {
            "label": label or bound.label,
            "widget": bound.as_widget(attrs=attributes),
            "help": help_text,
            "error": error,
            "for": target,
            "required": bound.field.required and not is_check,
            "check": is_check,
            "group": is_group,
        },
    )


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """This page's query string with some keys changed; a key set to None or "" is dropped. `?` alone when nothing is left."""
    request = context.get("request")
    values = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for key, value in changes.items():
        if value is None or value == "":
            values.pop(key, None)
        else:
            values[key] = str(value)
    return f"?{values.urlencode()}"


@register.filter
def amount(value: Decimal | int | None, currency: str = "CNY") -> str:
    """¥12,345.67; a dash where there is no amount."""
    return "—" if value is None else format_amount(Decimal(value), currency)


@register.filter
def plain_number(value: object) -> str:
    """A number as HTML attributes want it: a point, no thousands separators, whatever the language."""
    return f"{Decimal(str(value)):f}"


@register.filter
def trimmed(value: object) -> str:
    """A quantity without zeros that say nothing: 12.500 as 12.5, 100.000 as 100."""
    number = Decimal(str(value))
    return f"{number.normalize():f}" if number else "0"


@register.filter
def first_sign(name: str) -> str:
    """What stands in an avatar: the surname of a Chinese name, the first letter of another."""
    return str(name).strip()[:1].upper()


@register.filter
def message_tone(message: Message) -> str:
    """The tone of a toast for one of Django's messages."""
    tones = {messages.SUCCESS: "ok", messages.WARNING: "warn", messages.ERROR: "danger"}
    return tones.get(message.level, "info")


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """11月23日 星期一; with the year if it is another year."""
    if value is None:
        return "—"
    return formats.date_format(_as_day(value), _day_format(_as_day(value), with_weekday=True))


DURATIONS: Final[Mapping[DurationUnit, Callable[[int], str]]] = {
    DurationUnit.MINUTES: lambda n: ngettext("%(n)s minute", "%(n)s minutes", n),
    DurationUnit.HOURS: lambda n: ngettext("%(n)s hour", "%(n)s hours", n),
    DurationUnit.WORKDAYS: lambda n: ngettext("%(n)s workday", "%(n)s workdays", n),
    DurationUnit.DAYS: lambda n: ngettext("%(n)s day", "%(n)s days", n),
    DurationUnit.WEEKS: lambda n: ngettext("%(n)s week", "%(n)s weeks", n),
    DurationUnit.MONTHS: lambda n: ngettext("%(n)s month", "%(n)s months", n),
    DurationUnit.YEARS: lambda n: ngettext("%(n)s year", "%(n)s years", n),
}


@register.filter
def duration(text: str) -> str:
    """A kept term in the reader's language; what is none (a form sent back) as it was typed. `parse_duration` reads each of them."""
    try:
        term = parse_duration(text)
    except ValueError:
        return text
    return DURATIONS[term.unit](term.n) % {"n": term.n}


@register.filter
def short_day(value: dt.date | dt.datetime | None) -> str:
    """今天, 明天, 昨天, 11月25日; with the year if it is another year."""
    if value is None:
        return "—"
    when = _as_day(value)
    distance = (when - timezone.localdate(clock.now())).days
    near = {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}
    return near.get(distance) or formats.date_format(when, _day_format(when, with_weekday=False))


@register.filter
def moment(value: dt.datetime | None) -> str:
    """今天 11:05, 11月23日 09:12, 2025年12月1日 09:12."""
    if value is None:
        return "—"
    clock = timezone.localtime(value).strftime("%H:%M")
    return pgettext("a day and a time of day", "%(day)s %(time)s") % {"day": short_day(value), "time": clock}


@register.filter
def remaining(deadline: dt.datetime | dt.date | None) -> str:
    """What is left until a deadline, as a person says it: 剩 1 小时 20 分, 今天 17:30, 明天, 逾期 2 天."""
    if deadline is None:
        return ""
    if not isinstance(deadline, dt.datetime):
        days_late = (timezone.localdate(clock.now()) - deadline).days
        return _overdue_days(days_late) if days_late > 0 else short_day(deadline)
    left = deadline - clock.now()
    if left <= dt.timedelta(0):
        return _overdue(-left)
    if left < NEAR:
        return _left(left)
    return moment(deadline) if (_as_day(deadline) - timezone.localdate(clock.now())).days <= 1 else short_day(deadline)


@register.filter
def due_tone(deadline: dt.datetime | dt.date | None) -> str:
    """The tone of a tag with a deadline: danger when somebody must act now, warn when today, else none."""
    if deadline is None:
        return ""
    days_left = (_as_day(deadline) - timezone.localdate(clock.now())).days
    if days_left < 0:
        return "danger"
    if isinstance(deadline, dt.datetime) and deadline - clock.now() < NEAR:
        return "danger"
    return "warn" if days_left == 0 else ""


def _as_day(value: dt.date | dt.datetime) -> dt.date:
    return timezone.localtime(value).date() if isinstance(value, dt.datetime) else value


def _day_format(when: dt.date, *, with_weekday: bool) -> str:
    """Django's date format characters; translators put them in their order."""
    if when.year == timezone.localdate(clock.now()).year:
        return pgettext("date format", "D j M") if with_weekday else pgettext("date format", "j M")
    return pgettext("date format with year", "D j M Y") if with_weekday else pgettext("date format with year", "j M Y")


def _left(span: dt.timedelta) -> str:
    hours, minutes = divmod(max(1, int(span.total_seconds() // 60)), 60)
    if not hours:
        return ngettext("%(minutes)d minute left", "%(minutes)d minutes left", minutes) % {"minutes": minutes}
    if not minutes:
        return ngettext("%(hours)d hour left", "%(hours)d hours left", hours) % {"hours": hours}
    return _("%(hours)d h %(minutes)d min left") % {"hours": hours, "minutes": minutes}


def _overdue(span: dt.timedelta) -> str:
    minutes = max(1, int(span.total_seconds() // 60))
    if minutes < 60:
        return ngettext("%(minutes)d minute overdue", "%(minutes)d minutes overdue", minutes) % {"minutes": minutes}
    if minutes < 24 * 60:
        hours = minutes // 60
        return ngettext("%(hours)d hour overdue", "%(hours)d hours overdue", hours) % {"hours": hours}
    return _overdue_days(minutes // (24 * 60))


def _overdue_days(days: int) -> str:
    return ngettext("%(days)d day overdue", "%(days)d days overdue", days) % {"days": days}
