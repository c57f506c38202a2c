"""Open, rename, move and close units."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from remit.kernel.organization.models import Person, Unit, UnitSpell
from remit.kernel.organization.models.spans import still_open
from remit.kernel.organization.rules import (
    is_closed,
    refuse_before,
    refuse_future,
    refuse_too_long,
    refuse_wrong_nesting,
    replace_spell,
)
from remit.lib.refusals import RuleBroken


def open_unit(*, parent: Unit | None, kind: str, name: str, code: str, start: dt.date) -> Unit:
    """A new unit under `parent` (None: the group itself, of which there is one). Its first spell starts on `start`."""
    refuse_too_long(name=(name, 120), code=(code, 40))
    refuse_wrong_nesting(kind, parent.kind if parent is not None else None)
    if parent is None and Unit.objects.filter(parent=None).exists():
        raise RuleBroken(_("There is a group already; open units under it."))
    if parent is not None:
        _refuse_closed(parent, start)
        refuse_before(start, parent.opened_on, parent.name)
    if Unit.objects.filter(code=code).exists():
        raise RuleBroken(_("The code %(code)s is in use.") % {"code": code})
    _refuse_twin(parent, name)
    company_id = parent.company_id if parent else None
    unit = Unit.objects.create(
        parent=parent, kind=kind, name=name, code=code, company_id=company_id, path="", opened_on=start
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.company_id = unit.pk if kind == "company" else company_id
    unit.save(update_fields=["path", "company"])
    UnitSpell.objects.create(unit=unit, name=name, parent=parent, start=start)
    return unit


def change_unit(unit: Unit, *, name: str, parent: Unit | None, start: dt.date) -> dict[str, Any]:
    """Rename or move a unit from `start` on. Returns what changed, {} where nothing did."""
    changes: dict[str, Any] = {}
    if name != unit.name:
        refuse_too_long(name=(name, 120))
        changes["name"] = [unit.name, name]
    if parent != unit.parent:
        _refuse_move(unit, parent, start)
        changes["parent"] = [str(unit.parent), str(parent)]
    if not changes:
        return {}
    if unit.closed_on is not None:
        raise RuleBroken(_("%(unit)s is closed.") % {"unit": unit.name})
    refuse_future(start)
    _refuse_twin(parent, name, but=unit)
    replace_spell(UnitSpell.objects.filter(unit=unit), start, unit=unit, name=name, parent=parent)
    if "parent" in changes and parent is not None:
        old_path, new_path = unit.path, f"{parent.path}{unit.pk}/"
        below = Unit.objects.filter(path__startswith=old_path)
        below.update(path=Concat(models.Value(new_path), Substr("path", len(old_path) + 1)))
        unit.path = new_path
    unit.name, unit.parent = name, parent
    unit.save(update_fields=["name", "parent"])
    return changes


def close_unit(unit: Unit, *, end: dt.date) -> None:
    """From `end` on the unit is no more. Nothing may be left in it that is there on that day or later."""
    if unit.closed_on is not None:
        raise RuleBroken(_("%(unit)s is closed.") % {"unit": unit.name})
    if unit.children.filter(still_open(end)).exists() or unit.positions.filter(still_open(end)).exists():
        raise RuleBroken(_("%(unit)s still has units or positions; close or move them first.") % {"unit": unit.name})
    if Person.objects.filter(company=unit).filter(models.Q(left_on=None) | models.Q(left_on__gt=end)).exists():
        raise RuleBroken(_("%(unit)s still employs people.") % {"unit": unit.name})
    spell = UnitSpell.objects.get(unit=unit, end=None)
    if end < spell.start:
        raise RuleBroken(
            _("The last change took effect on %(day)s; a new one can't lie before it.") % {"day": spell.start}
        )
    unit.closed_on = end
    unit.save(update_fields=["closed_on"])
    UnitSpell.objects.filter(pk=spell.pk).update(end=end)


def _refuse_closed(unit: Unit, day: dt.date) -> None:
    if is_closed(unit.closed_on, day):
        raise RuleBroken(_("%(unit)s is closed; nothing can be opened under it.") % {"unit": unit.name})


def _refuse_move(unit: Unit, parent: Unit | None, start: dt.date) -> None:
    if parent is None or parent.path.startswith(unit.path):
        raise RuleBroken(_("A unit can't be moved below itself or to the top."))
    if parent.company_id != unit.company_id and unit.kind != "company":
        raise RuleBroken(_("A unit stays within its company; open one in the other company instead."))
    refuse_wrong_nesting(unit.kind, parent.kind)
    if parent.closed_on is not None:
        raise RuleBroken(_("%(unit)s is closed.") % {"unit": parent.name})
    refuse_before(start, parent.opened_on, parent.name)


def _refuse_twin(parent: Unit | None, name: str, but: Unit | None = None) -> None:
    """The database holds the same rule; this says it in a sentence."""
    twins = Unit.objects.filter(parent=parent, name=name, closed_on=None)
    if (twins.exclude(pk=but.pk) if but is not None else twins).exists():
        raise RuleBroken(_("There is a unit called %(name)s here already.") % {"name": name})
