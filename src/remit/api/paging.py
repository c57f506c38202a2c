"""Keyset paging: `before` is the id of the last row seen, so that page 1,000 costs as much as page 1."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Query, Schema
from pydantic import Field

# PostgreSQL's bigint ends here; anything larger would be a 500 of the database.
GREATEST_ID = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=GREATEST_ID)]
# PostgreSQL has no NUL. Half characters never get here: Django replaces them in addresses.
Text = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=200)]

M = TypeVar("M", bound=Model)
T = TypeVar("T")


class PageQuery(Schema):
    before: Annotated[int | None, Field(ge=1, le=GREATEST_ID, description="`next` of the page before.")] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


Paging = Query[PageQuery]


class Page(Schema, Generic[T]):
    """Newest first. `next` is null on the last page."""

    items: list[T]
    next: int | None


def page_of(rows: QuerySet[M], query: PageQuery, show: Callable[[list[M]], list[Any]]) -> dict[str, Any]:
    """One page; one query and those of `show`, which gets all rows of the page at once."""
    if query.before is not None:
        rows = rows.filter(pk__lt=query.before)
    found = list(rows.order_by("-pk")[: query.limit + 1])
    shown = found[: query.limit]
    return {"items": show(shown), "next": shown[-1].pk if len(found) > query.limit else None}
