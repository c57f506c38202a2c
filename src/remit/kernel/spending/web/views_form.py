"""The form of a claim. Lines are added without leaving it; what was wrong is said above it, and it keeps what was typed."""

from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from remit.kernel.authority.errors import NotYours
from remit.kernel.documents.actions import store
from remit.kernel.documents.errors import BadFileName, EmptyFile, FileTooLarge
from remit.kernel.organization.models import Person
from remit.kernel.spending.access import FILES_ROOM
from remit.kernel.spending.actions.claiming import FILES_MAX, REPLACEABLE
from remit.kernel.spending.lines import FIELDS, LINES_MAX, expense_accounts
from remit.kernel.spending.models import Claim
from remit.lib import clock
from remit.web.acting import Outcome, act, answer, number_or_none, person_here
from remit.web.http import Request

ROWS_AT_FIRST: Final = 2


def _typed(request: Request) -> list[dict[str, str]]:
    columns = [request.POST.getlist(f"line_{name}")[:LINES_MAX] for name in FIELDS]
    return [dict(zip(FIELDS, cells, strict=True)) for cells in zip(*columns, strict=False)]


def _blank() -> dict[str, str]:
    return {**dict.fromkeys(FIELDS, ""), "on": timezone.localdate(clock.now()).isoformat()}


def _context(person: Person, rows: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    accounts = list(expense_accounts(person.company_id))
    groups: dict[str, list[Any]] = {}
    for account in accounts:
        groups.setdefault(account.parent.name if account.parent else account.name, []).append(account)
    return {"rows": list(enumerate(rows)), "groups": list(groups.items()), **more}


@require_POST
def lines(request: Request) -> HttpResponse:
    """The lines with one more, or one less ("unline-3"). Writes nothing."""
    rows, wanted = _typed(request), request.POST.get("rows", "")
    if wanted == "line" and len(rows) < LINES_MAX:
        rows.append(_blank())
    elif wanted.startswith("unline-") and (nth := number_or_none(wanted.removeprefix("unline-"))) is not None:
        rows = [row for n, row in enumerate(rows) if n != nth] or [_blank()]
    return render(request, "spending/_lines.html", _context(person_here(request), rows))


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """?from=17 files a claim anew that was returned or withdrawn."""
    person = person_here(request)
    before = _returned(person, request.GET.get("from", ""))
    refusal, status = "", 200
    if request.method == "POST":
        outcome = _file(request, person, before)
        if outcome.result is not None:
            pk = int(outcome.result.subject[1]) if outcome.result.kind == "done" else 0
            return answer(
                request,
                outcome,
                _("Filed as %(number)s.") % {"number": outcome.result.subject[2]},
                "spending:claim",
                pk,
            )
        refusal, status = outcome.refusal, 422
        rows = _typed(request)
    elif before is not None:
        rows = [
            {"on": one.on.isoformat(), "purpose": one.purpose, "account": one.account.code, "amount": f"{one.amount:f}",
             "invoice_code": one.invoice_code, "invoice_number": one.invoice_number}
            for one in before.lines.select_related("account").order_by("line")
        ]  # fmt: skip
    else:
        rows = [_blank() for _n in range(ROWS_AT_FIRST)]
    title = request.POST.get("title", before.purpose if before else "")
    context = _context(person, rows or [_blank()], refusal=refusal, title=title, before=before, files_max=FILES_MAX)
    return render(request, "spending/new.html", context, status=status)


def _returned(person: Person, text: str) -> Claim | None:
    pk = number_or_none(text)
    if pk is None:
        return None
    found = Claim.objects.filter(pk=pk, claimant=person, state__in=REPLACEABLE, replaced_by=None).first()
    if found is None:
        raise NotYours(_("There is no such claim."))
    return found


def _file(request: Request, person: Person, before: Claim | None) -> Outcome:
    """What is refused leaves no file behind."""
    uploads: list[UploadedFile[bytes]] = request.FILES.getlist("files")[: FILES_MAX + 1]
    try:
        with transaction.atomic():
            ids = [
                store(
                    one,
                    one.name or "",
                    one.content_type or "",
                    actor=request.actor,
                    room=FILES_ROOM,
                    company_id=person.company_id,
                ).pk
                for one in uploads
            ]
            facts = {"title": request.POST.get("title", ""), "lines": _typed(request), "files": ids or None}
            outcome = act(request, "claim.file", {**facts, "replaces": before.pk if before else None})
            if outcome.result is None:
                transaction.set_rollback(True)
    except (BadFileName, EmptyFile, FileTooLarge) as error:
        return Outcome(None, error.sentence, error.status)
    return outcome
