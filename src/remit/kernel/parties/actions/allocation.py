"""Allocation by the supervisor (S-020): a proposal, adjusted row by row, carried out in one act."""

from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import ALLOCATE, reach_of, visible_parties
from remit.kernel.parties.actions.belonging import MOST_AT_ONCE, REASON, owe_first_contact, refuse_taker
from remit.kernel.parties.allocating import GRADES, UNGRADED, propose, strayed, takers_of
from remit.kernel.parties.finding import as_array
from remit.kernel.parties.models import (
    Allocation,
    AllocationLine,
    AllocationSource,
    Capacity,
    Party,
    Transfer,
    TransferKind,
    TransferLine,
)
from remit.kernel.parties.rules import hold
from remit.kernel.parties.segments import segment_queryset, segment_visible_to

SHARE_MAX: Final = 1000
NAMES_TOLD: Final = 5
ALLOCATION: Final = Fact("allocation", "id", gettext_lazy("Proposal"))


def _allocator(person: Person, facts: Facts) -> str | None:
    """Who may allocate may prepare it; nothing changes hands before the act itself."""
    if facts.get("allocation") is not None:
        _own(person, facts["allocation"])
    return _("you may allocate customers") if oversees(person, ALLOCATE) else None


def _own(person: Person, pk: object) -> Allocation:
    found = Allocation.objects.filter(pk=int(str(pk)), made_by=person).first()
    if found is None:
        raise NotYours(_("There is no such proposal."))
    return found


def _held(call: Call) -> Allocation:
    """The proposal, locked and still open. Raises RuleBroken."""
    allocation = Allocation.objects.select_for_update(no_key=True).get(pk=call.id_of("allocation"))
    if allocation.transfer_id is not None or allocation.dropped_at is not None:
        raise RuleBroken(_("This proposal has been carried out or dropped already."))
    return allocation


def _about(allocation: Allocation, changes: dict[str, Any]) -> Done:
    label = f"{allocation.get_source_display()} {allocation.about}".strip()
    return Done(("allocation", allocation.pk, label), changes, allocation.company_id)


@action(
    "customer.propose_allocation",
    gettext_lazy("Propose an allocation"),
    Fact(
        "source", "choice", gettext_lazy("Which customers"), choices=tuple((s.value, s.label) for s in AllocationSource)
    ),
    Fact("segment", "id", gettext_lazy("Segment"), required=False),
    Fact("giver", "person", gettext_lazy("Whose"), required=False),
    Fact("takers", "data", gettext_lazy("To whom")),
    Fact("most", "count", gettext_lazy("At most so many"), required=False),
    inherent=_allocator,
)
def propose_allocation(call: Call) -> Done:
    """Balanced by what everybody has and can take on; nothing is given yet."""
    if call.person is None:
        raise RuleBroken(_("Customers are allocated by a person."))
    given = call.facts["takers"]
    wanted = {int(str(one)) for one in (given if isinstance(given, list) else []) if str(one).isdigit()}
    takers = takers_of(call.person, wanted)
    if not wanted or len(takers) != len(wanted):
        raise RuleBroken(_("Choose people of your own line who work here."))
    party_ids, about = _chosen(call, call.person)
    if not party_ids:
        raise RuleBroken(_("There is no such customer to be given."))
    allocation = Allocation.objects.create(
        company_id=call.person.company_id,
        source=call.text("source"),
        about=about[:80],
        made_at=call.at,
        made_by=call.person,
    )
    placed = propose(allocation, party_ids, takers)
    return _about(allocation, {"count": len(party_ids), "placed": placed, "takers": [t.person.name for t in takers]})


def _chosen(call: Call, person: Person) -> tuple[list[int], str]:
    """The ids of the customers in question, all visible to the person, and in words what they are. Raises NotYours, RuleBroken."""
    seen, about = visible_parties(person).filter(company=person.company_id), ""
    if call.text("source") == AllocationSource.POOL:
        seen = seen.filter(owner=None)
    elif call.text("source") == AllocationSource.SEGMENT:
        segment = segment_visible_to(person, call.id_or_none("segment") or 0)
        seen, about = segment_queryset(person, segment).filter(company=person.company_id), segment.name
    else:
        giver = Person.objects.filter(pk=call.id_or_none("giver") or 0, pk__in=reach_of(person).owners).first()
        if giver is None:
            raise NotYours(_("You allocate what is yours or your people's."))
        seen, about = seen.filter(owner=giver), giver.name
    most = min(call.count("most", MOST_AT_ONCE) or MOST_AT_ONCE, MOST_AT_ONCE)
    return list(seen.order_by("pk").values_list("pk", flat=True)[:most]), about


@action(
    "customer.adjust_allocation",
    gettext_lazy("Adjust a proposed allocation"),
    ALLOCATION,
    Fact("parties", "data", gettext_lazy("Customers")),
    Fact("taker", "person", gettext_lazy("New owner"), required=False),
    inherent=_allocator,
)
def adjust_allocation(call: Call) -> Done:
    """Some of its customers to somebody else; without a taker they stay where they are."""
    allocation = _held(call)
    given = call.facts["parties"]
    ids = [int(str(one)) for one in (given if isinstance(given, list) else []) if str(one).isdigit()]
    taker = call.id_or_none("taker")
    if taker is not None:
        refuse_taker(Person.objects.get(pk=taker), ())
        if call.person is not None and taker not in reach_of(call.person).owners:
            raise RuleBroken(_("Choose people of your own line who work here."))
    changed = AllocationLine.objects.filter(allocation=allocation, party__in=ids).update(taker=taker)
    if not changed:
        raise RuleBroken(_("Choose customers first."))
    return _about(allocation, {"count": changed, "taker": taker})


@action("customer.drop_allocation", gettext_lazy("Drop a proposed allocation"), ALLOCATION, inherent=_allocator)
def drop_allocation(call: Call) -> Done:
    allocation = _held(call)
    allocation.dropped_at = call.at
    allocation.save(update_fields=["dropped_at"])
    return _about(allocation, {})


def _proposer(person: Person, facts: Facts) -> str | None:
    """No right of its own; only that one's own proposals alone are there. Raises NotYours."""
    _own(person, facts["allocation"])
    return None


@action(
    "customer.allocate",
    gettext_lazy("Allocate customers"),
    ALLOCATION,
    REASON,
    inherent=_proposer,
    words=("客户分配", "分配客户", "划分客户"),
)
def allocate(call: Call) -> Done:
    """S-020, R-020: all of the proposal or nothing; each new owner owes the first contact within the company's days."""
    allocation = _held(call)
    wanted = dict(allocation.lines.filter(taker__isnull=False).values_list("party", "taker"))
    parties = [party for party in hold(wanted) if party.owner_id != wanted[party.pk]]
    gone = strayed(allocation)
    if gone:
        raise RuleBroken(
            _("%(n)d of them have changed hands since: %(names)s. Leave these out, then confirm again.")
            % {"n": len(gone), "names": "、".join(gone[:NAMES_TOLD])}
        )
    if not parties:
        raise RuleBroken(_("Nobody would get anything by this proposal."))
    _refuse_foreign(call, parties, set(wanted.values()))
    transfer = _give(call, allocation, parties, wanted)
    allocation.transfer = transfer
    allocation.save(update_fields=["transfer"])
    owe_first_contact(call, parties, wanted)
    names = "、".join(party.name for party in parties[:20])
    return _about(allocation, {"count": len(parties), "names": names, "transfer": transfer.pk})


def _refuse_foreign(call: Call, parties: list[Party], taker_ids: set[int]) -> None:
    """Neither customers nor takers that are not one's own any more. Raises NotYours, RuleBroken."""
    for taker in Person.objects.filter(pk__in=taker_ids):
        refuse_taker(taker, parties)
    if call.person is None:
        return
    if not taker_ids <= set(reach_of(call.person).owners):
        raise RuleBroken(_("Choose people of your own line who work here."))
    ids = [party.pk for party in parties]
    if visible_parties(call.person).filter(pk__in=ids).count() != len(ids):
        raise NotYours(_("There is no such customer."))


def _give(call: Call, allocation: Allocation, parties: list[Party], takers: dict[int, int]) -> Transfer:
    """Each to his own, in one transfer. Three statements."""
    transfer = Transfer.objects.create(
        company_id=allocation.company_id,
        kind=TransferKind.ALLOCATION,
        reason=call.text("reason")[:200],
        count=len(parties),
        made_at=call.at,
        made_by=call.person,
    )
    TransferLine.objects.bulk_create(
        [
            TransferLine(
                company_id=row.company_id, transfer=transfer, party=row, before_id=row.owner_id, after_id=takers[row.pk]
            )
            for row in parties
        ],
        batch_size=2000,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE parties_party p SET owner_id = t.taker, owned_since = %(at)s, pooled_at = NULL, changed_at = %(at)s, "
            "version = version + 1 FROM unnest(%(ids)s::bigint[], %(takers)s::bigint[]) AS t (party, taker) WHERE p.id = t.party",
            {
                "at": call.at,
                "ids": as_array(row.pk for row in parties),
                "takers": as_array(takers[row.pk] for row in parties),
            },
        )
    return transfer


@action(
    "customer.set_capacity",
    gettext_lazy("Say what somebody can take on"),
    Fact("person", "person", gettext_lazy("Person"), concerns=True),
    Fact("share", "count", gettext_lazy("Share in percent of a colleague's (0: nothing)")),
    Fact("grades", "text", gettext_lazy("Grades, as in ABC- (- for none; empty: all)"), required=False),
)
def set_capacity(call: Call) -> Done:
    """R-019: allocation regards ability."""
    person = Person.objects.get(pk=call.id_of("person"))
    grades = "".join(grade for grade in GRADES if grade in call.text("grades").upper())
    if set(call.text("grades").upper()) - set(grades):
        raise RuleBroken(
            _("Grades are written as in ABC, with %(none)s for customers without one.") % {"none": UNGRADED}
        )
    share = min(call.count("share", 100), SHARE_MAX)
    Capacity.objects.update_or_create(
        person=person, defaults={"company_id": person.company_id, "share": share, "grades": grades}
    )
    return Done(("person", person.pk, person.name), {"share": share, "grades": grades}, person.company_id)
