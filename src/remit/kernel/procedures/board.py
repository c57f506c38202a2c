"""The board: open cases side by side, by the step that they stand at."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, F, Window
from django.db.models.functions import DenseRank

from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import visible_cases
from remit.kernel.procedures.compiled import label
from remit.kernel.procedures.format import ProcedureSpec
from remit.kernel.procedures.models import StepRun
from remit.kernel.procedures.queries import asked_name

CARDS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Card:
    """One case where it stands on the board."""

    pk: int
    number: str
    title: str
    subject: str
    with_whom: str
    due_at: dt.datetime
    is_paused: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Column:
    """One step: the cases that are due first, and how many more there are."""

    step: str
    label: str
    count: int
    cards: list[Card]

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


def board(person: Person, procedure_key: str, spec: ProcedureSpec) -> list[Column]:
    """Open cases by the step that they stand at, as far as the person may see them; in several branches a case stands several times.

    Steps of older versions that the newest does not have come last. Two queries, whatever the number of cases.
    """
    open_runs = StepRun.objects.filter(
        closed_at=None, case__in=visible_cases(person).filter(procedure__key=procedure_key, closed_at=None)
    )
    counts = dict(open_runs.order_by().values_list("step").annotate(Count("case", distinct=True)))
    place = Window(DenseRank(), partition_by="step", order_by=[F("due_at"), F("case_id")])
    first = open_runs.annotate(place=place).filter(place__lte=CARDS_SHOWN)
    found: dict[str, dict[int, list[StepRun]]] = {}
    for run in first.select_related("case", "person", "position").order_by("due_at", "case_id", "pk"):
        found.setdefault(run.step, {}).setdefault(run.case_id, []).append(run)
    names = {step.id: label(step.labels) for step in spec.steps}
    return [
        Column(step, names.get(step, step), counts.get(step, 0), [_card(runs) for runs in found.get(step, {}).values()])
        for step in [*names, *(step for step in counts if step not in names)]
    ]


def _card(runs: list[StepRun]) -> Card:
    case = runs[0].case
    return Card(
        pk=case.pk,
        number=case.number,
        title=case.title,
        subject=case.subject,
        with_whom="、".join(asked_name(run) for run in runs),
        due_at=runs[0].due_at,
        is_paused=case.paused_at is not None,
        waits=any(run.request_id is not None for run in runs),
    )
