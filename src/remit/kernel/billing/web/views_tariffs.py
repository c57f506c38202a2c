"""What fees cost: tariffs with the steps of their prices, what is due for being late, the order of clearing."""

from itertools import permutations
from typing import Final

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.billing.access import companies_of_fees, tariff_visible_to, visible_tariffs
from remit.kernel.billing.models import ChargeKind, ClearingRule, LateFeePolicy, Tariff, TariffPrice
from remit.kernel.billing.web.forms_tariffs import TariffForm, as_typed
from remit.kernel.billing.wording import TARIFF_KINDS, late_fee_said, terms_said
from remit.kernel.organization.models import Person, Unit
from remit.kernel.organization.queries import today
from remit.lib.clearing import LEGAL_ORDER
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request

# A deposit is cleared last whatever else comes first.
ORDERS: Final = [(*kinds, LEGAL_ORDER[-1]) for kinds in permutations(LEGAL_ORDER[:-1])]


def company_here(request: Request, person: Person) -> Unit:
    """?company=, else one's own, else the first whose fees one works on. Raises NotYours where there is none."""
    companies = companies_of_fees(person)
    wanted = number_or_none(request.GET.get("company", "")) or person.company_id
    found = companies.filter(pk=wanted).first() or companies.order_by("name").first()
    if found is None:
        raise NotYours(_("There is no such company."))
    return found


def may_lay_down(person: Person) -> bool:
    return oversees(person, "tariff.lay_down")


@require_GET
def tariff_list(request: Request) -> HttpResponse:
    """?company=. The tariffs of a company are few: one page."""
    person = person_here(request)
    company = company_here(request, person)
    tariffs = visible_tariffs(person).filter(company=company).select_related("late_fee")
    standing = Count("assignments", filter=Q(assignments__until=None) | Q(assignments__until__gt=today()))
    rows = list(tariffs.annotate(things=standing).order_by("position", "code"))
    steps: dict[int, TariffPrice] = {}
    for step in TariffPrice.objects.filter(tariff__in=rows, since__lte=today()).order_by("since"):
        steps[step.tariff_id] = step
    rule = ClearingRule.objects.filter(company=company).first()
    order = tuple(rule.kinds) if rule is not None else LEGAL_ORDER
    context = {
        "company": company,
        "companies": companies_of_fees(person).order_by("name"),
        "rows": [
            (one, TARIFF_KINDS[one.kind], terms_said(steps[one.pk].terms) if one.pk in steps else "") for one in rows
        ],
        "policies": [
            (one, late_fee_said(one)) for one in LateFeePolicy.objects.filter(company=company).order_by("name")
        ],
        "order": _order_said(order),
        "orders": [(",".join(kinds), _order_said(kinds), kinds == order) for kinds in ORDERS],
        "may": {
            "lay_down": may_lay_down(person),
            "late_fee": oversees(person, "late_fee.lay_down"),
            "order": oversees(person, "clearing.lay_down"),
        },
    }
    return render(request, "billing/tariffs.html", context)


def _order_said(kinds: tuple[str, ...]) -> str:
    return " → ".join(str(ChargeKind(kind).label) for kind in kinds)


@require_GET
def tariff_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    tariff = tariff_visible_to(person, pk)
    steps = TariffPrice.objects.filter(tariff=tariff).order_by("-since")
    context = {
        "tariff": tariff,
        "kind": TARIFF_KINDS[tariff.kind],
        "steps": [(step, terms_said(step.terms), step.since > today()) for step in steps],
        "things": tariff.assignments.filter(Q(until=None) | Q(until__gt=today())).count(),
        "may_lay_down": may_lay_down(person),
    }
    return render(request, "billing/tariff.html", context)


@require_http_methods(["GET", "POST"])
def tariff_new(request: Request, pk: int | None = None) -> HttpResponse:
    """A new tariff, or with `pk` a new step of one's price. What was wrong is said beside the form, which keeps what was typed."""
    person = person_here(request)
    if not may_lay_down(person):
        raise NotYours(_("There is no such page."))
    tariff = tariff_visible_to(person, pk) if pk is not None else None
    company = tariff.company if tariff is not None else company_here(request, person)
    initial = _newest(tariff) if tariff is not None else {"since": today()}
    form = TariffForm(request.POST or None, initial=initial, company_id=company.pk, tariff=tariff)
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        try:
            facts = form.facts()
        except ValueError as error:
            refusal = str(error)
        else:
            outcome = act(request, "tariff.lay_down", {"company": company.pk, **facts}, form)
            if outcome.result is not None:
                return answer(request, outcome, _("The tariff is laid down."), "billing:tariffs")
            refusal, status = outcome.refusal, outcome.status
    context = {"form": form, "refusal": refusal, "tariff": tariff, "company": company}
    return render(request, "billing/tariff_form.html", context, status=status)


def _newest(tariff: Tariff) -> dict[str, object]:
    step = TariffPrice.objects.filter(tariff=tariff).order_by("-since").first()
    return {**as_typed(tariff, step.terms if step is not None else {}), "since": today()}


@require_POST
def late_fee(request: Request) -> HttpResponse:
    person_here(request)
    facts = {name: request.POST.get(name, "").strip() for name in ("company", "name", "rate", "grace", "cap")}
    given = {name: value for name, value in facts.items() if value}
    return answer(request, act(request, "late_fee.lay_down", given), _("It is laid down."), "billing:tariffs")


@require_POST
def clearing(request: Request) -> HttpResponse:
    person_here(request)
    facts = {"company": request.POST.get("company", ""), "kinds": request.POST.get("kinds", "").split(",")}
    return answer(request, act(request, "clearing.lay_down", facts), _("The order is laid down."), "billing:tariffs")
