"""What a person may do, or may ask for: the list of actions with his own limit and with who decides what exceeds it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.authority.decisions import Decision, decide
from remit.kernel.authority.explain import approver_label, limits_label
from remit.kernel.authority.facts import BadFact, Facts, asked, derived
from remit.kernel.authority.loading import all_actions, rulebook_now
from remit.kernel.authority.reading import Terms, family_label, terms_of
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.rulebook import GrantRule, Rulebook, Rung, matches
from remit.kernel.organization.models import Person
from remit.lib.search import matches as found_by

# Actions on a record that has a page of its own, where its buttons are.
FAMILIES_WITH_PAGES: Final = frozenset({"approval", "obligation"})


def has_form(action: ActionType) -> bool:
    """Whether the action can be done from a blank form: it needs no record that it is about."""
    is_about_a_record = any(fact.kind in ("id", "data") and fact.required for fact in action.facts.values())
    return action.family not in FAMILIES_WITH_PAGES and not is_about_a_record


@dataclass(frozen=True, slots=True)
class Entry:
    """One action. `own` are the terms under which the person decides alone; `decider` who is asked beyond, with his limit."""

    name: str
    label: str
    own: tuple[Terms, ...]
    decider: str
    decider_limit: str
    by_rule: bool  # everybody may, about his own things


@dataclass(frozen=True, slots=True)
class Family:
    label: str
    entries: list[Entry] = field(default_factory=list)


def catalogue(person: Person, text: str = "") -> list[Family]:
    """The actions that the person may use or ask for, by family; `text` narrows them (label, pinyin, words of the charters)."""
    book, families = rulebook_now(), dict[str, Family]()
    for action in sorted(all_actions().values(), key=lambda a: (a.origin == "kernel", a.name)):
        if not has_form(action) or (text and not found_by(text, " ".join([str(action.label), *action.words]))):
            continue
        entry = _entry(action, person, book)
        if entry is not None:
            families.setdefault(action.family, Family(family_label(action.family))).entries.append(entry)
    return list(families.values())


def entry_for(person: Person, action: ActionType) -> Entry | None:
    """The line of one action; None where the person can neither do nor ask for it."""
    return _entry(action, person, rulebook_now())


def _entry(action: ActionType, person: Person, book: Rulebook) -> Entry | None:
    own, decider, limit = [], "", ""
    for rung in book.ladder(person.pk, action.name):
        verdict = rung.verdict
        if verdict.outcome == "granted" and verdict.grant is not None:
            own.append(terms_of(verdict.grant, action))
        elif verdict.outcome == "approval" and verdict.approver_position_id is not None and not decider:
            decider = approver_label(book, verdict.approver_position_id, verdict.approvers)
            limit = limits_label(verdict.grant) if verdict.grant else ""
    if not own and not decider and action.inherent is None:
        return None
    return Entry(action.name, str(action.label), tuple(own), decider, limit, action.inherent is not None)


# --- before it is sent -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a half-filled form. `decision` is there once everything that it depends on has been filled in."""

    decision: Decision | None
    own: tuple[Terms, ...] = ()
    missing: tuple[str, ...] = ()
    fault: str = ""

    @property
    def tone(self) -> str:
        if self.fault:
            return "danger"
        if self.decision is None:
            return "info"
        return {"granted": "ok", "approval": "warn", "refused": "danger"}[self.decision.outcome]


def preview(person: Person, action: ActionType, given: Mapping[str, Any]) -> Preview:
    """Decide on what has been filled in so far, changing nothing.

    While a fact is missing that some rung of the ladder asks about, an answer would mislead ("outside the scope", because nobody
    has been chosen yet); then only the person's own limits are said, and what is still missing.
    """
    book = rulebook_now()
    facts, faults = lenient(action, given)
    relevant = asked_about(book.ladder(person.pk, action.name))
    missing = [fact for name, fact in action.facts.items() if name in relevant and facts.get(name) is None]
    if action.inherent is not None:
        missing = [fact for name, fact in asked(action.facts).items() if fact.required and facts.get(name) is None]
    fault = next((text for name, text in faults.items() if name in relevant), "")
    own = tuple(terms_of(grant, action) for grant in _own(person, action, book))
    if missing or fault:
        return Preview(None, own, tuple(str(fact.label) for fact in missing), fault)
    return Preview(decide(person, action, facts, rulebook=book), own)


def lenient(action: ActionType, given: Mapping[str, Any]) -> tuple[Facts, dict[str, str]]:
    """The facts that can be read, the others None; and what is wrong with those that were given and can't be."""
    facts: Facts = {}
    faults: dict[str, str] = {}
    for name, fact in asked(action.facts).items():
        value = given.get(name)
        facts[name] = None
        if value is None or value == "":
            continue
        try:
            facts[name] = fact.parse(value)
        except BadFact as error:
            faults[name] = error.message
    return derived(action.facts, facts), faults


def asked_about(ladder: Iterable[Rung]) -> set[str]:
    """The names of the facts on which a decision depends, windows included."""
    names: set[str] = set()
    for rung in ladder:
        pairs: tuple[tuple[str, Any], ...] = (*rung.limits, *rung.conditions, *rung.members, *rung.not_one_of)
        names.update(name for name, _test in pairs)
        grant = rung.verdict.grant
        names.update(window["per"] for window in (grant.windows if grant else ()) if window.get("per"))
    return names


def _own(person: Person, action: ActionType, book: Rulebook) -> list[GrantRule]:
    """The person's own grants for an action, and those he has as a deputy."""
    held = [*book.positions_of(person.pk), *(acting.position_id for acting in book.deputyships(person.pk))]
    return [grant for position_id in held for grant in book.grants_for(position_id, action.name)]


def why_facts(action: ActionType) -> list[str]:
    """The facts that the why-page asks for: those that a grant can speak of. A reason or a note decides nothing."""
    spoken_of = {
        name
        for grants in rulebook_now().by_position.values()
        for grant in grants
        if matches(grant.action, action.name)
        for name, _what in (*grant.limits, *grant.conditions)
    }
    kinds = ("yes_no", "choice")
    return [
        name
        for name, fact in asked(action.facts).items()
        if fact.is_bounded or fact.concerns or fact.owner or fact.per or fact.kind in kinds or name in spoken_of
    ]


def no_entry_sentence(action: ActionType) -> str:
    return _("Neither you nor anybody up your line has authority for “%(action)s”. Report it upwards.") % {
        "action": str(action.label)
    }
