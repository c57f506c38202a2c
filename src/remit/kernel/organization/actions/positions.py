"""Open, change and close positions, and the lines by which they answer to each other."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from remit.kernel.organization.models import Acting, Position, PositionSpell, ReportingLine, Unit
from remit.kernel.organization.models.spans import still_open
from remit.kernel.organization.names import search_text
from remit.kernel.organization.queries import structure_on, today
from remit.kernel.organization.rules import (
    HEADCOUNT_MAX,
    is_closed,
    peak,
    refuse_before,
    refuse_future,
    refuse_too_long,
    replace_spell,
)
from remit.lib import clock
from remit.lib.refusals import RuleBroken


def open_position(
    *,
    unit: Unit,
    title: str,
    code: str,
    start: dt.date,
    headcount: int = 1,
    is_head: bool = False,
    superior: Position | None = None,
    second_superior: Position | None = None,
) -> Position:
    """A new post in a unit, with nobody in it yet."""
    refuse_too_long(title=(title, 120), code=(code, 40))
    refuse_headcount(headcount)
    if is_closed(unit.closed_on, start):
        raise RuleBroken(_("%(unit)s is closed; nothing can be opened under it.") % {"unit": unit.name})
    refuse_before(start, unit.opened_on, unit.name)
    if Position.objects.filter(code=code).exists():
        raise RuleBroken(_("The code %(code)s is in use.") % {"code": code})
    _refuse_superiors(superior, second_superior, start)
    position = Position.objects.create(
        unit=unit,
        company_id=unit.company_id,
        title=title,
        code=code,
        headcount=headcount,
        is_head=is_head,
        superior=superior,
        second_superior=second_superior,
        opened_on=start,
        search=search_text(title),
    )
    PositionSpell.objects.create(position=position, title=title, unit=unit, start=start)
    for rank, above in ((1, superior), (2, second_superior)):
        if above is not None:
            ReportingLine.objects.create(position=position, superior=above, rank=rank, start=start)
    return position


def change_position(
    position: Position,
    *,
    start: dt.date,
    title: str,
    unit: Unit,
    headcount: int,
    is_head: bool,
    superior: Position | None,
    second_superior: Position | None,
) -> dict[str, Any]:
    """Change title, place, room or lines from `start` on. Returns what changed, {} where nothing did."""
    new = {
        "title": title,
        "unit": unit,
        "headcount": headcount,
        "is_head": is_head,
        "superior": superior,
        "second_superior": second_superior,
    }
    changes = {
        name: [str(getattr(position, name) or ""), str(value or "")]
        for name, value in new.items()
        if getattr(position, name) != value
    }
    if not changes:
        return {}
    if position.closed_on is not None:
        raise RuleBroken(_("%(title)s is closed.") % {"title": position.title})
    refuse_future(start)
    refuse_before(start, position.opened_on, position.title)
    refuse_too_long(title=(title, 120))
    _refuse_place(position, unit, start)
    if "headcount" in changes:
        _refuse_too_few_places(position, headcount, start)
    if {"superior", "second_superior"} & changes.keys():
        _refuse_superiors(superior, second_superior, start)
        _refuse_circle(position, superior, second_superior)
    if {"title", "unit"} & changes.keys():
        replace_spell(PositionSpell.objects.filter(position=position), start, position=position, title=title, unit=unit)
    for rank, name, above in ((1, "superior", superior), (2, "second_superior", second_superior)):
        if name in changes:
            _change_line(position, rank, above, start)
    for name, value in new.items():
        setattr(position, name, value)
    position.search = search_text(title)
    position.save(update_fields=[*new, "search"])
    return changes


def close_position(position: Position, *, end: dt.date) -> None:
    """From `end` on the post is no more. It must be empty by then, and nobody may answer to it."""
    if position.closed_on is not None:
        raise RuleBroken(_("%(title)s is closed.") % {"title": position.title})
    if position.appointments.filter(Q(end=None) | Q(end__gt=end)).exists():
        raise RuleBroken(_("%(title)s is still held; end the appointments first.") % {"title": position.title})
    below = Position.objects.filter(Q(superior=position) | Q(second_superior=position)).filter(still_open(end))
    if below.exists():
        raise RuleBroken(_("Other positions still answer to %(title)s.") % {"title": position.title})
    if Acting.objects.filter(position=position, ended_at=None, ends_at__gt=clock.now()).exists():
        raise RuleBroken(_("Somebody acts in %(title)s; end that first.") % {"title": position.title})
    began = PositionSpell.objects.get(position=position, end=None).start
    lines = ReportingLine.objects.filter(position=position, end=None)
    last_change = max([began, *lines.values_list("start", flat=True)])
    if end < last_change:
        raise RuleBroken(
            _("The last change took effect on %(day)s; a new one can't lie before it.") % {"day": last_change}
        )
    position.closed_on = end
    position.save(update_fields=["closed_on"])
    PositionSpell.objects.filter(position=position, end=None).update(end=end)
    lines.update(end=end)


def refuse_headcount(headcount: int) -> None:
    if not 1 <= headcount <= HEADCOUNT_MAX:
        raise RuleBroken(_("A position has 1 to %(n)d places.") % {"n": HEADCOUNT_MAX})


def _refuse_too_few_places(position: Position, headcount: int, start: dt.date) -> None:
    refuse_headcount(headcount)
    held = peak(position.appointments.values_list("start", "end"), max(start, today()), None)
    if headcount < held:
        values = {"title": position.title, "n": held}
        raise RuleBroken(_("%(title)s is held by %(n)d; end appointments before taking places away.") % values)


def _refuse_place(position: Position, unit: Unit, start: dt.date) -> None:
    if unit.company_id != position.company_id:
        raise RuleBroken(_("A position stays within its company; open one in the other company instead."))
    if unit.pk != position.unit_id:
        if unit.closed_on is not None:
            raise RuleBroken(_("%(unit)s is closed.") % {"unit": unit.name})
        refuse_before(start, unit.opened_on, unit.name)


def _refuse_superiors(superior: Position | None, second: Position | None, start: dt.date) -> None:
    for above in filter(None, (superior, second)):
        if above.closed_on is not None:
            raise RuleBroken(_("%(title)s is closed.") % {"title": above.title})
        refuse_before(start, above.opened_on, above.title)
    if second is not None and superior == second:
        raise RuleBroken(_("The second superior is another than the first."))
    if second is not None and superior is None:
        raise RuleBroken(_("Name the first superior before a second one."))


def _refuse_circle(position: Position, *superiors: Position | None) -> None:
    """Nobody answers to somebody below him. Lines that begin later count too."""
    below = (
        structure_on(dt.date.max - dt.timedelta(days=1)).subordinates(position.pk) if any(superiors) else frozenset()
    )
    for superior in superiors:
        if superior is not None and (superior.pk == position.pk or superior.pk in below):
            raise RuleBroken(
                _("%(title)s answers to this position; the line would go in a circle.") % {"title": superior.title}
            )


def _change_line(position: Position, rank: int, superior: Position | None, start: dt.date) -> None:
    """A line that began on the same day was never in force, and goes; later ones would be contradicted."""
    lines = ReportingLine.objects.filter(position=position, rank=rank)
    later = lines.filter(Q(start__gt=start) | Q(end__gt=start)).order_by("-start").first()
    if later is not None:
        day = later.end or later.start
        raise RuleBroken(_("The last change took effect on %(day)s; a new one can't lie before it.") % {"day": day})
    lines.filter(end=None, start=start).delete()
    lines.filter(end=None).update(end=start)
    if superior is not None:
        lines.create(position=position, rank=rank, superior=superior, start=start)
