"""`decide`: granted, needs approval by X, or refused, always with the clauses that it rests on."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, DecimalField, F, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from remit.kernel.authority import explain
from remit.kernel.authority.facts import Facts, to_json
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.models import Ruling
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.rulebook import GrantRule, Outcome, Rulebook, Verdict
from remit.kernel.organization.models import Person
from remit.lib import clock
from remit.lib.limits import Bound, parse_bound

# A window that is used up sends the decision to the next rung; a ladder has fewer rungs with windows than this.
MOST_WINDOWS: Final = 20


@dataclass(frozen=True, slots=True)
class SpentWindow:
    """A grant that would have covered the facts, had its window not been used up."""

    grant: GrantRule
    window: Mapping[str, Any]
    used: Decimal
    bound: Bound


@dataclass(frozen=True, slots=True)
class Decision:
    """What the authority in force answers to a person with an action and its facts."""

    action: ActionType
    facts: Facts
    person: Person | None
    verdict: Verdict
    rulebook: Rulebook
    inherent: str | None = None  # the general rule, where no charter is needed
    spent: tuple[SpentWindow, ...] = ()

    @property
    def outcome(self) -> Outcome:
        return self.verdict.outcome

    @property
    def is_granted(self) -> bool:
        return self.verdict.outcome == "granted"

    @property
    def sentence(self) -> str:
        """One sentence for the person who asked, in the language of the day."""
        return explain.sentence(self)

    @property
    def clauses(self) -> list[explain.Clause]:
        return explain.clauses(self)

    @property
    def behalf_id(self) -> int | None:
        acting = self.verdict.acting
        return acting.principal_id if acting else None

    def as_json(self) -> dict[str, Any]:
        """For the event and the API: outcome, sentence, clauses, and who decides."""
        verdict = self.verdict
        return {
            "outcome": verdict.outcome,
            "sentence": self.sentence,
            "inherent": str(self.inherent) if self.inherent is not None else None,
            "clauses": [clause.as_json() for clause in self.clauses],
            "position_id": verdict.position_id,
            "acting_id": verdict.acting.id if verdict.acting else None,
            "approver_position_id": verdict.approver_position_id,
            "approvers": [person_id for person_id, _acting in verdict.approvers],
        }


def decide(
    person: Person | None,
    action: ActionType,
    facts: Facts,
    *,
    at: dt.datetime | None = None,
    position_id: int | None = None,
    rulebook: Rulebook | None = None,
) -> Decision:
    """Decide without changing anything: the true dry run of the gate, which calls the same.

    `person` None is the system itself, which may do everything it does. `position_id` narrows the question to one of the
    person's positions. At most one query for each window of the grants that come into question, plus the rulebook's version.
    """
    book = rulebook or rulebook_now(at)
    if person is None:
        return Decision(action, facts, None, Verdict("granted"), book, inherent=str(explain.SYSTEM_RULE))
    if action.inherent is not None and (rule := action.inherent(person, facts)):
        held = book.positions_of(person.pk)
        return Decision(action, facts, person, Verdict("granted", position_id=held[0] if held else None), book, rule)
    plain = to_bare(facts)
    if position_id is None:
        verdict = book.decide(person.pk, action.name, plain)
    else:
        verdict = book.decide_without(person.pk, action.name, plain, frozenset(), position_id)
    spent: list[SpentWindow] = []
    while (
        verdict.outcome == "granted"
        and verdict.grant is not None
        and verdict.grant.windows
        and len(spent) < MOST_WINDOWS
    ):
        over = first_window_over(verdict, person, action, facts, at or clock.now())
        if over is None:
            break
        spent.append(over)
        without = frozenset(item.grant.id for item in spent)
        verdict = book.decide_without(person.pk, action.name, plain, without, position_id)
    return Decision(action, facts, person, verdict, book, spent=tuple(spent))


def to_bare(facts: Facts) -> dict[str, Any]:
    """Facts as the rulebook compares them: the typed values, absent ones left out."""
    return {name: value for name, value in facts.items() if value is not None}


def first_window_over(
    verdict: Verdict, person: Person, action: ActionType, facts: Facts, at: dt.datetime
) -> SpentWindow | None:
    """The first window of the grant that this use would exceed, with what has been used of it."""
    grant = verdict.grant
    assert grant is not None  # noqa: S101 - the caller asks about granted verdicts
    for window in grant.windows:
        bound = parse_bound(window["max"])
        used = used_in_window(grant, window, verdict.acting.principal_id if verdict.acting else None, person, facts, at)
        if window["measure"] == "count":
            wanted = Decimal(1)
        else:
            value = facts.get(window.get("fact", "amount"))
            wanted = Decimal(value) if isinstance(value, Decimal | int) else Decimal(0)
        if not bound.covers(used + wanted):
            return SpentWindow(grant, window, used, bound)
    return None


def used_in_window(
    grant: GrantRule, window: Mapping[str, Any], principal_id: int | None, person: Person, facts: Facts, at: dt.datetime
) -> Decimal:
    """What the holder (and whoever deputised for him) has used of a window: the granted rulings under the same authority.

    Counted by position and action, not by the grant's row, so that a new version of the charter does not open a fresh window.
    One query.
    """
    holder = principal_id or person.pk
    uses = Ruling.objects.annotate(holder=Coalesce("behalf_of_id", "person_id")).filter(
        outcome="granted", position_id=grant.position_id, holder=holder
    )
    if grant.action.endswith("*"):
        uses = uses.filter(action__startswith=grant.action[:-1])
    else:
        uses = uses.filter(action=grant.action)
    start = period_start(window["period"], at)
    if start is not None:
        uses = uses.filter(at__gte=start)
    per = window.get("per")
    if per is not None:
        uses = uses.filter(**{f"facts__{per}": to_json({per: facts.get(per)}).get(per)})
    if window["measure"] == "count":
        return Decimal(uses.aggregate(n=Count("id"))["n"])
    amount = Cast(
        KeyTextTransform(window.get("fact", "amount"), F("facts")), DecimalField(max_digits=20, decimal_places=4)
    )
    total = uses.aggregate(total=Sum(amount))["total"]
    return Decimal(total or 0)


def period_start(period: str, at: dt.datetime) -> dt.datetime | None:
    """Midnight at which the period that `at` lies in began, on the company's clock; None for "ever"."""
    day = timezone.localdate(at)
    starts = {
        "day": day,
        "week": day - dt.timedelta(days=day.weekday()),
        "month": day.replace(day=1),
        "quarter": day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1),
        "year": day.replace(month=1, day=1),
    }
    start = starts.get(period)
    return timezone.make_aware(dt.datetime.combine(start, dt.time.min)) if start else None
