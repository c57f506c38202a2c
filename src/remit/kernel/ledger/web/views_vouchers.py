"""One entry with its originals and its audits; a voucher by hand."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.errors import NotYours
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.actions import store
from remit.kernel.documents.errors import BadFileName, EmptyFile, FileNotFound, FileTooLarge
from remit.kernel.documents.queries import open_content
from remit.kernel.ledger.access import FILES_ROOM, book_visible_to, companies_of, entry_visible_to
from remit.kernel.ledger.models import Account, Entry
from remit.kernel.ledger.vouchers import BY_HAND, FILES_MAX, VOUCHER
from remit.kernel.ledger.web.views import book_here
from remit.kernel.ledger.wording import VERDICTS
from remit.kernel.organization.models import Person
from remit.lib import clock
from remit.web.acting import Outcome, act, answer, person_here
from remit.web.http import Request

LINES_SHOWN = 8


def _does(person: Person, entry: Entry, action: str) -> bool:
    companies = companies_of(person, [action])
    return companies is None or entry.company_id in companies


@require_GET
def entry(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    shown = entry_visible_to(person, pk)
    audits = list(shown.audits.select_related("by").order_by("pk"))
    has_passed = any(one.verdict == "passed" for one in audits)
    legs = list(shown.legs.select_related("account").order_by("line"))
    context = {
        "entry": shown,
        "legs": legs,
        "total": sum(leg.amount for leg in legs if leg.amount > 0),
        "audits": [(one, VERDICTS[one.verdict]) for one in audits],
        "files": shown.files.select_related("file", "by").order_by("pk"),
        "reversed_by": getattr(shown, "reversed_by", None),
        "needs_audit": shown.source_kind == VOUCHER and not has_passed,
        "may_audit": not has_passed and shown.made_by_id != person.pk and _does(person, shown, "voucher.audit"),
        "may_reverse": shown.source_kind in BY_HAND
        and shown.reverses_id is None
        and not hasattr(shown, "reversed_by")
        and _does(person, shown, "voucher.reverse"),
        "may_attach": _does(person, shown, "voucher.attach"),
        "today": timezone.localdate(clock.now()),
    }
    return render(request, "ledger/entry.html", context)


@require_POST
def audit(request: Request, pk: int) -> HttpResponse:
    found = entry_visible_to(person_here(request), pk)
    judged = {name: bool(request.POST.get(name)) for name in ("is_legal", "is_true", "is_complete")}
    facts = {
        "entry": found.pk,
        "verdict": request.POST.get("verdict", ""),
        "note": request.POST.get("note", ""),
        **judged,
    }
    return answer(request, act(request, "voucher.audit", facts), _("The audit is noted."), "ledger:entry", found.pk)


@require_POST
def reverse_entry(request: Request, pk: int) -> HttpResponse:
    found = entry_visible_to(person_here(request), pk)
    facts = {"entry": found.pk, "on": request.POST.get("on", ""), "reason": request.POST.get("reason", "")}
    return answer(request, act(request, "voucher.reverse", facts), _("Reversed."), "ledger:entry", found.pk)


@require_POST
def attach(request: Request, pk: int) -> HttpResponse:
    """What is refused leaves no file behind."""
    found = entry_visible_to(person_here(request), pk)
    uploads: list[UploadedFile[bytes]] = request.FILES.getlist("files")[: FILES_MAX + 1]
    try:
        with transaction.atomic():
            ids = [
                store(one, one.name or "", one.content_type or "", actor=request.actor, room=FILES_ROOM,
                      company_id=found.company_id).pk
                for one in uploads
            ]  # fmt: skip
            outcome = act(request, "voucher.attach", {"entry": found.pk, "files": ids})
            if outcome.result is None:
                transaction.set_rollback(True)
    except (BadFileName, EmptyFile, FileTooLarge) as error:
        outcome = Outcome(None, error.sentence, error.status)
    return answer(request, outcome, _("Filed."), "ledger:entry", found.pk)


@require_GET
def original(request: Request, pk: int, paper: int) -> FileResponse:
    found = entry_visible_to(person_here(request), pk)
    row = found.files.filter(pk=paper).first()
    try:
        file = file_to_read(request.actor, row.file_id if row is not None else 0)
    except FileNotFound as error:
        raise NotYours(error.sentence) from error
    return FileResponse(open_content(file), as_attachment=True, filename=file.name, content_type=file.media_type)


@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """A voucher by hand. What was wrong is said above the form, which keeps what was typed (422)."""
    person = person_here(request)
    book, _books = book_here(request, person)
    book_visible_to(person, book.pk, ("voucher.post",))
    names = ("account", "debit", "credit", "note")
    typed: list[dict[str, str]] = []
    refusal, status = "", 200
    if request.method == "POST":
        columns = [request.POST.getlist(name) for name in names]
        typed = [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=False)]
        facts = {name: request.POST.get(name, "") for name in ("on", "summary", "papers")}
        outcome = act(request, "voucher.post", {**facts, "company": book.pk, "lines": typed})
        if outcome.result is not None:
            to = outcome.result.subject[1] if outcome.result.kind == "done" else "0"
            return answer(
                request,
                outcome,
                _("Entered as %(entry)s.") % {"entry": outcome.result.subject[2]},
                "ledger:entry",
                int(to),
            )
        refusal, status = outcome.refusal, 422
    blank = dict.fromkeys(names, "")
    context = {
        "book": book,
        "refusal": refusal,
        "lines": typed + [blank] * max(LINES_SHOWN - len(typed), 2),
        "accounts": Account.objects.filter(company=book.pk, is_leaf=True, is_closed=False).order_by("code"),
        "on": request.POST.get("on") or timezone.localdate(clock.now()).isoformat(),
        "summary": request.POST.get("summary", ""),
        "papers": request.POST.get("papers", ""),
    }
    return render(request, "ledger/voucher_new.html", context, status=status)
