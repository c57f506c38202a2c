"""The authority matrix (授权一览): actions down, positions across, the limit where they meet, as of any day."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from remit.kernel.authority.loading import all_actions, build_rulebook
from remit.kernel.authority.reading import family_label, terms_of
from remit.kernel.authority.registry import ActionType
from remit.kernel.authority.rulebook import GrantRule, Rulebook, matches
from remit.kernel.organization.structure import PositionOn
from remit.lib.search import matches as found_by


@dataclass(frozen=True, slots=True)
class Column:
    position_id: int
    title: str
    unit: str
    holders: str


@dataclass(frozen=True, slots=True)
class Cell:
    """What one position may do about one action: the limits of its grants, what else must hold, where it stands."""

    limit: str
    notes: tuple[str, ...]
    after: tuple[str, ...]
    where: str
    is_proposal: bool


@dataclass(frozen=True, slots=True)
class MatrixRow:
    action: str
    label: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class MatrixGroup:
    family: str
    label: str
    rows: tuple[MatrixRow, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    day: dt.date
    columns: tuple[Column, ...]
    groups: tuple[MatrixGroup, ...]

    @property
    def rows(self) -> Iterator[MatrixRow]:
        return (row for group in self.groups for row in group.rows)


def rulebook_of_day(day: dt.date) -> Rulebook:
    """The authority in force at noon of a day, past or to come. Some eight queries."""
    return build_rulebook(timezone.make_aware(dt.datetime.combine(day, dt.time(12))))


@dataclass(frozen=True, slots=True)
class UnitChoice:
    id: int
    label: str
    count: int


def _is_seen(position: PositionOn, companies: Collection[int] | None) -> bool:
    """`companies` as access.companies_seen answers: None for all. The group's own posts are seen by everybody."""
    return companies is None or position.company_id is None or position.company_id in companies


def units_with_positions(book: Rulebook, companies: Collection[int] | None) -> list[UnitChoice]:
    """The units that have positions on the day, in the order of the tree, with the number of positions."""
    structure = book.structure
    counts: dict[int, int] = {}
    for position in structure.positions.values():
        if _is_seen(position, companies):
            counts[position.unit_id] = counts.get(position.unit_id, 0) + 1

    def walk(unit_id: int) -> Iterator[int]:
        yield unit_id
        for child in sorted(unit.id for unit in structure.units.values() if unit.parent_id == unit_id):
            yield from walk(child)

    tops = sorted(unit.id for unit in structure.units.values() if unit.parent_id is None)
    return [UnitChoice(u, structure.unit_label(u), counts[u]) for top in tops for u in walk(top) if u in counts]


def matrix_of(
    book: Rulebook, companies: Collection[int] | None, *, unit_id: int | None = None, family: str = "", text: str = ""
) -> Matrix:
    """The matrix of a unit (None: of all units of the companies), with the actions that at least one of its positions has a grant for.

    Work grows with grants × actions of the unit, not of the company; no queries beyond the actions' own.
    """
    positions = [
        p for p in book.structure.positions.values() if _is_seen(p, companies) and unit_id in (None, p.unit_id)
    ]
    positions.sort(key=lambda p: (book.structure.units[p.unit_id].company_id or 0, p.unit_id, not p.is_head, p.id))
    actions = {
        name: action
        for name, action in all_actions().items()
        if family in ("", action.family) and (not text or found_by(text, f"{action.label} {name}"))
    }
    given = {position.id: _by_action(book.by_position.get(position.id, ()), actions) for position in positions}
    families: dict[str, list[MatrixRow]] = {}
    for name, action in sorted(actions.items(), key=lambda item: (item[1].origin == "kernel", item[0])):
        cells = tuple(_cell(given[position.id].get(name, ()), action) for position in positions)
        if any(cells):
            families.setdefault(action.family, []).append(MatrixRow(name, str(action.label), cells))
    groups = tuple(MatrixGroup(key, family_label(key), tuple(rows)) for key, rows in families.items())
    return Matrix(book.structure.day, tuple(_column(position, book) for position in positions), groups)


def _by_action(grants: Iterable[GrantRule], actions: Mapping[str, ActionType]) -> dict[str, list[GrantRule]]:
    found: dict[str, list[GrantRule]] = {}
    for grant in grants:
        for name in [grant.action] if grant.action in actions else (n for n in actions if matches(grant.action, n)):
            found.setdefault(name, []).append(grant)
    return found


def _cell(grants: Iterable[GrantRule], action: ActionType) -> Cell | None:
    """Deciding grants win over the right to propose; several limits stand side by side."""
    terms = [terms_of(grant, action) for grant in grants]
    shown = [term for term in terms if not term.is_proposal] or terms
    if not shown:
        return None
    return Cell(
        limit=" / ".join(dict.fromkeys(term.limit for term in shown)),
        notes=tuple(dict.fromkeys(note for term in shown for note in term.more)),
        after=tuple(dict.fromkeys(note for term in shown for note in term.after)),
        where="；".join(dict.fromkeys(term.where for term in shown)),
        is_proposal=shown[0].is_proposal,
    )


def _column(position: PositionOn, book: Rulebook) -> Column:
    names = "、".join(book.structure.people[person_id] for person_id in position.holders)
    return Column(position.id, position.title, book.structure.unit_label(position.unit_id), names)


# --- on paper ----------------------------------------------------------------------------------------------------------------


def sheet_rows(matrix: Matrix) -> tuple[list[str], list[list[str]]]:
    """(headers after unit, position and holders: one an action; one row a position), for a spreadsheet."""
    rows = list(matrix.rows)
    lines = [
        [column.unit, column.title, column.holders, *(_cell_text(row.cells[place]) for row in rows)]
        for place, column in enumerate(matrix.columns)
    ]
    return [row.label for row in rows], lines


def _cell_text(cell: Cell | None) -> str:
    return "" if cell is None else "\n".join([cell.limit, *cell.notes])


def paper_data(matrix: Matrix, *, company: str, note: str) -> dict[str, Any]:
    """The data of the paper "authority-matrix"."""

    def cell(found: Cell | None) -> dict[str, Any] | None:
        if found is None:
            return None
        return {"main": found.limit, "notes": list(found.notes), "propose": False}

    return {
        "company": company,
        "as_of": matrix.day.isoformat(),
        "note": note,
        "positions": [{"title": column.title, "department": column.unit} for column in matrix.columns],
        "groups": [
            {
                "label": group.label,
                "rows": [
                    {"action": row.label, "name": row.action, "cells": [cell(one) for one in row.cells]}
                    for row in group.rows
                ],
            }
            for group in matrix.groups
        ],
    }
