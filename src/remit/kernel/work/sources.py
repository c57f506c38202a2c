"""Where work items come from: how each kind of source reads on the page, and the hooks by which other rooms open and close them.

A room that has something to be done adds a Source and a hook here; hooks run inside the transaction of what they follow.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from remit.kernel.authority import hooks, queries
from remit.kernel.authority.facts import Label
from remit.kernel.authority.models import Obligation, Step
from remit.kernel.work.actions import Performer, close_item, open_item


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of source: the word on its button, and the page where it is done (addressed by the item's target)."""

    verb: Label
    url_name: str

    def url(self, target: int) -> str:
        return reverse(self.url_name, args=[target])


SOURCES: Final[dict[str, Source]] = {
    "step": Source(gettext_lazy("Decide"), "authority:request-detail"),
    "question": Source(gettext_lazy("Answer"), "authority:request-detail"),
    "report": Source(gettext_lazy("Take note"), "authority:obligation-detail"),
    "countersign": Source(gettext_lazy("Sign"), "authority:obligation-detail"),
    "finding": Source(gettext_lazy("Determine"), "authority:obligation-detail"),
}


def in_every_language(make: Callable[[], str]) -> dict[str, str]:
    """A text in each language of the product: who will read the item is not who opened it."""
    texts = {}
    for code, _name in settings.LANGUAGES:
        with override(code):
            texts[code] = make()
    return texts


# --- steps of requests -------------------------------------------------------------------------------------------------------


def _step(pk: int) -> Step:
    related = ("request__requester", "request__position", "grant", "position", "question_by")
    return Step.objects.select_related(*related).get(pk=pk)


def step_opened(pk: int) -> None:
    """Ask the position for its decision. What it rests on is the clause that lets it decide."""
    step = _step(pk)
    request = step.request

    def provenance() -> str:
        values = {
            "name": request.requester.name,
            "position": request.position.title if request.position else "—",
            "clause": queries.clause_label(step.grant),
        }
        if step.rung > 1:
            return _("Not answered in time one level below · asked by %(name)s (%(position)s) · %(clause)s") % values
        return _("Asked by %(name)s (%(position)s) · yours to decide by %(clause)s") % values

    open_item(
        "step",
        step.pk,
        Performer(position_id=step.position_id, excepted_id=request.requester_id),
        due_at=step.due_at,
        labels=in_every_language(
            lambda: _("Approve: %(what)s") % {"what": queries.headline(request.action, request.facts)}
        ),
        provenances=in_every_language(provenance),
        target=request.pk,
        action=request.action,
        company_id=request.company_id,
    )


def step_closed(pk: int) -> None:
    step = Step.objects.get(pk=pk)
    close_item("step", pk, done_by_id=step.decided_by_id, at=step.closed_at)
    close_item("question", pk, at=step.closed_at)


def step_returned(pk: int) -> None:
    """The question is the requester's to answer; meanwhile nothing waits for the approver."""
    step = _step(pk)
    asker, request = step.question_by, step.request
    close_item("step", pk)
    open_item(
        "question",
        pk,
        Performer(person_id=request.requester_id),
        due_at=step.due_at,
        labels=in_every_language(
            lambda: _("Answer: %(what)s") % {"what": queries.headline(request.action, request.facts)}
        ),
        provenances=in_every_language(
            lambda: (
                _("%(name)s asks: %(question)s")
                % {"name": asker.name if asker else "", "question": step.question[:120]}
            )
        ),
        target=request.pk,
        action=request.action,
        company_id=request.company_id,
    )


def step_answered(pk: int) -> None:
    close_item("question", pk, done_by_id=Step.objects.values_list("request__requester_id", flat=True).get(pk=pk))
    step_opened(pk)


# --- obligations -------------------------------------------------------------------------------------------------------------


def _owed(kind: str, what: str) -> str:
    if kind == "report":
        return _("Take note: %(what)s") % {"what": what}
    if kind == "countersign":
        return _("Countersign: %(what)s") % {"what": what}
    return _("Determine who is responsible: %(what)s") % {"what": what}


def obligation_opened(pk: int) -> None:
    """Something is owed after a grant was used; it rests on the clause that was used."""
    obligation = Obligation.objects.select_related("ruling__person", "ruling__grant").get(pk=pk)
    ruling = obligation.ruling

    def provenance() -> str:
        values = {
            "name": ruling.person.name if ruling.person else "",
            "clause": queries.clause_label(ruling.grant) if ruling.grant else "",
        }
        return _("Follows what %(name)s did by %(clause)s") % values

    open_item(
        obligation.kind,
        pk,
        Performer(obligation.person_id, obligation.position_id, ruling.person_id if obligation.position_id else None),
        due_at=obligation.due_at,
        labels=in_every_language(lambda: _owed(obligation.kind, queries.headline(ruling.action, ruling.facts))),
        provenances=in_every_language(provenance),
        target=pk,
        action=ruling.action,
        company_id=ruling.company_id,
    )


def obligation_closed(pk: int) -> None:
    obligation = Obligation.objects.get(pk=pk)
    close_item(obligation.kind, pk, done_by_id=obligation.done_by_id, at=obligation.done_at)


def register() -> None:
    """Called once, when the apps are ready."""
    hooks.step_opened.append(step_opened)
    hooks.step_closed.append(step_closed)
    hooks.step_returned.append(step_returned)
    hooks.step_answered.append(step_answered)
    hooks.obligation_opened.append(obligation_opened)
    hooks.obligation_closed.append(obligation_closed)
