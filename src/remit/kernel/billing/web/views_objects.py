"""What is charged for: the list, one with who pays and what applies, a new one; moving in and out."""

from typing import Any

from django import forms
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.billing.access import (
    billable_visible_to,
    companies_of_fees,
    payers_within_reach,
    visible_billables,
    visible_tariffs,
)
from remit.kernel.billing.models import Assignment, Billable, Meter, Occupancy
from remit.kernel.billing.web.views_tariffs import company_here
from remit.kernel.billing.wording import TARIFF_KINDS
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.lib.sheets import Cell
from remit.web.acting import Outcome, act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of
from remit.web.workbooks import workbook

EXPORTED_MAX = 100_000
VERBS = ("register", "occupy", "vacate", "close")


def _may(person: Person) -> dict[str, bool]:
    verbs = {verb: oversees(person, f"billable.{verb}") for verb in VERBS}
    return {**verbs, "assign": oversees(person, "tariff.assign"), "unassign": oversees(person, "tariff.unassign")}


def _payers_now() -> QuerySet[Occupancy]:
    now = Q(until=None) | Q(until__gt=today())
    return Occupancy.objects.filter(now, billable=OuterRef("pk"), since__lte=today()).order_by("-since")


def _applying() -> QuerySet[Assignment]:
    return Assignment.objects.filter(Q(until=None) | Q(until__gt=today()), billable=OuterRef("pk"))


def _listed(person: Person) -> QuerySet[Billable]:
    """With who pays today, and how many tariffs apply."""
    fees = Count("assignments", filter=Q(assignments__until=None) | Q(assignments__until__gt=today()))
    payer = _payers_now()
    return visible_billables(person).annotate(
        payer_name=Subquery(payer.values("payer__name")[:1]), payer=Subquery(payer.values("payer")[:1]), fees=fees
    )


@require_GET
def object_list(request: Request) -> HttpResponse:
    """?q= a part of number, name or payer; ?group= where it lies; ?only=unpaid nobody pays, ?only=free nothing applies; ?format=xlsx"""
    person = person_here(request)
    rows = _listed(person).select_related("company")
    text, group, only = (request.GET.get(name, "").strip() for name in ("q", "group", "only"))
    if text:
        rows = rows.filter(
            Q(number__icontains=text)
            | Q(name__icontains=text)
            | Q(pk__in=Occupancy.objects.filter(payer__name__icontains=text).values("billable"))
        )
    if group:
        rows = rows.filter(group__startswith=group)
    if only == "unpaid":
        rows = rows.filter(~Exists(_payers_now()), closed_on=None)
    elif only == "free":
        rows = rows.filter(~Exists(_applying()), closed_on=None)
    if request.GET.get("format") == "xlsx":
        return _workbook(rows)
    page = page_of(rows, request.GET, keys=("company_id", "group", "number"), by_row=True)
    context = {"page": page, "text": text, "group": group, "only": only, "may": _may(person)}
    return render(request, "billing/objects.html", context)


def _workbook(rows: QuerySet[Billable]) -> HttpResponse:
    headers = [
        _("Number"),
        _("Name"),
        _("Where it lies"),
        _("Area (m²)"),
        _("How many"),
        _("Payer"),
        _("Tariffs"),
        _("Closed on"),
    ]
    cells: list[list[Cell]] = [
        [one.number, one.name, one.group, one.area, one.count, one.payer_name or "", one.fees, one.closed_on]  # type: ignore[attr-defined]
        for one in rows.order_by("company", "group", "number")[:EXPORTED_MAX]
    ]
    return workbook(headers, cells, str(_("What is charged for")))


class ObjectForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("Number"), max_length=40)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    group = forms.CharField(
        label=gettext_lazy("Where it lies"), max_length=200, required=False,
        help_text=gettext_lazy("From the widest part to the narrowest, with “/” between"),
    )  # fmt: skip
    area = forms.CharField(label=gettext_lazy("Area (m²)"), max_length=14, required=False)
    count = forms.IntegerField(label=gettext_lazy("How many"), min_value=0, max_value=1_000_000, initial=1)
    measures = forms.CharField(
        label=gettext_lazy("Own figures"), max_length=600, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}), help_text=gettext_lazy("A line each: a short name in Latin letters and a number"),
    )  # fmt: skip
    remark = forms.CharField(label=gettext_lazy("Remark"), max_length=200, required=False)

    def clean_measures(self) -> dict[str, str]:
        found = {}
        for line in self.cleaned_data["measures"].splitlines():
            name, _between, value = line.strip().partition(" ")
            if name:
                found[name] = value.strip()
        return found


@require_http_methods(["GET", "POST"])
def object_form(request: Request, pk: int | None = None) -> HttpResponse:
    """A new one, or with `pk` one that is there: its number stays."""
    person = person_here(request)
    if not oversees(person, "billable.register"):
        raise NotYours(_("There is no such page."))
    found = billable_visible_to(person, pk) if pk is not None else None
    company = found.company if found is not None else company_here(request, person)
    form = ObjectForm(request.POST or None, initial=_as_typed(found) if found is not None else None)
    if found is not None:
        form.fields["number"].disabled = True
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        outcome = act(request, "billable.register", {"company": company.pk, **form.cleaned_data}, form)
        if outcome.result is not None and outcome.result.kind == "done":
            return answer(request, outcome, _("Kept."), "billing:object", int(outcome.result.subject[1]))
        if outcome.result is not None:
            return answer(request, outcome, "", "billing:objects")
        refusal, status = outcome.refusal, outcome.status
    context = {"form": form, "refusal": refusal, "found": found, "company": company}
    return render(request, "billing/object_form.html", context, status=status)


def _as_typed(found: Billable) -> dict[str, Any]:
    names = ("number", "name", "group", "area", "count", "remark")
    measures = "\n".join(f"{name} {value}" for name, value in found.measures.items())
    return {**{name: getattr(found, name) for name in names}, "measures": measures}


@require_GET
def object_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    found = billable_visible_to(person, pk)
    applying = found.assignments.select_related("tariff").order_by(
        F("until").desc(nulls_first=True), "tariff__position"
    )
    rows = [(one, TARIFF_KINDS[one.tariff.kind], one.until is None or one.until > today()) for one in applying]
    taken = {one.tariff_id for one, _kind, is_now in rows if is_now}
    tariffs = visible_tariffs(person).filter(company=found.company_id, ended_on=None).exclude(pk__in=taken)
    context = {
        "found": found,
        "occupancies": found.occupancies.select_related("payer").order_by("-since"),
        "rows": rows,
        "tariffs": tariffs.order_by("position", "code"),
        "meters": Meter.objects.filter(billable=found).order_by("number"),
        "charges": found.charges.select_related("payer").order_by("-pk")[:12],
        "may": _may(person) if companies_of_fees(person).filter(pk=found.company_id).exists() else {},
        "today": today(),
    }
    return render(request, "billing/object.html", context)


@require_POST
def occupy(request: Request, pk: int) -> HttpResponse:
    """The payer by his number, as it stands on everything he gets."""
    person = person_here(request)
    found = billable_visible_to(person, pk)
    number = request.POST.get("payer", "").strip()
    rows = payers_within_reach(person).filter(company=found.company_id, number=number)
    payer = rows.values_list("pk", flat=True).first()
    if payer is None:
        outcome = Outcome(None, _("There is no customer of number “%(number)s”.") % {"number": number}, 422)
        return answer(request, outcome, "", "billing:object", pk)
    facts = {"billable": found.pk, "payer": payer, "since": request.POST.get("since", "")}
    return answer(request, act(request, "billable.occupy", facts), _("He pays from then on."), "billing:object", pk)


def _deed(request: Request, pk: int, action: str, names: tuple[str, ...], done: str) -> HttpResponse:
    billable_visible_to(person_here(request), pk)
    facts = {name: request.POST.get(name, "").strip() for name in names}
    given = {name: value for name, value in facts.items() if value}
    return answer(request, act(request, action, {"billable": pk, **given}), done, "billing:object", pk)


@require_POST
def vacate(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "billable.vacate", ("until",), _("Noted."))


@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "billable.close", ("on", "reason"), _("It is closed."))


@require_POST
def assign(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "tariff.assign", ("tariff", "since", "until", "factor"), _("The tariff applies."))


@require_POST
def unassign(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "tariff.unassign", ("tariff", "until"), _("The tariff applies no more."))
