"""What a reviewer does to a draft: each change of an item is one small function, listed in CHANGES."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.db import models
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from remit.kernel.charters.format import AuthoritySpec, CharterSpec, DutySpec, KpiSpec, QualificationSpec
from remit.kernel.charters.models import DraftCharter, DraftItem, ImportedDocument
from remit.kernel.organization.models import Person
from remit.lib.refusals import RuleBroken

PARTS: Final[Mapping[str, type[BaseModel]]] = {
    "duty": DutySpec,
    "authority": AuthoritySpec,
    "kpi": KpiSpec,
    "qualification": QualificationSpec,
}
LISTS: Final[Mapping[str, str]] = {
    "duty": "duties",
    "authority": "authority",
    "kpi": "kpis",
    "qualification": "qualifications",
}
HEADER: Final = frozenset(
    {"title", "code", "department", "level", "series", "tier", "reports_to", "second_leader", "supervises", "peers", "purpose",
     "weights_note", "skills", "standards", "difficulties", "taboos", "career"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Review:
    """One change to some items of a draft: `items` in their order, `data` as the change needs it."""

    draft: DraftCharter
    items: list[DraftItem]
    data: Mapping[str, Any]
    person: Person | None
    at: dt.datetime


Change: TypeAlias = Callable[[Review], list[int]]


def enter_draft(document: ImportedDocument, order: int, data: Mapping[str, Any]) -> DraftCharter:
    """A draft with its items, as importing.service made them."""
    draft = DraftCharter.objects.create(
        document=document,
        order=order,
        title=data["title"],
        department=data.get("department") or "",
        header=data["header"],
        start=data["span"][0],
        end=data["span"][1],
        confidence=data["confidence"],
    )
    items = [
        DraftItem(
            draft=draft,
            part=item["part"],
            order=(index + 1) * 10,
            data=item["data"],
            original=item["original"],
            spans=item["spans"],
            confidence=item["confidence"],
            looks=item["looks"],
        )
        for index, item in enumerate(data["items"])
    ]
    DraftItem.objects.bulk_create(items)
    return draft


def checked(part: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The data of an item as its part of the format says. Raises RuleBroken with every fault."""
    fields = {**data} if part == "qualification" else {"id": "x", **data}
    try:
        spec = PARTS[part].model_validate(fields)
    except ValidationError as error:
        faults = ";".join(f"{'.'.join(map(str, e['loc']))}:{e['msg']}" for e in error.errors())
        raise RuleBroken(_("This can't be taken: %(faults)s") % {"faults": faults}) from error
    dumped: Any = spec.model_dump(mode="json", exclude_defaults=True)
    plain: dict[str, Any] = dumped if isinstance(dumped, dict) else {"text": dumped}  # a bare qualification is text
    return {name: value for name, value in plain.items() if name != "id"}


def _set_state(review: Review, state: str) -> list[int]:
    ids = [item.pk for item in review.items]
    DraftItem.objects.filter(pk__in=ids).update(state=state, reviewed_by=review.person, reviewed_at=review.at)
    return ids


def _one(review: Review) -> DraftItem:
    if len(review.items) != 1:
        raise RuleBroken(_("Choose exactly one item."))
    return review.items[0]


def _keep(review: Review, item: DraftItem) -> list[int]:
    item.state, item.reviewed_by, item.reviewed_at = "edited", review.person, review.at
    item.save()
    return [item.pk]


def accept(review: Review) -> list[int]:
    """Accept; what was edited stays marked as edited."""
    untouched = [item.pk for item in review.items if item.state != "edited"]
    DraftItem.objects.filter(pk__in=untouched).update(
        state="accepted", reviewed_by=review.person, reviewed_at=review.at
    )
    return [item.pk for item in review.items]


def reject(review: Review) -> list[int]:
    return _set_state(review, "rejected")


def reopen(review: Review) -> list[int]:
    return _set_state(review, "proposed")


def edit(review: Review) -> list[int]:
    """New data for one item: the fields given replace those of the item."""
    item = _one(review)
    item.data = checked(item.part, {**item.data, **review.data})
    return _keep(review, item)


def retype(review: Review) -> list[int]:
    """A duty that is really a clause of authority, and the like: `{"part": "authority"}`."""
    part = str(review.data.get("part"))
    if part not in PARTS:
        raise RuleBroken(_("There is no such kind of item."))
    for item in review.items:
        text = str(item.data.get("text") or item.data.get("name"))
        item.part, item.data = part, checked(part, {"name": text[:120]} if part == "kpi" else {"text": text})
        _keep(review, item)
    return [item.pk for item in review.items]


def split(review: Review) -> list[int]:
    """One item becomes several: `{"texts": ["…", "…"]}`. Each keeps the spans of the whole."""
    item = _one(review)
    texts = [str(text).strip() for text in review.data.get("texts") or [] if str(text).strip()]
    if len(texts) < 2:
        raise RuleBroken(_("Give at least two parts."))
    key = "name" if item.part == "kpi" else "text"
    # Room between this item and the next: orders are ten apart, later ones move up where there are more parts than that.
    review.draft.items.filter(order__gt=item.order).update(order=models.F("order") + len(texts) * 10)
    item.data = checked(item.part, {**item.data, key: texts[0]})
    kept = _keep(review, item)
    for index, text in enumerate(texts[1:], 1):
        part = DraftItem.objects.create(
            draft=item.draft,
            part=item.part,
            order=item.order + index * 10,
            data=checked(item.part, {key: text}),
            original=item.original,
            spans=item.spans,
            confidence=item.confidence,
            state="edited",
            reviewed_by=review.person,
            reviewed_at=review.at,
        )
        kept.append(part.pk)
    return kept


def merge(review: Review) -> list[int]:
    """Several items become one, in their order; the first one's kind and figures stay."""
    if len(review.items) < 2 or len({item.part for item in review.items}) > 1:
        raise RuleBroken(_("Choose two or more items of one kind."))
    first, rest = review.items[0], review.items[1:]
    key = "name" if first.part == "kpi" else "text"
    joined = "".join(str(item.data.get(key, "")).rstrip("。;,") + "," for item in review.items).rstrip(",")
    first.data = checked(first.part, {**first.data, key: joined})
    first.spans = sorted({tuple(span) for item in review.items for span in item.spans})
    first.original = "\n".join(item.original for item in review.items)
    DraftItem.objects.filter(pk__in=[item.pk for item in rest]).delete()
    return _keep(review, first)


def move(review: Review) -> list[int]:
    """To another draft of the same document: `{"draft": id}`."""
    target = DraftCharter.objects.filter(
        pk=review.data.get("draft") or 0, document=review.draft.document, version=None
    ).first()
    if target is None:
        raise RuleBroken(_("There is no such position in this document, or it is in force already."))
    last = target.items.aggregate(last=models.Max("order"))["last"] or 0
    for index, item in enumerate(review.items, 1):
        item.draft, item.order = target, last + index * 10
        _keep(review, item)
    return [item.pk for item in review.items]


def add(review: Review) -> list[int]:
    """An item that the importer did not see: `{"part": "duty", "data": {…}, "spans": [[a, b]]}`."""
    part = str(review.data.get("part"))
    if part not in PARTS:
        raise RuleBroken(_("There is no such kind of item."))
    spans = [[a, b] for a, b in review.data.get("spans") or [] if 0 <= a < b <= len(review.draft.document.text)]
    item = DraftItem(
        draft=review.draft,
        part=part,
        order=(review.draft.items.aggregate(last=models.Max("order"))["last"] or 0) + 10,
        data=checked(part, review.data.get("data") or {}),
        spans=spans,
        original="\n".join(review.draft.document.text[a:b] for a, b in spans),
    )
    return _keep(review, item)


CHANGES: Final[Mapping[str, Change]] = {
    "accept": accept,
    "reject": reject,
    "reopen": reopen,
    "edit": edit,
    "retype": retype,
    "split": split,
    "merge": merge,
    "move": move,
    "add": add,
}


def change_header(draft: DraftCharter, data: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    """Correct the head of a draft, or drop it and take it up again. Returns what changed."""
    unknown = sorted(data.keys() - HEADER - {"dropped"})
    if unknown:
        raise RuleBroken(_("A charter's head has no %(names)s.") % {"names": "、".join(unknown)})
    header = {**draft.header, **{name: value for name, value in data.items() if name in HEADER}}
    try:
        spec = CharterSpec.model_validate(
            {"title": draft.title, **{k: v for k, v in header.items() if v not in ("", [], None)}}
        )
    except ValidationError as error:
        faults = ";".join(f"{'.'.join(map(str, e['loc']))}:{e['msg']}" for e in error.errors())
        raise RuleBroken(_("This can't be taken: %(faults)s") % {"faults": faults}) from error
    changes: dict[str, Any] = {
        name: [draft.header.get(name), value] for name, value in header.items() if draft.header.get(name) != value
    }
    draft.header, draft.title, draft.department = header, spec.title, spec.department or ""
    if "dropped" in data:
        draft.dropped_at = at if data["dropped"] else None
        changes["dropped"] = bool(data["dropped"])
    draft.save(update_fields=["header", "title", "department", "dropped_at"])
    return changes


def spec_of(draft: DraftCharter) -> CharterSpec:
    """The charter that a reviewed draft makes: its head and the items that were not rejected, numbered anew."""
    body: dict[str, Any] = {k: v for k, v in draft.header.items() if k in HEADER and v not in ("", [], None)}
    body["title"] = draft.title
    if draft.department:
        body["department"] = draft.department
    counts: dict[str, int] = {}
    for item in draft.items.exclude(state="rejected"):
        counts[item.part] = counts.get(item.part, 0) + 1
        data = dict(item.data)
        if item.part != "qualification":
            data["id"] = f"{item.part[0]}{counts[item.part]}"
        body.setdefault(LISTS[item.part], []).append(data)
    try:
        return CharterSpec.model_validate(body)
    except ValidationError as error:
        faults = ";".join(f"{'.'.join(map(str, e['loc']))}:{e['msg']}" for e in error.errors())
        raise RuleBroken(_("This charter can't take effect yet: %(faults)s") % {"faults": faults}) from error
