"""Why: the clauses a decision rests on, one sentence for the person who asked, and the whole ladder for who wants to know all.

`trace` judges every grant in plain Python, one test after the other. It is the reference that the compiled rulebook is tested
against, and what the why-page shows.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from remit.kernel.authority.rulebook import GrantRule, Rulebook, matches
from remit.kernel.organization.structure import PositionOn
from remit.lib.limits import Bound, Op, parse_bound

if TYPE_CHECKING:
    from remit.kernel.authority.decisions import Decision, SpentWindow
    from remit.kernel.authority.registry import ActionType

SYSTEM_RULE = gettext_lazy("the system does this by itself")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a charter: where it stands and what it says. `limit` is its bounds in short ("≤ ¥500")."""

    grant_id: int
    position_id: int
    position: str
    source: str
    clause: str
    text: str
    limit: str

    def as_json(self) -> dict[str, Any]:
        return {
            "grant_id": self.grant_id,
            "position_id": self.position_id,
            "position": self.position,
            "source": self.source,
            "clause": self.clause,
            "text": self.text,
            "limit": self.limit,
        }

    @property
    def where(self) -> str:
        return f"{self.source} {self.clause}".strip()


def clause_of(grant: GrantRule, book: Rulebook) -> Clause:
    return Clause(
        grant.id,
        grant.position_id,
        book.structure.positions[grant.position_id].title,
        grant.source,
        grant.clause,
        grant.text,
        limits_label(grant),
    )


def limits_label(grant: GrantRule) -> str:
    """ "≤ ¥500", "≤ ¥500, ≤ 10 %", or "unlimited"."""
    return "、".join(bound.label() for _name, bound in grant.limits) or _("no limit")


def clauses(decision: "Decision") -> list[Clause]:
    """What the decision rests on, most telling first: the covering grant, the right to propose, own grants that fell short."""
    verdict, book = decision.verdict, decision.rulebook
    rules: list[GrantRule] = [rule for rule in (verdict.grant, verdict.proposal) if rule is not None]
    rules += [spent.grant for spent in decision.spent if spent.grant not in rules]
    if verdict.outcome != "granted":
        rules += [rule for rule in own_grants(decision) if rule not in rules]
    return [clause_of(rule, book) for rule in rules]


def own_grants(decision: "Decision") -> list[GrantRule]:
    """The asker's own grants for the action, as holder and as deputy, whether or not they cover the facts."""
    book, action = decision.rulebook, decision.action.name
    if decision.person is None:
        return []
    positions = list(book.positions_of(decision.person.pk))
    positions += [acting.position_id for acting in book.deputyships(decision.person.pk)]
    return [grant for position_id in positions for grant in book.grants_for(position_id, action)]


# --- one sentence ------------------------------------------------------------------------------------------------------------


def sentence(decision: "Decision") -> str:
    """What the decision means for the person who asked, and what happens next."""
    if decision.inherent is not None:
        return _("You may do this: %(rule)s.") % {"rule": decision.inherent}
    if decision.outcome == "granted":
        return _granted(decision)
    if decision.outcome == "approval":
        return _needs_approval(decision)
    return _refused(decision)


def _granted(decision: "Decision") -> str:
    verdict, book = decision.verdict, decision.rulebook
    grant = verdict.grant
    if grant is None:
        return _("You may do this.")
    values = {"where": clause_of(grant, book).where, "limit": limits_label(grant)}
    if verdict.acting is not None:
        values["position"] = book.structure.positions[grant.position_id].title
        values["principal"] = book.structure.people.get(verdict.acting.principal_id or 0, "")
        if verdict.acting.principal_id is None:
            return _("You may do this as acting %(position)s: %(where)s (%(limit)s).") % values
        return _("You may do this as acting %(position)s for %(principal)s: %(where)s (%(limit)s).") % values
    return _("You may do this: %(where)s (%(limit)s).") % values


def _needs_approval(decision: "Decision") -> str:
    verdict, book = decision.verdict, decision.rulebook
    assert verdict.approver_position_id is not None and verdict.grant is not None  # noqa: S101 - what "approval" means
    values = {
        "why": why_not(decision),
        "approver": approver_label(book, verdict.approver_position_id, verdict.approvers),
        "where": clause_of(verdict.grant, book).where,
        "limit": limits_label(verdict.grant),
    }
    return (
        _("%(why)s It goes to %(approver)s for approval (%(where)s, %(limit)s) and is carried out once approved.")
        % values
    )


def _refused(decision: "Decision") -> str:
    book = decision.rulebook
    best = highest_grant(book, decision.action.name)
    values = {"why": why_not(decision), "action": str(decision.action.label)}
    if best is None:
        return (
            _("No position has been given authority for “%(action)s”; ask for it to be written into a charter.")
            % values
        )
    values |= {"position": book.structure.positions[best.position_id].title, "limit": limits_label(best)}
    values["where"] = clause_of(best, book).where
    return (
        _(
            "%(why)s Nobody up your line may decide this; the widest authority for “%(action)s” is held by %(position)s "
            "(%(limit)s, %(where)s). Report it upwards."
        )
        % values
    )


def why_not(decision: "Decision") -> str:
    """Why the asker may not do it alone: the window used up, the bound exceeded, the condition missing, or no grant at all."""
    if decision.spent:
        return _spent(decision.spent[-1])
    verdict, book = decision.verdict, decision.rulebook
    own = own_grants(decision)
    if not own:
        if verdict.proposal is not None:
            return _("You may propose this (%(where)s).") % {"where": clause_of(verdict.proposal, book).where}
        return _("Your position has no authority for “%(action)s”.") % {"action": str(decision.action.label)}
    nearest = min(own, key=lambda grant: len(shortfalls(grant, decision, book)))
    missing = shortfalls(nearest, decision, book)
    values = {"where": clause_of(nearest, book).where, "short": ";".join(missing), "limit": limits_label(nearest)}
    if not missing:
        return _("Your authority (%(where)s) does not reach decisions about yourself.") % values
    return _("Your authority is %(limit)s (%(where)s): %(short)s.") % values


def _spent(spent: "SpentWindow") -> str:
    period = {
        "day": _("today"),
        "week": _("this week"),
        "month": _("this month"),
        "quarter": _("this quarter"),
        "year": _("this year"),
        "ever": _("so far"),
    }[spent.window["period"]]
    values = {"period": period, "limit": spent.bound.label(), "used": used_label(spent), "where": spent.grant.source}
    if spent.window.get("per"):
        return (
            _("For this customer %(used)s have been given %(period)s; your cumulative limit is %(limit)s (%(where)s).")
            % values
        )
    return _("You have given %(used)s %(period)s; your cumulative limit is %(limit)s (%(where)s).") % values


def used_label(spent: "SpentWindow") -> str:
    if spent.window["measure"] == "count":
        return ngettext("%(n)d time", "%(n)d times", int(spent.used)) % {"n": int(spent.used)}
    return replace(spent.bound, max=spent.used, op=Op.AT_MOST).label().removeprefix(Op.AT_MOST.sign).strip()


def approver_label(book: Rulebook, position_id: int, approvers: tuple[tuple[int, Any], ...]) -> str:
    """ "客服部总监 高岚", or with the deputy: "客服部总监 高岚 (孙可 acting)"."""
    names = []
    for person_id, acting in approvers:
        name = book.structure.people.get(person_id, "")
        if acting is not None:
            principal = book.structure.people.get(acting.principal_id or 0, "")
            name = _("%(deputy)s, acting for %(principal)s") % {"deputy": name, "principal": principal}
        names.append(name)
    return f"{book.structure.positions[position_id].title} {'、'.join(names)}".strip()


def highest_grant(book: Rulebook, action: str) -> GrantRule | None:
    """The widest grant for an action in the whole organization: an unlimited one first, then the largest bound."""
    found = [
        g for grants in book.by_position.values() for g in grants if g.right == "decide" and matches(g.action, action)
    ]
    return max(found, key=lambda g: (not g.limits, max((b.max for _n, b in g.limits), default=0)), default=None)


# --- the whole ladder ----------------------------------------------------------------------------------------------------------


def shortfalls(grant: GrantRule, decision: "Decision", book: Rulebook) -> list[str]:
    """Everything for which a grant does not cover the facts, in words; empty where it covers them."""
    action, facts = decision.action, decision.facts
    missing = [_bound_shortfall(action, name, bound, facts.get(name)) for name, bound in grant.limits]
    for name, values in grant.conditions:
        if facts.get(name) not in values:
            fact = action.facts.get(name)
            missing.append(_("condition not met: %(fact)s") % {"fact": fact.label if fact else name})
    if not in_scope(grant, action, facts, book):
        missing.append(_("outside the scope (%(scope)s)") % {"scope": SCOPES.get(grant.scope, grant.scope)})
    return [text for text in missing if text]


def _bound_shortfall(action: "ActionType", name: str, bound: Bound, value: Any) -> str:
    fact = action.facts.get(name)
    label = str(fact.label) if fact else name
    if value is None:
        return _("%(fact)s is not given") % {"fact": label}
    if bound.covers(value):
        return ""
    shown = fact.show(value) if fact else str(value)
    return _("%(fact)s %(value)s exceeds %(limit)s") % {"fact": label, "value": shown, "limit": bound.label()}


def in_scope(grant: GrantRule, action: "ActionType", facts: Mapping[str, Any], book: Rulebook) -> bool:
    shape = action.shape
    if grant.scope == "anywhere":
        return True
    if grant.scope == "own_customers":
        return facts.get(shape.owner or "customer_owner") in book.structure.positions[grant.position_id].holders
    if shape.concerns is None:
        return True
    return facts.get(shape.concerns) in book.scope_members(grant.position_id, grant.scope, shape.concerns_kind)


SCOPES: Mapping[str, Any] = {
    "anywhere": gettext_lazy("anywhere"),
    "own_company": gettext_lazy("own company"),
    "own_department": gettext_lazy("own department"),
    "own_group": gettext_lazy("own group"),
    "own_customers": gettext_lazy("own customers"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A position that has a grant for the action: whether it could decide these facts today, who holds it, and why not."""

    position: PositionOn
    unit: str
    clause: Clause
    holders: tuple[str, ...]
    deputies: tuple[str, ...]
    shortfalls: tuple[str, ...]
    on_the_line: bool  # above the asker on the reporting line
    is_own: bool

    @property
    def covers(self) -> bool:
        return not self.shortfalls


def trace(decision: "Decision", companies: Collection[int] | None = None) -> list[Candidate]:
    """Who could decide this today, and why the others could not: own positions first, then up the line, then everyone else.

    `companies` are those whose posts the reader may see (access.companies_seen); None: all. The group's own, and his line, always.
    """
    book, action = decision.rulebook, decision.action
    person_id = decision.person.pk if decision.person else 0
    own = set(book.positions_of(person_id)) | {acting.position_id for acting in book.deputyships(person_id)}
    line = [superior.id for held in book.positions_of(person_id) for superior in book.structure.superiors(held)]
    found: list[Candidate] = []
    for position_id, grants in book.by_position.items():
        for grant in grants:
            if grant.right != "decide" or not matches(grant.action, action.name):
                continue
            position = book.structure.positions[position_id]
            is_seen = companies is None or position.company_id is None or position.company_id in companies
            if not is_seen and position_id not in own and position_id not in line:
                continue
            people = book.structure.people
            deputies = [a for a in book.actings if a.position_id == position_id and a.starts_at <= book.at < a.ends_at]
            found.append(
                Candidate(
                    position=position,
                    unit=book.structure.unit_label(position.unit_id),
                    clause=clause_of(grant, book),
                    holders=tuple(people[p] for p in position.holders),
                    deputies=tuple(_deputy_name(a.deputy_id, people) for a in deputies),
                    shortfalls=tuple(shortfalls(grant, decision, book)),
                    on_the_line=position_id in line,
                    is_own=position_id in own,
                )
            )
    rank = {position_id: step for step, position_id in enumerate(line)}
    return sorted(
        found, key=lambda c: (not c.is_own, rank.get(c.position.id, len(rank)), c.position.id, c.clause.clause)
    )


def _deputy_name(person_id: int, people: Mapping[int, str]) -> str:
    return people.get(person_id, f"#{person_id}")


def window_label(window: Mapping[str, Any], action: "ActionType | None" = None) -> str:
    """ "≤ ¥1,000 a month for each customer". Without the action the fact by which it counts goes by its name."""
    period = {
        "day": pgettext("period of a cumulative limit", "a day"),
        "week": pgettext("period of a cumulative limit", "a week"),
        "month": pgettext("period of a cumulative limit", "a month"),
        "quarter": pgettext("period of a cumulative limit", "a quarter"),
        "year": pgettext("period of a cumulative limit", "a year"),
        "ever": pgettext("period of a cumulative limit", "in total"),
    }[window["period"]]
    bound = parse_bound(window["max"]).label()
    per = window.get("per")
    if not per:
        return _("%(bound)s %(period)s") % {"bound": bound, "period": period}
    fact = action.facts.get(per) if action else None
    counted = {"bound": bound, "period": period, "fact": str(fact.label) if fact else per}
    return _("%(bound)s %(period)s for each: %(fact)s") % counted
