"""Receipts: take a payment, the list, one of them with what it cleared, its paper."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.billing.access import payer_within_reach
from remit.kernel.billing.models import Movement
from remit.kernel.organization.queries import today
from remit.kernel.payments.access import receipt_visible_to, visible_receipts
from remit.kernel.payments.actions.receipts import BY_HAND
from remit.kernel.payments.papers import receipt_pdf
from remit.kernel.payments.receiving import RECEIPT
from remit.kernel.payments.web.forms import PaymentForm
from remit.kernel.payments.web.views_charges import account_context
from remit.web.acting import act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of


@require_POST
def take(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    payer = payer_within_reach(person, pk)
    form = PaymentForm(request.POST)
    refusal, status = "", 422
    if form.is_valid():
        outcome = act(request, "receipt.take", {"payer": payer.pk, **form.cleaned_data}, form)
        if outcome.result is not None and outcome.result.kind == "done":
            return answer(request, outcome, _("Taken."), "payments:receipt", outcome.result.subject[1])
        if outcome.result is not None:
            return answer(request, outcome, "", "payments:account", payer.pk)
        refusal, status = outcome.refusal, outcome.status
    context = {**account_context(person, payer), "form": form, "refusal": refusal}
    return render(request, "payments/account.html", context, status=status)


@require_GET
def receipt_list(request: Request) -> HttpResponse:
    """?q= ?day=2026-11-23 ?mine=1"""
    person = person_here(request)
    text, day, mine = request.GET.get("q", "").strip()[:80], request.GET.get("day", ""), request.GET.get("mine") == "1"
    rows = visible_receipts(person)
    if text:
        rows = rows.filter(Q(number=text.upper()) | Q(payer__name__contains=text) | Q(reference=text))
    if mine:
        rows = rows.filter(cashier=person)
    page = page_of(rows.select_related("payer", "cashier"), request.GET, keys=("-on", "-id"), by_row=True)
    context = {"page": page, "q": text, "mine": mine, "narrows": bool(text or mine or day)}
    return render(request, "payments/receipts.html", context)


@require_GET
def receipt_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    receipt = receipt_visible_to(person, pk)
    cleared = Movement.objects.filter(source_kind=RECEIPT, source_key=str(receipt.pk)).select_related("charge", "entry")
    has_rest = receipt.unallocated > 0 and receipt.voided_at is None
    context = {
        "receipt": receipt,
        "cleared": cleared.order_by("id"),
        "refunds": receipt.refunds.order_by("id"),
        "may_allocate": has_rest and oversees(person, "receipt.allocate"),
        "may_refund": has_rest and oversees(person, "receipt.refund"),
        "may_void": receipt.voided_at is None and oversees(person, "receipt.void"),
        "methods": BY_HAND,
        "day": today(),
    }
    return render(request, "payments/receipt.html", context)


@require_GET
def paper(request: Request, pk: int) -> HttpResponse:
    receipt = receipt_visible_to(person_here(request), pk)
    header = content_disposition_header(as_attachment=False, filename=f"{receipt.number}.pdf") or "inline"
    return HttpResponse(receipt_pdf(receipt), content_type="application/pdf", headers={"Content-Disposition": header})


@require_POST
def clear_more(request: Request, pk: int) -> HttpResponse:
    receipt = receipt_visible_to(person_here(request), pk)
    outcome = act(request, "receipt.allocate", {"receipt": receipt.pk, "on": today()})
    return answer(request, outcome, _("Cleared."), "payments:receipt", receipt.pk)


@require_POST
def give_back(request: Request, pk: int) -> HttpResponse:
    receipt = receipt_visible_to(person_here(request), pk)
    given = {name: request.POST.get(name, "") for name in ("amount", "method", "reason")}
    outcome = act(request, "receipt.refund", {"receipt": receipt.pk, "on": today(), **given})
    return answer(request, outcome, _("Refunded."), "payments:receipt", receipt.pk)


@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    receipt = receipt_visible_to(person_here(request), pk)
    outcome = act(request, "receipt.void", {"receipt": receipt.pk, "reason": request.POST.get("reason", "")})
    return answer(request, outcome, _("Voided."), "payments:receipt", receipt.pk)
