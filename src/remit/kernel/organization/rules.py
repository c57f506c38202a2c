"""Rules that the verbs and the import share. Each returns normally or raises RuleBroken with a sentence."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models
from django.utils.translation import gettext as _

from remit.kernel.organization.models.unit import UnitKind
from remit.kernel.organization.queries import today
from remit.lib.identifiers import read_mobile
from remit.lib.refusals import RuleBroken

# Under which kinds a unit of each kind may stand. The group stands under nothing.
PARENT_KINDS: dict[str, frozenset[str]] = {
    UnitKind.GROUP: frozenset(),
    UnitKind.COMPANY: frozenset({"group", "company"}),
    UnitKind.DEPARTMENT: frozenset({"group", "company", "department"}),
    UnitKind.TEAM: frozenset({"company", "department", "team"}),
}
HEADCOUNT_MAX = 9999


def refuse_too_long(**texts: tuple[str, int]) -> None:
    """Each text with the number of characters that its column has."""
    for text, longest in texts.values():
        if len(text) > longest:
            raise RuleBroken(
                _("“%(text)s…” is too long: at most %(n)d characters.") % {"text": text[:20], "n": longest}
            )


def refuse_wrong_nesting(kind: str, parent_kind: str | None) -> None:
    """A company stands under the group or a company, a team never above a department, and there is one group at the top."""
    fits = parent_kind in PARENT_KINDS[kind] if parent_kind is not None else kind == UnitKind.GROUP
    if not fits:
        where = str(UnitKind(parent_kind).label) if parent_kind else _("the top")
        values = {"kind": str(UnitKind(kind).label), "where": where}
        raise RuleBroken(_("A unit of the kind “%(kind)s” can't stand under “%(where)s”.") % values)


def refuse_future(start: dt.date) -> None:
    """See the package `actions`: rows are how things are today."""
    if start > today():
        raise RuleBroken(_("A change like this takes effect today or earlier; enter it on the day."))


def refuse_before(day: dt.date, opened_on: dt.date, name: str) -> None:
    if day < opened_on:
        raise RuleBroken(_("%(name)s exists from %(day)s on only.") % {"name": name, "day": opened_on})


def is_closed(closed_on: dt.date | None, day: dt.date) -> bool:
    return closed_on is not None and closed_on <= day


def checked_mobile(text: str) -> str:
    """One form for every mobile number; empty stays empty."""
    try:
        return read_mobile(text) if text.strip() else ""
    except ValueError as error:
        raise RuleBroken(str(error)) from error


def checked_email(text: str) -> str:
    bare = text.strip()
    try:
        if bare:
            validate_email(bare)
    except ValidationError as error:
        raise RuleBroken(_("“%(text)s” is no e-mail address.") % {"text": bare[:60]}) from error
    return bare


def peak(spans: Iterable[tuple[dt.date, dt.date | None]], start: dt.date, end: dt.date | None) -> int:
    """How many of the half-open spans hold at once, at the worst moment of [start, end). Empty spans hold never."""
    changes: list[tuple[dt.date, int]] = []
    for first, last in spans:
        begins, ends = max(first, start), min(last or dt.date.max, end or dt.date.max)
        if begins < ends:
            changes += [(begins, 1), (ends, -1)]
    most = now = 0
    # On the same day the ones that end make room first: -1 sorts before 1.
    for _day, step in sorted(changes):
        now += step
        most = max(most, now)
    return most


def replace_spell(spells: models.QuerySet[Any], start: dt.date, **fields: Any) -> None:
    """End the open spell on `start` and begin the next. One that began on the same day is corrected in place."""
    current = spells.get(end=None)
    if current.start > start:
        raise RuleBroken(
            _("The last change took effect on %(day)s; a new one can't lie before it.") % {"day": current.start}
        )
    if current.start == start:
        spells.filter(pk=current.pk).update(**fields)
        return
    spells.filter(pk=current.pk).update(end=start)
    spells.create(start=start, **fields)
