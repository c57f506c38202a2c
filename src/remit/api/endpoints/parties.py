"""Customers, as far as the caller may see them. Opening, amending and writing down go by the actions (customer.open, customer.note …)."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema

from remit.api.caller import caller_of
from remit.api.paging import GREATEST_ID, Page, Paging, Text, page_of
from remit.kernel.parties.access import reads_in_full
from remit.kernel.parties.actions.dealings import look_at
from remit.kernel.parties.fields import shown_fields
from remit.kernel.parties.models import Party
from remit.kernel.parties.queries import Wanted, list_parties, numbers_of, timeline

router = Router(tags=["customers"])

ENTRIES: int = 50
Id = Annotated[int, Path(ge=1, le=GREATEST_ID)]


class PartyOut(Schema):
    """`owner_id` null: in the pool. `version` goes along with customer.amend, so that two who save at once are told."""

    id: int
    number: str
    name: str
    kind: str
    status: str
    grade: str
    owner_id: int | None
    owner: str
    touched_at: dt.datetime
    version: int


class NumberOut(Schema):
    """A way of contact or an official number; masked where the caller would have to ask for it (customer.unmask)."""

    id: int
    kind: str
    text: str
    label: str
    is_masked: bool


class FieldOut(Schema):
    """A field that a pack adds; masked where the caller would have to ask for it (customer.unmask)."""

    name: str
    label: str
    text: str
    is_masked: bool


class EntryOut(Schema):
    id: int
    kind: str
    at: dt.datetime
    text: str
    next_step: str
    by: str


class PartyDetailOut(PartyOut):
    industry: str
    source: str
    birthday: dt.date | None
    contract_ends_on: dt.date | None
    needs: str
    remark: str
    numbers: list[NumberOut]
    fields: list[FieldOut]
    entries: list[EntryOut]


def _party(row: Party) -> dict[str, Any]:
    names = ("number", "name", "kind", "status", "grade", "owner_id", "touched_at", "version")
    owner = row.owner.name if row.owner is not None else ""
    return {"id": row.pk, "owner": owner, **{name: getattr(row, name) for name in names}}


@router.get("/parties", response=Page[PartyOut])
def list_customers(
    request: HttpRequest,
    page: Paging,
    q: Text = "",
    scope: Literal["all", "mine", "people", "pool"] = "all",
    grade: Literal["", "A", "B", "C", "D", "none"] = "",
) -> dict[str, Any]:
    """`q`: a part of the name, pinyin, initials, the end of a telephone number, a customer's number."""
    found = list_parties(caller_of(request).person, Wanted(text=q.strip(), scope=scope, grade=grade))
    return page_of(found.select_related("owner"), page, lambda rows: [_party(row) for row in rows])


@router.get("/parties/{id}", response=PartyDetailOut)
def show_customer(request: HttpRequest, id: Id) -> dict[str, Any]:
    """With the latest fifty entries of the timeline. Who sees it by oversight alone leaves an event."""
    caller = caller_of(request)
    party = look_at(caller.actor, caller.person, id)
    names = ("industry", "source", "birthday", "contract_ends_on", "needs", "remark")
    shown = numbers_of(party, in_full=reads_in_full(caller.person, party))
    return {
        **_party(party),
        **{name: getattr(party, name) for name in names},
        "numbers": [{"id": n.pk, "kind": n.kind, "text": n.text, "label": n.label, "is_masked": n.is_masked} for n in shown],
        "fields": [
            {"name": f.name, "label": f.label, "text": f.text, "is_masked": f.is_masked}
            for f in shown_fields(caller.person, party)
        ],
        "entries": [
            {"id": e.pk, "kind": e.kind, "at": e.at, "text": e.text, "next_step": e.next_step,
             "by": e.made_by.name if e.made_by is not None else ""}
            for e in timeline(party).order_by("-at", "-id")[:ENTRIES]
        ],
    }  # fmt: skip
