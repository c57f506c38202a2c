"""Understand a text anew as one kind of item: what a reviewer has split off, or calls something else than the importer did."""

from dataclasses import dataclass
from typing import Any

from remit.kernel.charters.from_draft import ConvertedItem, charter_from_draft
from remit.kernel.charters.importing.draft import (
    DraftAuthority,
    DraftDuty,
    DraftKpi,
    DraftPosition,
    DraftQualification,
)
from remit.kernel.charters.importing.reading import authority as powers
from remit.kernel.charters.importing.reading.bindings import propose_binding
from remit.kernel.charters.importing.reading.deadline import find_within
from remit.kernel.charters.importing.reading.frequency import find_every
from remit.kernel.charters.importing.reading.limits import find_limits
from remit.kernel.charters.importing.reading.script import fold, simplify
from remit.kernel.charters.importing.service import known_actions

NAME_MAX = 120
# As sure as a reader of loose lines is: a person has said what it is, the figures in it are still a guess.
CONFIDENCE = 0.8


@dataclass(frozen=True, slots=True)
class Reread:
    """The data of an item (its part of the CharterSpec, without the id), and why a person should look at it."""

    data: dict[str, Any]
    confidence: float
    looks: tuple[str, ...]


def reread(part: str, text: str) -> Reread:
    """The text as a duty, a clause of authority, a KPI or a qualification, with what its words say of limits and rhythms."""
    found = _converted(part, text)
    dumped: Any = found.item.model_dump(mode="json", exclude_defaults=True)  # a bare text, where that is all there is
    plain = dumped if isinstance(dumped, dict) else {"text": dumped}
    data = {name: value for name, value in plain.items() if name != "id"}
    if part == "kpi" and len(text) > NAME_MAX:
        data["definition"] = text
    return Reread(data, round(found.confidence, 3), found.looks)


def _converted(part: str, text: str) -> ConvertedItem:
    words = fold(simplify(text)[0])
    items: dict[str, Any] = {}
    if part == "duty":
        every, within = find_every(words), find_within(words)
        binding = propose_binding(words, every, within)
        items["duties"] = (DraftDuty(text, (), CONFIDENCE, text, every, within, binding),)
    elif part == "authority":
        items["authority"] = (_authority(text, words),)
    elif part == "kpi":
        items["kpis"] = (DraftKpi(" ".join(text.split())[:NAME_MAX], (), CONFIDENCE, text),)
    else:
        items["qualifications"] = (DraftQualification(text, (), CONFIDENCE, text),)
    position = DraftPosition(title="—", department=None, span=(0, 0), title_span=None, confidence=1.0, **items)
    return charter_from_draft(position, known_actions()).items[0]


def _authority(text: str, words: str) -> DraftAuthority:
    return DraftAuthority(
        text,
        (),
        CONFIDENCE,
        text,
        limits=find_limits(words),
        right=powers.right_of(words),
        scope=powers.scope_of(words),
        conditions=powers.conditions_of(words),
        report_to=powers.reported_to(words),
        countersigned_by=powers.countersigned_by(words),
        finding=powers.needs_finding(words),
    )
