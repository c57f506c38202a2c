"""What is owed: the list, one payer's account, one charge with how it was worked out and what became of it."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.billing.access import charge_visible_to, payer_within_reach, visible_charges
from remit.kernel.billing.late_fees import due_late_fees
from remit.kernel.billing.models import Charge, Movement
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.parties.models import Party
from remit.kernel.payments.access import visible_receipts
from remit.kernel.payments.web.forms import ChargeForm, PaymentForm
from remit.web.acting import act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of

# From how many days over the due day on: the rungs of the settled dunning ladder.
AGES: Final = (0, 30, 60, 90)
SHOWN: Final = 200


@require_GET
def owed(request: Request) -> HttpResponse:
    """?q= ?over=0|30|60|90|all: what is open, the longest overdue first."""
    person = person_here(request)
    text, over = request.GET.get("q", "").strip()[:80], request.GET.get("over", "0")
    rows = visible_charges(person).filter(open_amount__gt=0)
    if over.isdigit() and int(over) in AGES:
        rows = rows.filter(due_on__lt=today() - dt.timedelta(int(over)))
    else:
        over = "all"
    if text:
        rows = rows.filter(Q(payer__number=text.upper()) | Q(payer__name__contains=text) | Q(billable__number=text))
    page = page_of(rows.select_related("payer", "billable", "tariff"), request.GET, keys=("due_on", "id"), by_row=True)
    context = {
        "page": page, "rows": [(one, (today() - one.due_on).days) for one in page.rows], "q": text, "over": over, "ages": AGES[1:],
        "narrows": bool(text or over != "0"),
    }  # fmt: skip
    return render(request, "payments/owed.html", context)


def account_context(person: Person, payer: Party) -> dict[str, Any]:
    """One payer's account: what is open with the late fees of today beside it, what he has paid, what of that is left."""
    charges = list(
        visible_charges(person).filter(payer=payer, open_amount__gt=0).select_related("billable", "tariff__late_fee", "bill")
        .order_by("due_on", "id")[:SHOWN]
    )  # fmt: skip
    bearing = [one for one in charges if one.of_id is None and one.due_on < today()]
    more = {due.charge.pk: due.difference for due in due_late_fees(bearing, today())}
    receipts = visible_receipts(person).filter(payer=payer)
    totals = visible_charges(person).filter(payer=payer).aggregate(open=Sum("open_amount"))
    return {
        "payer": payer,
        "charges": [
            (one, (today() - one.due_on).days, max(more.get(one.pk, Decimal(0)), Decimal(0))) for one in charges
        ],
        "receipts": receipts.order_by("-on", "-id")[:20],
        "open": totals["open"] or Decimal(0),
        "late": sum((amount for amount in more.values() if amount > 0), Decimal(0)),
        "rest": receipts.filter(voided_at=None).aggregate(rest=Sum("unallocated"))["rest"] or Decimal(0),
        "may_take": oversees(person, "receipt.take"),
        "may_charge": oversees(person, "charge.add"),
        "day": today(),
    }


@require_GET
def account(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    context = account_context(person, payer_within_reach(person, pk))
    return render(request, "payments/account.html", {**context, "form": PaymentForm(initial=_proposal(context))})


def _proposal(context: dict[str, Any]) -> dict[str, Any]:
    owed_today = context["open"] + context["late"] - context["rest"]
    return {"amount": f"{owed_today:.2f}" if owed_today > 0 else "", "on": context["day"], "method": "cash"}


@require_http_methods(["GET", "POST"])
def add(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    payer = payer_within_reach(person, pk)
    if not oversees(person, "charge.add"):
        raise NotYours(_("There is no such page."))
    form = ChargeForm(request.POST or None, initial={"on": today(), "due_on": today() + dt.timedelta(15)})
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "charge.add", {"payer": payer.pk, **form.cleaned_data}, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Charged."), "payments:account", payer.pk)
        refusal, status = outcome.refusal, outcome.status
    return render(
        request, "payments/charge_form.html", {"form": form, "refusal": refusal, "payer": payer}, status=status
    )


@require_GET
def charge_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    charge = charge_visible_to(person, pk)
    movements = charge.movements.select_related("entry", "made_by", "taken_back_by").order_by("on", "id")
    fee = None
    if charge.of_id is None and charge.due_on < today() and charge.tariff_id is not None:
        fee = due_late_fees([Charge.objects.select_related("tariff__late_fee").get(pk=charge.pk)], today())[0]
    context = {
        "charge": charge, "movements": movements, "fee": fee, "late_fees": charge.late_fees.filter(reversed_at=None).order_by("id"),
        "may_waive": charge.open_amount > 0 and oversees(person, "charge.waive"),
        "may_write_off": charge.open_amount > 0 and oversees(person, "charge.write_off"),
        "may_reverse": charge.open_amount == charge.amount and charge.reversed_at is None and oversees(person, "charge.reverse"),
        "may_restore": oversees(person, "charge.restore"), "day": today(),
    }  # fmt: skip
    return render(request, "payments/charge.html", context)


@require_POST
def give_up(request: Request, pk: int, how: str) -> HttpResponse:
    """A waiver or a write-off; what exceeds one's authority goes to who may decide it."""
    charge = charge_visible_to(person_here(request), pk)
    given = {name: request.POST.get(name, "") for name in ("amount", "reason")}
    outcome = act(request, f"charge.{how}", {"charge": charge.pk, "on": today(), **given})
    return answer(request, outcome, _("Entered."), "payments:charge", charge.pk)


@require_POST
def reverse_charge(request: Request, pk: int) -> HttpResponse:
    charge = charge_visible_to(person_here(request), pk)
    outcome = act(request, "charge.reverse", {"charge": charge.pk, "reason": request.POST.get("reason", "")})
    return answer(request, outcome, _("Reversed."), "payments:account", charge.payer_id)


@require_POST
def restore(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    movement = Movement.objects.filter(pk=pk, charge__in=visible_charges(person)).first()
    if movement is None:
        raise NotYours(_("There is no such waiver or write-off."))
    outcome = act(request, "charge.restore", {"movement": movement.pk, "reason": request.POST.get("reason", "")})
    return answer(request, outcome, _("Put back."), "payments:charge", movement.charge_id)
