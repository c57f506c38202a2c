"""The report of a procedure over a period: what came, what became of it, by class, by answer, by handler, and what customers said.

Weekly and monthly tables of complaints, enquiries and changes (R-036, R-038) and the summary of call-backs (D-043) are this. Every
figure leads to its cases.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import visible_cases
from remit.kernel.procedures.compiled import label, spec_of
from remit.kernel.procedures.engine import CANCELLED
from remit.kernel.procedures.format import FormField, ProcedureSpec, Repeat
from remit.kernel.procedures.models import Case, ProcedureVersion, StepRun
from remit.kernel.procedures.narrowing import address, answer_label, came_between, written
from remit.kernel.procedures.plans.periods import Span
from remit.kernel.procedures.plans.queries import RESULTS, result_is
from remit.kernel.procedures.repeats import came_again, ended
from remit.lib import clock

COUNTED: Final = ("choice", "yes_no")
REMARKS_SHOWN: Final = 200
REMARK_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: how many, of them still open, ended in time, ended late, missed; `address` leads to the cases."""

    label: str
    count: int
    open: int
    by_result: Mapping[str, int]
    address: str

    def figures(self) -> list[int]:
        return [self.count, self.open, self.by_result["done"], self.by_result["late"], self.by_result["missed"]]


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Remark:
    """What a customer said, in which case."""

    case_id: int
    number: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Calls:
    """How long customers were on the line: how many calls, minutes on average, and how many were longer than the `limit` (R-025)."""

    count: int
    minutes: Decimal
    long: int
    limit: int


@dataclass(frozen=True, slots=True)
class Report:
    spec: ProcedureSpec
    span: Span
    plan: str
    total: Line
    tables: list[Table]
    remarks: list[tuple[str, list[Remark]]]
    calls: Calls | None  # where the procedure has a step that is done by telephone

    @property
    def last_day(self) -> dt.date:
        return self.span.end - dt.timedelta(days=1)


def report_of(person: Person, version: ProcedureVersion, span: Span, plan: str = "") -> Report:
    """Of the cases that the person may see. Some four queries, and one a field of `report`."""
    spec = spec_of(version)
    found = visible_cases(person).filter(procedure=version.procedure_id)
    found = came_between(found, span.start, span.end).order_by()
    if plan:
        found = found.filter(planned__run__plan__key=plan)
    where = {"plan": plan, "since": span.start, "until": span.end}
    fields = [spec.all_fields()[name] for name in dict.fromkeys((spec.class_field, *spec.report)) if name]
    tables = [_by_answer(spec, found, field, where) for field in fields if field.kind in COUNTED]
    if spec.repeat is not None:
        tables.append(_by_return(spec, spec.repeat, found, where))
    tables += [_by_end(spec, found, where), _by_handler(spec, found, where)]
    remarks = [(label(field.labels), _remarks(found, field)) for field in fields if field.kind not in COUNTED]
    totals = found.aggregate(**_counts())
    return Report(
        spec, span, plan, _line(_("Total"), totals, address(spec.id, **where)),
        [table for table in tables if table.lines], [(title, said) for title, said in remarks if said], _calls(spec, found),
    )  # fmt: skip


def _counts() -> dict[str, Count]:
    now = clock.now()
    counts = {f"n_{result}": Count("pk", filter=result_is(result, now)) for result in RESULTS}
    return {"n": Count("pk"), "n_open": Count("pk", filter=Q(closed_at=None)), **counts}


def _line(text: str, row: Mapping[str, Any], where: str) -> Line:
    return Line(text, row["n"], row["n_open"], {result: row[f"n_{result}"] for result in RESULTS}, where)


def _by_answer(spec: ProcedureSpec, found: QuerySet[Case], field: FormField, where: Mapping[str, object]) -> Table:
    key = f"values__{field.name}"
    rows = found.values(key).annotate(**_counts())
    lines = [
        _line(answer_label(field, written(row[key])), row,
              address(spec.id, answer=f"{field.name}:{written(row[key])}", **where))
        for row in rows
    ]  # fmt: skip
    return Table(label(field.labels), _most_first(lines))


def _by_return(spec: ProcedureSpec, repeat: Repeat, found: QuerySet[Case], where: Mapping[str, object]) -> Table:
    """Of what was done: how much held, and how much came again within the days."""
    rows = ended(found).annotate(again=came_again(repeat)).values("again").annotate(**_counts())
    names = {True: ("yes", _("came again")), False: ("no", _("held"))}
    lines = [
        _line(names[row["again"]][1], row, address(spec.id, again=names[row["again"]][0], **where)) for row in rows
    ]
    return Table(_("Came again within %(n)d days") % {"n": repeat.days}, _most_first(lines))


def _by_end(spec: ProcedureSpec, found: QuerySet[Case], where: Mapping[str, object]) -> Table:
    names = {end.id: label(end.labels) for end in spec.ends} | {CANCELLED: _("cancelled")}
    rows = found.exclude(outcome="").values("outcome").annotate(**_counts())
    lines = [
        _line(names.get(row["outcome"], row["outcome"]), row, address(spec.id, end=row["outcome"], **where))
        for row in rows
    ]
    return Table(_("How it ended"), _most_first(lines))


def _by_handler(spec: ProcedureSpec, found: QuerySet[Case], where: Mapping[str, object]) -> Table:
    rows = found.values("handler", "handler__name").annotate(**_counts())
    lines = [_line(row["handler__name"], row, address(spec.id, handler=row["handler"], **where)) for row in rows]
    return Table(_("Handler"), _most_first(lines))


def _most_first(lines: Iterable[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (-line.count, line.label))


def _remarks(found: QuerySet[Case], field: FormField) -> list[Remark]:
    """The latest ones; longer texts are read in the case."""
    rows = found.filter(**{f"values__{field.name}__isnull": False}).order_by("-started_at")
    some = rows.values_list("pk", "number", "subject", f"values__{field.name}")[:REMARKS_SHOWN]
    return [
        Remark(pk, number, subject, ("；".join(value) if isinstance(value, list) else str(value))[:REMARK_LENGTH])
        for pk, number, subject, value in some
    ]


def _calls(spec: ProcedureSpec, found: QuerySet[Case]) -> Calls | None:
    """One query."""
    limits = {step.id: step.telephone.minutes for step in spec.steps if step.telephone}
    if not limits:
        return None
    length = ExpressionWrapper(F("closed_at") - F("called_at"), output_field=DurationField())
    runs = StepRun.objects.filter(case__in=found, step__in=limits, called_at__isnull=False, closed_at__isnull=False)
    too_long = reduce(or_, (Q(step=key, length__gt=dt.timedelta(minutes=limit)) for key, limit in limits.items()))
    row = runs.annotate(length=length).aggregate(n=Count("pk"), mean=Avg("length"), long=Count("pk", filter=too_long))
    mean: dt.timedelta = row["mean"] or dt.timedelta()
    minutes = Decimal(int(mean.total_seconds())) / 60
    return Calls(row["n"], minutes.quantize(Decimal("0.1")), row["long"], max(limits.values()))


def headers() -> list[str]:
    return [_("Count"), _("Open"), _("Done in time"), _("Done late"), _("Missed")]


def calls_text(calls: Calls) -> str:
    return _("%(n)d calls of %(minutes)s minutes on average, %(long)d longer than %(limit)d") % {
        "n": calls.count, "minutes": calls.minutes, "long": calls.long, "limit": calls.limit,
    }  # fmt: skip


def paper_data(report: Report, *, company: str, note: str) -> dict[str, Any]:
    """The data of the paper "case-report"."""
    return {
        "company": company,
        "title": label(report.spec.labels),
        "days": f"{report.span.start.isoformat()} – {report.last_day.isoformat()}",
        "note": f"{note} · {calls_text(report.calls)}" if report.calls and report.calls.count else note,
        "headers": headers(),
        "total": {"label": report.total.label, "figures": list(map(str, report.total.figures()))},
        "tables": [
            {
                "title": table.title,
                "rows": [{"label": line.label, "figures": list(map(str, line.figures()))} for line in table.lines],
            }
            for table in report.tables
        ],
        "remarks": [
            {"title": title, "rows": [{"number": one.number, "subject": one.subject, "text": one.text} for one in said]}
            for title, said in report.remarks
        ],
    }
