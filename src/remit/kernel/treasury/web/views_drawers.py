"""The cashier's drawers: what lies there, counting and closing the day, carrying cash to the bank; the report of the day's funds."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.ledger.access import companies_of
from remit.kernel.ledger.models import Leg
from remit.kernel.organization.models import Person
from remit.kernel.payments.models import BankAccount
from remit.kernel.treasury.access import drawer_visible_to, visible_drawers
from remit.kernel.treasury.drawers import counted
from remit.kernel.treasury.models import FACES, Drawer
from remit.kernel.treasury.queries import Moved, funds_report, moved_on
from remit.kernel.treasury.web.views import office_here
from remit.lib import clock
from remit.lib.amounts import format_amount
from remit.lib.sheets import Cell
from remit.web.acting import act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of
from remit.web.workbooks import workbook

MOVEMENTS_SHOWN: Final = 50


def _may(person: Person, company_id: int, action: str) -> bool:
    companies = companies_of(person, [action])
    return companies is None or company_id in companies


@require_http_methods(["GET", "POST"])
def drawers(request: Request) -> HttpResponse:
    """The drawers of a company with what lies in each; a POST sets one up or gives it to another keeper."""
    person = person_here(request)
    if request.method == "POST":
        facts = {name: request.POST.get(name, "") for name in ("company", "name", "keeper", "account")}
        return answer(request, act(request, "drawer.open", facts), _("The drawer is set up."), "treasury:drawers")
    context = office_here(request, person)
    book, today = context["book"], context["today"]
    page = page_of(
        visible_drawers(person).filter(company=book.pk).select_related("keeper", "account"), request.GET, keys=("id",)
    )
    lines = {line.account.pk: line for line in funds_report(book.pk, today)}
    context |= {
        "page": page,
        "rows": [(one, lines[one.account_id]) for one in page.rows],
        "may_open": _may(person, book.pk, "drawer.open"),
        "people": Person.objects.filter(company=book.pk, left_on=None).order_by("name", "pk")[:500],
    }
    return render(request, "treasury/drawers.html", context)


def _typed(request: Request) -> dict[str, str]:
    return {str(face): request.POST.get(f"face-{face}", "").strip() for face in FACES}


def _day(text: str, default: dt.date) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return default


@require_GET
def drawer(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    return _page(request, person, drawer_visible_to(person, pk), {})


@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    """Counts, and closes unless only asked to compare. What was wrong is said above the form, which keeps what was typed (422)."""
    person = person_here(request)
    found = drawer_visible_to(person, pk)
    typed = _typed(request)
    on = _day(request.POST.get("on", ""), timezone.localdate(clock.now()))
    more: dict[str, Any] = {"typed": typed, "on": on, "reason": request.POST.get("reason", "")}
    if request.POST.get("verb") == "compare":
        try:
            _clean, total = counted(typed)
        except RuleBroken as error:
            return _page(request, person, found, {**more, "refusal": error.sentence}, 422)
        return _page(request, person, found, {**more, "counted": total})
    facts = {"drawer": found.pk, "on": on, "notes": typed, "reason": more["reason"]}
    outcome = act(request, "drawer.close", facts)
    if outcome.result is None:
        return _page(request, person, found, {**more, "refusal": outcome.refusal}, 422)
    return answer(request, outcome, _("The day is closed."), "treasury:drawer", found.pk)


def _page(request: Request, person: Person, found: Drawer, more: dict[str, Any], status: int = 200) -> HttpResponse:
    today = timezone.localdate(clock.now())
    on = more.get("on", today)
    settled = found.account.settled_until
    is_open = settled is None or on > settled
    moved: Moved = moved_on(found.account_id, settled if is_open else None, on)
    legs = Leg.objects.filter(account=found.account_id, on__lte=on).select_related("entry").order_by("-on", "-id")
    if is_open and settled is not None:
        legs = legs.filter(on__gt=settled)
    typed = more.get("typed", {})
    total: Decimal | None = more.get("counted")
    context = {
        "drawer": found,
        "moved": moved,
        "on": on,
        "is_open": is_open,
        "faces": [(face, f"{face.normalize():f}", typed.get(str(face), "")) for face in FACES],
        "legs": legs[:MOVEMENTS_SHOWN],
        "page": page_of(
            found.days.select_related("closed_by", "reopened_by", "entry"),
            request.GET,
            keys=("-on", "-id"),
            by_row=True,
        ),
        "difference": None if total is None else total - moved.closing,
        "banks": BankAccount.objects.filter(company=found.company_id).select_related("account").order_by("pk"),
        "may_close": _may(person, found.company_id, "drawer.close"),
        "may_reopen": settled is not None and _may(person, found.company_id, "drawer.reopen"),
        "may_deposit": _may(person, found.company_id, "drawer.deposit"),
        "today": today,
        **more,
    }
    return render(request, "treasury/drawer.html", context, status=status)


@require_POST
def reopen(request: Request, pk: int) -> HttpResponse:
    found = drawer_visible_to(person_here(request), pk)
    facts = {"drawer": found.pk, "reason": request.POST.get("reason", "")}
    return answer(
        request, act(request, "drawer.reopen", facts), _("The day is open again."), "treasury:drawer", found.pk
    )


@require_POST
def deposit(request: Request, pk: int) -> HttpResponse:
    found = drawer_visible_to(person_here(request), pk)
    facts = {"drawer": found.pk, **{name: request.POST.get(name, "") for name in ("bank", "amount", "on", "slip")}}
    return answer(
        request, act(request, "drawer.deposit", facts), _("The deposit is entered."), "treasury:drawer", found.pk
    )


@require_GET
def funds(request: Request) -> HttpResponse:
    """资金日报: ?on= ?company= ?format=xlsx."""
    context = office_here(request, person_here(request))
    book = context["book"]
    on = _day(request.GET.get("on", ""), context["today"])
    lines = funds_report(book.pk, on)
    total = Moved(
        *(sum((getattr(one.moved, name) for one in lines), Decimal(0)) for name in ("opening", "received", "paid"))
    )
    if request.GET.get("format") == "xlsx":
        headers = [
            _("Account code"),
            _("Where the money is"),
            _("Opening balance"),
            pgettext("money", "Came in"),
            pgettext("money", "Went out"),
            _("Closing balance"),
        ]
        rows: list[list[Cell]] = [
            [one.account.code, one.name, one.moved.opening, one.moved.received, one.moved.paid, one.moved.closing]
            for one in lines
        ]
        rows.append(["", _("Total"), total.opening, total.received, total.paid, total.closing])
        return workbook(headers, rows, f"{_('Funds of the day')} {book} {on.isoformat()}")
    cash = sum((one.moved.closing for one in lines if one.is_cash), Decimal(0))
    context |= {
        "on": on,
        "lines": lines,
        "total": total,
        "cash": format_amount(cash),
        "bank": format_amount(total.closing - cash),
    }
    return render(request, "treasury/funds.html", context)
