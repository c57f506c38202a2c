"""The cases behind a figure: by plan and what became of them, by class, by the days on which they came. Figures lead to the list with these."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.organization.models import Person
from remit.kernel.procedures.compiled import label, latest_versions, spec_of
from remit.kernel.procedures.models import Case, Plan
from remit.kernel.procedures.plans.queries import RESULTS, result_is
from remit.lib import clock

NO_CLASS: Final = "-"
KEY_LENGTH: Final = 40


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Each "" or None is no condition. `until` is the first day that is no longer counted."""

    plan: str = ""
    result: str = ""
    class_key: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def given(self) -> list[tuple[str, str]]:
        """As an address has it."""
        parts = {"plan": self.plan, "result": self.result, "class": self.class_key}
        days = {"since": self.since, "until": self.until}
        return [(name, text) for name, text in parts.items() if text] + [
            (name, day.isoformat()) for name, day in days.items() if day
        ]

    @property
    def said(self) -> str:
        """In words, for the chip that takes it away; "" where nothing narrows. At most two queries."""
        parts = []
        if self.plan:
            plan = Plan.objects.filter(key=self.plan).first()
            parts.append(label(plan.labels) if plan else self.plan)
        if self.result:
            texts = {
                "done": _("Done in time"), "late": _("Done late"), "running": _("Still in time"), "missed": _("Missed"),
            }  # fmt: skip
            parts.append(texts[self.result])
        if self.class_key:
            parts.append(_class_label(self.class_key))
        if self.since or self.until:
            last = self.until - dt.timedelta(days=1) if self.until else None
            parts.append(f"{self.since or ''} – {last or ''}")
        return " · ".join(parts)

    def among(self, cases: QuerySet[Case], person: Person) -> QuerySet[Case]:
        """Of the cases that the person sees already."""
        if self.plan:
            cases = cases.filter(planned__run__plan__key=self.plan)
        if self.result:
            cases = cases.filter(result_is(self.result, clock.now()))
        if self.class_key:
            cases = cases.filter(_in_class(self.class_key))
        zone = timezone.get_current_timezone()
        if self.since:
            cases = cases.filter(started_at__gte=dt.datetime.combine(self.since, dt.time(), zone))
        if self.until:
            cases = cases.filter(started_at__lt=dt.datetime.combine(self.until, dt.time(), zone))
        return cases


def _in_class(key: str) -> Q:
    """By the class field of each procedure. One query."""
    found = Q(pk__in=())
    for version in latest_versions():
        if field := spec_of(version).class_field:
            has = {f"values__{field}__isnull": True} if key == NO_CLASS else {f"values__{field}": key}
            found |= Q(procedure=version.procedure_id, **has)
    return found


def _class_label(key: str) -> str:
    if key == NO_CLASS:
        return _("no class")
    for spec in map(spec_of, latest_versions()):
        field = spec.all_fields().get(spec.class_field or "")
        for choice in field.choices if field else ():
            if choice.key == key:
                return label(choice.labels)
    return key


def read(params: Mapping[str, str]) -> Narrowed:
    """From an address. What is not understood counts as not given."""
    result = params.get("result", "")
    return Narrowed(
        plan=params.get("plan", "")[:KEY_LENGTH],
        result=result if result in RESULTS else "",
        class_key=params.get("class", "")[:KEY_LENGTH],
        since=_day(params.get("since", "")),
        until=_day(params.get("until", "")),
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
