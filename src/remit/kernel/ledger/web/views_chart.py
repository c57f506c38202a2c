"""How the books are set up: founding them, the chart of accounts, what stood before them, the year's end."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.ledger.access import book_visible_to, companies_to_found, may_there
from remit.kernel.ledger.models import Account, Book, Entry
from remit.kernel.ledger.queries import ROLES
from remit.kernel.ledger.vouchers import OPENING, YEAR_END
from remit.kernel.ledger.web.views import book_here
from remit.kernel.ledger.wording import KINDS, ROLE_NAMES
from remit.lib import clock
from remit.lib.sheets import Cell
from remit.web.acting import act, answer, person_here
from remit.web.http import Request
from remit.web.workbooks import workbook


@require_http_methods(["GET", "POST"])
def found(request: Request) -> HttpResponse:
    """A company's books from a month on. Who may set up none sees none."""
    person = person_here(request)
    if request.method == "POST":
        month = request.POST.get("month", "")
        facts = {"company": request.POST.get("company", ""), "month": f"{month}-01" if len(month) == 7 else month}
        return answer(request, act(request, "ledger.found", facts), _("The books are set up."), "ledger:found")
    january = timezone.localdate(clock.now()).replace(month=1, day=1)
    return render(request, "ledger/found.html", {"companies": companies_to_found(person), "month": january})


@require_GET
def chart(request: Request) -> HttpResponse:
    """?company= ?format=xlsx. The whole chart on one page: some hundred accounts."""
    person = person_here(request)
    book, books = book_here(request, person)
    accounts = Account.objects.filter(company=book.pk).order_by("code")
    if request.GET.get("format") == "xlsx":
        headers = [_("Account code"), pgettext("ledger", "Account"), _("Kind"), _("Entered by the system as")]
        rows: list[list[Cell]] = [
            [one.code, one.name, str(KINDS[one.kind]), str(ROLE_NAMES.get(one.role, ""))] for one in accounts
        ]
        return workbook(headers, rows, f"{_('Chart of accounts')} {book}")
    context = {
        "book": book,
        "books": books,
        "rows": [(one, (len(one.code) - 4) // 2, KINDS[one.kind], ROLE_NAMES.get(one.role, "")) for one in accounts],
        "leaves": [one for one in accounts if one.is_leaf and not one.is_closed],
        "roles": [(role, ROLE_NAMES[role]) for role in ROLES],
        "opening": _standing(book, OPENING),
        "year_ends": _year_ends(book),
        "may": {
            "account": may_there(person, book, "ledger.account"),
            "role": may_there(person, book, "ledger.set_role"),
            "opening": may_there(person, book, "ledger.opening"),
            "carry": may_there(person, book, "ledger.carry_forward"),
            "found": companies_to_found(person).exists(),
        },
    }
    return render(request, "ledger/chart.html", context)


def _standing(book: Book, kind: str) -> Entry | None:
    """The entry of that kind that has not been reversed."""
    rows = Entry.objects.filter(company=book.pk, source_kind=kind, reverses=None, reversed_by=None)
    return rows.order_by("-on", "-pk").first()


def _year_ends(book: Book) -> list[tuple[int, Entry | None]]:
    """Each year that is over, the newest first, with the entry by which its profit was carried forward."""
    rows = Entry.objects.filter(company=book.pk, source_kind=YEAR_END, reverses=None, reversed_by=None)
    done = {one.on.year: one for one in rows}
    this_year = timezone.localdate(clock.now()).year
    return [(year, done.get(year)) for year in range(this_year - 1, book.opened_on.year - 1, -1)]


@require_POST
def put_account(request: Request) -> HttpResponse:
    person_here(request)
    facts = {name: request.POST.get(name, "").strip() for name in ("company", "code", "name")}
    return answer(request, act(request, "ledger.account", facts), _("The account is in the chart."), "ledger:chart")


@require_POST
def set_role(request: Request) -> HttpResponse:
    person_here(request)
    facts = {name: request.POST.get(name, "").strip() for name in ("company", "role", "code")}
    return answer(
        request, act(request, "ledger.set_role", facts), _("From now on it is entered there."), "ledger:chart"
    )


@require_POST
def carry_forward(request: Request) -> HttpResponse:
    person_here(request)
    facts = {name: request.POST.get(name, "") for name in ("company", "year")}
    return answer(
        request, act(request, "ledger.carry_forward", facts), _("The year’s profit is carried forward."), "ledger:chart"
    )


@require_http_methods(["GET", "POST"])
def opening(request: Request) -> HttpResponse:
    """A line for each account that takes postings. What was wrong is said above the form, which keeps what was typed (422)."""
    person = person_here(request)
    book, _books = book_here(request, person)
    book_visible_to(person, book.pk, ("ledger.opening",))
    typed: dict[str, tuple[str, str]] = {}
    refusal, status = "", 200
    if request.method == "POST":
        columns = [request.POST.getlist(name) for name in ("account", "debit", "credit")]
        typed = {code: (debit.strip(), credit.strip()) for code, debit, credit in zip(*columns, strict=False)}
        lines = [
            {"account": code, "debit": debit, "credit": credit}
            for code, (debit, credit) in typed.items()
            if debit or credit
        ]
        outcome = act(request, "ledger.opening", {"company": book.pk, "lines": lines})
        if outcome.result is not None:
            return answer(request, outcome, _("The opening balances are entered."), "ledger:chart")
        refusal, status = outcome.refusal, 422
    accounts = Account.objects.filter(company=book.pk, is_leaf=True, is_closed=False).order_by("code")
    context = {
        "book": book,
        "refusal": refusal,
        "rows": [(one, *typed.get(one.code, ("", ""))) for one in accounts],
        "day": book.opened_on - dt.timedelta(days=1),
    }
    return render(request, "ledger/opening.html", context, status=status)
