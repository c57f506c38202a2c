"""The first contact that a new owner owes (R-020): opened by an allocation, met by a contact that he writes down."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import QuerySet

from remit.kernel.organization.models import Person
from remit.kernel.parties import hooks
from remit.kernel.parties.models import Activity, ActivityKind, FirstContact, Party

# What counts as a contact; a note to oneself, a need or a rumour does not.
CONTACTS = frozenset(
    {ActivityKind.CALL, ActivityKind.VISIT, ActivityKind.MESSAGE, ActivityKind.LETTER, ActivityKind.EMAIL}
)


def owe(parties: Sequence[Party], takers: Mapping[int, int], at: dt.datetime, within: dt.timedelta) -> None:
    """Everybody who was allocated a customer owes it a contact. What a former owner still owed fell away. `takers`: by customer."""
    _settle(FirstContact.objects.filter(party__in=[party.pk for party in parties], closed_at=None), at)
    opened = FirstContact.objects.bulk_create(
        [
            FirstContact(
                company_id=party.company_id, party=party, person_id=takers[party.pk], opened_at=at, due_at=at + within
            )
            for party in parties
        ],
        batch_size=2000,
    )
    _announce(hooks.first_contacts_wanted, [row.pk for row in opened])


def follow(party_ids: Iterable[int], taker: Person | None, at: dt.datetime) -> None:
    """The customers pass to somebody else: what is still owed to them is his now; in the pool nobody owes it."""
    still = FirstContact.objects.filter(party__in=list(party_ids), closed_at=None)
    if taker is None:
        _settle(still, at)
        return
    ids = list(still.exclude(person=taker).order_by("pk").values_list("pk", flat=True))
    FirstContact.objects.filter(pk__in=ids).update(person=taker)
    _announce(hooks.first_contacts_wanted, ids)


def meet(entry: Activity, by_owner: bool) -> None:
    """The owner, or who acts for him, has written down a contact since then."""
    if by_owner and entry.kind in CONTACTS:
        owed = FirstContact.objects.filter(party=entry.party_id, closed_at=None, opened_at__lte=entry.at)
        _settle(owed, entry.made_at, activity=entry)


def fall_away(party_id: int, at: dt.datetime) -> None:
    _settle(FirstContact.objects.filter(party=party_id, closed_at=None), at)


def _settle(owed: QuerySet[FirstContact], at: dt.datetime, activity: Activity | None = None) -> None:
    ids = list(owed.order_by("pk").values_list("pk", flat=True))
    FirstContact.objects.filter(pk__in=ids).update(closed_at=at, activity=activity)
    _announce(hooks.first_contacts_settled, ids)


def _announce(listeners: list[hooks.Ids], ids: list[int]) -> None:
    for listener in listeners if ids else ():
        listener(ids)
