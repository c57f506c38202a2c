"""What is to be paid and what was, the cheque register, the counts."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.errors import NotYours
from remit.kernel.ledger.access import companies_of
from remit.kernel.ledger.models import Book, Entry
from remit.kernel.organization.models import Person
from remit.kernel.treasury.access import visible_cheques, visible_counts, visible_offices, visible_payments
from remit.kernel.treasury.models import Cheque, ChequeState
from remit.kernel.treasury.queries import payable, to_pay
from remit.lib import clock
from remit.lib.sheets import Cell
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of
from remit.web.workbooks import workbook

EXPORTED_MAX = 20_000
STATES = {"blank": gettext_lazy("Blank"), "issued": gettext_lazy("Issued"), "void": gettext_lazy("Void")}
TONES = {"blank": "neutral", "issued": "ok", "void": "warn"}


def office_here(request: Request, person: Person) -> dict[str, Any]:
    """The office that ?company= names, else that of one's company, else the first that one may see; what every page of it needs."""
    books = list(visible_offices(person).select_related("company").order_by("company"))
    wanted = number_or_none(request.GET.get("company", "")) or person.company_id
    found = next((book for book in books if book.pk == wanted), books[0] if books else None)
    if found is None:
        raise NotYours(_("There is no such cashier's office."))
    return {"book": found, "books": books, "today": timezone.localdate(clock.now())}


def _may(person: Person, book: Book, action: str) -> bool:
    companies = companies_of(person, [action])
    return companies is None or book.pk in companies


@require_GET
def payments(request: Request) -> HttpResponse:
    """P-094: audited vouchers of which something is open, the oldest first; below it what was paid, the newest first."""
    person = person_here(request)
    context = office_here(request, person)
    book = context["book"]
    found = visible_payments(person).filter(company=book.pk).select_related("voucher", "entry", "cheque", "paid_by")
    context |= {
        "due": to_pay(book.pk),
        "page": page_of(found, request.GET),
        "may_pay": _may(person, book, "cheque.sign") or _may(person, book, "bank.pay"),
    }
    return render(request, "treasury/payments.html", context)


@require_http_methods(["GET", "POST"])
def pay(request: Request, pk: int) -> HttpResponse:
    """By cheque or through the bank; what was wrong is said above the form, which keeps what was typed (422)."""
    person = person_here(request)
    voucher = Entry.objects.filter(pk=pk, company__in=visible_offices(person).values("company")).first()
    due = payable(voucher) if voucher else None
    if due is None or due.open <= 0:
        raise NotYours(_("There is nothing to pay."))
    refusal, status = "", 200
    if request.method == "POST":
        by_cheque = request.POST.get("way") == "cheque"
        names = ("payee", "amount", "on", *(("number", "reason") if by_cheque else ("reference",)))
        facts = {"voucher": pk, **{name: request.POST.get(name, "") for name in names}}
        outcome = act(request, "cheque.sign" if by_cheque else "bank.pay", facts)
        if outcome.result is not None:
            return answer(request, outcome, _("Paid and posted."), "treasury:payments")
        refusal, status = outcome.refusal, outcome.status
    blank = Cheque.objects.filter(company=due.entry.company_id, state=ChequeState.BLANK).order_by("number").first()
    typed = {
        "way": request.POST.get("way", "transfer"),
        "amount": request.POST.get("amount", f"{due.open:f}"),
        "number": request.POST.get("number", blank.number if blank else ""),
        "on": request.POST.get("on", timezone.localdate(clock.now()).isoformat()),
        **{name: request.POST.get(name, "") for name in ("payee", "reference", "reason")},
    }
    context = {"due": due, "typed": typed, "refusal": refusal}
    return render(request, "treasury/pay.html", context, status=status)


@require_GET
def cheques(request: Request) -> HttpResponse:
    """支票明细表: ?state= ?format=xlsx, the newest number first."""
    person = person_here(request)
    context = office_here(request, person)
    book = context["book"]
    found = (
        visible_cheques(person).filter(company=book.pk).select_related("book__keeper", "signed_by", "payment__entry")
    )
    state = request.GET.get("state", "")
    if state in STATES:
        found = found.filter(state=state)
    if request.GET.get("format") == "xlsx":
        headers = [_("Cheque number"), _("State"), _("Payee"), _("Amount"), _("Day"), _("Purpose"), _("Signed by"), _("Keeper"), _("Void because")]  # fmt: skip
        rows: list[list[Cell]] = [
            [one.number, str(STATES[one.state]), one.payee, one.amount, one.on, one.purpose, one.signed_by.name if one.signed_by else "",
             one.book.keeper.name, one.void_reason]
            for one in found.order_by("number")[:EXPORTED_MAX]
        ]  # fmt: skip
        return workbook(headers, rows, f"{_('Cheque register')} {book}")
    page = page_of(found, request.GET, keys=("-number", "-id"), by_row=True)
    context |= {
        "page": page,
        "rows": [(one, str(STATES[one.state]), TONES[one.state]) for one in page.rows],
        "state": state if state in STATES else "",
        "states": list(STATES.items()),
        "may_void": _may(person, book, "cheque.void"),
        "may_take": _may(person, book, "cheque.take_book"),
        "people": Person.objects.filter(company=book.pk, left_on=None).order_by("name", "pk")[:500],
    }
    return render(request, "treasury/cheques.html", context)


@require_POST
def take_book(request: Request) -> HttpResponse:
    person_here(request)
    facts = {name: request.POST.get(name, "") for name in ("company", "first", "last", "keeper", "on")}
    return answer(request, act(request, "cheque.take_book", facts), _("In the register."), "treasury:cheques")


@require_POST
def void(request: Request, pk: int) -> HttpResponse:
    found = visible_cheques(person_here(request))
    if not found.filter(pk=pk).exists():
        raise NotYours(_("There is no such cheque."))
    facts = {"cheque": pk, "on": request.POST.get("on", ""), "reason": request.POST.get("reason", "")}
    return answer(request, act(request, "cheque.void", facts), _("Void; it stays in the register."), "treasury:cheques")


@require_http_methods(["GET", "POST"])
def counts(request: Request) -> HttpResponse:
    """S-175: what was found each time; the form for who may count."""
    person = person_here(request)
    if request.method == "POST":
        facts = {name: request.POST.get(name, "") for name in ("company", "cashier", "amount", "reason")}
        return answer(request, act(request, "cash.count", facts), _("The count is noted."), "treasury:counts")
    context = office_here(request, person)
    book = context["book"]
    found = visible_counts(person).filter(company=book.pk).select_related("by", "cashier", "entry")
    context |= {
        "page": page_of(found, request.GET),
        "may_count": _may(person, book, "cash.count"),
        "people": Person.objects.filter(company=book.pk, left_on=None)
        .exclude(pk=person.pk)
        .order_by("name", "pk")[:500],
    }
    return render(request, "treasury/counts.html", context)
