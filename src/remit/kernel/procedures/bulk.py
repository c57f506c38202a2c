"""The same act on many cases: through the same gate one by one, each with what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.bulk import RowResult, perform_rows
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.models import Ruling
from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import visible_cases
from remit.kernel.procedures.actions import may_do
from remit.kernel.procedures.models import Case, StepRun

MOST: Final = 200
# What may be done to many at once: the action, and whether it is asked of the case or of its open steps.
DEEDS: Final[Mapping[str, tuple[str, str]]] = {
    "submit": ("case.submit", "step"),
    "assign": ("case.assign", "step"),
    "pause": ("case.pause", "case"),
    "resume": ("case.resume", "case"),
    "note": ("case.take_note", "case"),
    "cancel": ("case.cancel", "case"),
    "move": ("case.move", "case"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: done (or sent for approval), or the sentence why not."""

    pk: int
    number: str
    title: str
    is_done: bool
    sentence: str


def chosen_cases(person: Person, ids: Iterable[int]) -> list[Case]:
    """Those of the ids that the person sees, in the order of their numbers. Raises RuleBroken for none, and for more than MOST."""
    wanted = set(ids)
    if len(wanted) > MOST:
        raise RuleBroken(_("At most %(n)d cases at once.") % {"n": MOST})
    found = list(visible_cases(person).filter(pk__in=wanted).select_related("version").order_by("pk"))
    if not found:
        raise RuleBroken(_("Choose the cases first."))
    return found


def act_on(
    actor: Actor, person: Person, deed: str, cases: list[Case], facts: Mapping[str, Any], key: str | None = None
) -> list[Outcome]:
    """One row a case, each for itself: what is refused leaves the others done. `key` makes the whole safe to repeat.

    A step is the one that the person may do, or (to hand it over) any that is open; a case that has none is told so by the action.
    """
    name, asked = DEEDS[deed]
    if asked == "case":
        rows: dict[int, dict[str, Any]] = {case.pk: {"case": case.pk, **facts} for case in cases}
    else:
        rows = {pk: {"step": step, **facts} for pk, step in _steps_of(person, cases).items()}
    if key:  # a step that this very act has finished before is asked about again, not the one that came after it
        rows |= _answered(person, key, cases)
    outcomes = []
    for case in cases:
        if case.pk not in rows:
            outcomes.append(Outcome(case.pk, case.number, case.title, False, _("No step of it is open.")))
            continue
        own = f"{key}:{case.pk}" if key else None
        (result,) = perform_rows(actor, name, [rows[case.pk]], each=True, key=own)
        outcomes.append(Outcome(case.pk, case.number, case.title, result.is_done, _said(result)))
    return outcomes


def _steps_of(person: Person, cases: list[Case]) -> dict[int, int]:
    """Of each case the open step that the person may do, else the first that is open. One query."""
    book = rulebook_now()
    of_case: dict[int, list[StepRun]] = {}
    for run in StepRun.objects.filter(case__in=cases, closed_at=None).select_related("case").order_by("pk"):
        of_case.setdefault(run.case_id, []).append(run)
    return {pk: next((run for run in runs if may_do(run, person.pk, book)), runs[0]).pk for pk, runs in of_case.items()}


def _answered(person: Person, key: str, cases: list[Case]) -> dict[int, dict[str, Any]]:
    """The facts of those that were answered under the key already, by case. One query."""
    keys = {f"{key}:{case.pk}:1": case.pk for case in cases}
    found = Ruling.objects.filter(person=person, idempotency_key__in=keys).values_list("idempotency_key", "facts")
    return {keys[str(own)]: {name: value for name, value in facts.items() if value is not None} for own, facts in found}


def _said(row: RowResult) -> str:
    """Of what was done at once one word is enough; what was sent for approval, or refused, is told as the gate tells it."""
    return _("Done.") if row.result is not None and row.result.kind == "done" else row.sentence
