"""Plans: which there are, what each will open next and what became of what it opened, and what a company changes about it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.access import oversees
from remit.kernel.organization.models import Person
from remit.kernel.procedures.compiled import label, latest_version
from remit.kernel.procedures.plans import queries
from remit.kernel.procedures.plans.due import spec_here
from remit.kernel.procedures.plans.format import PlanSpec, Sample, adjusted, read_sample
from remit.kernel.procedures.plans.queries import PlanRow
from remit.lib import clock
from remit.web.acting import act, answer, person_here
from remit.web.http import Request

PERIODS_OF_FIGURES: Final = (30, 90, 365)
STATES: Final[Mapping[str, Any]] = {
    "idle": (lambda: _("not started"), ""),
    "running": (lambda: pgettext("a plan", "running"), "ok"),
    "suspended": (lambda: _("suspended"), "warn"),
}
RESULTS: Final[Mapping[str, Any]] = {
    "done": lambda: _("Done in time"),
    "late": lambda: _("Done late"),
    "running": lambda: _("Still in time"),
    "missed": lambda: _("Missed"),
}
PERIODS: Final[Mapping[str, Any]] = {
    "week": lambda: _("every week"),
    "half_month": lambda: _("twice a month"),
    "month": lambda: _("every month"),
    "quarter": lambda: _("every quarter"),
    "half_year": lambda: _("twice a year"),
    "year": lambda: _("every year"),
}
RELATIONS: Final[Mapping[str, Any]] = {
    "owner": lambda: _("the owner of the customer"),
    "owner_peer": lambda: _("a colleague of the owner"),
    "handler": lambda: _("who handled the case before"),
    "handler_peer": lambda: _("a colleague of who handled the case before"),
}
GRADES: Final = ("A", "B", "C", "D", "none", "other")
DEEDS: Final = {
    "start": "plan.start",
    "change": "plan.change",
    "suspension": "plan.suspend",
    "resumption": "plan.resume",
}


@require_GET
def plan_list(request: Request) -> HttpResponse:
    person = person_here(request)
    rows = [
        {
            "row": row,
            "label": label(row.plan.labels),
            "state": STATES[row.state][0](),
            "tone": STATES[row.state][1],
            "when": when_said(_spec(row)),
            "by": performer_said(_spec(row)),
        }
        for row in queries.plan_rows(person)
    ]
    return render(request, "procedures/plan_list.html", {"rows": rows, "companies": len(queries.companies_of(person))})


@require_GET
def plan_page(request: Request, key: str, company: int) -> HttpResponse:
    """?days=90"""
    person = person_here(request)
    return _draw(request, person, queries.plan_row(person, key, company))


@require_POST
def plan_deed(request: Request, key: str, company: int, deed: str) -> HttpResponse:
    person = person_here(request)
    row = queries.plan_row(person, key, company)
    facts: dict[str, Any] = {"plan": key, "company": company}
    if deed == "start":
        facts["starts_on"] = request.POST.get("starts_on", "")
    elif deed == "change":
        facts["changes"] = _changes(request.POST, PlanSpec.model_validate(row.plan.spec))
    elif deed == "suspension":
        facts["reason"] = request.POST.get("reason", "")
    outcome = act(request, DEEDS[deed], facts)
    if outcome.result is None:
        return _draw(request, person, row, refusal=outcome.refusal, status=outcome.status)
    return answer(request, outcome, _("Done."), "procedures:plan-detail", key, company)


def _changes(given: QueryDict, pack: PlanSpec) -> dict[str, Any]:
    """What the form says otherwise than the pack."""
    said: dict[str, Any] = {}
    kind, number = given.get("sample", "all"), given.get("sample_n", "").strip()
    said["sample"] = {"percent": f"{number} %", "per_owner": f"{number} per owner"}.get(kind, "all")
    if pack.every:
        said["every"] = {grade: given[f"every_{grade}"] for grade in GRADES if given.get(f"every_{grade}")}
    if pack.on:
        on = pack.on.model_dump(mode="json", exclude_defaults=True)
        name = "days_after" if pack.on.case_ended else "days_before"
        on.pop(name, None)
        said["on"] = {**on, **({name: given[name]} if given.get(name, "0") != "0" else {})}
    titles = [one.strip() for one in given.get("titles", "").replace("，", "、").split("、") if one.strip()]
    relation = given.get("performer", "")
    said["performer"] = {"position": titles} if relation == "position" else {"relation": relation}
    as_packed = pack.model_dump(mode="json", exclude_defaults=True)
    plain = {"sample": "all"}
    return {name: value for name, value in said.items() if value != as_packed.get(name, plain.get(name))}


def _spec(row: PlanRow) -> PlanSpec:
    return spec_here(row.run) if row.run else PlanSpec.model_validate(adjusted(row.plan.spec, {}))


def _draw(request: Request, person: Person, row: PlanRow, *, refusal: str = "", status: int = 200) -> HttpResponse:
    spec, days = _spec(row), _days(request)
    first = timezone.localdate(clock.now()) - dt.timedelta(days=days - 1)
    since = timezone.make_aware(dt.datetime.combine(first, dt.time()))
    figures = queries.figures(person, row.run, since) if row.run else None
    coverage = queries.coverage(person, row.run, spec) if row.run else None
    sample = read_sample(spec.sample)
    context = {
        "row": row,
        "run": row.run,
        "spec": spec,
        "title": label(row.plan.labels),
        "state": STATES[row.state][0](),
        "tone": STATES[row.state][1],
        "procedure": label(latest_version(spec.procedure).procedure.labels),
        "said": said(spec),
        "days": days,
        "day_choices": PERIODS_OF_FIGURES,
        "since": since,
        "figures": figures,
        "results": [(one, RESULTS[one](), figures.by_result[one]) for one in queries.RESULTS] if figures else [],
        "coverage": coverage,
        "upcoming": queries.upcoming(person, row.run) if row.run and not row.run.suspended_at else None,
        "after_cases": spec.on is not None and spec.on.case_ended is not None,
        "may": {deed: oversees(person, action) for deed, action in DEEDS.items()},
        "form": _form(spec, sample),
        "today": clock.now(),
        "refusal": refusal,
    }
    return render(request, "procedures/plan.html", context, status=status)


def _form(spec: PlanSpec, sample: Sample) -> dict[str, Any]:
    """What the dialog of changes begins with."""
    return {
        "sample": sample.kind,
        "sample_n": f"{sample.n:f}" if sample.kind != "all" else "",
        "every": [(grade, _grade(grade), spec.every.get(grade, "")) for grade in GRADES] if spec.every else [],
        "periods": [(period, text()) for period, text in PERIODS.items()],
        "days_name": "" if spec.on is None else "days_after" if spec.on.case_ended else "days_before",
        "days": 0 if spec.on is None else spec.on.days_after if spec.on.case_ended else spec.on.days_before,
        "relations": [
            (key, text()) for key, text in RELATIONS.items() if key.startswith("owner") or _follows_cases(spec)
        ],
        "relation": spec.performer.relation or "position",
        "titles": "、".join(spec.performer.position),
    }  # fmt: skip


def _follows_cases(spec: PlanSpec) -> bool:
    return spec.on is not None and spec.on.case_ended is not None


def _days(request: Request) -> int:
    text = request.GET.get("days", "")
    return int(text) if text in {str(one) for one in PERIODS_OF_FIGURES} else PERIODS_OF_FIGURES[1]


def _grade(grade: str) -> str:
    names = {"none": _("No grade"), "other": _("The others")}
    return names.get(grade) or _("Grade %(grade)s") % {"grade": grade}


# --- a plan in words -----------------------------------------------------------------------------------------------------------


def said(spec: PlanSpec) -> list[tuple[str, str]]:
    """(what, in words)."""
    lines = [(_("Who"), _population_said(spec)), (_("How many of them"), _sample_said(spec))]
    lines += [(_("When"), when_said(spec)), (_("By whom"), performer_said(spec))]
    return lines


def when_said(spec: PlanSpec) -> str:
    if spec.once:
        return _("once")
    if spec.on is None:
        by_period: dict[str, list[str]] = {}
        for grade in GRADES:
            if period := spec.every.get(grade):
                by_period.setdefault(period, []).append(_grade(grade))
        return " · ".join(f"{'、'.join(grades)} {PERIODS[period]()}" for period, grades in by_period.items())
    if spec.on.case_ended:
        what = label(latest_version(spec.on.case_ended).procedure.labels)
        if not spec.on.days_after:
            return _("as soon as it has ended: %(what)s") % {"what": what}
        return _("%(n)d days after the end: %(what)s") % {"n": spec.on.days_after, "what": what}
    names = {"customer": _("birthday"), "contact": _("birthday of a contact")}
    if spec.on.contract_end:
        what = _("end of the contract")
    else:
        what = names[spec.on.birthday] if spec.on.birthday else "、".join(spec.on.festival)
    return _("%(n)d days before: %(what)s") % {"n": spec.on.days_before, "what": what} if spec.on.days_before else what


def performer_said(spec: PlanSpec) -> str:
    return RELATIONS[spec.performer.relation]() if spec.performer.relation else " / ".join(spec.performer.position)


def _sample_said(spec: PlanSpec) -> str:
    sample = read_sample(spec.sample)
    if sample.kind == "all":
        return _("all of them")
    if sample.kind == "percent":
        return _("%(n)s %% of them, drawn by lot") % {"n": f"{sample.n:f}"}
    return _("%(n)s of each owner, drawn by lot") % {"n": f"{sample.n:f}"}


def _population_said(spec: PlanSpec) -> str:
    wanted = spec.population
    parts = [_grade(grade) for grade in wanted.grades] + [f"“{tag}”" for tag in wanted.tags]
    kinds = {"person": _("persons"), "organization": _("organizations")}
    parts += [kinds[wanted.kind]] if wanted.kind else []
    parts += [_("customers of %(title)s and below") % {"title": "、".join(wanted.team)}] if wanted.team else []
    parts += [_("segment “%(name)s”") % {"name": wanted.segment}] if wanted.segment else []
    parts += [_("also lost ones")] if "lost" in wanted.statuses else []
    return " · ".join(parts) or _("all customers")
