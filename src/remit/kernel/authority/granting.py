"""Write grants: what the activation of a charter does. Charters call this; authority never reads charters."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import BOUNDED
from remit.kernel.authority.loading import all_actions
from remit.kernel.authority.models import Grant
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.rulebook import matches
from remit.kernel.authority.spec import GrantSpec
from remit.lib import clock
from remit.lib.limits import Unit, parse_bound

BOUND_UNITS = {"CNY": Unit.AMOUNT, "%": Unit.PERCENT, "day": Unit.DAYS, "count": Unit.COUNT}


@dataclass(frozen=True, slots=True)
class GrantedClause:
    """One clause of a charter with the grants that it gives. `clause` is how the charter numbers it ("第3条")."""

    clause: str
    text: str
    grants: tuple[GrantSpec, ...]


def write_grants(
    position_id: int, clauses: Iterable[GrantedClause], *, source: str, source_id: int | None, start: dt.date
) -> list[Grant]:
    """Give a position the grants of a charter version from `start` on. The caller holds the authority lock exclusively.

    Raises RuleBroken where a grant speaks of an action or a fact that does not exist: a limit on a misspelt fact would never
    be met, and nobody would notice.
    """
    rows = []
    for clause in clauses:
        for spec in clause.grants:
            check_grant(spec, clause.clause)
            data = spec.model_dump(mode="json")
            rows.append(
                Grant(
                    position_id=position_id,
                    action=spec.action,
                    right=spec.right,
                    limits=data["limits"],
                    conditions=data["conditions"],
                    scope=spec.scope,
                    windows=data["windows"],
                    obligations=data["then"],
                    start=max(start, spec.start) if spec.start else start,
                    end=spec.end,
                    source=source,
                    source_id=source_id,
                    clause=clause.clause,
                    text=clause.text,
                    made_at=clock.now(),
                )
            )
    return Grant.objects.bulk_create(rows)


def end_grants(source_id: int, on: dt.date) -> int:
    """The grants of a charter version hold no longer from the day on. One that would begin later never begins."""
    grants = Grant.objects.filter(source_id=source_id)
    later = grants.filter(start__gte=on).update(end=F("start"))
    return later + grants.filter(start__lt=on, end=None).update(end=on) + grants.filter(end__gt=on, start__lt=on).update(end=on)




def check_grant(spec: GrantSpec, clause: str) -> None:
    """That the action exists, and has every fact that the grant bounds, conditions or counts by, of a fitting kind."""
    spoken_of = [action for name, action in all_actions().items() if matches(spec.action, name)]
    if not spoken_of:
        raise RuleBroken(_("%(clause)s: there is no action called %(action)s.") % {"clause": clause, "action": spec.action})
    for name, text in spec.limits.items():
        _check_bound(clause, spoken_of, name, text)
    for window in spec.windows:
        if window.measure == "amount":
            _check_bound(clause, spoken_of, window.fact, window.max)
        if window.per is not None:
            _check_fact(clause, spoken_of, window.per)
    for name in spec.conditions:
        _check_fact(clause, spoken_of, name)
    for obligation in spec.then:
        for performer in (obligation.report_to, obligation.finding_by, *obligation.countersigned_by):
            if performer and performer.startswith("fact:"):
                _check_fact(clause, spoken_of, performer.removeprefix("fact:"))


def _check_fact(clause: str, actions: list[ActionType], name: str) -> None:
    without = [action for action in actions if name not in action.facts]
    if without:
        values = {"clause": clause, "action": without[0].label, "fact": name, "known": "、".join(without[0].facts)}
        raise RuleBroken(_("%(clause)s: “%(action)s” has no fact %(fact)s; it has: %(known)s.") % values)


def _check_bound(clause: str, actions: list[ActionType], name: str, text: str) -> None:
    _check_fact(clause, actions, name)
    bound = parse_bound(text)
    for action in actions:
        kind = action.facts[name].kind
        if kind not in BOUNDED or BOUND_UNITS[BOUNDED[kind]] is not bound.unit:
            values = {"clause": clause, "limit": bound.label(), "action": action.label, "fact": action.facts[name].label}
            raise RuleBroken(_("%(clause)s: %(limit)s does not fit the fact “%(fact)s” of “%(action)s”.") % values)
