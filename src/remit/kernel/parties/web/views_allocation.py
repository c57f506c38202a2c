"""Allocation: who has how many, a proposal, its rows, and the act."""

from typing import Any, Final

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import ALLOCATE
from remit.kernel.parties.actions.belonging import MOST_AT_ONCE
from remit.kernel.parties.allocating import grades_said, outlook_of, strayed, takers_of
from remit.kernel.parties.models import Allocation, AllocationSource
from remit.kernel.parties.segments import visible_segments
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.fields import Reference
from remit.web.http import Request
from remit.web.paging import page_of

EARLIER: Final = 20
ROWS: Final = 50


class ProposalForm(forms.Form):
    """What is to be allocated. To whom stands in the table beside it."""

    source = forms.ChoiceField(label=gettext_lazy("Which customers"), choices=AllocationSource.choices)
    segment = forms.TypedChoiceField(label=gettext_lazy("Segment"), required=False, coerce=int, empty_value=None)
    giver = Reference("authority:people-json", gettext_lazy("Whose"), required=False,
                      help_text=gettext_lazy("For “What somebody has”: the customers of a colleague who leaves, for one"))  # fmt: skip
    most = forms.IntegerField(
        label=gettext_lazy("At most so many"), required=False, min_value=1, max_value=MOST_AT_ONCE
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        rows = visible_segments(person).order_by("name", "id")[:100]
        self.fields["segment"].choices = [("", "—"), *((row.pk, row.name) for row in rows)]  # type: ignore[attr-defined]


def _allocator(request: Request) -> Person:
    person = person_here(request)
    if not oversees(person, ALLOCATE):
        raise NotYours(_("There is no such page."))
    return person


@require_http_methods(["GET", "POST"])
def allocation(request: Request) -> HttpResponse:
    """Everybody of the line with what he has, ready to be proposed for; and what was proposed before."""
    person = _allocator(request)
    form = ProposalForm(request.POST or None, person=person)
    chosen = {number for one in request.POST.getlist("takers") if (number := number_or_none(one)) is not None}
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        facts = {**form.cleaned_data, "takers": sorted(chosen)}
        outcome = act(request, "customer.propose_allocation", facts, form)
        if outcome.result is not None:
            pk = int(outcome.result.subject[1])
            return answer(request, outcome, _("Proposed; nothing has been given yet."), "parties:allocation-detail", pk)
        refusal, status = outcome.refusal, outcome.status
    takers = takers_of(person)
    rows = [
        (taker, grades_said(taker.grades), taker.person.pk in chosen if form.is_bound else taker.person.pk != person.pk)
        for taker in takers
    ]
    earlier = Allocation.objects.filter(made_by=person).select_related("transfer").order_by("-id")[:EARLIER]
    context = {"form": form, "takers": rows, "refusal": refusal, "earlier": earlier,
               "may_set": oversees(person, "customer.set_capacity")}  # fmt: skip
    return render(request, "parties/allocation.html", context, status=status)


def _mine(request: Request, pk: int) -> Allocation:
    """Raises NotYours, as if it were not there, for somebody else's."""
    found = Allocation.objects.filter(pk=pk, made_by=_allocator(request)).select_related("transfer").first()
    if found is None:
        raise NotYours(_("There is no such proposal."))
    return found


@require_GET
def proposal(request: Request, pk: int) -> HttpResponse:
    return _draw(request, _mine(request, pk))


def _draw(request: Request, batch: Allocation, *, refusal: str = "", status: int = 200) -> HttpResponse:
    person = person_here(request)
    is_open = batch.transfer_id is None and batch.dropped_at is None
    takers = takers_of(person)
    lines = batch.lines.select_related("party", "before", "taker")
    only = number_or_none(request.GET.get("taker", ""))
    if only is not None:
        lines = lines.filter(taker=only or None)
    page = page_of(lines, request.GET, keys=("party__sort_key", "id"), size=ROWS, by_row=True)
    context = {
        "batch": batch,
        "is_open": is_open,
        "page": page,
        "takers": takers,
        "outlook": outlook_of(batch, takers) if is_open else [],
        "only": only,
        "without": batch.lines.filter(taker=None).count(),
        "count": batch.lines.count(),
        "strayed": strayed(batch)[:10] if is_open else [],
        "refusal": refusal,
    }
    return render(request, "parties/proposal.html", context, status=status)


@require_POST
def adjust(request: Request, pk: int) -> HttpResponse:
    """The chosen rows to another taker, or left where they are."""
    batch = _mine(request, pk)
    taker = request.POST.get("taker", "") if request.POST.get("verb") == "give" else ""
    if request.POST.get("verb") == "give" and not taker:
        return _draw(request, batch, refusal=_("Say to whom."), status=422)
    outcome = act(
        request,
        "customer.adjust_allocation",
        {"allocation": batch.pk, "parties": request.POST.getlist("ids"), "taker": taker},
    )
    return answer(request, outcome, _("Changed."), "parties:allocation-detail", batch.pk)


@require_POST
def confirm(request: Request, pk: int) -> HttpResponse:
    batch = _mine(request, pk)
    outcome = act(request, "customer.allocate", {"allocation": batch.pk, "reason": request.POST.get("reason", "")})
    if outcome.result is None:
        return _draw(request, batch, refusal=outcome.refusal, status=outcome.status)
    return answer(request, outcome, _("Allocated. The first contacts stand in everybody's list of today."),
                  "parties:allocation-detail", batch.pk)  # fmt: skip


@require_POST
def drop(request: Request, pk: int) -> HttpResponse:
    outcome = act(request, "customer.drop_allocation", {"allocation": _mine(request, pk).pk})
    return answer(request, outcome, _("Dropped."), "parties:allocation")


@require_http_methods(["GET", "POST"])
def capacity(request: Request, pk: int) -> HttpResponse:
    """What somebody of one's line can take on."""
    person = _allocator(request)
    taker = next(iter(takers_of(person, [pk])), None)
    if taker is None:
        raise NotYours(_("There is no such page."))
    refusal, status = "", 200
    if request.method == "POST":
        facts = {
            "person": pk,
            "share": request.POST.get("share", ""),
            "grades": "".join(request.POST.getlist("grades")),
        }
        outcome = act(request, "customer.set_capacity", facts)
        if outcome.result is not None:
            return answer(request, outcome, _("Changed."), "parties:allocation")
        refusal, status = outcome.refusal, outcome.status
    return render(request, "parties/capacity.html", {"taker": taker, "refusal": refusal}, status=status)
