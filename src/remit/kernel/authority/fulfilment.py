"""Fulfilling what is owed after the use of a grant: take note, countersign, find who is responsible (S-046, R-015)."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority import hooks
from remit.kernel.authority.access import obligation_visible_to
from remit.kernel.authority.errors import AlreadyDecided, RuleBroken
from remit.kernel.authority.facts import Fact, Facts, Label
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.models import Matter, Obligation
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.authority.terms import calendar_for
from remit.kernel.organization.models import Person
from remit.lib import clock
from remit.lib.calendars import parse_duration

ANSWERS: Final[Mapping[str, tuple[tuple[str, Label], ...]]] = {
    "report": (("noted", gettext_lazy("Taken note")), ("questioned", gettext_lazy("Questioned"))),
    "countersign": (("signed", gettext_lazy("Signed")), ("objected", gettext_lazy("Objected"))),
    "finding": (
        ("person", gettext_lazy("A person is responsible")),
        ("company", gettext_lazy("Unclear: the company bears it")),
    ),
}
ALL_ANSWERS: Final = tuple(answer for answers in ANSWERS.values() for answer in answers)
# How long a person found responsible has to sign: the default of every obligation (spec.ObligationSpec).
SIGN_WITHIN: Final = "3 workdays"
NEEDS_A_NOTE: Final = frozenset({"questioned", "objected"})


def _performer(person: Person, facts: Facts) -> str | None:
    """Who owes it may fulfil it: the person named, or a holder or deputy of the position; never the one whose act it follows."""
    obligation = obligation_visible_to(person, int(str(facts["obligation"])))
    if obligation.person_id == person.pk:
        return _("you are named in what was done")
    book = rulebook_now()
    mine = set(book.positions_of(person.pk)) | {acting.position_id for acting in book.deputyships(person.pk)}
    if obligation.position_id in mine and obligation.ruling.person_id != person.pk:
        return _("it is owed by a position that you hold or act in")
    return None


@action(
    "obligation.fulfil",
    gettext_lazy("Fulfil an obligation"),
    Fact("obligation", "id", gettext_lazy("Obligation")),
    Fact("answer", "choice", gettext_lazy("Answer"), choices=ALL_ANSWERS),
    Fact("responsible", "person", gettext_lazy("Person responsible"), required=False),
    Fact("note", "long_text", gettext_lazy("Note"), required=False),
    inherent=_performer,
)
def fulfil(call: Call) -> Done:
    """Answer what is owed: noted, signed, or who bears it. A finding against a person asks that person to sign."""
    obligation = (
        Obligation.objects.select_for_update(no_key=True).select_related("ruling").get(pk=call.id_of("obligation"))
    )
    if obligation.done_at is not None:
        raise AlreadyDecided(_("This was done already."))
    given, note = call.text("answer"), call.text("note")
    responsible = call.id_or_none("responsible")
    if given not in dict(ANSWERS[obligation.kind]):
        raise RuleBroken(_("This answer does not fit what is owed."))
    if given in NEEDS_A_NOTE and not note:
        raise RuleBroken(_("Say in a note what you question or object to."))
    if (given == "person") != (responsible is not None):
        raise RuleBroken(_("Name the person responsible, or let the company bear it."))
    obligation.answer, obligation.note, obligation.done_at, obligation.done_by = given, note, call.at, call.person
    obligation.responsible_id = responsible
    obligation.behalf_of_id = _acting_for(call, obligation)
    obligation.save(update_fields=["answer", "note", "done_at", "done_by", "responsible", "behalf_of"])
    hooks.run(hooks.obligation_closed, obligation.pk)
    if obligation.kind == "finding":
        _enter_finding(obligation)
    label = _("%(kind)s: %(answer)s") % {
        "kind": KINDS[obligation.kind],
        "answer": dict(ANSWERS[obligation.kind])[given],
    }
    changes = {"answer": given, "responsible": obligation.responsible_id, "ruling": obligation.ruling_id}
    return Done(("obligation", obligation.pk, label), changes, obligation.ruling.company_id)


KINDS: Final[Mapping[str, Label]] = {
    "report": gettext_lazy("Report"),
    "countersign": gettext_lazy("Countersignature"),
    "finding": gettext_lazy("Finding of responsibility"),
}


def _acting_for(call: Call, obligation: Obligation) -> int | None:
    if obligation.position_id is None or call.person is None:
        return None
    acting = next(
        (a for a in rulebook_now().deputyships(call.person.pk) if a.position_id == obligation.position_id), None
    )
    holds = obligation.position_id in rulebook_now().positions_of(call.person.pk)
    return acting.principal_id if acting and not holds else None


def _enter_finding(obligation: Obligation) -> None:
    """Write who bears it into the matter, and ask the person found responsible to sign."""
    bearer = "person" if obligation.responsible_id else "company"
    Matter.objects.filter(pk__in=matter_ids(obligation)).update(
        borne_by=bearer, borne_by_person_id=obligation.responsible_id
    )
    if obligation.responsible_id is not None:
        signature = Obligation.objects.create(
            ruling_id=obligation.ruling_id,
            kind="countersign",
            person_id=obligation.responsible_id,
            # A term of its own: the finding may have come late.
            due_at=parse_duration(SIGN_WITHIN).due(
                calendar_for(obligation.ruling.company_id, person_id=obligation.responsible_id), clock.now()
            ),
            made_at=clock.now(),
        )
        hooks.run(hooks.obligation_opened, signature.pk)


def matter_ids(obligation: Obligation) -> list[int]:
    """The matters that the obligation's act entered (one, or none where the act was a coded one)."""
    kind, pk, _label = (obligation.ruling.answer or {}).get("subject") or ("", "", "")
    if kind == "matter":
        return [int(pk)]
    return list(Matter.objects.filter(request_id=obligation.ruling.request_id or 0).values_list("pk", flat=True))
