"""What people do on the page of a case."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.catalogue import preview
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import one_act, perform
from remit.kernel.authority.loading import find_action
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.errors import FileNotFound
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import open_content
from remit.kernel.procedures.access import case_visible_to
from remit.kernel.procedures.actions import action_facts
from remit.kernel.procedures.answers import is_asked
from remit.kernel.procedures.compiled import spec_of
from remit.kernel.procedures.evidence import FILES
from remit.kernel.procedures.models import Case, StepRun
from remit.kernel.procedures.papers import record_pdf
from remit.kernel.procedures.photos import thumbnail
from remit.kernel.procedures.queries import case_view
from remit.kernel.procedures.web.drawing import bound_form, draw_case
from remit.kernel.procedures.web.uploads import stored
from remit.web.acting import person_here
from remit.web.http import Request


def _run_of(case: Case, pk: int) -> StepRun:
    found = case.runs.filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such step."))
    return found


@require_POST
def step_submit(request: Request, pk: int, run: int) -> HttpResponse:
    """Done or sent for approval: back to the case. Refused: the page again with what was typed (422, 403, 409)."""
    person = person_here(request)
    case = case_visible_to(person, pk)
    step_run = _run_of(case, run)
    view = case_view(person, case, step_run.pk)
    form = bound_form(view, person, request.POST, request.FILES)
    try:
        with one_act():
            answers = form.answers() | stored(request, form.uploads(), case.company_id)
            facts = {"step": step_run.pk, "outcome": request.POST.get("outcome", ""), "answers": answers or None}
            result = perform(request.actor, "case.submit", facts)
    except BadFacts as error:
        return draw_case(request, person, case, form=form, run=run, refusal=form.add_faults(error.faults), status=422)
    except NotYours:
        raise
    except Refusal as error:
        case.refresh_from_db()
        form.full_clean()
        return draw_case(request, person, case, form=form, run=run, refusal=error.sentence, status=error.status)
    if "waits_for" in result.changes:
        messages.info(request, _("Sent for approval: %(number)s. The step is done when it is approved.")
                      % {"number": result.changes["waits_for"]})  # fmt: skip
    else:
        messages.success(request, _("Done."))
    return redirect("procedures:case-detail", pk)


@require_GET
def step_hint(request: Request, pk: int, run: int) -> HttpResponse:
    """What authority would answer to the form as far as it is filled in; empty where no action would be done. A fragment."""
    person = person_here(request)
    case = case_visible_to(person, pk)
    step_run = _run_of(case, run)
    step = spec_of(case.version).step(step_run.step)
    typed: dict[str, Any] = {name: _typed(str(value)) for name, value in request.GET.items()}
    values = {**case.values, **typed}
    deed = next((one for one in step.actions if is_asked(one.when, values)), None) if step else None
    if deed is None:
        return render(request, "procedures/_limit.html", {})
    shown = preview(person, find_action(deed.name), action_facts(case, deed, values))
    return render(request, "procedures/_limit.html", {"preview": shown})


def _typed(value: str) -> bool | str:
    return value == "true" if value in ("true", "false") else value


@require_GET
def case_file(request: Request, pk: int, file: int) -> FileResponse:
    found = _file_of(request, pk, file)
    return FileResponse(open_content(found), as_attachment=True, filename=found.name, content_type=found.media_type)


@require_GET
@cache_control(private=True, max_age=86_400, immutable=True)
def case_thumbnail(request: Request, pk: int, file: int) -> HttpResponse:
    """A photo of the case, small. What it shows is drawn anew, so nothing else that stood in the file reaches a browser."""
    found = _file_of(request, pk, file)
    try:
        return HttpResponse(thumbnail(found), content_type="image/jpeg")
    except (OSError, ValueError) as error:
        raise NotYours(_("There is no such file.")) from error


def _file_of(request: Request, pk: int, file: int) -> StoredFile:
    """A file that was handed in with a case which the person sees."""
    case = case_visible_to(person_here(request), pk)
    if file not in case.values.get(FILES, ()):
        raise NotYours(_("There is no such file."))
    try:
        return file_to_read(request.actor, file)
    except FileNotFound as error:
        raise NotYours(_("There is no such file.")) from error


@require_GET
def case_record(request: Request, pk: int) -> HttpResponse:
    """The case as a paper: as it stands, or as it ended."""
    case = case_visible_to(person_here(request), pk)
    response = HttpResponse(record_pdf(case), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    return response


# The last word of the address → the action, and which facts of the form it takes beside the case.
DEEDS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {
    "pause": ("case.pause", ("reason",)),
    "resume": ("case.resume", ()),
    "call": ("case.call", ("reason",)),
    "assignment": ("case.assign", ("person", "reason")),
    "reopening": ("case.reopen", ("reason",)),
    "cancellation": ("case.cancel", ("reason",)),
    "note": ("case.take_note", ()),
    "link": ("case.share_status", ()),
    "withdrawal": ("case.withdraw_status", ()),
}
TOLD: Final[Mapping[str, Callable[[], str]]] = {
    "pause": lambda: _("The clock stands still."),
    "resume": lambda: _("The clock is running again."),
    "call": lambda: _("The conversation has begun."),
    "assignment": lambda: _("Handed over."),
    "reopening": lambda: _("Taken up again. The clock goes on where it stood."),
    "cancellation": lambda: _("Cancelled. It stays readable."),
    "note": lambda: _("Noted."),
    "link": lambda: _("The link is ready; send it to the customer."),
    "withdrawal": lambda: _("Withdrawn. The link leads nowhere any more."),
}


@require_POST
def case_deed(request: Request, pk: int, deed: str) -> HttpResponse:
    person = person_here(request)
    case = case_visible_to(person, pk)
    name, wanted = DEEDS[deed]
    facts: dict[str, Any] = {fact: request.POST.get(fact, "") for fact in wanted}
    if name in ("case.assign", "case.call"):
        facts["step"] = _run_of(case, _number(request.POST.get("step", ""))).pk
    else:
        facts["case"] = case.pk
    try:
        perform(request.actor, name, facts)
    except BadFacts as error:
        return draw_case(request, person, case, refusal=" ".join(error.faults.values()), open_deed=deed, status=422)
    except NotYours:
        raise
    except Refusal as error:
        return draw_case(request, person, case, refusal=error.sentence, open_deed=deed, status=error.status)
    messages.success(request, TOLD[deed]())
    return redirect("procedures:case-detail", pk)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
