"""The cases behind a figure: by plan and what became of them, by an answer, by how they ended, by handler, by the days on which they
came. Figures lead to the list with these in the address."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.organization.models import Person
from remit.kernel.procedures.compiled import label, latest_versions, spec_of
from remit.kernel.procedures.format import FormField
from remit.kernel.procedures.models import Case, Plan
from remit.kernel.procedures.plans.queries import RESULTS, result_is
from remit.kernel.procedures.repeats import CAME_AGAIN, came_again, ended
from remit.lib import clock

NOTHING: Final = "-"  # the value of an answer that was not given
KEY_LENGTH: Final = 40
NAMES: Final = ("plan", "result", "answer", "end", "handler", "again", "since", "until")


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Each "" or None is no condition. `answer` is "field:value"; `again` says of what was done whether it came again soon after;
    `until` the first day that is no longer counted."""

    plan: str = ""
    result: str = ""
    answer: str = ""
    end: str = ""
    handler: int | None = None
    again: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def given(self) -> list[tuple[str, str]]:
        """As an address has it."""
        return [(name, str(value)) for name in NAMES if (value := getattr(self, name)) not in ("", None)]

    @property
    def said(self) -> str:
        """In words, for the chip that takes it away; "" where nothing narrows. At most three queries."""
        parts = []
        if self.plan:
            plan = Plan.objects.filter(key=self.plan).first()
            parts.append(label(plan.labels) if plan else self.plan)
        if self.result:
            texts = {
                "done": _("Done in time"), "late": _("Done late"), "running": _("Still in time"), "missed": _("Missed"),
            }  # fmt: skip
            parts.append(texts[self.result])
        if self.answer:
            parts.append(_said_answer(*self.answer.split(":", 1)))
        if self.end:
            parts.append(_end_label(self.end))
        if self.handler is not None:
            parts.append(Person.objects.filter(pk=self.handler).values_list("name", flat=True).first() or "—")
        if self.again:
            parts.append(_("came again") if CAME_AGAIN[self.again] else _("held"))
        if self.since or self.until:
            last = self.until - dt.timedelta(days=1) if self.until else None
            parts.append(f"{self.since or ''} – {last or ''}")
        return " · ".join(parts)

    def among(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """Of the cases that somebody sees already."""
        if self.plan:
            cases = cases.filter(planned__run__plan__key=self.plan)
        if self.result:
            cases = cases.filter(result_is(self.result, clock.now()))
        if self.answer:
            name, value = self.answer.split(":", 1)
            cases = cases.filter(answered(name, value)) if _field(name) else cases.none()
        if self.end:
            cases = cases.filter(outcome=self.end)
        if self.handler is not None:
            cases = cases.filter(handler=self.handler)
        if self.again:
            cases = self._returning(cases)
        return came_between(cases, self.since, self.until)

    def _returning(self, cases: QuerySet[Case]) -> QuerySet[Case]:
        """By the latest version of each procedure that counts repeats."""
        specs = {one.procedure_id: spec_of(one) for one in latest_versions()}
        wanted = Q()
        for procedure_id, spec in specs.items():
            if spec.repeat is not None:
                followed = Q(came_again(spec.repeat))
                wanted |= Q(procedure=procedure_id) & (followed if CAME_AGAIN[self.again] else ~followed)
        return ended(cases).filter(wanted) if wanted else cases.none()


def came_between(cases: QuerySet[Case], since: dt.date | None, until: dt.date | None) -> QuerySet[Case]:
    """Received from the first day on, before the second."""
    zone = timezone.get_current_timezone()
    if since:
        cases = cases.filter(started_at__gte=dt.datetime.combine(since, dt.time(), zone))
    if until:
        cases = cases.filter(started_at__lt=dt.datetime.combine(until, dt.time(), zone))
    return cases


def answered(name: str, value: str) -> Q:
    """By a field that a procedure has; `value` as `written` writes it."""
    if value == NOTHING:
        return Q(**{f"values__{name}__isnull": True})
    plain: Any = {"true": True, "false": False}.get(value, value)
    return Q(**{f"values__{name}": plain})


def written(value: Any) -> str:
    """An answer as an address has it."""
    if value is None:
        return NOTHING
    return str(value).lower() if isinstance(value, bool) else str(value)


def _field(name: str) -> FormField | None:
    """One query."""
    return next(
        (spec_of(one).all_fields()[name] for one in latest_versions() if name in spec_of(one).all_fields()), None
    )


def answer_label(field: FormField, value: str) -> str:
    if value == NOTHING:
        return _("not answered")
    if field.kind == "yes_no":
        return _("yes") if value == "true" else _("no")
    return next((label(choice.labels) for choice in field.choices if choice.key == value), value)


def _said_answer(name: str, value: str) -> str:
    field = _field(name)
    return f"{label(field.labels)}: {answer_label(field, value)}" if field else name


def _end_label(key: str) -> str:
    ends = (spec_of(one).end(key) for one in latest_versions())
    return next((label(end.labels) for end in ends if end), key)


def read(params: Mapping[str, str]) -> Narrowed:
    """From an address. What is not understood counts as not given."""
    result, answer, handler, again = (params.get(name, "") for name in ("result", "answer", "handler", "again"))
    return Narrowed(
        plan=params.get("plan", "")[:KEY_LENGTH],
        result=result if result in RESULTS else "",
        answer=answer[: 2 * KEY_LENGTH] if ":" in answer else "",
        end=params.get("end", "")[:KEY_LENGTH],
        again=again if again in CAME_AGAIN else "",
        handler=int(handler) if handler.isascii() and handler.isdigit() and len(handler) < 19 else None,
        since=_day(params.get("since", "")),
        until=_day(params.get("until", "")),
    )


def address(procedure: str, **conditions: object) -> str:
    """The list with these conditions, closed cases included."""
    return "?" + urlencode({"state": "all", "procedure": procedure, **{k: str(v) for k, v in conditions.items() if v}})


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
