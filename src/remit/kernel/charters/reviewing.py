"""What a reviewer does to a draft: each change of an item is one small function, listed in CHANGES."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

from django.db import models
from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError

from remit.kernel.charters.format import AuthoritySpec, CharterSpec, DutySpec, KpiSpec, QualificationSpec
from remit.kernel.charters.models import DraftCharter, DraftItem, ImportedDocument
from remit.kernel.charters.rereading import reread
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

# Signs that end a clause, wide and narrow.
ENDS: Final = "。；;，,、"


@dataclass(frozen=True, slots=True)
class Review:
    """One change to some items of a draft: `items` in their order, `data` as the change needs it."""

    draft: DraftCharter
    items: list[DraftItem]
    data: Mapping[str, Any]
    person: Person | None
    at: dt.datetime


Change: TypeAlias = Callable[[Review], list[int]]


class ChangedMeanwhile(RuleBroken):
    """Somebody else has changed an item since it was drawn on this reviewer's page."""

    code = "changed_meanwhile"
    status = 409


def stamp_of(item: DraftItem) -> str:
    """Tells the states of an item apart: when it was last reviewed, in microseconds; "0" for never."""
    return str(round(item.reviewed_at.timestamp() * 1_000_000)) if item.reviewed_at else "0"


def refuse_if_changed(items: list[DraftItem], seen: Mapping[str, Any]) -> None:
    """`seen` maps an item's number (as text) to the stamp that the reviewer's page shows. What is not named is not checked.

    Raises ChangedMeanwhile.
    """
    for item in items:
        if str(item.pk) in seen and str(seen[str(item.pk)]) != stamp_of(item):
            values = {"name": item.reviewed_by.name if item.reviewed_by else "—", "item": str(item)[:40]}
            raise ChangedMeanwhile(_("%(name)s has changed “%(item)s” meanwhile. Look at it again.") % values)


def is_number(value: object) -> bool:
    """Whether a value from outside can be the number of a row."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63


def text_of(item: DraftItem) -> str:
    return str(item.data.get("name" if item.part == "kpi" else "text") or "")


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


def _keep(review: Review, item: DraftItem, *, is_guess: bool = False) -> list[int]:
    """Write an item back as edited by the reviewer; a guess of ours at what he meant is proposed to him anew."""
    item.state, item.reviewed_by, item.reviewed_at = "proposed" if is_guess else "edited", review.person, review.at
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
    """A duty that is really a clause of authority, and the like: `{"part": "authority"}`.

    The text is read anew. What it gives as a clause of authority is a guess, and waits to be accepted.
    """
    part = str(review.data.get("part"))
    if part not in PARTS:
        raise RuleBroken(_("There is no such kind of item."))
    for item in review.items:
        if item.part != part:
            _take(item, part, text_of(item))
        _keep(review, item, is_guess=part == "authority")
    return [item.pk for item in review.items]


def _take(item: DraftItem, part: str, text: str) -> None:
    found = reread(part, text)
    item.part, item.data = part, checked(part, found.data)
    item.confidence, item.looks = found.confidence, list(found.looks)


def split(review: Review) -> list[int]:
    """One item becomes several: `{"texts": ["…", "…"]}`, each tied to its own words where they are found in the original.

    Each part is read anew: what limits and rhythms the whole had belong to one of them. Clauses of authority wait to be accepted.
    """
    item = _one(review)
    texts = [str(text).strip() for text in review.data.get("texts") or [] if str(text).strip()]
    if len(texts) < 2:
        raise RuleBroken(_("Give at least two parts."))
    # Room between this item and the next: orders are ten apart, later ones move up where there are more parts than that.
    review.draft.items.filter(order__gt=item.order).update(order=models.F("order") + len(texts) * 10)
    source, whole = review.draft.document.text, [tuple(span) for span in item.spans]
    kept = []
    for index, text in enumerate(texts):
        part = item if index == 0 else DraftItem(draft=item.draft, part=item.part, order=item.order + index * 10)
        _take(part, item.part, text)
        part.spans = _narrowed(text, whole, source)
        part.original = "".join(source[a:b] for a, b in part.spans)
        kept += _keep(review, part, is_guess=item.part == "authority")
    return kept


def _narrowed(text: str, spans: list[tuple[int, ...]], source: str) -> list[list[int]]:
    """Where within the spans the text stands; all of them where it can't be found word for word."""
    for a, b in spans:
        at = source.find(text, a, b)
        if at >= 0:
            return [[at, at + len(text)]]
    return [list(span) for span in spans]


def merge(review: Review) -> list[int]:
    """Several items become one, in their order: the first one's kind and figures, the grants of all."""
    if len(review.items) < 2 or len({item.part for item in review.items}) > 1:
        raise RuleBroken(_("Choose two or more items of one kind."))
    first, rest = review.items[0], review.items[1:]
    joined = text_of(first)
    for before, item in pairwise(review.items):
        joined = _joined(joined, text_of(item), _gap(before, item, review.draft.document.text))
    data = {**first.data, "name" if first.part == "kpi" else "text": joined}
    if first.part == "authority":
        grants: list[Any] = []
        for grant in (grant for item in review.items for grant in item.data.get("grants", [])):
            grants += [grant] * (grant not in grants)
        data["grants"] = grants
    first.data = checked(first.part, data)
    first.spans = sorted([a, b] for a, b in {tuple(span) for item in review.items for span in item.spans})
    first.original = "\n".join(item.original for item in review.items)
    first.looks = list(dict.fromkeys(look for item in review.items for look in item.looks))
    DraftItem.objects.filter(pk__in=[item.pk for item in rest]).delete()
    return _keep(review, first)


def _gap(before: DraftItem, after: DraftItem, source: str) -> str | None:
    """What stands between two items in the original; None where they don't follow each other."""
    end = max((b for _a, b in before.spans), default=-1)
    start = min((a for a, _b in after.spans), default=-1)
    return source[end:start] if 0 <= end <= start else None


def _joined(left: str, right: str, gap: str | None) -> str:
    """A sentence that a page break tore is put together without a sign; two sentences keep theirs, or get a semicolon."""
    if gap is not None and not gap.strip():
        return left + right
    sign = gap.strip() if gap is not None and len(gap.strip()) == 1 else ""
    return left.rstrip(ENDS) + (sign if sign and sign in ENDS else "；") + right


def move(review: Review) -> list[int]:
    """To another draft of the same document: `{"draft": id}`."""
    wanted: Any = review.data.get("draft")
    others = DraftCharter.objects.filter(document=review.draft.document, version=None)
    target = others.filter(pk=wanted).first() if is_number(wanted) else None
    if target is None:
        raise RuleBroken(_("There is no such position in this document, or it is in force already."))
    last = target.items.aggregate(last=models.Max("order"))["last"] or 0
    for index, item in enumerate(review.items, 1):
        item.draft, item.order = target, last + index * 10
        _keep(review, item)
    return [item.pk for item in review.items]


def add(review: Review) -> list[int]:
    """An item that the importer did not see: `{"part": "duty", "data": {…}, "spans": [[a, b]]}`.

    Without data, the words of the spans are read as that part. It stands where it stands in the original, else last.
    """
    part = str(review.data.get("part"))
    if part not in PARTS:
        raise RuleBroken(_("There is no such kind of item."))
    source = review.draft.document.text
    spans = _spans(review.data.get("spans"), len(source))
    item = DraftItem(draft=review.draft, part=part, spans=spans, order=_order_of(review.draft, part, spans))
    item.original = "\n".join(source[a:b] for a, b in spans)
    data = review.data.get("data")
    if isinstance(data, dict):
        item.data = checked(part, data)
        return _keep(review, item)
    words = " ".join("".join(source[a:b].split("\n")) for a, b in spans).strip()
    if not words:
        raise RuleBroken(_("Select the words of the original that the item stands for."))
    _take(item, part, words)
    return _keep(review, item, is_guess=part == "authority")


def _order_of(draft: DraftCharter, part: str, spans: list[list[int]]) -> int:
    """After the last item of that part that begins before it."""
    start = min((a for a, _b in spans), default=None)
    items = list(draft.items.order_by("order", "id"))
    before = [
        item.order
        for item in items
        if item.part == part and start is not None and min((a for a, _b in item.spans), default=start) < start
    ]
    return before[-1] + 1 if before else max((item.order for item in items), default=0) + 10


def _spans(given: Any, length: int) -> list[list[int]]:
    """Pairs of offsets within the text; what is none is left out."""
    pairs = (
        [span for span in given if isinstance(span, list | tuple) and len(span) == 2] if isinstance(given, list) else []
    )
    return [[a, b] for a, b in pairs if isinstance(a, int) and isinstance(b, int) and 0 <= a < b <= length]


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
    if "title" in data and not str(data["title"] or "").strip():
        raise RuleBroken(_("A position needs a title."))
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
