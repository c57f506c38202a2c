"""Handover in one act: everything of one person to another, and back again."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties import hooks
from remit.kernel.parties.access import reach_of
from remit.kernel.parties.actions.belonging import REASON, move, refuse_taker
from remit.kernel.parties.models import Collaborator, Party, Transfer, TransferKind
from remit.kernel.parties.rules import hold

COLLABORATIONS: Final = "parties.collaborations"
GIVER: Final = Fact("giver", "person", pgettext_lazy("handover", "From"), concerns=True)
TAKER: Final = Fact("taker", "person", pgettext_lazy("handover", "To"))


def _ones_own(person: Person, facts: Facts) -> str | None:
    """No right of its own: only that nothing is told of people who are not one's own. Raises NotYours."""
    if facts["giver"] not in reach_of(person).owners:
        raise NotYours(_("You hand over what is yours or your people's."))
    return None


@action(
    "customer.hand_over",
    gettext_lazy("Hand everything over to a colleague"),
    GIVER,
    TAKER,
    REASON,
    inherent=_ones_own,
    words=("工作交接", "客户交接", "离职交接"),
)
def hand_over(call: Call) -> Done:
    """All customers that one person owns, his collaborations, and, by hook, his open work. All of it or nothing."""
    giver, taker = (Person.objects.get(pk=call.id_of(name)) for name in ("giver", "taker"))
    if giver.pk == taker.pk:
        raise RuleBroken(_("That is the same person."))
    parties = hold(Party.objects.filter(owner=giver, merged_into=None).values_list("pk", flat=True))
    refuse_taker(taker, parties)
    transfer = move(call, parties, taker, TransferKind.HANDOVER, giver=giver, reason=call.text("reason"))
    moved = {COLLABORATIONS: _pass_on(giver, taker), **hooks.run_all(hooks.handed_over, giver.pk, taker.pk)}
    transfer.moved = moved
    transfer.save(update_fields=["moved"])
    counts = {name: len(ids) for name, ids in moved.items()}
    return Done(
        ("transfer", transfer.pk, f"{giver.name} → {taker.name}"),
        {"customers": len(parties), **counts},
        giver.company_id,
    )


def _pass_on(giver: Person, taker: Person) -> list[int]:
    """The giver's collaborations, but for customers on which the taker has one already or which he owns."""
    there = Collaborator.objects.filter(person=taker).values("party_id")
    rows = Collaborator.objects.filter(person=giver).exclude(party__in=there).exclude(party__owner=taker)
    ids = list(rows.values_list("pk", flat=True))
    Collaborator.objects.filter(pk__in=ids).update(person=taker)
    return ids


def _of_ones_own(person: Person, facts: Facts) -> str | None:
    transfer = Transfer.objects.filter(pk=int(str(facts["transfer"])), kind=TransferKind.HANDOVER).first()
    if transfer is None or {transfer.giver_id, transfer.taker_id}.isdisjoint(reach_of(person).owners):
        raise NotYours(_("There is no such handover."))
    return None


@action(
    "customer.hand_back",
    gettext_lazy("Take a handover back"),
    Fact("transfer", "id", gettext_lazy("Handover")),
    REASON,
    inherent=_of_ones_own,
)
def hand_back(call: Call) -> Done:
    """What is still the taker's returns to the giver; what has passed on meanwhile stays where it is."""
    transfer = Transfer.objects.select_for_update(no_key=True).get(pk=call.id_of("transfer"))
    if transfer.kind != TransferKind.HANDOVER or transfer.returned_by_id is not None:
        raise RuleBroken(_("This handover has been taken back already."))
    giver, taker = transfer.giver, transfer.taker
    assert giver is not None and taker is not None  # noqa: S101 - what a handover is
    parties = hold(transfer.lines.filter(party__owner=taker).values_list("party_id", flat=True))
    refuse_taker(giver, parties)
    back = move(call, parties, giver, TransferKind.RETURN, giver=taker, reason=call.text("reason"))
    transfer.returned_by = back
    transfer.save(update_fields=["returned_by"])
    moved = dict(transfer.moved)
    Collaborator.objects.filter(pk__in=moved.get(COLLABORATIONS, []), person=taker).exclude(
        party__in=Collaborator.objects.filter(person=giver).values("party_id")
    ).update(person=giver)
    for hook in hooks.handed_back:
        hook(taker.pk, giver.pk, moved)
    return Done(("transfer", back.pk, f"{taker.name} → {giver.name}"), {"customers": len(parties)}, giver.company_id)
