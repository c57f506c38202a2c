"""The page of a case, drawn from its view and the form of the step that the reader may do."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import is_above
from remit.kernel.procedures.actions import said_by_customer
from remit.kernel.procedures.compiled import label
from remit.kernel.procedures.format import Labels
from remit.kernel.procedures.mailbox.queries import mails_of
from remit.kernel.procedures.manners import to_avoid
from remit.kernel.procedures.models import Case, StatusLink
from remit.kernel.procedures.papers import PAPERS
from remit.kernel.procedures.public.links import is_over, path_of
from remit.kernel.procedures.queries import CaseView, case_view
from remit.kernel.procedures.web.calling import known_to, on_the_line
from remit.kernel.procedures.web.forms import StepForm, form_for
from remit.web.http import Request


def draw_case(
    request: Request,
    person: Person,
    case: Case,
    *,
    form: StepForm | None = None,
    run: int = 0,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """`run` is the step that the page is about, where the reader may do several at the same time."""
    view = case_view(person, case, run)
    if form is None and can_submit(view) and view.mine is not None and view.step is not None:
        said = said_by_customer(view.mine, view.step)
        name = view.step.customer.confirms if view.step.customer else None
        own = {name: said} if said is not None and name is not None else {}
        form = form_for(view.step.fields, person, case.values, kept={**view.mine.values, **own})
    step = view.step
    known = known_to(person, case, view.spec.all_fields()) if step and step.telephone else None
    rows = list(form.rows(known)) if form and can_submit(view) else []
    context = {
        "view": view,
        "case": case,
        "spec": view.spec,
        "procedure": label(view.spec.labels),
        "rows": rows,
        "can_submit": can_submit(view),
        "avoid": "、".join(to_avoid(view.spec, step)),
        "line": on_the_line(person, view) if can_submit(view) else None,
        "outcomes": [(one.id, label(one.labels)) for one in step.outcomes] if step else [],
        "papers": case.values.get(PAPERS, []),
        "step_label": label(step.labels) if step else "",
        "pauses": [label(one) for one in pauses_of(view)],
        "deed_names": [deed.name for deed in step.actions] if step else [],
        "mails": mails_of(case),
        "link": _link_of(request, person, case),
        **more,
    }
    return render(request, "procedures/case.html", context, status=status)


@dataclass(frozen=True, slots=True)
class ShownLink:
    """The customer's link; `address` "" where there is none, or none that is good."""

    address: str
    made_by: str = ""


def _link_of(request: Request, person: Person, case: Case) -> ShownLink | None:
    """For who may hand it to the customer; None for everybody else. One query for them, two where there is one."""
    if case.handler_id != person.pk and not is_above(person, case):
        return None
    link = StatusLink.objects.filter(case=case, withdrawn_at=None).select_related("made_by").first()
    if is_over(case):
        return None
    if link is None:
        return ShownLink("")
    return ShownLink(request.build_absolute_uri(path_of(link)), link.made_by.name if link.made_by else "")


def pauses_of(view: CaseView) -> list[Labels]:
    """For which reasons the clock may be stopped now: those of every step that is open."""
    open_steps = {run.step for run in view.open_runs}
    return [reason for step in view.spec.steps if step.id in open_steps for reason in step.pauses]


def can_submit(view: CaseView) -> bool:
    return view.mine is not None and view.mine.request_id is None and view.case.paused_at is None


def bound_form(view: CaseView, person: Person, data: QueryDict, files: Any) -> StepForm:
    fields = view.step.fields if view.step else ()
    return form_for(fields, person, view.case.values, data, files)
