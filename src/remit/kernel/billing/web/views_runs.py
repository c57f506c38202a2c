"""Fee runs: the list, the preview with the odd ones, one run, a bill line by line, and the notices."""

from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import BadFact
from remit.kernel.billing.access_meters import bill_visible_to, run_visible_to, runs_here
from remit.kernel.billing.actions.running import wanted_from
from remit.kernel.billing.models import Bill, FeeRun, RunState, SharedCost, Tariff
from remit.kernel.billing.queries_meters import month_of
from remit.kernel.billing.queries_runs import charges_of, fee_totals, said
from remit.kernel.billing.run.notices import notices_pdf
from remit.kernel.billing.run.working_out import odd_ones, totals, work_out
from remit.kernel.billing.web.forms import RunForm
from remit.kernel.organization.queries import today
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

# So many notices in one file: a building's, for who hands them out; the command line makes all.
NOTICES_MOST: Final = 3000
REASONS: Final = {
    "no_price": gettext_lazy("No price is in force"),
    "no_payer": gettext_lazy("Nobody pays"),
    "no_reading": gettext_lazy("No reading"),
    "held": gettext_lazy("A reading is held"),
    "moved": gettext_lazy("Moved between two readings"),
    "no_cost": gettext_lazy("No cost to share"),
    "no_measure": gettext_lazy("The figure it goes by is missing"),
    "far": gettext_lazy("Far from the last time"),
}


def _may(request: Request) -> dict[str, bool]:
    person = person_here(request)
    return {verb: oversees(person, f"bill.{verb}") for verb in ("run", "send", "reverse_run", "share_cost")}


@require_GET
def run_list(request: Request) -> HttpResponse:
    person = person_here(request)
    runs = runs_here(person).annotate(bill_count=Count("bills"), total=Sum("bills__amount"))
    since, _until = month_of(today())
    shares = Tariff.objects.filter(company=person.company_id, kind="share")
    costs = (
        SharedCost.objects.filter(company=person.company_id, run=None).select_related("tariff").order_by("since", "pk")
    )
    context = {
        "page": page_of(runs, request.GET, keys=("-id",)), "form": RunForm(initial={"period": f"{since:%Y-%m}"}, label_suffix=""),
        "may": _may(request), "shares": shares, "costs": costs[:50], "period": f"{since:%Y-%m}",
    }  # fmt: skip
    return render(request, "billing/runs.html", context)


@require_GET
def preview(request: Request) -> HttpResponse:
    """?period=2026-11&months=1&group=&tariffs=: what it would come to, and who should be looked at first. Writes nothing."""
    person = person_here(request)
    runs_here(person)
    form = RunForm(request.GET or None, label_suffix="")
    context: dict[str, Any] = {"form": form, "may": _may(request)}
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            wanted = wanted_from(person.company_id, given["period"], given["months"], given["group"], given["tariffs"])
        except BadFact as error:
            form.add_error(error.fact if error.fact in form.fields else None, error.message)
        else:
            with transaction.atomic():
                worked = work_out(wanted)
                sums = totals()
                counts, odd = odd_ones(worked)
            context |= {
                "wanted": wanted, "totals": sums, "sum": sum(one.amount for one in sums), "count": sum(one.count for one in sums),
                "odd": [(one, REASONS[one.reason]) for one in odd],
                "counts": [(REASONS[reason], count) for reason, count in counts.items()], "given": given,
            }  # fmt: skip
    return render(request, "billing/run_preview.html", context, status=422 if form.errors else 200)


@require_POST
def make(request: Request) -> HttpResponse:
    runs_here(person_here(request))
    facts = {name: request.POST.get(name, "") for name in ("period", "months", "group", "tariffs")}
    outcome = act(request, "bill.run", facts)
    done = outcome.result
    if done is not None and done.kind == "done":
        return answer(request, outcome, _("Made."), "billing:run", number_or_none(done.subject[1]) or 0)
    return answer(request, outcome, "", "billing:runs")


@require_POST
def share_cost(request: Request) -> HttpResponse:
    runs_here(person_here(request))
    facts = {name: request.POST.get(name, "") for name in ("tariff", "period", "amount", "group", "paper")}
    return answer(
        request, act(request, "bill.share_cost", facts), _("Entered; the next run shares it out."), "billing:runs"
    )


@require_GET
def run_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    run = run_visible_to(person, pk)
    bills = Bill.objects.filter(run=run).select_related("payer", "billable")
    groups = (
        Bill.objects.filter(run=run).order_by("billable__group").values("billable__group")
        .annotate(count=Count("pk"), amount=Sum("amount"))
    )  # fmt: skip
    sums = fee_totals(run)
    context = {
        "run": run, "totals": sums, "sum": sum(one.amount for one in sums), "open": sum(one.open_amount for one in sums),
        "page": page_of(bills, request.GET, keys=("id",)), "groups": groups[:200], "may": _may(request),
        "is_mine": run.made_by_id == person.pk, "is_made": run.state == RunState.MADE, "is_reversed": run.state == RunState.REVERSED,
    }  # fmt: skip
    return render(request, "billing/run.html", context)


@require_POST
def send(request: Request, pk: int) -> HttpResponse:
    run_visible_to(person_here(request), pk)
    return answer(request, act(request, "bill.send", {"run": pk}), _("Sent."), "billing:run", pk)


@require_POST
def take_back(request: Request, pk: int) -> HttpResponse:
    run_visible_to(person_here(request), pk)
    facts = {"run": pk, "reason": request.POST.get("reason", "")}
    return answer(request, act(request, "bill.reverse_run", facts), _("Reversed."), "billing:run", pk)


@require_GET
def bill_page(request: Request, pk: int) -> HttpResponse:
    bill = bill_visible_to(person_here(request), pk)
    rows = [
        {"charge": charge, "lines": [said(line, charge.currency) for line in charge.explanation]}
        for charge in charges_of([bill])
    ]
    context = {"bill": bill, "rows": rows, "open": sum(row["charge"].open_amount for row in rows)}  # type: ignore[attr-defined]
    return render(request, "billing/bill.html", context)


def _paper(request: Request, bills: Any, company: str, name: str) -> HttpResponse:
    with translation.override("zh-hans"):  # a paper for the customer, whoever prints it
        content = notices_pdf(bills, company)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response


@require_GET
def notices(request: Request, pk: int) -> HttpResponse:
    """?group=一期/3幢: what one keeper hands out."""
    run: FeeRun = run_visible_to(person_here(request), pk)
    bills = Bill.objects.filter(run=run, reversed_at=None)
    if "group" in request.GET:
        bills = bills.filter(billable__group=request.GET["group"])
    if bills.count() > NOTICES_MOST:
        raise RuleBroken(
            _("Take the notices of one building after the other; these are more than %(n)d.") % {"n": NOTICES_MOST}
        )
    return _paper(request, bills, run.company.name, f"notices-{run.period_from:%Y-%m}")


@require_GET
def notice(request: Request, pk: int) -> HttpResponse:
    bill = bill_visible_to(person_here(request), pk)
    return _paper(request, Bill.objects.filter(pk=bill.pk), bill.company.name, bill.number)
