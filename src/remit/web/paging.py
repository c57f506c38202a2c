"""Keyset paging: a page begins after the last row of the one before, so that page 500 costs what page 1 does and no row is
missed or seen twice while new ones come in. The place stands in the address: ?after=… or ?before=….
"""

import datetime as dt
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Final, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict

ROWS_A_PAGE: Final = 30
LONGEST_TOKEN: Final = 120

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one page, and the query strings of its neighbours ("" where there is none)."""

    rows: list[Row]
    next: str
    prev: str


def page_of(
    rows: QuerySet[Row],
    params: QueryDict,
    *,
    keys: tuple[str, ...] = ("-id",),
    size: int = ROWS_A_PAGE,
    by_row: bool = False,
) -> Page[Row]:
    """The page that the address asks for, ordered by `keys`: all ascending or all descending, the last one unique.

    One query. A token that is not understood is taken for none, and shows the first page. `by_row` is for keys that are texts or
    lie beyond a relation: the address then names the row, and a second query reads its place.
    """
    descending = keys[0].startswith("-")
    names = tuple(key.removeprefix("-") for key in keys)
    after, before = (
        _place_of_row(rows, params.get(name, ""), names) if by_row else _values(params.get(name, ""), len(names))
        for name in ("after", "before")
    )
    backwards = after is None and before is not None
    place = before if backwards else after
    if place is not None:
        rows = rows.filter(_beyond(names, place, greater=descending == backwards))
    ordered = rows.order_by(*(f"-{name}" if descending != backwards else name for name in names))
    found = list(ordered[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next = bool(found) and (more or backwards)
    has_prev = bool(found) and (more if backwards else place is not None)
    return Page(
        found,
        _address(params, after=str(found[-1].pk) if by_row else _token(found[-1], names)) if has_next else "",
        _address(params, before=str(found[0].pk) if by_row else _token(found[0], names)) if has_prev else "",
    )


def _beyond(names: tuple[str, ...], place: list[Any], *, greater: bool) -> Q:
    """(a, b) after (x, y): a > x, or a = x and b > y."""
    comparison = "gt" if greater else "lt"
    parts = [
        Q(**dict(zip(names[:n], place[:n], strict=True)), **{f"{names[n]}__{comparison}": place[n]})
        for n in range(len(names))
    ]
    return reduce(or_, parts)


def _place_of_row(rows: QuerySet[Row], token: str, names: tuple[str, ...]) -> list[Any] | None:
    """The keys of the row that the address names, whether or not it is still in the list."""
    pk = _value(token)
    found = rows.model._default_manager.filter(pk=pk).values_list(*names).first() if isinstance(pk, int) else None
    return list(found) if found is not None else None


def _token(row: Model, names: tuple[str, ...]) -> str:
    values = [getattr(row, name) for name in names]
    return "~".join(value.isoformat() if isinstance(value, dt.datetime) else str(value) for value in values)


def _values(token: str, count: int) -> list[Any] | None:
    parts = token[:LONGEST_TOKEN].split("~") if token else []
    values = [_value(part) for part in parts]
    return values if len(values) == count and None not in values else None


def _value(text: str) -> int | dt.datetime | None:
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _address(params: QueryDict, **place: str) -> str:
    kept = params.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    for name, value in place.items():
        kept[name] = value
    return f"?{kept.urlencode()}"
