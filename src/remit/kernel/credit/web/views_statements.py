"""Statements of account: drawn up, listed by what came of them, answered by paper or telephone, cleared up."""

import datetime as dt
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, Q
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.credit.access import FILES_ROOM, stated_companies, statement_visible_to, visible_statements
from remit.kernel.credit.links import token_of
from remit.kernel.credit.models import Confirmation, StatementState
from remit.kernel.credit.papers import AGES, IN_ONE_FILE, statement_data, statements_pdf
from remit.kernel.credit.web.reading import differences_in
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.actions import store
from remit.kernel.documents.errors import FileNotFound
from remit.kernel.documents.queries import open_content
from remit.lib import clock
from remit.lib.sheets import Cell
from remit.web.acting import Outcome, act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of
from remit.web.workbooks import workbook

EXPORTED_MAX: Final = 20_000
TONES: Final = {"open": "neutral", "confirmed": "ok", "differs": "warn", "explained": "ok"}


@require_GET
def listed(request: Request) -> HttpResponse:
    """?state= ?q= ?until= ?format=xlsx, the newest first. Not confirmed ones are whom to remind."""
    person = person_here(request)
    rows = visible_statements(person).select_related("party", "company")
    state, q, until = (request.GET.get(name, "").strip() for name in ("state", "q", "until"))
    if state in StatementState.values:
        rows = rows.filter(state=state)
    if q:
        rows = rows.filter(Q(party__name__icontains=q) | Q(party__number__icontains=q))
    day = _day(until)
    if day is not None:
        rows = rows.filter(until=day)
    if request.GET.get("format") == "xlsx":
        headers = [_("Number"), _("Customer"), _("From"), _("Until"), _("Opening balance"), _("Charged"), _("Paid"), _("Let off"),
                   _("Closing balance"), _("State"), _("How"), _("Who said it for the customer"), _("Explanation")]  # fmt: skip
        cells: list[list[Cell]] = [
            [one.number, one.party.name, one.since, one.until, one.opening, one.charged, one.settled, one.relieved, one.closing,
             one.get_state_display(), one.get_way_display(), one.answered_by, one.explanation]
            for one in rows.order_by("-until", "party__name", "-id")[:EXPORTED_MAX]
        ]  # fmt: skip
        return workbook(headers, cells, _("Statements of account"))
    page = page_of(rows, request.GET)
    today = timezone.localdate(clock.now())
    last = visible_statements(person).aggregate(last=Max("until"))["last"]
    month_end = today.replace(day=1) - dt.timedelta(days=1)
    context = {
        "page": page,
        "rows": [(one, TONES[one.state]) for one in page.rows],
        "state": state if state in StatementState.values else "",
        "states": StatementState.choices,
        "q": q,
        "until": day,
        "companies": list(stated_companies(person).order_by("pk")[:50]),
        "since": (last + dt.timedelta(days=1)) if last and last < month_end else month_end.replace(day=1),
        "month_end": month_end,
    }
    return render(request, "credit/statements.html", context)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


@require_POST
def draw(request: Request) -> HttpResponse:
    person_here(request)
    facts = {name: request.POST.get(name, "") for name in ("company", "since", "until")}
    outcome = act(request, "statement.draw", facts)
    made = outcome.result.changes.get("made", 0) if outcome.result is not None else 0
    return answer(request, outcome, _("%(n)d statements drawn up.") % {"n": made}, "credit:statements")


@require_GET
def papers(request: Request) -> HttpResponse:
    """All of a last day in one file, by customer; what is too much for a file is told."""
    day = _day(request.GET.get("until", ""))
    rows = (
        visible_statements(person_here(request)).filter(until=day)
        if day
        else visible_statements(person_here(request)).none()
    )
    found = list(rows.select_related("party", "company").order_by("party__number", "id")[: IN_ONE_FILE + 1])
    if not found:
        raise NotYours(_("There are no statements of account to this day."))
    headers = {"Content-Disposition": f'inline; filename="{day:%Y%m%d}.pdf"'}
    return HttpResponse(statements_pdf(found[:IN_ONE_FILE]), content_type="application/pdf", headers=headers)


@require_GET
def detail(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    row = statement_visible_to(person, pk)
    link = row.links.filter(withdrawn_at=None, expires_at__gt=clock.now()).order_by("-id").first()
    context = {
        "row": row,
        "tone": TONES[row.state],
        "sheet": statement_data(row),
        "ages": AGES,
        "link": link,
        "address": request.build_absolute_uri(f"/statements/{token_of(link)}/") if link is not None else "",
        "differences": list(row.differences.order_by("id")),
        "ways": [one for one in Confirmation.choices if one[0] != Confirmation.LINK],
        "may_share": oversees(person, "statement.share"),
        "may_answer": oversees(person, "statement.answer"),
        "may_explain": oversees(person, "statement.explain"),
    }
    return render(request, "credit/statement.html", context)


@require_GET
def paper(request: Request, pk: int) -> HttpResponse:
    row = statement_visible_to(person_here(request), pk)
    headers = {"Content-Disposition": f'inline; filename="{row.number}.pdf"'}
    return HttpResponse(statements_pdf([row]), content_type="application/pdf", headers=headers)


@require_POST
def share(request: Request, pk: int) -> HttpResponse:
    statement_visible_to(person_here(request), pk)
    outcome = act(request, "statement.share", {"statement": pk, "days": request.POST.get("days", "")})
    return answer(request, outcome, _("The link is ready to be sent."), "credit:statement", pk)


@require_POST
def answered(request: Request, pk: int) -> HttpResponse:
    """What is refused leaves no file behind."""
    row = statement_visible_to(person_here(request), pk)
    upload = request.FILES.get("scan")
    facts: dict[str, Any] = {"statement": pk, **{name: request.POST.get(name, "") for name in ("way", "name")}}
    facts["differences"] = differences_in(request.POST)
    try:
        with transaction.atomic():
            if upload is not None:
                kept = store(upload, upload.name or "", upload.content_type or "", actor=request.actor, room=FILES_ROOM,
                             company_id=row.company_id)  # fmt: skip
                facts["scan"] = kept.pk
            outcome = act(request, "statement.answer", facts)
            if outcome.result is None:
                transaction.set_rollback(True)
    except Refusal as error:
        outcome = Outcome(None, error.sentence, error.status)
    return answer(request, outcome, _("The customer's answer is taken down."), "credit:statement", pk)


@require_POST
def explain(request: Request, pk: int) -> HttpResponse:
    statement_visible_to(person_here(request), pk)
    outcome = act(request, "statement.explain", {"statement": pk, "explanation": request.POST.get("explanation", "")})
    return answer(request, outcome, _("Cleared up."), "credit:statement", pk)


@require_GET
def scan(request: Request, pk: int) -> FileResponse:
    row = statement_visible_to(person_here(request), pk)
    try:
        file = file_to_read(request.actor, row.scan_id or 0)
    except FileNotFound as error:
        raise NotYours(error.sentence) from error
    return FileResponse(open_content(file), as_attachment=True, filename=file.name, content_type=file.media_type)
