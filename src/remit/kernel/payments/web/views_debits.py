"""Direct debit: batches, one batch, its file and its return, what failed, how banks' files look."""

import datetime as dt
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.documents.actions import store
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import content_of
from remit.kernel.organization.queries import today
from remit.kernel.payments.banking.access import (
    DEBITS,
    FILES_ROOM,
    batch_visible_to,
    item_visible_to,
    visible_accounts,
    visible_batches,
    visible_descriptions,
)
from remit.kernel.payments.banking.batching import Wish, outlook
from remit.kernel.payments.banking.debiting import preview
from remit.kernel.payments.banking.figures import arrears_rate, collection_rate
from remit.kernel.payments.banking.reconciling import last_day_of
from remit.kernel.payments.models import BankDescription, BatchState, DebitBatch, ItemState
from remit.kernel.payments.web.forms_banking import BatchForm, FileForm, FollowUpForm, FormatForm
from remit.lib.bankfiles.format import shipped
from remit.web.acting import Outcome, act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of

STATES = (*ItemState.values, "")
FAULTS_SHOWN = 50


@require_GET
def batches(request: Request) -> HttpResponse:
    person = person_here(request)
    if not any(oversees(person, name) for name in DEBITS):
        raise NotYours(_("There is no such page."))
    collected = Sum("items__amount", filter=Q(items__state=ItemState.COLLECTED))
    rows = visible_batches(person).annotate(
        collected=collected, failed=Count("items", filter=Q(items__state=ItemState.FAILED))
    )
    first = today().replace(day=1)
    company = person.company_id
    context = {
        "page": page_of(rows, request.GET),
        "may": {name: oversees(person, f"debit.{name}") for name in ("make", "describe")},
        "collection": collection_rate(company, first, last_day_of(first)),
        "arrears": arrears_rate(company, first, today()),
    }
    return render(request, "banking/batch_list.html", context)


@require_http_methods(["GET", "POST"])
def batch_new(request: Request) -> HttpResponse:
    """First what it would be, then the batch with exactly that sum."""
    person = person_here(request)
    if not oversees(person, "debit.make"):
        raise NotYours(_("There is no such page."))
    day = today()
    form = BatchForm(request.POST or None, initial={"due_until": day, "on": day + dt.timedelta(days=1)})
    form.offer(visible_accounts(person, ("debit.make",)).order_by("pk"), visible_descriptions(person).order_by("name"))
    context: dict[str, Any] = {"form": form, "refusal": ""}
    status = 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        if amount := request.POST.get("amount", ""):
            outcome = act(request, "debit.make", {**form.cleaned_data, "amount": amount}, form)
            if outcome.result is not None:
                return _to_batch(request, outcome, _("Made. Have it sent to the bank."))
            context["refusal"], status = outcome.refusal, outcome.status
        else:
            status = 200
        told = form.cleaned_data
        account = visible_accounts(person, ("debit.make",)).get(pk=told["account"])
        context["outlook"] = outlook(Wish(account, told["on"], told["due_until"], told["group"]))
    return render(request, "banking/batch_form.html", context, status=status)


def _to_batch(request: Request, outcome: Outcome, done: str) -> HttpResponse:
    """To the batch that an act was about; to the request where somebody else decides."""
    result = outcome.result
    if result is not None and result.kind != "requested":
        return answer(request, outcome, done, "banking:batch", int(result.subject[1]))
    return answer(request, outcome, done, "banking:batches")


@require_GET
def batch(request: Request, pk: int) -> HttpResponse:
    """?state=failed"""
    person = person_here(request)
    row = batch_visible_to(person, pk)
    wanted = request.GET.get("state", "")
    rows = row.items.select_related("payer", "mandate")
    page = page_of(rows.filter(state=wanted) if wanted in ItemState.values else rows, request.GET, keys=("sequence",))
    counts = {
        told["state"]: (told["n"], told["total"])
        for told in row.items.order_by().values("state").annotate(n=Count("pk"), total=Sum("amount"))
    }
    context = {
        "batch": row,
        "page": page,
        "state": wanted,
        "states": [(state, str(ItemState(state).label), counts.get(state, (0, 0))) for state in ItemState.values],
        "returns": row.returns.select_related("file", "made_by").order_by("-id")[:10],
        "form": FileForm(),
        "is_made": row.state == BatchState.MADE,
        "is_out": row.state in (BatchState.SENT, BatchState.SETTLED),
        "may": {name: oversees(person, f"debit.{name}") for name in ("send", "send_again", "settle", "drop")},
    }
    return render(request, "banking/batch.html", context)


@require_POST
def send(request: Request, pk: int) -> HttpResponse:
    """The file leaves with the answer: this once."""
    batch_visible_to(person_here(request), pk)
    outcome = act(request, "debit.send", {"batch": pk})
    return _file(request, pk, outcome)


@require_POST
def fetch(request: Request, pk: int) -> HttpResponse:
    batch_visible_to(person_here(request), pk)
    outcome = act(request, "debit.send_again", {"batch": pk, "reason": request.POST.get("reason", "")})
    return _file(request, pk, outcome)


def _file(request: Request, pk: int, outcome: Outcome) -> HttpResponse:
    if outcome.result is None or outcome.result.kind == "requested":
        return answer(request, outcome, "", "banking:batch", pk)
    row = DebitBatch.objects.select_related("file").get(pk=pk)
    if row.file is None:
        raise NotYours(_("There is no such file."))
    response = HttpResponse(content_of(row.file), content_type="application/octet-stream")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(row.file.name)}"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    batch_visible_to(person_here(request), pk)
    outcome = act(request, "debit.drop", {"batch": pk, "reason": request.POST.get("reason", "")})
    return answer(request, outcome, _("Dropped."), "banking:batch", pk)


@require_POST
def return_upload(request: Request, pk: int) -> HttpResponse:
    row = batch_visible_to(person_here(request), pk, ("debit.settle",))
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose the bank’s return file."))
        return redirect("banking:batch", pk)
    sent: UploadedFile[Any] = form.cleaned_data["file"]
    file = store(
        sent, str(sent.name), sent.content_type or "", actor=request.actor, room=FILES_ROOM, company_id=row.company_id
    )
    return redirect("banking:return", pk, file.pk)


@require_http_methods(["GET", "POST"])
def return_preview(request: Request, pk: int, file: int) -> HttpResponse:
    """What the file would do; nothing is taken before somebody has seen it."""
    row = batch_visible_to(person_here(request), pk, ("debit.settle",))
    stored = StoredFile.objects.filter(pk=file, room=FILES_ROOM, company_id=row.company_id).first()
    if stored is None:
        raise NotYours(_("There is no such file."))
    if request.method == "POST":
        outcome = act(request, "debit.settle", {"batch": pk, "file": file})
        return answer(request, outcome, _("Taken in."), "banking:batch", pk)
    context: dict[str, Any] = {"batch": row, "file": stored, "faults": []}
    if row.returns.filter(sha256=stored.sha256).exists():
        return render(request, "banking/return.html", {**context, "again": True})
    try:
        bank, results, on = preview(row, content_of(stored), today())
    except RuleBroken as error:
        faults = error.sentence.split("\n")
        return render(request, "banking/return.html", {**context, "faults": faults[:FAULTS_SHOWN]}, status=422)
    items = {item.sequence: item for item in row.items.select_related("payer")}
    failed = [
        (items[n], result, bank.reason_for(result.code))
        for n, result in sorted(results.items())
        if result.outcome == "failed"
    ]
    collected = [items[n].amount for n, result in results.items() if result.outcome == "collected"]
    context |= {
        "on": on,
        "collected": (len(collected), sum(collected)),
        "failed": (len(failed), sum(item.amount for item, _result, _reason in failed)),
        "left": row.count - len(collected) - len(failed),
        "rows": failed[:FAULTS_SHOWN],
    }
    return render(request, "banking/return.html", context)


@require_http_methods(["GET", "POST"])
def item(request: Request, pk: int) -> HttpResponse:
    row = item_visible_to(person_here(request), pk)
    form = FollowUpForm(request.POST or None)
    if form.is_bound and form.is_valid():
        outcome = act(request, "debit.follow_up", {"item": pk, **form.cleaned_data}, form)
        return answer(request, outcome, _("Written down."), "banking:item", pk)
    context = {
        "item": row,
        "form": form,
        "charges": row.charges.select_related("charge").order_by("charge__due_on", "pk")[:50],
        "may_open_batch": visible_batches(person_here(request)).filter(pk=row.batch_id).exists(),
        "may_bounce": row.state == ItemState.COLLECTED
        and visible_batches(person_here(request), ("debit.bounce",)).filter(pk=row.batch_id).exists(),
        "today": today(),
    }
    return render(request, "banking/item.html", context, status=422 if form.is_bound else 200)


@require_POST
def bounce(request: Request, pk: int) -> HttpResponse:
    item_visible_to(person_here(request), pk)
    facts = {"item": pk, **{name: request.POST.get(name, "") for name in ("on", "code", "message")}}
    return answer(request, act(request, "debit.bounce", facts), _("The money is owed again."), "banking:item", pk)


@require_GET
def formats(request: Request) -> HttpResponse:
    person = person_here(request)
    if not oversees(person, "debit.describe"):
        raise NotYours(_("There is no such page."))
    rows = visible_descriptions(person).select_related("made_by")
    context = {"page": page_of(rows, request.GET, keys=("id",)), "shipped": [path.stem for path in shipped()]}
    return render(request, "banking/format_list.html", context)


@require_http_methods(["GET", "POST"])
def format_new(request: Request) -> HttpResponse:
    """?of=bar begins with a description that comes with the program, ?edit=3 with one of ours."""
    person = person_here(request)
    if not oversees(person, "debit.describe"):
        raise NotYours(_("There is no such page."))
    begin = next((path.read_text(encoding="utf-8") for path in shipped() if path.stem == request.GET.get("of")), "")
    edited = request.GET.get("edit", "")
    if edited.isascii() and edited.isdigit() and len(edited) < 10:
        row: BankDescription | None = visible_descriptions(person).filter(pk=edited).first()
        begin = row.text if row is not None else begin
    form = FormatForm(request.POST or None, initial={"text": begin})
    faults: list[str] = []
    if form.is_bound and form.is_valid():
        outcome = act(request, "debit.describe", {"yaml": {"text": form.cleaned_data["text"]}}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Kept."), "banking:formats")
        faults = outcome.refusal.split("\n")
    context = {"form": form, "faults": faults}
    return render(request, "banking/format_form.html", context, status=422 if form.is_bound else 200)
