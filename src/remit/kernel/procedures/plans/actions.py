"""The verbs of a plan: a company starts it, changes it, suspends it; the daily run opens what is due."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Unit
from remit.kernel.procedures.compiled import label
from remit.kernel.procedures.models import CompanyPlan, Plan
from remit.kernel.procedures.plans.due import due_on
from remit.kernel.procedures.plans.format import ADJUSTABLE, PlanSpec, adjusted
from remit.kernel.procedures.plans.opening import open_due

PLAN: Final = Fact("plan", "text", gettext_lazy("Plan"))
COMPANY: Final = Fact("company", "unit", gettext_lazy("Company"), concerns=True)
REASON: Final = Fact("reason", "long_text", gettext_lazy("Reason"))
# One transaction opens so many; longer ones would keep the number series from people who take cases in.
AT_ONCE: Final = 1000


def _done(run: CompanyPlan, changes: Mapping[str, Any]) -> Done:
    return Done(("plan", run.pk, label(run.plan.labels)), {"plan": run.plan.key, **changes}, run.company_id)


def _plan(call: Call) -> Plan:
    found = Plan.objects.filter(key=call.text("plan")).first()
    if found is None:
        raise NotYours(_("There is no such plan."))
    return found


def _run(call: Call) -> CompanyPlan:
    """The plan in the company, its row locked."""
    runs = CompanyPlan.objects.select_for_update(of=("self",)).select_related("plan")
    found = runs.filter(plan=_plan(call), company=call.id_of("company")).first()
    if found is None:
        raise RuleBroken(_("The company has not started this plan."))
    return found


@action(
    "plan.start",
    gettext_lazy("Start a plan"),
    PLAN,
    COMPANY,
    Fact("starts_on", "date", gettext_lazy("From"), required=False),
    Fact("changes", "data", gettext_lazy("Other than the pack says"), required=False),
    Fact("seed", "text", gettext_lazy("By which samples are drawn"), required=False),
)
def start(call: Call) -> Done:
    """From the day on (today, if none is given) the plan opens its cases in the company. What is past is not made up for."""
    plan, company = _plan(call), Unit.objects.get(pk=call.id_of("company"))
    if company.kind != "company":
        raise RuleBroken(_("A plan runs in a company; %(unit)s is none.") % {"unit": company.name})
    if CompanyPlan.objects.filter(plan=plan, company=company).exists():
        raise RuleBroken(_("The company has started this plan already."))
    today = timezone.localdate(call.at)
    starts_on = call.day_or_none("starts_on") or today
    if starts_on < today:
        raise RuleBroken(_("A plan can't start in the past."))
    run = CompanyPlan(plan=plan, company=company, starts_on=starts_on, started_by=call.person)
    run.changes = _allowed(plan, call.mapping("changes"))
    run.seed = call.text("seed")[:16] or secrets.token_hex(8)
    run.save()
    return _done(run, {"starts_on": starts_on.isoformat(), "seed": run.seed, "changes": run.changes})


@action(
    "plan.change",
    gettext_lazy("Change a plan"),
    PLAN,
    COMPANY,
    Fact("changes", "data", gettext_lazy("Other than the pack says")),
)
def change(call: Call) -> Done:
    """The company's own words above the pack's, all of them; {} is as the pack has it. What is open stays."""
    run = _run(call)
    before, run.changes = run.changes, _allowed(run.plan, call.mapping("changes"))
    run.ran_on = None
    run.save(update_fields=["changes", "ran_on"])
    return _done(run, {"changes": [before, run.changes]})


def _allowed(plan: Plan, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Raises RuleBroken with what is wrong with them."""
    if strange := [key for key in changes if key not in ADJUSTABLE]:
        known = "、".join(ADJUSTABLE)
        raise RuleBroken(
            _("“%(key)s” can't be changed; these can: %(known)s.") % {"key": strange[0][:40], "known": known}
        )
    kept = dict(changes)
    try:
        PlanSpec.model_validate(adjusted(plan.spec, kept))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        raise RuleBroken(_("%(place)s: %(message)s") % {"place": place or _("Plan"), "message": message}) from error
    return kept


@action("plan.suspend", gettext_lazy("Suspend a plan"), PLAN, COMPANY, REASON)
def suspend(call: Call) -> Done:
    """Nothing more is opened until it is taken up again; what is open stays."""
    run = _run(call)
    if run.suspended_at is not None:
        raise RuleBroken(_("The plan is suspended already."))
    run.suspended_at, run.reason = call.at, call.text("reason")[:200]
    run.save(update_fields=["suspended_at", "reason"])
    return _done(run, {"suspended": run.reason})


@action("plan.resume", gettext_lazy("Take a plan up again"), PLAN, COMPANY)
def resume(call: Call) -> Done:
    run = _run(call)
    if run.suspended_at is None:
        raise RuleBroken(_("The plan is running."))
    run.suspended_at, run.reason, run.ran_on = None, "", None
    run.starts_on = max(run.starts_on, timezone.localdate(call.at))
    run.save(update_fields=["suspended_at", "reason", "ran_on", "starts_on"])
    return _done(run, {"suspended": None})


@action("plan.open_due", gettext_lazy("Open what a plan asks for today"), PLAN, COMPANY)
def open_todays(call: Call) -> Done:
    """At most AT_ONCE cases; the caller comes again while `more`. A case is opened once a customer and occurrence, however often
    this runs. Run by the timer; a person needs a grant for it."""
    run = _run(call)
    today, book = timezone.localdate(call.at), rulebook_now()
    if run.suspended_at is not None or today < run.starts_on:
        raise RuleBroken(_("The plan does not run today."))
    found = due_on(run, today, book, most=AT_ONCE)
    opened = open_due(run, found, call.at, book)
    more = len(found) == AT_ONCE and bool(opened)
    if not more:
        run.ran_on = today
        run.save(update_fields=["ran_on"])
    numbers = [one.case.number for one in opened]
    told = {"first": numbers[0], "last": numbers[-1]} if numbers else {}
    nobody = len(found) - len(opened)
    return _done(run, {"opened": len(opened), "nobody": nobody, "more": more, **told})


def put_plan(spec: PlanSpec, origin: str) -> None:
    """The plan as its pack has it now. The caller is the loading of a pack."""
    data = spec.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    Plan.objects.update_or_create(
        key=spec.id, defaults={"labels": spec.labels.by_language(), "origin": origin, "spec": data}
    )
