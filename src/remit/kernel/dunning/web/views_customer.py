"""One customer's dunning: where it stands, what pauses it, disputes, promises, every reminder."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.billing.access import payer_within_reach, visible_bills
from remit.kernel.dunning.access import hold_visible_to, visible_holds, visible_plans, visible_reminders
from remit.kernel.dunning.models import Channel, PaymentPlan
from remit.kernel.dunning.queries import Scope, standings
from remit.kernel.organization.queries import today
from remit.kernel.payments.models import Receipt
from remit.web.acting import act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of

SHOWN: Final = 50
VERBS: Final = ("hold", "release", "promise", "agree", "dispute")


@require_GET
def history(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    payer = payer_within_reach(person, pk)
    day = today()
    found = standings(Scope(payer.company_id, person, payer_id=payer.pk), day)
    standing = found[0] if found else None
    holds = visible_holds(person).filter(payer=payer).select_related("bill", "made_by", "ended_by")
    bills = (
        visible_bills(person).filter(payer=payer, reversed_at=None, charges__open_amount__gt=0)
        .annotate(open=Sum("charges__open_amount")).order_by("-issued_on", "-id")[:SHOWN]
    )  # fmt: skip
    disputed = set(holds.filter(kind="dispute", ended_on=None).values_list("bill", flat=True))
    plans = visible_plans(person).filter(payer=payer).prefetch_related("instalments")
    context = {
        "payer": payer, "standing": standing, "day": day, "promised_by": day + dt.timedelta(7),
        "channel": Channel(standing.channel).label if standing and standing.channel else "",
        "next_channel": Channel(standing.next_channel).label if standing and standing.next_channel else "",
        "holds": [(one, one.ended_on is None and (one.until is None or one.until >= day)) for one in holds.order_by("-since", "-id")[:SHOWN]],
        "plans": _judged(list(plans.order_by("-last_on", "-id")[:SHOWN]), day),
        "bills": [(one, one.pk in disputed) for one in bills],
        "page": page_of(visible_reminders(person).filter(payer=payer).select_related("collector", "answered_by"), request.GET),
        "may": {verb: oversees(person, f"arrears.{verb}") for verb in VERBS},
    }  # fmt: skip
    return render(request, "dunning/customer.html", context)


def _judged(plans: list[PaymentPlan], day: dt.date) -> list[tuple[PaymentPlan, Decimal, str]]:
    """With what came in for each, and how it stands. One query."""
    if not plans:
        return []
    spans = {
        f"plan{one.pk}": Sum("amount", filter=Q(on__gte=one.since, on__lte=min(day, one.last_on))) for one in plans
    }
    came: dict[str, Any] = Receipt.objects.filter(payer=plans[0].payer_id, voided_at=None).aggregate(**spans)
    judged = []
    for one in plans:
        paid = came[f"plan{one.pk}"] or Decimal(0)
        due = sum((part.amount for part in one.instalments.all() if part.due_on < day), Decimal(0))
        state = "kept" if paid >= one.amount else "broken" if paid < due else "open"
        judged.append((one, paid, state))
    return judged


def _said(request: Request, pk: int, verb: str, names: tuple[str, ...], done: str) -> HttpResponse:
    payer = payer_within_reach(person_here(request), pk)
    facts = {"payer": payer.pk, **{name: request.POST.get(name, "") for name in names}}
    return answer(request, act(request, f"arrears.{verb}", facts), done, "dunning:customer", payer.pk)


@require_POST
def hold(request: Request, pk: int) -> HttpResponse:
    return _said(request, pk, "hold", ("until", "reason"), _("Left alone until then."))


@require_POST
def promise(request: Request, pk: int) -> HttpResponse:
    return _said(request, pk, "promise", ("amount", "by", "note"), _("Noted; the ladder waits for it."))


@require_POST
def agree(request: Request, pk: int) -> HttpResponse:
    names = ("amount", "count", "first_on", "note")
    return _said(request, pk, "agree", names, _("Agreed; the ladder waits as long as the instalments come in."))


@require_POST
def dispute(request: Request, pk: int) -> HttpResponse:
    bill = visible_bills(person_here(request)).filter(pk=pk).first()
    if bill is None:
        raise NotYours(_("There is no such bill."))
    outcome = act(request, "arrears.dispute", {"bill": bill.pk, "reason": request.POST.get("reason", "")})
    return answer(
        request,
        outcome,
        _("Taken in; the bill is not chased until this is settled."),
        "dunning:customer",
        bill.payer_id,
    )


@require_POST
def release(request: Request, pk: int) -> HttpResponse:
    found = hold_visible_to(person_here(request), pk)
    facts = {"hold": pk, "explanation": request.POST.get("explanation", "")}
    outcome = act(request, "arrears.release", facts)
    return answer(request, outcome, _("Ended; the ladder goes on."), "dunning:customer", found.payer_id)
