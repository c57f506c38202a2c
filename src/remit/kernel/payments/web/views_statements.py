"""Accounts at banks: the file of the bank and what it says, both sides beside each other, the reconciliation of the month."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.documents.actions import store
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import content_of
from remit.kernel.organization.queries import today
from remit.kernel.payments.banking import reconciling, taking
from remit.kernel.payments.banking.access import (
    FILES_ROOM,
    READERS,
    account_visible_to,
    reconciliation_visible_to,
    visible_accounts,
)
from remit.kernel.payments.banking.queries import suggestions
from remit.kernel.payments.models import BankAccount, Matching, Reconciliation
from remit.kernel.payments.web.forms_banking import AccountForm, FileForm, RecipeForm
from remit.lib.bankfiles.statements import kind_of
from remit.lib.bankfiles.statements.recipes import preview
from remit.lib.bankfiles.values import BankFileError
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

PDF = "application/pdf"
LINES_SHOWN = 20


def reasons() -> dict[str, str]:
    return {
        "amount": _("same amount"),
        "reference": _("same number"),
        "name": _("same name"),
        "day": _("same day"),
        "sum": _("adds up"),
        "habit": _("as before"),
    }


@require_GET
def accounts(request: Request) -> HttpResponse:
    person = person_here(request)
    if not any(oversees(person, name) for name in READERS):
        raise NotYours(_("There is no such page."))
    rows = (
        visible_accounts(person).annotate(open_count=Count("lines", filter=Q(lines__match=None))).order_by("name", "pk")
    )
    context = {"page": page_of(rows, request.GET, keys=("id",)), "may_set_up": oversees(person, "bank.account")}
    return render(request, "banking/account_list.html", context)


@require_http_methods(["GET", "POST"])
def account_new(request: Request) -> HttpResponse:
    person = person_here(request)
    if not oversees(person, "bank.account"):
        raise NotYours(_("There is no such page."))
    form = AccountForm(request.POST or None, initial={"since": today().replace(day=1)})
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "bank.account", form.cleaned_data, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Set up."), "banking:accounts")
        refusal, status = outcome.refusal, outcome.status
    return render(request, "banking/account_form.html", {"form": form, "refusal": refusal}, status=status)


@require_GET
def account(request: Request, pk: int) -> HttpResponse:
    """Both open sides, the likely ones first."""
    person = person_here(request)
    row = account_visible_to(person, pk)
    lines, legs, found = suggestions(row)
    by_line, by_leg, words = {one.pk: one for one in lines}, {one.pk: one for one in legs}, reasons()
    used = {pk for one in found for pk in one.lines}, {pk for one in found for pk in one.legs}
    context = {
        "account": row,
        "suggestions": [
            {
                "lines": [by_line[pk] for pk in one.lines],
                "legs": [by_leg[pk] for pk in one.legs],
                "amount": one.amount,
                "reasons": [words[reason] for reason in one.reasons],
                "value": f"{_ids(one.lines)}:{_ids(one.legs)}:{','.join(one.reasons)}",
            }
            for one in found
        ],
        "lines": [one for one in lines if one.pk not in used[0]],
        "legs": [one for one in legs if one.pk not in used[1]],
        "imports": row.imports.select_related("file", "made_by").order_by("-id")[:5],
        "form": FileForm(),
        "month": today().replace(day=1) - dt.timedelta(days=1),
        "may": {name: oversees(person, f"bank.{name}") for name in ("import", "match", "reconcile")},
    }
    return render(request, "banking/account.html", context)


def _ids(pks: tuple[int, ...]) -> str:
    return ",".join(map(str, pks))


@require_POST
def upload(request: Request, pk: int) -> HttpResponse:
    """The file is kept and looked at; a table whose columns nobody has named yet asks for that first."""
    row = account_visible_to(person_here(request), pk, ("bank.import",))
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return redirect("banking:account", pk)
    sent: UploadedFile[Any] = form.cleaned_data["file"]
    file = store(
        sent, str(sent.name), sent.content_type or "", actor=request.actor, room=FILES_ROOM, company_id=row.company_id
    )
    needs_recipe = kind_of(content_of(file)) in ("CSV", "XLSX") and not row.recipe
    return redirect("banking:recipe" if needs_recipe else "banking:file", pk, file.pk)


def _file(row: BankAccount, pk: int) -> StoredFile:
    found = StoredFile.objects.filter(pk=pk, room=FILES_ROOM, company_id=row.company_id).first()
    if found is None:
        raise NotYours(_("There is no such file."))
    return found


@require_http_methods(["GET", "POST"])
def file_preview(request: Request, pk: int, file: int) -> HttpResponse:
    row = account_visible_to(person_here(request), pk, ("bank.import",))
    stored = _file(row, file)
    if request.method == "POST":
        outcome = act(request, "bank.import", {"account": pk, "file": file})
        return answer(request, outcome, _("Taken in."), "banking:account", pk)
    context: dict[str, Any] = {"account": row, "file": stored, "faults": []}
    try:
        kind, statement = taking.read(row, content_of(stored))
    except RuleBroken as error:
        context |= {"faults": error.sentence.split("\n"), "is_table": bool(row.recipe)}
        return render(request, "banking/file.html", context, status=422)
    rows = taking.rows_of(statement)
    known = taking.known(row, rows)
    context |= {
        "kind": kind,
        "statement": statement,
        "known": len(known),
        "fresh": len(rows) - len(known),
        "entries": [(entry, line["key"] in known) for entry, line in zip(statement.entries, rows, strict=False)][
            :LINES_SHOWN
        ],
        "income": sum((e.amount for e in statement.entries if e.amount > 0), Decimal(0)),
        "expense": -sum((e.amount for e in statement.entries if e.amount < 0), Decimal(0)),
        "is_table": kind in ("CSV", "XLSX"),
    }
    return render(request, "banking/file.html", context)


@require_http_methods(["GET", "POST"])
def recipe(request: Request, pk: int, file: int) -> HttpResponse:
    """?skip=2 shows the headers below so many lines."""
    row = account_visible_to(person_here(request), pk, ("bank.recipe", "bank.import"))
    stored = _file(row, file)
    skip = number_or_none(request.POST.get("skip", "") or request.GET.get("skip", "")) or int(row.recipe.get("skip", 0))
    refusal, status = "", 200
    try:
        headers, rows = preview(content_of(stored), min(skip, 50))
    except BankFileError as error:
        headers, rows, refusal, status = [], [], str(error), 422
    kept = {**row.recipe, "incoming": "，".join(row.recipe.get("incoming", ())), "skip": skip}
    form = RecipeForm(request.POST or None, initial=kept)
    form.offer(headers)
    if form.is_bound and form.is_valid():
        outcome = act(request, "bank.recipe", {"account": pk, "recipe": form.as_recipe()}, form)
        if outcome.result is not None:
            return redirect("banking:file", pk, file)
        refusal, status = outcome.refusal, outcome.status
    elif form.is_bound:
        status = 422
    context = {
        "account": row,
        "file": stored,
        "headers": headers,
        "rows": rows,
        "form": form,
        "skip": skip,
        "refusal": refusal,
    }
    return render(request, "banking/recipe.html", context, status=status)


@require_POST
def match(request: Request, pk: int) -> HttpResponse:
    """Suggestions that were ticked, or the lines and legs that were."""
    account_visible_to(person_here(request), pk, ("bank.match",))
    pairs: list[dict[str, Any]] = []
    for value in request.POST.getlist("suggestion"):
        lines, legs, told = [*value.split(":"), "", ""][:3]
        pairs.append(
            {"lines": _numbers(lines.split(",")), "legs": _numbers(legs.split(",")), "reasons": told.split(",")}
        )
    if not pairs:
        pairs = [{"lines": _numbers(request.POST.getlist("line")), "legs": _numbers(request.POST.getlist("leg"))}]
    outcome = act(request, "bank.match", {"account": pk, "pairs": pairs})
    return answer(request, outcome, _("Matched."), "banking:account", pk)


def _numbers(texts: list[str]) -> list[int]:
    return [number for text in texts if (number := number_or_none(text)) is not None]


@require_GET
def matched(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    row = account_visible_to(person, pk)
    rows = Matching.objects.filter(account=row).select_related("made_by").prefetch_related("lines", "legs__leg__entry")
    words = reasons()
    page = page_of(rows, request.GET)
    context = {
        "account": row,
        "page": page,
        "rows": [(one, [words[reason] for reason in one.reasons if reason in words]) for one in page.rows],
        "may_undo": oversees(person, "bank.unmatch"),
    }
    return render(request, "banking/matched.html", context)


@require_POST
def unmatch(request: Request, pk: int, matching: int) -> HttpResponse:
    account_visible_to(person_here(request), pk, ("bank.unmatch",))
    outcome = act(request, "bank.unmatch", {"account": pk, "match": matching})
    return answer(request, outcome, _("Taken back."), "banking:matched", pk)


@require_http_methods(["GET", "POST"])
def reconciliation(request: Request, pk: int) -> HttpResponse:
    """?month=2026-10. As both sides stand now, or as it was checked. POST draws it up."""
    person = person_here(request)
    row = account_visible_to(person, pk)
    month = _month(request.GET.get("month", ""))
    if request.method == "POST":
        facts = {"account": pk, "month": month, "bank_balance": request.POST.get("bank_balance", "")}
        outcome = act(request, "bank.reconcile", facts)
        where = f"{reverse('banking:reconciliation', args=[pk])}?month={month:%Y-%m}"
        return answer(request, outcome, _("Drawn up."), where)
    drawn = Reconciliation.objects.filter(account=row, month=month).select_related("made_by", "checked_by").first()
    found = reconciling.compare(row, month)
    if drawn is not None and drawn.checked_at is not None:
        found = reconciling.as_drawn(drawn)
    context = {
        "account": row,
        "found": found,
        "drawn": drawn,
        "groups": {kind: [item for item in found.items if item.kind == kind] for kind in reconciling.KINDS},
        "totals": {kind: found.total(kind) for kind in reconciling.KINDS},
        "earlier": f"{month - dt.timedelta(days=1):%Y-%m}",
        "later": f"{found.last_day + dt.timedelta(days=1):%Y-%m}" if found.last_day < today() else "",
        "has_ended": found.last_day < today(),
        "may_draw": oversees(person, "bank.reconcile"),
        "may_check": oversees(person, "bank.check"),
    }
    return render(request, "banking/reconciliation.html", context)


def _month(text: str) -> dt.date:
    """The first day of the month that the address names; of the last one that has ended where it names none."""
    try:
        return dt.datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return (today().replace(day=1) - dt.timedelta(days=1)).replace(day=1)


@require_POST
def check(request: Request, pk: int) -> HttpResponse:
    row = reconciliation_visible_to(person_here(request), pk)
    outcome = act(request, "bank.check", {"reconciliation": pk})
    where = f"{reverse('banking:reconciliation', args=[row.account_id])}?month={row.month:%Y-%m}"
    return answer(request, outcome, _("Checked."), where)


@require_GET
def paper(request: Request, pk: int) -> HttpResponse:
    row = reconciliation_visible_to(person_here(request), pk)
    if row.file is None:
        raise NotYours(_("There is no such file."))
    response = HttpResponse(content_of(row.file), content_type=PDF)
    response["Content-Disposition"] = f'inline; filename="reconciliation-{row.month:%Y-%m}.pdf"'
    return response
