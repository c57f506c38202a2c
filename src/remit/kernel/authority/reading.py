"""Stored facts and grants as people read them: labels, names for ids, one line that says what an act is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.explain import SCOPES, limits_label, window_label
from remit.kernel.authority.facts import Fact, Label, restore_facts
from remit.kernel.authority.loading import all_actions
from remit.kernel.authority.obligations import performers_named
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.rulebook import GrantRule, matches
from remit.kernel.organization.models import Person, Position, Unit
from remit.lib.limits import parse_bound

# The first word of an action's name, as a heading. Families that packs bring read as their own first action's label does.
FAMILIES: Final[Mapping[str, Label]] = {
    "organization": gettext_lazy("Organization"),
    "charter": gettext_lazy("Charters"),
    "approval": gettext_lazy("Approvals"),
    "obligation": gettext_lazy("Obligations"),
    "account": gettext_lazy("Logins"),
    "oversight": gettext_lazy("Oversight"),
    "staff": gettext_lazy("Staff"),
    "remedy": gettext_lazy("Remedies for customers"),
    "customer": gettext_lazy("Customers"),
    "service": gettext_lazy("Service"),
    "money": gettext_lazy("Money"),
    "work": gettext_lazy("Work"),
    "task": gettext_lazy("Tasks"),
    "summary": gettext_lazy("Plans and summaries"),
    "calendar": gettext_lazy("Working time"),
    "notice": gettext_lazy("Notices"),
    "mailbox": gettext_lazy("Mailboxes"),
    "general": gettext_lazy("General requests"),
}
REFERENCES: Final = {"person": Person, "position": Position, "unit": Unit}
LONGEST_TEXT_IN_A_HEADLINE: Final = 24


def family_label(family: str) -> str:
    return str(FAMILIES.get(family, family))


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact for a table. `before` is what it was, where the facts were changed; None where it was not touched."""

    name: str
    label: str
    text: str
    is_bounded: bool = False
    before: str | None = None


class Reader:
    """Reads the facts of many rows. One query for the actions and one for each kind of name that occurs, whatever the number."""

    def __init__(self, rows: Iterable[tuple[str, Mapping[str, Any]]] = ()) -> None:
        self.actions = all_actions()
        wanted: dict[str, set[int]] = {kind: set() for kind in REFERENCES}
        for name, facts in rows:
            action = self.actions.get(name)
            for fact in action.facts.values() if action else ():
                if fact.kind in REFERENCES and isinstance(facts.get(fact.name), int):
                    wanted[fact.kind].add(facts[fact.name])
        self._names = {
            kind: {found.pk: str(found) for found in model._default_manager.filter(pk__in=wanted[kind])}
            for kind, model in REFERENCES.items()
            if wanted[kind]
        }

    def label(self, action: str) -> str:
        found = self.actions.get(action)
        return str(found.label) if found else action

    def show(self, fact: Fact, value: Any) -> str:
        """A stored value as text. One that no longer fits its declaration is shown as it was stored."""
        if value is None:
            return "—"
        if fact.kind in REFERENCES:
            return self._names.get(fact.kind, {}).get(value) or f"#{value}"
        if fact.kind == "data":
            return self._show_data(value)
        try:
            return fact.show(restore_facts({fact.name: fact}, {fact.name: value})[fact.name])
        except (ValueError, ArithmeticError, AttributeError):
            return str(value)

    def _show_data(self, value: Any) -> str:
        """Lists of actions (what is handed over to a deputy) by their labels; other data as pairs."""
        parts = value if isinstance(value, list) else [value]
        shown = []
        for part in parts:
            if isinstance(part, dict) and "action" in part:
                bounds = "、".join(parse_bound(text).label() for text in (part.get("limits") or {}).values())
                shown.append(f"{self.label(str(part['action']))} {bounds}".strip())
            elif isinstance(part, dict):
                shown.append("、".join(f"{key}: {text}" for key, text in part.items()))
            else:
                shown.append(str(part))
        return "；".join(shown)

    def headline(self, action: str, facts: Mapping[str, Any]) -> str:
        """ "经济补偿 ¥800.00 · 周先生": the action, what a grant bounds, whom it concerns or whom it is counted by."""
        found = self.actions.get(action)
        if found is None:
            return action
        given = [fact for fact in found.facts.values() if facts.get(fact.name) is not None]
        bounded = [self.show(fact, facts[fact.name]) for fact in given if fact.is_bounded]
        about = [self.show(fact, facts[fact.name]) for fact in given if fact.concerns or fact.per]
        if not about:
            texts = [str(facts[fact.name]) for fact in given if fact.kind in ("text", "long_text")]
            about = [text[:LONGEST_TEXT_IN_A_HEADLINE] for text in texts[:1]]
        return " · ".join([" ".join([str(found.label), *bounded]), *about])

    def fact_rows(
        self, action: str, facts: Mapping[str, Any], difference: Mapping[str, Any] | None = None
    ) -> list[FactRow]:
        """Every fact that has, or had, a value, in the order of the form."""
        found, changed = self.actions.get(action), difference or {}
        if found is None:
            return [FactRow(name, name, str(value)) for name, value in facts.items()]
        return [
            FactRow(
                name=name,
                label=str(fact.label),
                text=self.show(fact, facts.get(name)),
                is_bounded=fact.is_bounded,
                before=self.show(fact, changed[name][0]) if name in changed else None,
            )
            for name, fact in found.facts.items()
            if not fact.quiet and (facts.get(name) is not None or name in changed)
        ]


def with_limit(where: str, limit: str) -> str:
    """ "客服部总监岗位说明书 v1 第3条（< ¥500）": where a grant stands and how far it goes."""
    return _("%(where)s (%(limit)s)") % {"where": where, "limit": limit}


@dataclass(frozen=True, slots=True)
class Terms:
    """What a grant gives, in words. `limit` is short ("≤ ¥500"), `more` what else must hold, `after` what follows its use."""

    limit: str
    more: tuple[str, ...]
    after: tuple[str, ...]
    where: str
    text: str
    is_proposal: bool


def terms_of(grant: GrantRule, action: ActionType | None = None) -> Terms:
    more: list[str] = []
    for name, values in grant.conditions:
        fact = action.facts.get(name) if action else None
        label = str(fact.label) if fact else name
        shown = "、".join(sorted(fact.show(value) if fact else str(value) for value in values))
        more.append(label if values == {True} else f"{label}: {shown}")
    if grant.scope != "anywhere":
        more.append(str(SCOPES.get(grant.scope, grant.scope)))
    more += [window_label(window, action) for window in grant.windows]
    return Terms(
        limit=_("may propose") if grant.right == "propose" else limits_label(grant),
        more=tuple(more),
        after=tuple(
            obligation_label(kind, name) for spec in grant.obligations for kind, name in performers_named(spec)
        ),
        where=f"{grant.source} {grant.clause}".strip(),
        text=grant.text,
        is_proposal=grant.right == "propose",
    )


def obligation_label(kind: str, performer: str) -> str:
    """ "report to 客服部总监"; a performer that is named in a fact is "the person concerned"."""
    if performer.startswith("fact:"):
        performer = _("the person named")
    elif performer == "superior":
        performer = _("the superior")
    texts = {
        "report": _("report to %(performer)s"),
        "countersign": _("countersigned by %(performer)s"),
        "finding": _("responsibility determined by %(performer)s"),
    }
    return texts[kind] % {"performer": performer}


def widest(grants: Iterable[GrantRule]) -> GrantRule | None:
    """The grant of the loosest bounds: an unlimited one without conditions first."""

    def width(grant: GrantRule) -> tuple[bool, Decimal, bool]:
        return (
            not grant.limits,
            max((bound.max for _name, bound in grant.limits), default=Decimal(0)),
            not grant.conditions,
        )

    return max(grants, key=width, default=None)


def granted_label(pattern: str, actions: Mapping[str, ActionType]) -> str:
    """The name of what a grant speaks of: an action's label, or its family's."""
    if pattern == "*":
        return _("Everything")
    if pattern in actions:
        return str(actions[pattern].label)
    covered = [action for name, action in actions.items() if matches(pattern, name)]
    if len(covered) == 1:
        return str(covered[0].label)
    return _("%(family)s (everything)") % {"family": family_label(pattern.split(".", 1)[0])}
