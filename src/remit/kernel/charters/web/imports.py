"""Dropping documents in: files or pasted text become drafts; what can't be read is told beside its name."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.gate import Result, perform
from remit.kernel.charters import access
from remit.kernel.charters.importing.receiving import receive_file, receive_text
from remit.kernel.charters.importing.service import read_file
from remit.kernel.charters.importing.source import UnreadableDocument
from remit.kernel.charters.models import ImportedDocument
from remit.kernel.charters.review_queries import import_rows
from remit.kernel.charters.web.reach import import_here
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.errors import FileNotFound
from remit.kernel.documents.queries import content_of, open_content
from remit.kernel.organization.models import Person, Unit
from remit.web.acting import person_here
from remit.web.http import Request
from remit.web.paging import page_of

log = logging.getLogger(__name__)

MOST_FILES: Final = 20
PASTED_MAX: Final = 400_000
# What a reader may choose for a text file that was read in the wrong one.
ENCODINGS: Final = [
    ("utf-8", "UTF-8"),
    ("gb18030", gettext_lazy("GB 18030 (GBK, simplified)")),
    ("big5hkscs", gettext_lazy("Big5 (traditional)")),
    ("utf-16", "UTF-16"),
]
ENDINGS: Final = ".docx,.doc,.pdf,.xlsx,.xls,.html,.htm,.mht,.mhtml,.md,.txt,.rtf,.csv"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one file: read, or a sentence that says why not."""

    name: str
    document_id: int | None = None
    positions: int = 0
    sentence: str = ""

    @property
    def is_read(self) -> bool:
        return self.document_id is not None


def companies_of(person: Person) -> list[Unit]:
    """The companies that a document can be imported for, the person's own first."""
    found = Unit.objects.filter(kind="company", closed_on=None).order_by("path")
    return sorted(found, key=lambda unit: unit.pk != person.company_id)


@require_http_methods(["GET", "POST"])
def import_list(request: Request) -> HttpResponse:
    """The drop zone with the imports below it; a POST reads the files that came along."""
    person = person_here(request)
    outcomes: list[Outcome] = []
    if request.method == "POST":
        company = _company(request, person)
        files = request.FILES.getlist("files")
        outcomes = [import_one(request, file.name or "", file, company) for file in files[:MOST_FILES]]
        outcomes += [Outcome(file.name or "", sentence=_too_many()) for file in files[MOST_FILES:]]
        if not files:
            outcomes = [Outcome("", sentence=_("Choose at least one file."))]
        return _answer(request, person, outcomes)
    return _draw(request, person, outcomes)


def _too_many() -> str:
    return _("At most %(n)d files are read at a time; send the others after these.") % {"n": MOST_FILES}


@require_POST
def paste(request: Request) -> HttpResponse:
    """Read pasted text. It is kept as it is; there is no file."""
    person = person_here(request)
    name = request.POST.get("name", "").strip()[:120] or _("Pasted text")
    text = request.POST.get("text", "")
    if not text.strip():
        return _answer(request, person, [Outcome(name, sentence=_("Paste the text of a job description first."))])
    if len(text) > PASTED_MAX:
        return _answer(request, person, [Outcome(name, sentence=_("The text is too long; send it as a file."))])
    company = _company(request, person)
    outcome = _outcome(name, lambda: receive_text(request.actor, text, name, company=company))
    return _answer(request, person, [outcome])


def import_one(request: Request, name: str, file: "UploadedFile[Any]", company: int) -> Outcome:
    """Read one file and keep it. Others go on whatever becomes of this one."""
    return _outcome(name, lambda: receive_file(request.actor, file.read(), name, company=company))


def _outcome(name: str, receive: Callable[[], Result]) -> Outcome:
    try:
        result = receive()
    except Refusal as error:
        return Outcome(name, sentence=str(error.sentence))
    except OSError:
        # The machine could not start the reader, or the disk is full: the operator's business, and nobody's fault here.
        log.exception("a document could not be read or kept")
        return Outcome(name, sentence=_("The server could not take this file just now. Try again in a minute."))
    return Outcome(name, int(result.subject[1]), int(result.changes["positions"]))


def _company(request: Request, person: Person) -> int:
    """The company that was chosen, or the person's own."""
    text = request.POST.get("company", "")
    known = {unit.pk for unit in companies_of(person)}
    return int(text) if text.isdecimal() and int(text) in known else person.company_id


def _answer(request: Request, person: Person, outcomes: list[Outcome]) -> HttpResponse:
    """One file that was read leads to its review; anything else to the list, with what came of each file."""
    refused = [one for one in outcomes if not one.is_read]
    if request.headers.get("X-Remit-Drop"):
        return render(request, "charters/_outcomes.html", {"outcomes": outcomes}, status=422 if refused else 200)
    if len(outcomes) == 1 and not refused and outcomes[0].positions:
        return redirect(_place_to_go(outcomes[0]))
    return _draw(request, person, outcomes, status=422 if refused else 200)


def _place_to_go(outcome: Outcome) -> str:
    return reverse("charters:import-detail", args=[outcome.document_id])


def _draw(request: Request, person: Person, outcomes: list[Outcome], *, status: int = 200) -> HttpResponse:
    page = page_of(access.visible_imports(person).defer("text", "blocks"), request.GET, size=20)
    context = {
        "outcomes": outcomes,
        "rows": import_rows(ImportedDocument.objects.filter(pk__in=[row.pk for row in page.rows]).order_by("-id")),
        "page": page,
        "companies": companies_of(person),
        "may_import": oversees(person, "charter.import"),
        "endings": ENDINGS,
    }
    return render(request, "charters/import_list.html", context, status=status)


@require_GET
def import_page(request: Request, document: int) -> HttpResponse:
    """One document: what was found in it, how far the review is, and what can be done with the whole."""
    found = import_here(request, document)
    row = import_rows(ImportedDocument.objects.filter(pk=found.pk))[0]
    context = {
        "row": row,
        "document": found,
        "encodings": ENCODINGS if found.encoding and found.file_id else [],
        "ready": [one for one in row.drafts if one.state == "ready"],
        "characters": len(found.text),
    }
    return render(request, "charters/import_detail.html", context)


@require_GET
def original_file(request: Request, document: int) -> FileResponse:
    """The file as it was given, to be saved and never shown in place: it is somebody else's HTML."""
    found = import_here(request, document)
    if found.file_id is None:
        raise NotYours(_("There is no such file."))
    try:
        file = file_to_read(request.actor, found.file_id)
    except FileNotFound as error:
        raise NotYours(_("There is no such file.")) from error
    return FileResponse(open_content(file), as_attachment=True, filename=file.name, content_type=file.media_type)


@require_POST
def read_again(request: Request, document: int) -> HttpResponse:
    """Read a text file in another encoding: a new import takes the place of this one, which is taken back."""
    found = import_here(request, document)
    encoding = request.POST.get("encoding", "")
    if found.file is None or encoding not in dict(ENCODINGS):
        raise NotYours(_("There is no such file."))
    try:
        reading = read_file(content_of(found.file), found.name, encoding=encoding)
    except UnreadableDocument as error:
        messages.error(request, error.message)
        return redirect("charters:import-detail", found.pk)
    facts = {"name": found.name, "company": found.company_id, "file": found.file_id, "reading": reading}
    result = perform(request.actor, "charter.import", facts)
    if found.undone_at is None:
        perform(request.actor, "charter.undo_import", {"document": found.pk})
    messages.success(request, _("Read again as %(encoding)s.") % {"encoding": dict(ENCODINGS)[encoding]})
    return redirect("charters:import-detail", int(result.subject[1]))


@require_POST
def undo(request: Request, document: int) -> HttpResponse:
    found = import_here(request, document)
    try:
        result = perform(request.actor, "charter.undo_import", {"document": found.pk})
    except NotYours:
        raise
    except Refusal as error:
        messages.error(request, str(error.sentence))
        return redirect("charters:import-detail", found.pk)
    values = {"name": found.name, "versions": result.changes["versions"], "positions": result.changes["positions"]}
    messages.success(
        request, _("Taken back: %(name)s. Charters ended: %(versions)d, positions closed: %(positions)d.") % values
    )
    return redirect("charters:import-list")
