"""What happened and what waits: approvals, obligations, matters, rulings, events, today's items. Only what the caller may see."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from remit.api.caller import caller_of
from remit.api.paging import GREATEST_ID, Page, Paging, Text, page_of
from remit.api.shapes import (
    EventOut,
    MatterOut,
    ObligationOut,
    RequestDetailOut,
    RequestOut,
    RulingOut,
    events_out,
    matters_out,
    obligations_out,
    requests_out,
    rulings_out,
    step_out,
)
from remit.kernel.audit.queries import events_matching
from remit.kernel.authority import access, queries
from remit.kernel.work.queries import item_row, todays_items

router = Router(tags=["records"])

Id = Annotated[int, Path(ge=1, le=GREATEST_ID)]


@router.get("/approvals", response=Page[RequestOut])
def list_approvals(
    request: HttpRequest, page: Paging, state: Literal["waiting", "mine", "all"] = "waiting"
) -> dict[str, Any]:
    """`waiting`: asked of the caller now; `mine`: the caller's own; `all`: every one the caller may see."""
    person = caller_of(request).person
    rows = access.visible_requests(person)
    if state == "waiting":
        rows = rows.filter(steps__in=queries.waiting_steps(person).order_by())
    elif state == "mine":
        rows = rows.filter(requester=person)
    return page_of(rows.select_related("requester"), page, requests_out)


@router.get("/approvals/{id}", response=RequestDetailOut)
def show_approval(request: HttpRequest, id: Id) -> dict[str, Any]:
    found = access.request_visible_to(caller_of(request).person, id)
    steps = found.steps.select_related("position", "decided_by", "behalf_of").order_by("rung")
    return {**requests_out([found])[0], "steps": [step_out(step) for step in steps]}


@router.get("/obligations", response=Page[ObligationOut])
def list_obligations(request: HttpRequest, page: Paging, state: Literal["owed", "all"] = "owed") -> dict[str, Any]:
    """`owed`: what the caller can fulfil now; `all`: every one the caller may see."""
    person = caller_of(request).person
    rows = queries.owed_obligations(person) if state == "owed" else access.visible_obligations(person)
    return page_of(rows.select_related("ruling", "done_by"), page, obligations_out)


@router.get("/matters", response=Page[MatterOut])
def list_matters(request: HttpRequest, page: Paging, action: Text = "") -> dict[str, Any]:
    rows = access.visible_matters(caller_of(request).person).select_related("done_by")
    return page_of(rows.filter(action=action) if action else rows, page, matters_out)


@router.get("/rulings", response=Page[RulingOut])
def list_rulings(request: HttpRequest, page: Paging, action: Text = "") -> dict[str, Any]:
    """Every decision that was asked for in earnest, and what came of it."""
    rows = access.visible_rulings(caller_of(request).person).select_related("person")
    return page_of(rows.filter(action=action) if action else rows, page, rulings_out)


@router.get("/events", response=Page[EventOut])
def list_events(
    request: HttpRequest,
    page: Paging,
    kind: Text = "",
    person: Annotated[int | None, Query(ge=1, le=GREATEST_ID)] = None,
    subject: Text = "",
) -> dict[str, Any]:
    """The event log, newest first. `kind` is a dotted name or its beginning."""
    visible = access.visible_events(caller_of(request).person)
    return page_of(events_matching(visible, person_id=person, kind=kind, subject=subject), page, events_out)


class ItemOut(Schema):
    id: int
    kind: str
    label: str
    provenance: str
    due_at: dt.datetime
    url: str


@router.get("/today", response=list[ItemOut])
def list_today(request: HttpRequest) -> list[dict[str, Any]]:
    """The caller's open items, nearest deadline first; at most 200."""
    items = list(todays_items(caller_of(request).person)[:200])
    rows = [(item, item_row(item)) for item in items]
    return [
        {"id": item.pk, "kind": item.source_kind, "label": row.label, "provenance": row.provenance,
         "due_at": row.due_at, "url": row.url}
        for item, row in rows
    ]  # fmt: skip
