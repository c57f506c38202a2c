"""Where work items come from: how each kind of source reads on the page, and the hooks by which other rooms open and close them.

A room that has something to be done adds a Source and a hook here; hooks run inside the transaction of what they follow.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority import hooks, queries
from remit.kernel.authority.facts import Label
from remit.kernel.authority.models import Obligation, Step
from remit.kernel.charters import hooks as charter_hooks
from remit.kernel.charters.models import CharterVersion, Signature
from remit.kernel.organization import hooks as organization_hooks
from remit.kernel.organization.models import Appointment, Person, Position
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.work import routines
from remit.kernel.work.actions import Performer, close_item, open_item
from remit.kernel.work.calendars import calendar_at
from remit.kernel.work.models import WorkItem
from remit.kernel.work.texts import in_every_language
from remit.lib import clock
from remit.lib.calendars import WorkingCalendar, parse_duration


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of source: the word on its button, and the page where it is done.

    The page is addressed by the item's target, or by the numbers of its key where it takes several to name it. Where no page is
    named, the item's own page is where it is done: with the evidence that it asks for, handed over or delegated (deeds.py).
    """

    verb: Label
    url_name: str = ""
    by_key: bool = False
    query: Callable[[WorkItem], str] | None = None  # what the address says after "?" where one page serves all

    @property
    def is_done_here(self) -> bool:
        return not self.url_name

    def url(self, item: WorkItem) -> str:
        if self.is_done_here:
            return reverse("work:item", args=[item.pk])
        if self.query is not None:
            return f"{reverse(self.url_name)}?{self.query(item)}"
        return reverse(self.url_name, args=item.source_key.split(".") if self.by_key else [item.target])


def _period(item: WorkItem) -> str:
    """Of a summary that is waited for: its key is person, kind and first day."""
    _person, kind, start = item.source_key.split(".")
    return f"kind={kind}&on={start}"


SOURCES: Final[dict[str, Source]] = {
    "step": Source(gettext_lazy("Decide"), "authority:request-detail"),
    "question": Source(gettext_lazy("Answer"), "authority:request-detail"),
    "report": Source(gettext_lazy("Take note"), "authority:obligation-detail"),
    "countersign": Source(gettext_lazy("Sign"), "authority:obligation-detail"),
    "finding": Source(gettext_lazy("Determine"), "authority:obligation-detail"),
    "charter": Source(gettext_lazy("Sign"), "charters:sign", by_key=True),
    "case": Source(gettext_lazy("Handle"), "procedures:case-detail"),
    "case_overdue": Source(gettext_lazy("Step in"), "procedures:case-detail"),
    "case_notice": Source(gettext_lazy("Take note"), "procedures:case-detail"),
    "case_rated": Source(gettext_lazy("Look into it"), "procedures:case-detail"),
    "dunning": Source(gettext_lazy("Remind"), "dunning:run"),
    "debit_failed": Source(gettext_lazy("See to it"), "banking:item"),
    "statement_differs": Source(gettext_lazy("Clear up"), "credit:statement"),
    "charter_review": Source(gettext_lazy("Sign"), "charters:sign", by_key=True),
    routines.KIND: Source(gettext_lazy("Do it")),
    "agreement_end": Source(gettext_lazy("Look at it"), "agreements:detail"),
    "agreement_due": Source(gettext_lazy("Look at it"), "agreements:detail"),
    "first_contact": Source(gettext_lazy("Contact"), "parties:detail"),
    "task": Source(gettext_lazy("Do it"), "work:task"),
    "task_answer": Source(gettext_lazy("Answer"), "work:task"),
    "task_check": Source(gettext_lazy("Check"), "work:task"),
    "summary": Source(gettext_lazy("Write"), "work:summary-own", query=_period),
}
# How long a holder and a reviewer have to sign a charter: no clause says it, so they have what countersignatures have.
SIGN_WITHIN: Final = "3 workdays"
# The role of a signature → the kind of its item.
SIGNATURES: Final = {"holder": "charter", "reviewer": "charter_review"}


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


# --- charters ----------------------------------------------------------------------------------------------------------------


def signature_wanted(version_id: int, position_id: int, holder_id: int, role: str) -> None:
    """The holder confirms, then the position above countersigns. Asked again while it is open, it keeps its deadline."""
    kind, key = SIGNATURES[role], f"{version_id}.{position_id}.{holder_id}"
    if WorkItem.objects.filter(source_kind=kind, source_key=key, done_at=None).exists():
        return
    position = Position.objects.get(pk=position_id)
    if role == "reviewer" and position.superior_id is None:
        return  # nobody stands above who could countersign
    number = CharterVersion.objects.values_list("number", flat=True).get(pk=version_id)
    values = {"title": position.title, "number": number, "name": Person.objects.get(pk=holder_id).name}

    def label() -> str:
        if role == "holder":
            return _("Confirm your charter: %(title)s v%(number)s") % values
        return _("Countersign the charter of %(name)s: %(title)s v%(number)s") % values

    signs = position_id if role == "holder" else position.superior_id
    open_item(
        kind,
        key,
        Performer(person_id=holder_id) if role == "holder" else Performer(None, position.superior_id, holder_id),
        due_at=parse_duration(SIGN_WITHIN).due(calendar_at(position.company_id, position_id=signs), clock.now()),
        labels=in_every_language(label),
        provenances=in_every_language(lambda: _("In force; its holder signs, then the position above")),
        target=version_id,
        action="charter.sign",
        company_id=position.company_id,
    )


def signature_settled(version_id: int, position_id: int, holder_id: int, role: str) -> None:
    """Signed, or no longer wanted because the version was replaced."""
    signed = Signature.objects.filter(version=version_id, position=position_id, holder=holder_id, role=role).first()
    close_item(
        SIGNATURES[role],
        f"{version_id}.{position_id}.{holder_id}",
        done_by_id=signed.signed_by_id if signed else None,
        at=signed.signed_at if signed else None,
    )


# --- appointments ------------------------------------------------------------------------------------------------------------


def appointed(appointment_ids: Sequence[int]) -> None:
    """A new holder inherits the routines of the position the same day."""
    today = timezone.localdate(clock.now())
    held = Appointment.objects.filter(holds_on(today), pk__in=appointment_ids).values_list("position_id", flat=True)
    routines.give_to_new_holders(set(held))


def _calendar_asked(company_id: int | None, position_id: int | None, person_id: int | None) -> WorkingCalendar:
    return calendar_at(company_id, position_id=position_id, person_id=person_id)


def register() -> None:
    """Called once, when the apps are ready."""
    hooks.calendar_asked.append(_calendar_asked)
    hooks.step_opened.append(step_opened)
    hooks.step_closed.append(step_closed)
    hooks.step_returned.append(step_returned)
    hooks.step_answered.append(step_answered)
    hooks.obligation_opened.append(obligation_opened)
    hooks.obligation_closed.append(obligation_closed)
    charter_hooks.signature_wanted.append(signature_wanted)
    charter_hooks.signature_settled.append(signature_settled)
    organization_hooks.appointed.append(appointed)
