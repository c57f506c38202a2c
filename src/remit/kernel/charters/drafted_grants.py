"""From a clause of authority in a document to grants that the system enforces: which action, up to where, on what, and then.

What can't be settled by the words is never guessed in silence: every doubt becomes a sentence for the reviewer.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from remit.kernel.authority.spec import GrantSpec, ObligationSpec, WindowSpec
from remit.kernel.charters.figures import plain_number
from remit.kernel.charters.importing.draft import BoundFound, DraftAuthority, Within
from remit.kernel.charters.importing.reading.authority import conditions_of
from remit.kernel.charters.importing.reading.limits import find_limits
from remit.kernel.charters.importing.reading.script import fold as fold_signs
from remit.kernel.charters.importing.reading.script import simplify
from remit.kernel.charters.importing.vocabulary import ActionWords, match_actions
from remit.lib.calendars import parse_duration
from remit.lib.limits import parse_bound
from remit.lib.printable import made_one_line
from remit.lib.text import fold, initials_of, readings

# An action fits where its match is about as good as the best one: 奖励或处罚 speaks of two.
NEAR_BEST: Final = 0.15
SURE: Final = 0.7
# What a limit bounds, and what a general request calls it.
BOUNDED_KINDS: Final[Mapping[str, str]] = {"CNY": "money", "%": "percent", "day": "days", "count": "count"}
GENERAL_FACTS: Final = {
    "CNY": ("amount", "金额"),
    "%": ("percent", "比例"),
    "day": ("days", "天数"),
    "count": ("count", "数量"),
}
# The time for what has to follow where the clause gives none.
UNSAID: Final = "3 workdays"
SUPERIORS: Final = frozenset({"上级", "直属上级", "直接上级", "上级领导", "主管领导", "直属领导", "领导", "上司"})


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A fact of an action: its kind (money, yes_no, person …), what it is called, and other words for it."""

    kind: str
    label: str
    words: tuple[str, ...] = ()
    per: bool = False  # a window may count by it

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(fold(word) for word in (self.label, *self.words) if word)


@dataclass(frozen=True, slots=True)
class KnownAction:
    """An action as a text is held against it: what it is called, the words that betray it, and its facts by name."""

    name: str
    label: str
    words: tuple[str, ...]
    facts: Mapping[str, KnownFact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftedGrants:
    """`general` are actions that don't exist yet: forms for what no action fits. `looks` say what a person has to look at."""

    grants: tuple[GrantSpec, ...]
    confidence: float
    looks: tuple[str, ...]
    general: tuple[KnownAction, ...] = ()


def grants_from_draft(clause: DraftAuthority, actions: Mapping[str, KnownAction]) -> DraftedGrants:
    """The grants that a clause gives; at least one. Where no action fits, the right to decide a general request."""
    vocabulary = [ActionWords(action.name, action.label, action.words) for action in actions.values()]
    matches = match_actions(clause.text, vocabulary)
    best = matches[0][1] if matches else 0.0
    fitting = [actions[name] for name, confidence, _reason in matches if confidence >= best - NEAR_BEST]
    looks: list[str] = []
    general: tuple[KnownAction, ...] = ()
    if not fitting:
        general = (general_action(clause),)
        fitting = list(general)
        looks.append("没有现成的业务动作与此相符，先作为一般申请")
    elif best < SURE:
        looks.append(f"是否就是“{'、'.join(action.label for action in fitting)}”，请确认")
    elif len(fitting) > 1:
        looks.append(f"条文涉及几个动作：{'、'.join(action.label for action in fitting)}")
    shares = share_limits(clause, fitting)
    grants = tuple(_grant(replace(clause, limits=shares[action.name]), action, looks) for action in fitting)
    return DraftedGrants(grants, min(clause.confidence, best if matches else 0.4), tuple(dict.fromkeys(looks)), general)


def share_limits(clause: DraftAuthority, fitting: Sequence[KnownAction]) -> dict[str, tuple[BoundFound, ...]]:
    """Which limit belongs to which of several actions: 可赠送赠品，可给予500元以下的补偿 bounds the compensation and not the gift.

    A limit bounds the actions named between the same commas, else those named last before it, else all.
    """
    if len(fitting) < 2 or not clause.limits:
        return {action.name: clause.limits for action in fitting}
    vocabulary = [ActionWords(action.name, action.label, action.words) for action in fitting]
    shares: dict[str, list[BoundFound]] = {action.name: [] for action in fitting}
    taken: set[BoundFound] = set()
    named: list[str] = []
    for part in re.split(r"[,，;；。]", clause.text):
        named = [name for name, _confidence, _reason in match_actions(part, vocabulary)] or named
        for bound in clause.limits:
            if bound not in taken and _stands_in(bound, part):
                taken.add(bound)
                for name in named or shares:
                    shares[name].append(bound)
    for bound in clause.limits:
        if bound not in taken:  # said in words that a part alone does not show
            for found in shares.values():
                found.append(bound)
    return {name: tuple(found) for name, found in shares.items()}


def _stands_in(bound: BoundFound, part: str) -> bool:
    plain = fold_signs(simplify(part)[0])
    return bound in find_limits(plain) or (bound.unit != "%" and plain_number(bound.max) in plain)


# --- one grant ----------------------------------------------------------------------------------------------------------------


def _grant(clause: DraftAuthority, action: KnownAction, looks: list[str]) -> GrantSpec:
    return GrantSpec(
        action=action.name,
        right=clause.right,
        limits=_limits(clause, action, looks),
        conditions=_conditions(clause, action, looks),
        scope=clause.scope or "anywhere",
        windows=tuple(_windows(clause, action, looks)),
        then=tuple(_obligations(clause, action, looks)),
    )


def _windows(clause: DraftAuthority, action: KnownAction, looks: list[str]) -> Iterator[WindowSpec]:
    """Cumulative limits on the fact that they sum up, or on how often the action is done."""
    for found in clause.windows:
        bound, per = _bound_text(found.bound), next((name for name, fact in action.facts.items() if fact.per), None)
        money = next((name for name, fact in action.facts.items() if fact.kind == "money"), None)
        if bound is None or (found.per_customer and per is None) or (found.bound.unit == "CNY" and money is None):
            looks.append(f"累计限额“{_shown(found.bound)}”用不到“{action.label}”上")
            continue
        yield WindowSpec(
            period=found.period,
            measure="amount" if found.bound.unit == "CNY" else "count",
            fact=money or "amount",
            per=per if found.per_customer else None,
            max=bound,
        )


def _limits(clause: DraftAuthority, action: KnownAction, looks: list[str]) -> dict[str, str]:
    """Each limit on the fact of its kind. Of two limits on one fact the tighter holds until somebody has looked."""
    limits: dict[str, str] = {}
    cumulative = {window.bound for window in clause.windows}
    for found in clause.limits:
        if found in cumulative:
            continue
        fact = _bounded_fact(found, clause.text, action, looks)
        bound = _bound_text(found)
        if fact is None or bound is None:
            looks.append(f"限额“{_shown(found)}”用不到“{action.label}”上")
            continue
        if fact not in limits:
            limits[fact] = bound
            continue
        looks.append("条文里有几个限额，暂取较严的一个")
        if parse_bound(bound).is_tighter_than(parse_bound(limits[fact])):
            limits[fact] = bound
    return limits


def _bounded_fact(found: BoundFound, text: str, action: KnownAction, looks: list[str]) -> str | None:
    fitting = [name for name, fact in action.facts.items() if fact.kind == BOUNDED_KINDS[found.unit]]
    if len(fitting) > 1:
        named = [name for name in fitting if any(word in fold(text) for word in action.facts[name].names)]
        fitting = named or fitting
        if len(fitting) > 1:
            looks.append(f"限额“{_shown(found)}”限制的是哪一项，请确认")
    return fitting[0] if fitting else None


def _bound_text(found: BoundFound) -> str | None:
    text = f"{found.op} {plain_number(found.max)} {found.unit}"
    try:
        parse_bound(text)
    except ValueError:
        return None
    return text


def _shown(found: BoundFound) -> str:
    return f"{found.op} {plain_number(found.max)} {found.unit}"


def _conditions(clause: DraftAuthority, action: KnownAction, looks: list[str]) -> dict[str, list[bool | str]]:
    """Conditions in words as the yes-no facts that they speak of."""
    conditions: dict[str, list[bool | str]] = {}
    for words in clause.conditions:
        plain = fold(words)
        fact = next(
            (
                name
                for name, fact in action.facts.items()
                if fact.kind == "yes_no" and any(word in plain or plain in word for word in fact.names)
            ),
            None,
        )
        if fact is None:
            looks.append(f"条件“{words}”没有对应的事实，系统不会据此把关")
        else:
            conditions[fact] = [not _denies(plain, action.facts[fact])]
    return conditions


def _denies(words: str, fact: KnownFact) -> bool:
    """没有质量问题 of a fact called 质量问题; not 无理由退货 of one that is called so itself."""
    name = next((name for name in fact.names if name in words), "")
    return bool(name) and re.search(r"(?:没有|并无|无|非|未|不)$", words.partition(name)[0]) is not None


def _obligations(clause: DraftAuthority, action: KnownAction, looks: list[str]) -> Iterator[ObligationSpec]:
    before = len(looks)
    told = list(filter(None, map(made_one_line, clause.report_to)))
    signing = list(filter(None, map(made_one_line, clause.countersigned_by)))
    within = within_text(clause.within, looks)
    span = within or UNSAID
    for who in told:
        yield ObligationSpec(report_to=_performer(who, action), within=span)
    if signing:
        yield ObligationSpec(countersigned_by=tuple(_performer(who, action) for who in signing), within=span)
    if clause.finding:
        yield ObligationSpec(finding_by=_performer(told[0] if told else "上级", action), within=span)
        looks.append("由谁鉴定责任人，请确认")
    if not within and len(looks) == before and (told or signing):
        looks.append("事后办理的期限暂按 3 个工作日")


# A part of a unit that isn't a whole number, as smaller ones. Half a day is half of eight working hours.
_SMALLER: Final = {
    "hour": (60, "minute"),
    "workday": (8, "hour"),
    "day": (8, "hour"),
    "week": (7, "day"),
    "month": (30, "day"),
}


def within_text(within: Within | None, looks: list[str]) -> str | None:
    """A span of time as the formats write it ("3 workdays"); None where they can't, which `looks` then says."""
    if within is None:
        return None
    number, unit = within.n, str(within.unit)
    if number != number.to_integral_value() and unit in _SMALLER:
        factor, unit = _SMALLER[unit]
        number *= factor
    text = f"{plain_number(number)} {unit}" if number == 1 else f"{plain_number(number)} {unit}s"
    try:
        return str(parse_duration(text))
    except ValueError:
        looks.append(f"期限 {plain_number(within.n)} {within.unit} 写不进格式，没有采用")
        return None


def _performer(who: str, action: KnownAction) -> str:
    """A person whom a fact names, the superior, or a position by its title."""
    plain = fold(who)
    for name, fact in action.facts.items():
        if fact.kind == "person" and plain in fact.names:
            return f"fact:{name}"
    return "superior" if plain in SUPERIORS else who


# --- general requests ---------------------------------------------------------------------------------------------------------

# What differs between two positions' clauses about one matter, and so must not be part of its name.
_PARTICULARS: Final = re.compile(
    r"[\d.,]+|[<>≤≥%￥¥]|人民币|万?元(?:以[内下上])?(?:\(含\))?|以[内下上]|不超过|本(?:组|部门|公司|人)|全(?:公司|集团)|"
    r"^(?:[一-龥]{0,6}?)(?:有权|可以|可)|(?:决定|建议|审批|申请|批准)?权$|[^0-9a-z一-龥㐀-䶿]"
)
_NAME_CHARS: Final = 10
_LABEL_CHARS: Final = 24


def general_action(clause: DraftAuthority) -> KnownAction:
    """A form for a matter that no action knows: the same matter gets the same name in every charter, so that a request
    finds its way up the line."""
    matter = _PARTICULARS.sub("", fold(clause.text)) or fold(clause.text)
    initials = re.sub(r"[^a-z0-9]", "", initials_of(readings(matter)[0]))[:_NAME_CHARS]
    digest = hashlib.sha256(matter.encode()).hexdigest()[:4]
    name = f"general.{'_'.join(filter(None, (initials if initials[:1].isalpha() else '', f'x{digest}')))}"
    facts = {GENERAL_FACTS[found.unit][0]: _general_fact(found) for found in clause.limits}
    facts |= {f"condition_{n}": KnownFact("yes_no", words) for n, words in enumerate(clause.conditions, 1)}
    return KnownAction(name, general_label(clause.text), (), facts)


def general_condition_words(text: str) -> dict[str, str]:
    """The conditions of a clause by the names that its general request has for them: {"condition_1": "确有质量问题"}."""
    words = conditions_of(fold_signs(simplify(text)[0]))
    return {f"condition_{n}": one for n, one in enumerate(words, 1)}


def _general_fact(found: BoundFound) -> KnownFact:
    return KnownFact(BOUNDED_KINDS[found.unit], GENERAL_FACTS[found.unit][1])


def general_label(text: str) -> str:
    """What a general request is called: the first words of the clause that it comes from."""
    first = re.split(r"[,，。;；:：\n]", re.sub(r"^\W*(?:有权|可以|可)", "", text.strip()))[0] or text
    return first if len(first) <= _LABEL_CHARS else f"{first[: _LABEL_CHARS - 1]}…"


def all_general(drafted: Iterable[DraftedGrants]) -> dict[str, KnownAction]:
    """The general actions of several clauses by name, with the facts of all of them."""
    found: dict[str, KnownAction] = {}
    for one in drafted:
        for action in one.general:
            before = found.get(action.name, action)
            found[action.name] = KnownAction(action.name, before.label, (), {**before.facts, **action.facts})
    return found
