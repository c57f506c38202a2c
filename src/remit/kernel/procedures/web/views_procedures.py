"""Procedures: which there are, and one drawn from its file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from remit.kernel.authority.loading import all_actions
from remit.kernel.procedures.bpmn import to_bpmn
from remit.kernel.procedures.compiled import label, latest_version, latest_versions, spec_of
from remit.kernel.procedures.diagram import performer_text, performers_text, to_svg
from remit.kernel.procedures.moving import behind
from remit.kernel.procedures.queries import opening_words
from remit.lib.calendars import duration_label, parse_duration
from remit.web.acting import person_here
from remit.web.http import Request


@require_GET
def procedure_list(request: Request) -> HttpResponse:
    person_here(request)
    rows = [
        {
            "key": version.procedure.key,
            "label": label(version.procedure.labels),
            "steps": len(spec_of(version).steps),
            "within": duration_label(parse_duration(spec_of(version).within)),
            "number": version.number,
            "origin": version.procedure.origin.removeprefix("pack:"),
        }
        for version in latest_versions()
    ]
    return render(request, "procedures/procedure_list.html", {"rows": rows})


@require_GET
def procedure_page(request: Request, key: str) -> HttpResponse:
    """The picture and, step by step, who, by when, with which authority."""
    person = person_here(request)
    version, actions = latest_version(key), all_actions()
    spec = spec_of(version)
    steps = [
        {
            "label": label(step.labels),
            "by": performers_text(step),
            "within": duration_label(parse_duration(step.within)),
            "fields": "、".join(label(field.labels) for field in step.fields),
            "outcomes": "、".join(label(one.labels) for one in step.outcomes),
            "tell": "、".join(performer_text(one) for one in step.tell),
            "actions": [str(actions[deed.name].label) for deed in step.actions if deed.name in actions],
        }
        for step in spec.steps
    ]
    context = {
        "version": version,
        "key": key,
        "title": label(spec.labels),
        "spec": spec,
        "steps": steps,
        "within": duration_label(parse_duration(spec.within)),
        "opens": opening_words(spec),
        "behind": behind(person, key).count(),
        "picture": mark_safe(to_svg(spec)),  # noqa: S308 - drawn by us, every text of the file escaped
    }
    return render(request, "procedures/procedure.html", context)


@require_GET
def procedure_bpmn(request: Request, key: str) -> HttpResponse:
    person_here(request)
    version = latest_version(key)
    target = request.build_absolute_uri(f"/procedures/{key}/")
    response = HttpResponse(to_bpmn(spec_of(version), target), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{key}-v{version.number}.bpmn"'
    return response
