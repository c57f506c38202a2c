"""The accounting archive: what is bound, where it stands and who has it. Binding, lending, taking back, moving, destroying."""

from typing import Final

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from remit.kernel.authority.errors import NotYours
from remit.kernel.ledger.access import companies_of, visible_books
from remit.kernel.ledger.access_archive import KEEPERS, visible_volumes, volume_visible_to
from remit.kernel.ledger.archiving import KINDS
from remit.kernel.ledger.models import Book, Loan, Volume
from remit.kernel.organization.models import Person
from remit.lib import clock
from remit.lib.sheets import Cell
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of
from remit.web.workbooks import workbook

EXPORTED_MAX: Final = 20_000
STATES: Final = {
    "lent": gettext_lazy("Lent"),
    "overdue": gettext_lazy("Should be back"),
    "expired": gettext_lazy("Years are over"),
    "destroyed": gettext_lazy("Destroyed"),
}
DEEDS: Final = ("bind", "lend", "take_back", "move", "destroy")


def _book_here(request: Request, person: Person) -> tuple[Book, list[Book]]:
    books = list(visible_books(person, KEEPERS).select_related("company").order_by("company"))
    wanted = number_or_none(request.GET.get("company", "")) or person.company_id
    found = next((book for book in books if book.pk == wanted), books[0] if books else None)
    if found is None:
        raise NotYours(_("There are no such books."))
    return found, books


@require_http_methods(["GET", "POST"])
def archive(request: Request) -> HttpResponse:
    """?company= ?kind= ?state= ?format=xlsx; a POST binds a volume."""
    person = person_here(request)
    if request.method == "POST":
        names = ("company", "kind", "title", "since", "until", "pages", "place")
        facts = {name: request.POST.get(name, "") for name in names}
        facts |= {name: f"{facts[name]}-01" for name in ("since", "until") if len(facts[name]) == len("2026-01")}
        return answer(request, act(request, "archive.bind", facts), _("Bound; it is in the archive."), "ledger:archive")
    book, books = _book_here(request, person)
    now = timezone.localdate(clock.now())
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "")
    found = visible_volumes(person).filter(company=book.pk)
    if kind in KINDS:
        found = found.filter(kind=kind)
    if state == "lent":
        found = found.filter(loans__in=Loan.objects.filter(returned_at=None))
    elif state == "overdue":
        found = found.filter(loans__in=Loan.objects.filter(returned_at=None, due_on__lt=now))
    elif state == "expired":
        found = found.filter(keep_until__lt=now, destroyed_at=None)
    elif state == "destroyed":
        found = found.exclude(destroyed_at=None)
    out = Loan.objects.filter(returned_at=None).select_related("borrower")
    found = found.select_related("bound_by").prefetch_related(Prefetch("loans", out, to_attr="out"))
    if request.GET.get("format") == "xlsx":
        return _workbook(list(found.order_by("number")[:EXPORTED_MAX]), book)
    page = page_of(found, request.GET, keys=("-until", "-id"), by_row=True)
    allowed = {verb: companies_of(person, [f"archive.{verb}"]) for verb in DEEDS}
    context = {
        "book": book,
        "books": books,
        "page": page,
        "rows": [(one, KINDS[one.kind], *_standing(one, now)) for one in page.rows],
        "kinds": list(KINDS.items()),
        "kind": kind if kind in KINDS else "",
        "states": list(STATES.items()),
        "state": state if state in STATES else "",
        "may": {verb: companies is None or book.pk in companies for verb, companies in allowed.items()},
        "people": Person.objects.filter(company=book.pk, left_on=None).order_by("name", "pk")[:500],
        "today": now,
    }
    return render(request, "ledger/archive.html", context)


def _standing(volume: Volume, now: object) -> tuple[str, str, Loan | None, bool]:
    """Its word, its tone, the loan it is out on, and whether it may be destroyed."""
    loan = next(iter(volume.out), None)  # type: ignore[attr-defined]  # prefetched
    if volume.destroyed_at is not None:
        return _("Destroyed"), "neutral", None, False
    if loan is not None:
        is_late = loan.due_on < now
        return (_("Should be back"), "danger", loan, False) if is_late else (_("Lent"), "warn", loan, False)
    if volume.keep_until is not None and volume.keep_until < now:  # type: ignore[operator]
        return _("Years are over"), "warn", None, True
    return _("In its place"), "ok", None, False


def _workbook(volumes: list[Volume], book: Book) -> HttpResponse:
    headers = [
        _("Number"), _("Kind of volume"), _("Title"), _("From month"), _("To month"), _("Number of entries"), _("Pages"),
        _("Where it stands"), _("Kept until"), _("Borrower"), _("To be back by"), _("Destroyed"),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for one in volumes:
        loan = next(iter(one.out), None)  # type: ignore[attr-defined]  # prefetched
        rows.append(
            [one.number, str(KINDS[one.kind]), one.title, f"{one.since:%Y-%m}", f"{one.until:%Y-%m}", one.entries, one.pages, one.place,
             one.keep_until or _("for ever"), loan.borrower.name if loan else "", loan.due_on if loan else None,
             timezone.localdate(one.destroyed_at) if one.destroyed_at else None]
        )  # fmt: skip
    return workbook(headers, rows, f"{_('Accounting archive')} {book}")


def _deed(request: Request, pk: int, action: str, names: tuple[str, ...], done: str) -> HttpResponse:
    found = volume_visible_to(person_here(request), pk)
    facts = {"volume": found.pk, **{name: request.POST.get(name, "") for name in names}}
    return answer(request, act(request, action, facts), done, "ledger:archive")


@require_POST
def lend(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "archive.lend", ("borrower", "due_on", "purpose"), _("Lent."))


@require_POST
def take_back(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "archive.take_back", (), _("Back in its place."))


@require_POST
def move(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "archive.move", ("place",), _("Noted where it stands."))


@require_POST
def destroy(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "archive.destroy", ("reason",), _("Destroyed; its row stays."))
