"""Write grants: what the activation of a charter does. Charters call this; authority never reads charters."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import BOUNDED
from remit.kernel.authority.loading import all_actions, authority_changed
from remit.kernel.authority.models import DeclaredAction, Grant, SeparationRule
from remit.kernel.authority.registry import CODED, ActionType
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
    return (
        later
        + grants.filter(start__lt=on, end=None).update(end=on)
        + grants.filter(end__gt=on, start__lt=on).update(end=on)
    )


def resume_grants(source_id: int, ended_on: dt.date) -> int:
    """Grants that were to end on a day which has not come hold on: what was to replace them was taken back."""
    return Grant.objects.filter(source_id=source_id, end=ended_on).update(end=None)


def check_grant(spec: GrantSpec, clause: str) -> None:
    """That the action exists, and has every fact that the grant bounds, conditions or counts by, of a fitting kind."""
    spoken_of = [action for name, action in all_actions().items() if matches(spec.action, name)]
    if not spoken_of:
        raise RuleBroken(
            _("%(clause)s: there is no action called %(action)s.") % {"clause": clause, "action": spec.action}
        )
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
            values = {
                "clause": clause,
                "limit": bound.label(),
                "action": action.label,
                "fact": action.facts[name].label,
            }
            raise RuleBroken(_("%(clause)s: %(limit)s does not fit the fact “%(fact)s” of “%(action)s”.") % values)


# --- what packs and charters declare ------------------------------------------------------------------------------------------


def declare_action(
    name: str, *, labels: Mapping[str, str], facts: list[dict[str, object]], words: Iterable[str] = (), origin: str
) -> None:
    """Declare an action as data, or declare it anew. The caller holds the authority lock exclusively.

    Raises RuleBroken where it belongs to somebody else.
    """
    other = DeclaredAction.objects.filter(name=name).exclude(origin=origin).first()
    if other is not None or name in CODED:
        values = {"action": name, "origin": other.origin if other else "kernel"}
        raise RuleBroken(_("The action %(action)s belongs to %(origin)s already.") % values)
    DeclaredAction.objects.update_or_create(
        name=name, defaults={"labels": dict(labels), "facts": facts, "words": list(words), "origin": origin}
    )
    authority_changed()


def replace_separation_rules(origin: str, rules: Iterable[SeparationRule]) -> None:
    """The rules on separate duties that `origin` gives, in place of those it gave before."""
    kept = list(rules)
    SeparationRule.objects.filter(origin=origin).exclude(code__in=[rule.code for rule in kept]).delete()
    for rule in kept:
        SeparationRule.objects.update_or_create(
            code=rule.code,
            defaults={
                "name": rule.name,
                "first": rule.first,
                "second": rule.second,
                "control": rule.control,
                "origin": origin,
            },
        )
