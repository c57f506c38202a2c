"""What the views of every room begin and end with: who asks, what he wants done, and what came of it."""

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
from remit.kernel.organization.models import Person
from remit.web.http import Request


def person_here(request: Request) -> Person:
    """The person behind the login. One without a person has no part in what the rooms hold. Raises NotYours."""
    if request.person is None:
        raise NotYours(_("This login belongs to nobody in the organization."))
    return request.person


def number_or_none(text: str) -> int | None:
    """An id out of an address; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


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


def answer(request: Request, outcome: Outcome, done: str, to: str, *args: object) -> HttpResponse:
    """Back to the page with a sentence, of the refusal too; to the request where somebody else has to decide."""
    if outcome.result is None:
        messages.error(request, outcome.refusal)
        return redirect(to, *args)
    if outcome.result.kind == "requested":
        messages.success(request, outcome.result.sentence)
        return redirect("authority:request-detail", outcome.result.request_id)
    messages.success(request, done)
    return redirect(to, *args)
