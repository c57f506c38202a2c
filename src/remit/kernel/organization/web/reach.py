"""What every view of the room begins with: who asks, which day is meant, and what came of an act."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import Result, perform
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import structure_on, today
from remit.kernel.organization.structure import Structure
from remit.web.http import Request


def person_here(request: Request) -> Person:
    """The person behind the login. One without a person belongs to no company and sees none. Raises NotYours."""
    if request.person is None:
        raise NotYours(_("This login belongs to nobody in the organization."))
    return request.person


def number_or_none(text: str) -> int | None:
    """An id out of an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@dataclass(frozen=True, slots=True)
class Day:
    """The day that an address asks about. `error` is a sentence where it is no day; then today counts."""

    day: dt.date
    error: str = ""

    @property
    def is_today(self) -> bool:
        return self.day == today()


def structure_of(day: Day) -> Structure:
    """The organization on the day; today's is compiled already, with the rulebook."""
    return rulebook_now().structure if day.is_today else structure_on(day.day)


def day_of(request: Request) -> Day:
    """?on=2026-03-01"""
    given = request.GET.get("on", "").strip()
    if not given:
        return Day(today())
    try:
        day = dt.date.fromisoformat(given)
        if not 1900 <= day.year <= 2199:
            raise ValueError
    except ValueError:
        return Day(today(), _("“%(day)s” is no date; write it as 2026-03-01.") % {"day": given[:20]})
    return Day(day)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a form: done or requested (`result`), or why not. `status` is the page's."""

    result: Result | None
    refusal: str = ""
    status: int = 200


def act(request: Request, name: str, facts: Mapping[str, Any], form: forms.Form | None = None) -> Outcome:
    """Perform the action. Faults of the facts go to the form's fields; what is refused is told. Raises NotYours."""
    given = {key: value for key, value in facts.items() if value not in (None, "")}
    try:
        return Outcome(perform(request.actor, name, given))
    except BadFacts as error:
        loose = []
        for fact, message in error.faults.items():
            if form is not None and fact in form.fields:
                form.add_error(fact, message)
            else:
                loose.append(message)
        return Outcome(None, " ".join(loose), 422)
    except NotYours:
        raise
    except Refusal as error:
        return Outcome(None, error.sentence, error.status)


def answer(request: Request, result: Result, done: str, to: str, *args: object) -> HttpResponse:
    """Back to the page with a sentence; to the request where somebody else has to decide."""
    if result.kind == "requested":
        messages.success(request, result.sentence)
        return redirect("authority:request-detail", result.request_id)
    messages.success(request, done)
    return redirect(to, *args)
