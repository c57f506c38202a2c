"""From what is due to cases: who handles each, and what their intake says."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from remit.kernel.authority.rulebook import Rulebook
from remit.kernel.organization.structure import Structure
from remit.kernel.procedures.compiled import latest_version
from remit.kernel.procedures.models import CompanyPlan, PlannedCase
from remit.kernel.procedures.opening import Opening, open_cases
from remit.kernel.procedures.performers import titled_in
from remit.kernel.procedures.plans.due import Due, spec_here, title_of
from remit.kernel.procedures.plans.format import PlanSpec

# (person, the desk from which he works)
Handler = tuple[int, int]


def open_due(run: CompanyPlan, found: Sequence[Due], at: dt.datetime, book: Rulebook) -> list[PlannedCase]:
    """Open a case for each for whom there is somebody to handle it. The run's row is locked by the caller."""
    spec, version = spec_here(run), latest_version(run.plan.spec["procedure"])
    before = PlannedCase.objects.filter(run=run).count()
    hands = _handlers(spec, found, run.company_id, before, book.structure)
    able = [(due, handler) for due, handler in zip(found, hands, strict=True) if handler is not None]
    openings = [
        Opening(
            title=title_of(spec, due),
            subject=due.subject,
            handler_id=handler[0],
            position_id=handler[1],
            party_id=due.party_id,
            owner_id=due.owner_id,
            values=_answers(spec, due.earlier or {}),
        )
        for due, handler in able
    ]
    cases = open_cases(version, run.company_id, openings, at, book)
    return PlannedCase.objects.bulk_create(
        [
            PlannedCase(
                company_id=run.company_id, run=run, case=case, party_id=due.party_id, after_id=due.after_id,
                occurrence=due.occurrence,
            )
            for (due, _handler), case in zip(able, cases, strict=True)
        ],
        batch_size=1000,
    )  # fmt: skip


def _answers(spec: PlanSpec, earlier: Mapping[str, Any]) -> dict[str, Any]:
    """What the earlier case does not say is left open, as if the clerk had not known it."""
    given = {name: earlier.get(text) if text.startswith("@") else text for name, text in spec.answers.items()}
    return {name: value for name, value in given.items() if value is not None}


def _handlers(
    spec: PlanSpec, found: Sequence[Due], company_id: int, before: int, structure: Structure
) -> list[Handler | None]:
    """Somebody for each, None where nobody is there. Several at one desk take turns, going on where the last run stopped."""
    if spec.performer.position:
        desk = _desk(spec.performer.position, company_id, structure)
        return [desk[(before + nth) % len(desk)] if desk else None for nth in range(len(found))]
    turns: dict[int, int] = {}
    hands: list[Handler | None] = []
    for due in found:
        earlier = due.earlier or {}
        by_handler = spec.performer.relation in ("handler", "handler_peer")
        person = earlier.get("handler") if by_handler else due.owner_id
        own = _post_of(person, company_id, structure)
        if own is None and by_handler:  # he has left: whoever sits there now, or above
            own = _at_or_above(earlier.get("position", 0), structure)
        if own is None or spec.performer.relation in ("owner", "handler"):
            hands.append(own)
            continue
        peers = _peers(own, structure)
        turns[own[1]] = turns.get(own[1], before) + 1
        hands.append(peers[turns[own[1]] % len(peers)] if peers else None)
    return hands


def _desk(titles: Sequence[str], company_id: int, structure: Structure) -> list[Handler]:
    """The holders of the first title that anybody in the company holds; of a vacant one, who stands above it."""
    named = [position for title in titles for position in titled_in(title, company_id, structure)]
    for position in sorted(named, key=lambda p: titles.index(p.title)):
        if position.holders:
            same = [p for p in named if p.title == position.title]
            return [(person, p.id) for p in same for person in p.holders]
    above = [_at_or_above(position.id, structure) for position in named]
    return [one for one in above if one is not None][:1]


def _post_of(person: int | None, company_id: int, structure: Structure) -> Handler | None:
    held = structure.held_by.get(person, ()) if person is not None else ()
    inside = [one for one in held if structure.positions[one].company_id in (company_id, None)]
    return (person, inside[0]) if person is not None and inside else None


def _at_or_above(desk: int, structure: Structure) -> Handler | None:
    if desk not in structure.positions:
        return None
    line = [structure.positions[desk], *structure.superiors(desk)]
    return next(((one.holders[0], one.id) for one in line if one.holders), None)


def _peers(own: Handler, structure: Structure) -> list[Handler]:
    """The others at the same desk; who is alone there is checked by his superior."""
    person, desk = own
    others = [(other, desk) for other in structure.positions[desk].holders if other != person]
    if others:
        return others
    above = next((above for above in structure.superiors(desk) if set(above.holders) - {person}), None)
    return [(other, above.id) for other in above.holders if other != person] if above else []
