"""Rows that hold for a span of days, half-open: from `start` up to, not including, `end` (None: until further notice)."""

import datetime as dt

from django.db import models


def holds_on(day: dt.date, prefix: str = "") -> models.Q:
    """The condition that a span holds on the day; `prefix` reaches it through a relation ("appointments__")."""
    return models.Q(**{f"{prefix}start__lte": day}) & (
        models.Q(**{f"{prefix}end__isnull": True}) | models.Q(**{f"{prefix}end__gt": day})
    )


def still_open(day: dt.date, field: str = "closed_on") -> models.Q:
    """The condition that something is not closed (`left_on`: has not left) on the day; the day may have been set ahead."""
    return models.Q(**{f"{field}__isnull": True}) | models.Q(**{f"{field}__gt": day})


def is_a_span(name: str) -> models.CheckConstraint:
    """A span ends after it starts. An appointment made in error ends on its first day, so equality is allowed."""
    return models.CheckConstraint(
        condition=models.Q(end__isnull=True) | models.Q(end__gte=models.F("start")), name=name
    )
