"""What the pages of the review show: a draft with its items in words, beside the original. Screen-sized, few queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from remit.kernel.authority.loading import all_actions
from remit.kernel.authority.spec import GrantSpec
from remit.kernel.charters.drafted_grants import general_condition_words, general_label
from remit.kernel.charters.figures import parse_target, parse_weight, percent_text
from remit.kernel.charters.models import DraftCharter, DraftItem, ImportedDocument
from remit.kernel.charters.reviewing import stamp_of, text_of
from remit.kernel.charters.source_view import Mark, SourceView, source_view
from remit.kernel.charters.wording import (
    BINDINGS,
    QUALIFICATIONS,
    Labels,
    bound_words,
    condition_words,
    grant_name,
    limit_words,
    obligation_words,
    rhythm_words,
    scope_words,
    validity_words,
    window_words,
)

# From here on the importer is believed, where it has no doubt of its own: these are accepted together.
SURE: Final = 0.85
PARTS_SHOWN: Final[Mapping[str, Promise]] = {
    "authority": _("Authority"),
    "duty": _("Duties"),
    "kpi": _("KPIs"),
    "qualification": _("Qualifications"),
}
# A longer original is shown around the position only: a browser chokes on more, and nobody reads it.
WHOLE_MAX: Final = 200_000


@dataclass(frozen=True, slots=True)
class GrantWords:
    """A grant in words. `general`: no action of the system fits, it becomes a general request."""

    name: str
    limit: str
    more: tuple[str, ...]
    then: tuple[str, ...]
    general: bool


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item as a row. `sure`: the importer has no doubt; `looks` say why a person should look."""

    pk: int
    part: str
    state: str
    stamp: str
    text: str
    looks: tuple[str, ...]
    sure: bool
    spans: tuple[tuple[int, int], ...]
    reviewer: str
    grants: tuple[GrantWords, ...] = ()
    rhythm: str = ""
    binding: str = ""
    binding_word: str = ""
    binding_note: str = ""
    weight: str = ""
    target: str = ""
    note: str = ""

    @property
    def is_open(self) -> bool:
        return self.state == "proposed"

    @property
    def at(self) -> int:
        """Where it begins in the original; -1 where it was added by hand."""
        return min((start for start, _end in self.spans), default=-1)


@dataclass(frozen=True, slots=True)
class Group:
    part: str
    label: str | Promise
    rows: tuple[ItemRow, ...]
    weights: str = ""  # the sum of a KPI group, "" where nothing is weighted
    weights_fit: bool = True


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another position of the same document, for the menus and the way through."""

    pk: int
    title: str
    total: int
    seen: int
    state: str  # open, ready, active, dropped


@dataclass(frozen=True, slots=True)
class DraftView:
    draft: DraftCharter
    groups: tuple[Group, ...]
    neighbours: tuple[Neighbour, ...]
    place: int
    previous: Neighbour | None
    next: Neighbour | None
    total: int = 0
    seen: int = 0
    sure: int = 0

    @property
    def left(self) -> int:
        return self.total - self.seen

    @property
    def is_ready(self) -> bool:
        return self.total > 0 and self.seen == self.total

    @property
    def is_closed(self) -> bool:
        """Nothing of it can be changed any more."""
        return self.draft.version_id is not None or self.draft.document.undone_at is not None

    def rows(self) -> Iterable[ItemRow]:
        return (row for group in self.groups for row in group.rows)


def labels_now() -> Labels:
    """The names of all actions and facts, in the language of whoever looks. One query, for the version."""
    actions = all_actions()
    facts = {(name, fact.name): str(fact.label) for name, action in actions.items() for fact in action.facts.values()}
    return Labels({name: str(action.label) for name, action in actions.items()}, facts)


def labels_for(text: str, grants: Iterable[Mapping[str, Any]], labels: Labels) -> Labels:
    """Besides, the names of the general requests of a clause that nobody has declared yet."""
    general = [
        grant for grant in grants if is_general(str(grant.get("action"))) and grant["action"] not in labels.actions
    ]
    if not general:
        return labels
    words = general_condition_words(text) if any(grant.get("conditions") for grant in general) else {}
    actions = {**labels.actions, **{str(grant["action"]): general_label(text) for grant in general}}
    facts = {**labels.facts, **{(str(g["action"]), name): label for g in general for name, label in words.items()}}
    return replace(labels, actions=actions, facts=facts)


def is_general(action: str) -> bool:
    return action.startswith("general.")


# --- rows -----------------------------------------------------------------------------------------------------------------------


def item_row(item: DraftItem, labels: Labels) -> ItemRow:
    """Stored data are always of the format: every change of an item is checked by it."""
    data = item.data
    row = ItemRow(
        pk=item.pk,
        part=item.part,
        state=item.state,
        stamp=stamp_of(item),
        text=text_of(item),
        looks=tuple(item.looks),
        sure=item.confidence >= SURE and not item.looks,
        spans=tuple((a, b) for a, b in item.spans),
        reviewer=item.reviewed_by.name if item.reviewed_by else "",
    )
    if item.part == "authority":
        grants = data.get("grants", [])
        named = labels_for(row.text, grants, labels)
        return replace(row, grants=tuple(grant_words_of(GrantSpec.model_validate(one), named) for one in grants))
    if item.part == "duty":
        binding = data.get("binding") or {}
        return replace(
            row,
            rhythm=" · ".join(rhythm_words(data.get("every"), data.get("when"), data.get("within"))),
            binding=binding.get("kind", ""),
            binding_word=BINDINGS.get(binding.get("kind", ""), ""),
            binding_note=binding.get("name") or binding.get("reason") or "",
        )
    if item.part == "kpi":
        weight, target = data.get("weight"), data.get("target")
        return replace(
            row,
            weight=percent_text(parse_weight(weight)) if weight else "",
            target=parse_target(target).label if target else "",
            note=data.get("definition", ""),
        )
    return replace(row, note=QUALIFICATIONS[data.get("kind", "other")])


def grant_words_of(grant: GrantSpec, labels: Labels) -> GrantWords:
    """ "奖励员工", "≤ ¥100", ("本组",), ("1 个工作日内报告客服部总监",)."""
    # Of one limit it goes without saying which figure it bounds.
    limits = (
        limit_words(grant, labels) if len(grant.limits) > 1 else [bound_words(one) for one in grant.limits.values()]
    )
    scope = (scope_words(grant),) if grant.scope != "anywhere" else ()
    windows = tuple(window_words(grant, window, labels) for window in grant.windows)
    valid = (validity_words(grant),) if validity_words(grant) else ()
    return GrantWords(
        name=grant_name(grant, labels),
        limit="；".join(limits),
        more=(*condition_words(grant, labels), *scope, *windows, *valid),
        then=tuple(obligation_words(grant, one, labels) for one in grant.then),
        general=is_general(grant.action),
    )


def groups_of(items: Iterable[DraftItem], labels: Labels) -> tuple[Group, ...]:
    """The items by kind, each kind in the order of the charter. An empty kind is there too: something can be added to it."""
    rows: dict[str, list[ItemRow]] = {part: [] for part in PARTS_SHOWN}
    weight = Decimal(0)
    for item in items:
        rows[item.part].append(item_row(item, labels))
        if item.part == "kpi" and item.state != "rejected" and item.data.get("weight"):
            weight += parse_weight(item.data["weight"])
    return tuple(
        Group(
            part,
            label,
            tuple(rows[part]),
            weights=percent_text(weight) if part == "kpi" and weight else "",
            weights_fit=part != "kpi" or weight in (0, 1),
        )
        for part, label in PARTS_SHOWN.items()
    )


# --- the draft -------------------------------------------------------------------------------------------------------------------


def neighbours_of(document_id: int) -> tuple[Neighbour, ...]:
    """All positions of a document in its order. One query."""
    drafts = (
        DraftCharter.objects.filter(document=document_id)
        .annotate(total=Count("items"), seen=Count("items", filter=~Q(items__state="proposed")))
        .order_by("order")
    )
    return tuple(
        Neighbour(draft.pk, draft.title, draft.total, draft.seen, _state(draft, draft.total, draft.seen))
        for draft in drafts
    )


def _state(draft: DraftCharter, total: int, seen: int) -> str:
    if draft.version_id is not None:
        return "active"
    if draft.dropped_at is not None:
        return "dropped"
    return "ready" if total and seen == total else "open"


def draft_view(draft: DraftCharter, labels: Labels | None = None) -> DraftView:
    """The draft with everything on the right side of the page. Three queries."""
    items = list(draft.items.select_related("reviewed_by").order_by("order", "id"))
    groups = groups_of(items, labels or labels_now())
    neighbours = neighbours_of(draft.document_id)
    at = next(index for index, one in enumerate(neighbours) if one.pk == draft.pk)
    return DraftView(
        draft=draft,
        groups=groups,
        neighbours=neighbours,
        place=at + 1,
        previous=neighbours[at - 1] if at else None,
        next=neighbours[at + 1] if at + 1 < len(neighbours) else None,
        total=len(items),
        seen=sum(item.state != "proposed" for item in items),
        sure=sum(row.is_open and row.sure for group in groups for row in group.rows),
    )


def original_of(view: DraftView, *, whole: bool = False) -> SourceView:
    """The original with the marks of the draft's items; rejected ones keep theirs, so that one sees why."""
    draft, document = view.draft, view.draft.document
    marks = [Mark(a, b, row.pk, row.part) for row in view.rows() for a, b in row.spans]
    wanted = None if whole and len(document.text) <= WHOLE_MAX else (draft.start, draft.end)
    return source_view(document.text, document.blocks, marks, wanted)


# --- imports ---------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A document that was read, and how far its review has come."""

    document: ImportedDocument
    positions: int
    items: int
    seen: int
    active: int
    dropped: int
    first_open: int | None = None
    drafts: tuple[Neighbour, ...] = field(default=())

    @property
    def state(self) -> str:
        if self.document.undone_at is not None:
            return "undone"
        if not self.positions:
            return "empty"
        if self.active and self.active + self.dropped == self.positions:
            return "active"
        return "reviewed" if self.seen == self.items else "open"


def import_rows(documents: QuerySet[ImportedDocument]) -> list[ImportRow]:
    """Rows for a page of documents, without their texts. Two queries, whatever their number."""
    found = list(documents.defer("text", "blocks").select_related("company", "read_by", "undone_by", "file"))
    drafts = DraftCharter.objects.filter(document__in=[document.pk for document in found]).annotate(
        total=Count("items"), seen=Count("items", filter=~Q(items__state="proposed"))
    )
    by_document: dict[int, list[Neighbour]] = {}
    for draft in drafts.order_by("document", "order"):
        one = Neighbour(draft.pk, draft.title, draft.total, draft.seen, _state(draft, draft.total, draft.seen))
        by_document.setdefault(draft.document_id, []).append(one)
    return [_import_row(document, tuple(by_document.get(document.pk, ()))) for document in found]


def _import_row(document: ImportedDocument, drafts: tuple[Neighbour, ...]) -> ImportRow:
    kept = [one for one in drafts if one.state != "dropped"]
    return ImportRow(
        document=document,
        positions=len(drafts),
        items=sum(one.total for one in kept),
        seen=sum(one.seen for one in kept),
        active=sum(one.state == "active" for one in drafts),
        dropped=len(drafts) - len(kept),
        first_open=next((one.pk for one in kept if one.state in ("open", "ready")), drafts[0].pk if drafts else None),
        drafts=drafts,
    )
