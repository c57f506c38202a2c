"""Running cases go over to a newer version of their procedure: what would change, and the act itself.

A case stays with the version under which it began until somebody above moves it. What is done stays as it was done; what is open
goes on under the new version, with its terms counted from the same beginning.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import case_visible_to, is_above, visible_cases
from remit.kernel.procedures.actions import CASE
from remit.kernel.procedures.branches import forks_of
from remit.kernel.procedures.clocks import Calendars, due_moment, stops_of
from remit.kernel.procedures.compiled import label, latest_version, spec_of
from remit.kernel.procedures.engine import set_due
from remit.kernel.procedures.format import ProcedureSpec, Step
from remit.kernel.procedures.locking import lock_case
from remit.kernel.procedures.models import Case, CaseMoment, ProcedureVersion, StepRun
from remit.kernel.work.calendars import shifts_of_all
from remit.lib import clock
from remit.lib.calendars import duration_label, parse_duration


def _above(person: Person, facts: Facts) -> str | None:
    case = case_visible_to(person, int(str(facts["case"])))
    return _("the case is handled below you") if is_above(person, case) else None


@action(
    "case.move",
    gettext_lazy("Move a case to the newest version"),
    CASE,
    Fact("steps", "data", gettext_lazy("Which step becomes which"), required=False),
    inherent=_above,
)
def move(call: Call) -> Done:
    """What is open becomes the step of the same name, or the one that `steps` says ({"old": "new"}); who is asked stays asked.

    Raises RuleBroken where a step has no successor, or would be worked on in one branch of several alone.
    """
    case = lock_case(call.id_of("case"))
    if case.closed_at is not None:
        raise RuleBroken(_("The case is closed."))
    before, after = case.version, latest_version(case.version.procedure.key)
    if after.pk == before.pk:
        raise RuleBroken(_("The case goes by the newest version already."))
    spec = spec_of(after)
    runs = list(case.runs.order_by("pk"))
    becomes = successors({run.step for run in runs if run.closed_at is None}, call.mapping("steps"), spec)
    done = {run.step for run in runs if run.closed_by_id is not None}
    require_side_by_side(spec, set(becomes.values()), done)
    CaseMoment.objects.create(
        company_id=case.company_id, case=case, kind="moved", at=call.at, by=call.person, version=before
    )
    for old, new in becomes.items():
        StepRun.objects.filter(case=case, step=old, closed_at=None).update(step=new)
    case.version = after
    case.step = next(step.id for step in spec.steps if step.id in becomes.values())
    case.save(update_fields=["version", "step"])
    set_due(case, call.at)
    changes = {"case": case.number, "from": before.number, "to": after.number, "steps": becomes}
    return Done(("case", case.pk, f"{case.number} {case.title}"), changes, case.company_id)


def successors(open_steps: set[str], given: Mapping[str, object], spec: ProcedureSpec) -> dict[str, str]:
    """Raises RuleBroken with the steps that the new version does not have and for which nothing was said."""
    becomes = {old: str(given.get(old) or old) for old in sorted(open_steps)}
    if lost := [old for old, new in becomes.items() if spec.step(new) is None]:
        raise RuleBroken(
            _("The newest version has no step for: %(lost)s. Say which step takes its place.")
            % {"lost": "、".join(lost)}
        )
    if len(set(becomes.values())) < len(becomes):
        raise RuleBroken(_("Two open steps can't become the same one."))
    return becomes


def require_side_by_side(spec: ProcedureSpec, open_steps: set[str], done: set[str]) -> None:
    """Where a step is worked on beside others, each of these is open or has been done: else its join would wait for ever."""
    beside: set[str] = set()
    for fork in forks_of(spec):
        join = spec.step(fork.join or "")
        if join is None or not open_steps & fork.inside:
            continue
        beside |= fork.inside
        missing = [branch for branch in fork.branches if not branch & (open_steps | (done & set(join.wait_for)))]
        if missing:
            names = "、".join(label(step.labels) for step in spec.steps if step.id in open_steps & fork.inside)
            raise RuleBroken(
                _("“%(step)s” is worked on beside other steps in the newest version, which this case has not begun.")
                % {"step": names}
            )
    if len(open_steps - beside) > 1 or (beside & open_steps and open_steps - beside):
        raise RuleBroken(_("The newest version does not work on these steps at the same time."))


# --- before it is done -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions, in words. `kind` is "added", "removed" or "changed"."""

    kind: str
    what: str
    before: str = ""
    after: str = ""


def differences(old: ProcedureSpec, new: ProcedureSpec) -> Iterator[Change]:
    """Steps that came and went, terms, forms, ways and who does them; the whole term first."""
    if old.within != new.within:
        yield Change("changed", _("The whole case"), _term(old.within), _term(new.within))
    for step in old.steps:
        if new.step(step.id) is None:
            yield Change("removed", label(step.labels))
    for step in new.steps:
        past = old.step(step.id)
        if past is None:
            yield Change("added", label(step.labels), after=_term(step.within))
            continue
        yield from _step_differences(past, step)


def _step_differences(past: Step, step: Step) -> Iterator[Change]:
    name = label(step.labels)
    if label(past.labels) != name:
        yield Change("changed", _("%(step)s: name") % {"step": name}, label(past.labels), name)
    if past.within != step.within:
        yield Change("changed", _("%(step)s: term") % {"step": name}, _term(past.within), _term(step.within))
    sides = [", ".join(label(field.labels) for field in one.fields) or "—" for one in (past, step)]
    if past.fields != step.fields:
        yield Change("changed", _("%(step)s: form") % {"step": name}, *sides)
    if (past.by, past.need) != (step.by, step.need):
        yield Change("changed", _("%(step)s: who does it") % {"step": name})
    if past.outcomes != step.outcomes or past.wait_for != step.wait_for:
        yield Change("changed", _("%(step)s: where it leads") % {"step": name})


def _term(text: str) -> str:
    return duration_label(parse_duration(text))


def behind(person: Person, key: str) -> QuerySet[Case]:
    """The open cases of a procedure that the person sees and that go by an older version, the oldest first."""
    return (
        visible_cases(person)
        .filter(procedure__key=key, closed_at=None)
        .exclude(version=latest_version(key))
        .select_related("version__procedure", "handler")
        .order_by("pk")
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """What moving would change. `lost` are open steps that the newest version lacks, with how many cases stand there."""

    version: ProcedureVersion
    cases: int
    versions: tuple[int, ...]
    changes: tuple[Change, ...]
    lost: tuple[tuple[str, str, int], ...]  # id, name, cases
    earlier: int  # cases that will be due earlier
    later: int
    late: int  # cases that will be overdue at once and are not now


def preview(person: Person, key: str, cases: list[Case]) -> Preview:
    """Five queries, whatever the number of cases."""
    after = latest_version(key)
    spec, now = spec_of(after), clock.now()
    by_pk = {case.pk: case for case in cases}
    old = {case.version_id: case.version for case in cases}
    lost: dict[str, int] = {}
    names: dict[str, str] = {}
    for pk, step in StepRun.objects.filter(case__in=cases, closed_at=None).values_list("case_id", "step").distinct():
        if spec.step(step) is None:
            lost[step] = lost.get(step, 0) + 1
            past = spec_of(by_pk[pk].version).step(step)
            names[step] = label(past.labels) if past else step
    halts: dict[int, list[CaseMoment]] = {}
    for moment in CaseMoment.objects.filter(case__in=cases):
        halts.setdefault(moment.case_id, []).append(moment)
    shifts, structure = shifts_of_all({case.company_id for case in cases}), rulebook_now().structure
    dues: list[tuple[dt.datetime, dt.datetime]] = [
        (
            case.due_at,
            due_moment(
                Calendars(spec, shifts[case.company_id], structure).whole(case.position_id),
                spec.within,
                case.started_at,
                stops_of(halts.get(case.pk, [])),
                now,
            ),
        )
        for case in cases
    ]
    changes = [change for version in old.values() for change in differences(spec_of(version), spec)]
    return Preview(
        version=after,
        cases=len(cases),
        versions=tuple(sorted(version.number for version in old.values())),
        changes=tuple(dict.fromkeys(changes)),
        lost=tuple((step, names[step], count) for step, count in sorted(lost.items())),
        earlier=sum(due < was for was, due in dues),
        later=sum(due > was for was, due in dues),
        late=sum(due < now <= was for was, due in dues),
    )
