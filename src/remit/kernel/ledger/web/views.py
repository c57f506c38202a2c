"""The trial balance, the journal, one account; each as a page and as a workbook. Closing and reopening months."""

import datetime as dt
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.errors import NotYours
from remit.kernel.ledger.access import account_visible_to, companies_to_found, may_there, visible_books, visible_entries
from remit.kernel.ledger.actions import next_open
from remit.kernel.ledger.models import Account, Book, Leg
from remit.kernel.ledger.periods import last_day
from remit.kernel.ledger.queries import balance_before, legs_of_account, totals_of, trial_balance
from remit.kernel.ledger.vouchers import unaudited
from remit.kernel.ledger.wording import KINDS
from remit.kernel.organization.models import Person
from remit.lib import clock
from remit.lib.sheets import Cell
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of
from remit.web.workbooks import workbook

EXPORTED_MAX = 100_000


def book_here(request: Request, person: Person) -> tuple[Book, list[Book]]:
    """The books that ?company= names, else those of one's company, else the first that one may see; and all of these."""
    books = list(visible_books(person).select_related("company").order_by("company"))
    wanted = number_or_none(request.GET.get("company", "")) or person.company_id
    found = next((book for book in books if book.pk == wanted), books[0] if books else None)
    if found is None:
        raise NotYours(_("There are no such books."))
    return found, books


def month_of(text: str, default: dt.date) -> dt.date:
    """2026-11 as its first day; the default for anything else."""
    try:
        return dt.date.fromisoformat(f"{text}-01")
    except ValueError:
        return default


def months_shown(request: Request, book: Book) -> tuple[dt.date, dt.date]:
    """?since=2026-01 ?until=2026-03, each a month; the current one if nothing is said."""
    now = max(timezone.localdate(clock.now()).replace(day=1), book.opened_on)
    until = month_of(request.GET.get("until", ""), now)
    return min(month_of(request.GET.get("since", ""), until), until), until


@require_GET
def trial(request: Request) -> HttpResponse:
    """?since= ?until= ?company= ?format=xlsx. One statement for the balance. Who may set up the first books comes to that page."""
    person = person_here(request)
    if not visible_books(person).exists() and companies_to_found(person).exists():
        return redirect("ledger:found")
    book, books = book_here(request, person)
    since, until = months_shown(request, book)
    lines = trial_balance(book.pk, since, last_day(until))
    if request.GET.get("format") == "xlsx":
        headers = [
            _("Account code"),
            pgettext("ledger", "Account"),
            _("Opening balance"),
            _("Debit"),
            _("Credit"),
            _("Closing balance"),
        ]
        rows: list[list[Cell]] = [
            [one.code, one.name, one.opening, one.debit, one.credit, one.closing] for one in lines
        ]
        return workbook(headers, rows, f"{_('Trial balance')} {book} {since:%Y-%m} {until:%Y-%m}")
    upcoming = next_open(book)
    context = {
        "book": book,
        "books": books,
        "since": since,
        "until": until,
        "lines": lines,
        "totals": totals_of(lines),
        "kinds": KINDS,
        "upcoming": upcoming,
        "is_over": last_day(upcoming) < timezone.localdate(clock.now()),
        "closed": book.closed_until.replace(day=1) if book.closed_until else None,
        "waiting": unaudited(book.pk).count(),
        "may_close": may_there(person, book, "ledger.close"),
        "may_reopen": may_there(person, book, "ledger.reopen"),
        "may_post": may_there(person, book, "voucher.post"),
    }
    return render(request, "ledger/trial.html", context)


@require_GET
def journal(request: Request) -> HttpResponse:
    """序时账: ?since= ?until= ?company= ?state=unaudited ?format=xlsx; without months everything, the newest first."""
    person = person_here(request)
    book, books = book_here(request, person)
    found = visible_entries(person).filter(company=book.pk)
    is_waiting = request.GET.get("state") == "unaudited"
    if is_waiting:
        found = found.filter(pk__in=unaudited(book.pk).values("pk"))
    if request.GET.get("since") or request.GET.get("until"):
        since, until = months_shown(request, book)
        found = found.filter(month__range=(since, until))
    if request.GET.get("format") == "xlsx":
        legs = Leg.objects.filter(entry__in=found).select_related("entry", "account").order_by("on", "entry_id", "line")
        headers = [
            _("Day"),
            _("Voucher number"),
            _("Voucher summary"),
            _("Account code"),
            pgettext("ledger", "Account"),
            _("Debit"),
            _("Credit"),
            _("Note"),
        ]
        entered: list[list[Cell]] = [
            [leg.on, leg.entry.label, leg.entry.summary, leg.account.code, leg.account.name, leg.debit, leg.credit, leg.note]
            for leg in legs[:EXPORTED_MAX]
        ]  # fmt: skip
        return workbook(headers, entered, f"{_('Journal')} {book}")
    page = page_of(found.select_related("made_by"), request.GET, keys=("-on", "-id"), by_row=True)
    legs_by_entry: dict[int, list[Leg]] = {}
    for leg in Leg.objects.filter(entry__in=[one.pk for one in page.rows]).select_related("account").order_by("line"):
        legs_by_entry.setdefault(leg.entry_id, []).append(leg)
    context = {
        "book": book,
        "books": books,
        "page": page,
        "rows": [(one, legs_by_entry.get(one.pk, [])) for one in page.rows],
        "is_waiting": is_waiting,
        "may_post": may_there(person, book, "voucher.post"),
    }
    return render(request, "ledger/journal.html", context)


@require_GET
def account(request: Request, pk: int) -> HttpResponse:
    """明细账 of an account and those below it: ?since= ?until= as months, ?format=xlsx; the oldest first, with the balance after each."""
    person = person_here(request)
    shown = account_visible_to(person, pk)
    since = until = None
    if request.GET.get("since") or request.GET.get("until"):
        book = Book.objects.get(company=shown.company_id)
        since, until = months_shown(request, book)
        until = last_day(until)
    found = legs_of_account(shown, since, until)
    if request.GET.get("format") == "xlsx":
        return _account_workbook(
            shown, list(found.order_by("on", "id")[:EXPORTED_MAX]), balance_before(shown, None, since)
        )
    page = page_of(found, request.GET, keys=("on", "id"), by_row=True)
    before = balance_before(shown, page.rows[0] if page.rows else None, since)
    rows, balance = [], before
    for leg in page.rows:
        balance += leg.amount
        rows.append((leg, balance))
    context = {
        "account": shown,
        "page": page,
        "rows": rows,
        "before": before,
        "kind": KINDS[shown.kind],
        "since": since,
    }
    return render(request, "ledger/account.html", context)


def _account_workbook(shown: Account, legs: list[Leg], balance: Decimal) -> HttpResponse:
    headers = [_("Day"), _("Voucher number"), _("Voucher summary"), _("Debit"), _("Credit"), _("Balance")]
    rows: list[list[Cell]] = [[None, "", _("Brought forward"), None, None, balance]]
    for leg in legs:
        balance += leg.amount
        rows.append([leg.on, leg.entry.label, leg.note or leg.entry.summary, leg.debit, leg.credit, balance])
    return workbook(headers, rows, str(shown))


def _month_deed(request: Request, action: str, done: str) -> HttpResponse:
    facts = {"company": request.POST.get("company", ""), "month": request.POST.get("month", "")}
    if action == "ledger.reopen":
        facts["reason"] = request.POST.get("reason", "")
    return answer(request, act(request, action, facts), done, "ledger:trial")


@require_POST
def close_month(request: Request) -> HttpResponse:
    person_here(request)
    return _month_deed(request, "ledger.close", _("The month is closed."))


@require_POST
def reopen_month(request: Request) -> HttpResponse:
    person_here(request)
    return _month_deed(request, "ledger.reopen", _("The month is open again."))
