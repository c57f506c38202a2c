"""The review: the original beside the draft. Every change goes through the gate; a page with scripts swaps the rows it touched."""

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from remit.kernel.authority.errors import NotYours, Refusal, RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.charters.models import DraftCharter, DraftItem
from remit.kernel.charters.review_queries import PARTS_SHOWN, WHOLE_MAX, DraftView, draft_view, original_of
from remit.kernel.charters.reviewing import ChangedMeanwhile, stamp_of, text_of
from remit.kernel.charters.web.forms import HeadForm, SplitForm
from remit.kernel.charters.web.item_forms import form_of, split_proposal
from remit.kernel.charters.web.reach import draft_here, item_here
from remit.web.http import Request

# Deeds that touch one row only; all others change which rows there are.
ON_A_ROW: Final = frozenset({"accept", "reject", "reopen"})


@require_GET
def review_page(request: Request, document: int, draft: int) -> HttpResponse:
    return _draw(request, draft_here(request, document, draft))


def _draw(request: Request, draft: DraftCharter, /, *, status: int = 200, **more: Any) -> HttpResponse:
    """The whole page. `form`, with the `editing` item's number or the word "head" or "split", stands open in place."""
    view = draft_view(draft)
    whole = "whole" in request.GET
    context = {
        "view": view,
        "document": draft.document,
        "source": original_of(view, whole=whole),
        "whole": whole,
        "may_whole": len(draft.document.text) <= WHOLE_MAX,
        "parts": PARTS_SHOWN,
        **more,
    }
    return render(request, "charters/review.html", context, status=status)


# --- deeds ------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Deed:
    """What a button says: `accept:12:1764000000000000`, `move:12:…:7`. `stamp` is how the page showed the item."""

    change: str
    item: int
    stamp: str
    more: str = ""

    @property
    def seen(self) -> dict[str, str]:
        return {str(self.item): self.stamp} if self.stamp else {}


def _deed(text: str) -> Deed:
    change, item, stamp, more = [*text.split(":", 3), "", "", ""][:4]
    if not item.isdecimal() or len(item) > 18:
        raise NotYours(_("There is no such item."))
    return Deed(change, int(item), stamp[:20], more[:20])


@require_POST
def review_deed(request: Request, document: int, draft: int) -> HttpResponse:
    """One change of the draft: of an item (`deed`), of all that are sure, an item more, or the draft put aside."""
    found = draft_here(request, document, draft)
    text = request.POST.get("deed", "")
    try:
        if text == "accept-sure":
            return _accept_sure(request, found)
        if text in ("drop", "take-up"):
            return _drop(request, found, is_dropped=text == "drop")
        if text == "add":
            return _add(request, found)
        return _one(request, found, _deed(text))
    except ChangedMeanwhile as error:
        return _changed_meanwhile(request, found, _deed(text).item, error)
    except NotYours:
        raise
    except Refusal as error:
        if request.htmx:
            raise
        messages.error(request, str(error.sentence))
        return _back(found)


def _review(request: Request, draft: DraftCharter, change: str, items: list[int], **more: Any) -> list[int]:
    facts = {"draft": draft.pk, "items": items, "change": change, **more}
    return list(perform(request.actor, "charter.review", facts).changes["items"])


def _one(request: Request, draft: DraftCharter, deed: Deed) -> HttpResponse:
    item = item_here(draft, deed.item)
    before = item.part
    ids, data = [item.pk], dict[str, Any]()
    if deed.change == "merge":
        ids.append(_following(item).pk)
    elif deed.change == "retype":
        data = {"part": deed.more}
    elif deed.change == "move":
        data = {"draft": int(deed.more) if deed.more.isdecimal() else 0}
    elif deed.change not in ON_A_ROW:
        raise NotYours(_("There is no such item."))
    changed = _review(request, draft, deed.change, ids, data=data, seen=deed.seen)
    if deed.change in ON_A_ROW:
        return _rows(request, draft, changed)
    return _groups(request, draft, {before, deed.more} & PARTS_SHOWN.keys(), focus=changed[0])


def _following(item: DraftItem) -> DraftItem:
    """The next item of the same kind. Raises RuleBroken for the last."""
    items = list(
        DraftItem.objects.filter(draft=item.draft_id, part=item.part).exclude(state="rejected").order_by("order", "id")
    )
    ids = [one.pk for one in items]
    at = ids.index(item.pk) + 1 if item.pk in ids else len(ids)
    if at >= len(ids):
        raise RuleBroken(_("This is the last one of its kind; there is nothing to merge it with."))
    return items[at]


def _accept_sure(request: Request, draft: DraftCharter) -> HttpResponse:
    sure = [row.pk for row in draft_view(draft).rows() if row.is_open and row.sure]
    if sure:
        _review(request, draft, "accept", sure)
    return _groups(request, draft, set(PARTS_SHOWN))


def _drop(request: Request, draft: DraftCharter, *, is_dropped: bool) -> HttpResponse:
    perform(request.actor, "charter.review_header", {"draft": draft.pk, "data": {"dropped": is_dropped}})
    values = {"title": draft.title}
    said = _("“%(title)s” was put aside.") if is_dropped else _("“%(title)s” was taken up again.")
    messages.success(request, said % values)
    return _back(draft)


def _add(request: Request, draft: DraftCharter) -> HttpResponse:
    """An item from selected words of the original, or from words that were typed."""
    part, text = request.POST.get("part", ""), request.POST.get("text", "").strip()
    data: dict[str, Any] = {"part": part}
    spans = [_number(request.POST.get(name, "")) for name in ("start", "end")]
    if None not in spans:
        data["spans"] = [spans]
    elif text:
        data["data"] = {"name" if part == "kpi" else "text": text}
    changed = _review(request, draft, "add", [], data=data)
    return _groups(request, draft, {part} & PARTS_SHOWN.keys(), focus=changed[0])


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


# --- answers ----------------------------------------------------------------------------------------------------------------------


def _back(draft: DraftCharter, item: int | None = None) -> HttpResponse:
    anchor = f"#item-{item}" if item else ""
    return redirect(reverse("charters:review", args=[draft.document_id, draft.pk]) + anchor)


def _rows(request: Request, draft: DraftCharter, ids: list[int], *, weights: bool = False) -> HttpResponse:
    """The rows that changed, and how far the review is; without scripts the page again."""
    if not request.htmx:
        return _back(draft, ids[0] if ids else None)
    view = draft_view(draft)
    rows = [row for row in view.rows() if row.pk in ids]
    kpis = next(group for group in view.groups if group.part == "kpi")
    context = {"view": view, "rows": rows, "kpis": kpis if weights or kpis.weights else None}
    return render(request, "charters/_review_rows.html", context)


def _groups(request: Request, draft: DraftCharter, parts: set[str], *, focus: int | None = None) -> HttpResponse:
    """The groups that changed, and the original, whose marks have moved."""
    if not request.htmx:
        return _back(draft, focus)
    view = draft_view(draft)
    context = {
        "view": view,
        "groups": [group for group in view.groups if group.part in parts],
        "source": original_of(view, whole="whole" in _here(request)),
        "document": draft.document,
        "focus": focus,
    }
    return render(request, "charters/_review_groups.html", context)


def _here(request: Request) -> QueryDict:
    """The query string of the page that asked."""
    return QueryDict((request.htmx.current_url or "").partition("?")[2].partition("#")[0])


def _changed_meanwhile(request: Request, draft: DraftCharter, pk: int, error: ChangedMeanwhile) -> HttpResponse:
    """Two reviewers at once: the second sees what the first did, and why nothing of his was taken."""
    if not request.htmx:
        messages.error(request, str(error.sentence))
        return _back(draft, pk)
    view = draft_view(draft)
    rows = [row for row in view.rows() if row.pk == pk]
    response = render(request, "charters/_review_rows.html", {"view": view, "rows": rows}, status=error.status)
    return trigger_client_event(response, "toast", {"text": error.sentence, "tone": "danger"})


# --- forms in place -----------------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def item_edit(request: Request, document: int, draft: int, item: int) -> HttpResponse:
    """The form of one item, in place of its row. `redraw` asks for other fields, nothing is judged then."""
    found = draft_here(request, document, draft)
    one = item_here(found, item)
    if "cancel" in request.GET:
        return _rows(request, found, [one.pk])
    sent = request.POST if request.method == "POST" else None
    is_redrawn = sent is not None and ("redraw" in sent or "more" in sent)
    form = form_of(one, sent, is_redrawn=is_redrawn)
    if sent is None or is_redrawn:
        return _form(request, found, one, form)
    if not form.is_valid():
        return _form(request, found, one, form, status=422)
    seen = {str(one.pk): sent.get("stamp", "")}
    try:
        changed = _review(request, found, "edit", [one.pk], data=form.data_of_item(), seen=seen)
    except ChangedMeanwhile as error:
        return _changed_meanwhile(request, found, one.pk, error)
    except NotYours:
        raise
    except Refusal as error:
        return _form(request, found, one, form, status=422, refusal=error.sentence)
    return _rows(request, found, changed, weights=one.part == "kpi")


def _form(
    request: Request, draft: DraftCharter, item: DraftItem, form: Any, *, status: int = 200, **more: Any
) -> HttpResponse:
    stamp = request.POST.get("stamp") or stamp_of(item)
    context = {"item": item, "form": form, "stamp": stamp, "draft": draft, "text": text_of(item), **more}
    if request.htmx:
        return render(request, "charters/_item_form.html", context, status=status)
    return _draw(request, draft, status=status, editing=item.pk, **context)


@require_http_methods(["GET", "POST"])
def item_split(request: Request, document: int, draft: int, item: int) -> HttpResponse:
    found = draft_here(request, document, draft)
    one = item_here(found, item)
    initial = {"texts": split_proposal(one)}
    form = SplitForm(request.POST if request.method == "POST" else None, initial=initial, label_suffix="")
    if not form.is_valid():
        return _form(request, found, one, form, status=422 if form.is_bound else 200, splitting=True)
    seen = {str(one.pk): request.POST.get("stamp", "")}
    try:
        changed = _review(request, found, "split", [one.pk], data={"texts": form.cleaned_data["texts"]}, seen=seen)
    except ChangedMeanwhile as error:
        return _changed_meanwhile(request, found, one.pk, error)
    except NotYours:
        raise
    except Refusal as error:
        return _form(request, found, one, form, status=422, splitting=True, refusal=error.sentence)
    return _groups(request, found, {one.part}, focus=changed[0])


@require_http_methods(["GET", "POST"])
def head_edit(request: Request, document: int, draft: int) -> HttpResponse:
    """Title, department, relations, purpose: the card above the items."""
    found = draft_here(request, document, draft)
    form = HeadForm(
        request.POST if request.method == "POST" else None, initial=HeadForm.initial_of(found), label_suffix=""
    )
    if not form.is_valid():
        return _head(request, found, form, status=422 if form.is_bound else 200)
    try:
        perform(request.actor, "charter.review_header", {"draft": found.pk, "data": form.data_of_head()})
    except NotYours:
        raise
    except Refusal as error:
        return _head(request, found, form, status=422, refusal=error.sentence)
    if not request.htmx:
        return _back(found)
    found.refresh_from_db()
    view: DraftView = draft_view(found)
    return render(request, "charters/_head.html", {"view": view, "document": found.document})


def _head(request: Request, draft: DraftCharter, form: HeadForm, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "draft": draft, **more}
    if request.htmx:
        return render(request, "charters/_head_form.html", context, status=status)
    return _draw(request, draft, status=status, editing="head", **context)
