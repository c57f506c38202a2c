"""Whose a customer is: collaborators, and the transfer of one customer or of many."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.parties.access import keeps, visible_parties
from remit.kernel.parties.first_contacts import follow, owe
from remit.kernel.parties.models import Collaborator, Party, Transfer, TransferKind, TransferLine
from remit.kernel.parties.queries import policy_of
from remit.kernel.parties.rules import PARTY, about, grown, hold, keeper, locked

MOST_AT_ONCE: Final = 5000
PARTIES: Final = Fact("parties", "data", gettext_lazy("Customers"))
REASON: Final = Fact("reason", "text", gettext_lazy("Reason"), required=False)


def chosen(call: Call) -> list[Party]:
    """The customers of a call, locked; all of them, or none. Raises NotYours where one is not there for the person."""
    ids = ids_of(call.facts)
    if call.person is not None and visible_parties(call.person).filter(pk__in=ids).count() != len(ids):
        raise NotYours(_("There is no such customer."))
    return hold(ids)


def ids_of(facts: Facts) -> list[int]:
    """Raises RuleBroken for what is no list of customers."""
    given = facts.get("parties")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_AT_ONCE:
        raise RuleBroken(_("Choose 1 to %(n)d customers.") % {"n": MOST_AT_ONCE})
    ids = {int(one) for one in given if isinstance(one, int | str) and str(one).isascii() and str(one).isdigit()}
    if len(ids) != len(given):
        raise RuleBroken(_("Customers are named by their ids, each once."))
    return sorted(ids)


def all_own(person: Person, facts: Facts) -> str | None:
    """The right that who keeps all of the files has."""
    mine = visible_parties(person).select_related(None).filter(pk__in=ids_of(facts))
    found = list(mine.only("owner_id"))
    if len(found) != len(ids_of(facts)):
        raise NotYours(_("There is no such customer."))
    return _("the customers are your own") if all(keeps(person, party) for party in found) else None


def move(
    call: Call,
    parties: Iterable[Party],
    taker: Person | None,
    kind: TransferKind,
    *,
    giver: Person | None = None,
    reason: str = "",
) -> Transfer:
    """Give the customers, which the caller has locked, to `taker` (None: the pool), and keep whose they were. Six statements."""
    rows = list(parties)
    transfer = Transfer.objects.create(
        company_id=rows[0].company_id if rows else (taker or giver or call.person).company_id,  # type: ignore[union-attr]
        kind=kind,
        giver=giver,
        taker=taker,
        reason=reason[:200],
        count=len(rows),
        made_at=call.at,
        made_by=call.person,
    )
    TransferLine.objects.bulk_create(
        [
            TransferLine(company_id=row.company_id, transfer=transfer, party=row, before_id=row.owner_id, after=taker)
            for row in rows
        ],
        batch_size=2000,
    )
    Party.objects.filter(pk__in=[row.pk for row in rows]).update(
        owner=taker,
        owned_since=call.at if taker is not None else None,
        pooled_at=call.at if taker is None else None,
        changed_at=call.at,
        version=grown(),
    )
    follow([row.pk for row in rows], taker, call.at)
    return transfer


def owe_first_contact(call: Call, parties: Sequence[Party], takers: Mapping[int, int]) -> None:
    """S-020, R-020: whoever is given customers contacts them within the company's days. `takers` by customer."""
    if parties:
        days = policy_of(parties[0].company_id).first_contact_days
        owe(parties, takers, call.at, dt.timedelta(days=days))


def refuse_taker(taker: Person, parties: Iterable[Party]) -> None:
    """Who has left takes nothing; nor does somebody of another company, so that files stay inside theirs."""
    if taker.has_left(today()):
        raise RuleBroken(_("%(name)s no longer works here.") % {"name": taker.name})
    if any(party.company_id != taker.company_id for party in parties):
        raise RuleBroken(_("%(name)s works in another company than these customers belong to.") % {"name": taker.name})


def told(transfer: Transfer, parties: list[Party], **more: Any) -> Done:
    """One customer by name; several by the transfer, with the first of their names."""
    changes: dict[str, Any] = {"count": len(parties), "names": "、".join(party.name for party in parties[:20]), **more}
    if len(parties) == 1:
        return about(parties[0], changes)
    label = f"{transfer.get_kind_display()} {len(parties)}"
    return Done(("transfer", transfer.pk, label), changes, transfer.company_id)


@action(
    "customer.transfer",
    gettext_lazy("Transfer customers"),
    PARTIES,
    Fact("taker", "person", gettext_lazy("New owner"), concerns=True),
    REASON,
    words=("转移客户", "客户移交"),
)
def transfer(call: Call) -> Done:
    """One or many, all or nothing. The new owner owes each the first contact, as he would after an allocation (R-020)."""
    parties = chosen(call)
    taker = Person.objects.get(pk=call.id_of("taker"))
    refuse_taker(taker, parties)
    moved = [party for party in parties if party.owner_id != taker.pk]
    if not moved:
        raise RuleBroken(_("They are %(name)s's already.") % {"name": taker.name})
    made = move(call, moved, taker, TransferKind.TRANSFER, reason=call.text("reason"))
    owe_first_contact(call, moved, {party.pk: taker.pk for party in moved})
    return told(made, moved, taker=taker.name)


COLLABORATOR: Final = Fact("person", "person", gettext_lazy("Collaborator"))


@action("customer.add_collaborator", gettext_lazy("Add a collaborator"), PARTY, COLLABORATOR, inherent=keeper)
def add_collaborator(call: Call) -> Done:
    party = locked(call)
    person = Person.objects.get(pk=call.id_of("person"))
    refuse_taker(person, [party])
    if person.pk == party.owner_id:
        raise RuleBroken(_("%(name)s owns this customer.") % {"name": person.name})
    Collaborator.objects.get_or_create(
        party=party,
        person=person,
        defaults={"company_id": party.company_id, "added_at": call.at, "added_by": call.person},
    )
    return about(party, {"collaborator": ["", person.name]})


@action("customer.remove_collaborator", gettext_lazy("Remove a collaborator"), PARTY, COLLABORATOR, inherent=keeper)
def remove_collaborator(call: Call) -> Done:
    party = locked(call)
    person = Person.objects.get(pk=call.id_of("person"))
    Collaborator.objects.filter(party=party, person=person).delete()
    return about(party, {"collaborator": [person.name, ""]})
