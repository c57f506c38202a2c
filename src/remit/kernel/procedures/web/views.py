"""Cases: the list, the intake, one case."""

import secrets

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import one_act, perform
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.organization.models import Person
from remit.kernel.procedures import narrowing, queries
from remit.kernel.procedures.access import case_visible_to
from remit.kernel.procedures.actions import opening_desk
from remit.kernel.procedures.compiled import label, latest_version, latest_versions, spec_of
from remit.kernel.procedures.web.drawing import draw_case
from remit.kernel.procedures.web.forms import IntakeForm, form_for
from remit.kernel.procedures.web.uploads import stored
from remit.web.acting import number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

STATE_LABELS = {
    "open": lambda: _("Open"),
    "late": lambda: _("Overdue"),
    "mine": lambda: _("I handle"),
    "closed": lambda: _("Closed"),
    "all": lambda: _("All"),
}


@require_GET
def case_list(request: Request) -> HttpResponse:
    """?state=late ?procedure=complaint ?q=; figures lead here with narrowing.NAMES"""
    person = person_here(request)
    state = request.GET.get("state", "open")
    versions = latest_versions()
    keys = {version.procedure.key for version in versions}
    procedure = request.GET.get("procedure", "")
    wanted = queries.Wanted(
        state=state if state in queries.STATES else "open",
        procedure=procedure if procedure in keys else "",
        text=request.GET.get("q", "").strip()[:80],
    )
    by_due = wanted.state in ("open", "late", "mine")
    narrowed = narrowing.read(request.GET)
    found = narrowed.among(queries.list_cases(person, wanted))
    page = page_of(found, request.GET, keys=("due_at", "id") if by_due else ("-id",))
    context = {
        "rows": [queries.case_row(case) for case in page.rows],
        "page": page,
        "wanted": wanted,
        "narrowed": narrowed,
        "states": [(one, STATE_LABELS[one]()) for one in queries.STATES],
        "procedures": [(version.procedure.key, label(version.procedure.labels)) for version in versions],
        "openable": _openable(person),
        "goes_out": any(spec_of(version).day for version in versions),
        "telephones": any(step.telephone for version in versions for step in spec_of(version).steps),
    }
    return render(request, "procedures/case_list.html", context)


def _openable(person: Person) -> list[tuple[str, str]]:
    """The procedures of which the person may open a case."""
    book = rulebook_now()
    found = [(version.procedure.key, spec_of(version)) for version in latest_versions()]
    return [(key, label(spec.labels)) for key, spec in found if opening_desk(spec, person, book) is not None]


@require_http_methods(["GET", "POST"])
def case_new(request: Request, key: str) -> HttpResponse:
    """The intake form; what was wrong comes back beside its field (422)."""
    person = person_here(request)
    spec = spec_of(latest_version(key))
    if opening_desk(spec, person, rulebook_now()) is None:
        raise NotYours(_("There is no such procedure."))
    data = request.POST if request.method == "POST" else None
    intake = IntakeForm(data, label_suffix="", initial={"party": request.GET.get("party", "")})
    if spec.subject != "party":
        del intake.fields["party"]
    form = form_for(spec.intake.fields, person, {}, data, request.FILES or None)
    refusal, status = "", 200
    if data is not None:
        status = 422
        if intake.is_valid():
            try:
                with one_act():
                    answers = form.answers() | stored(request, form.uploads(), person.company_id)
                    given = {name: value for name, value in intake.cleaned_data.items() if value not in (None, "")}
                    token = request.POST.get("key", "")[:32]
                    facts = {**given, "procedure": key, "answers": answers or None}
                    result = perform(request.actor, "case.open", facts, key=token or None)
                return redirect("procedures:case-detail", result.subject[1])
            except BadFacts as error:
                refusal = form.add_faults(error.faults)
            except Refusal as error:
                refusal, status = error.sentence, error.status
    context = {
        "spec": spec,
        "title": label(spec.labels),
        "intake": intake,
        "rows": list(form.rows()),
        "refusal": refusal,
        "token": request.POST.get("key") or secrets.token_urlsafe(12),
    }
    return render(request, "procedures/case_new.html", context, status=status)


@require_GET
def case_page(request: Request, pk: int) -> HttpResponse:
    """?step= names one of several steps that the reader may do at the same time."""
    person = person_here(request)
    run = number_or_none(request.GET.get("step", "")) or 0
    return draw_case(request, person, case_visible_to(person, pk), run=run)
