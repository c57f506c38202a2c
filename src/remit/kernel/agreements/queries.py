"""Questions about agreements and mandates, for the rooms above and for the pages."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db.models import Q, QuerySet

from remit.kernel.agreements.access import visible_mandates
from remit.kernel.agreements.models import Mandate
from remit.kernel.agreements.rules import opened_account
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.parties.access import visible_parties
from remit.kernel.parties.models import Party
from remit.kernel.parties.queries import hits


def mandates_on(company_id: int, day: dt.date) -> QuerySet[Mandate]:
    """The mandate of each customer that counts on the day, at most one a customer. One statement for a whole batch."""
    good = Q(revoked_on=None) | Q(revoked_on__gt=day)
    found = Mandate.objects.filter(good, company=company_id, valid_from__lte=day).exclude(account_sealed="")
    return found.order_by("party_id", "-valid_from", "-id").distinct("party_id")


def mandate_of(party: Party | int, day: dt.date) -> Mandate | None:
    """Under which the customer (by row or id) may be debited on the day. One query."""
    pk = party if isinstance(party, int) else party.pk
    good = Q(revoked_on=None) | Q(revoked_on__gt=day)
    found = Mandate.objects.filter(good, party=pk, valid_from__lte=day).exclude(account_sealed="")
    return found.order_by("-valid_from", "-id").first()


def accounts_of(mandates: Iterable[Mandate]) -> dict[int, str]:
    """The whole account numbers by mandate, for the file that goes to the bank; nothing else asks. Raises SealedWithAnotherKey."""
    return {mandate.pk: opened_account(mandate.account_sealed) for mandate in mandates}


STATES: Final = ("good", "revoked", "all")


def list_mandates(
    person: Person, *, text: str = "", state: str = "good", party: Party | None = None
) -> QuerySet[Mandate]:
    """What the register shows, to be ordered by id. `text`: a part of the number, of the holder's or customer's name, or the tail."""
    rows = visible_mandates(person)
    if party is not None:
        rows = rows.filter(party=party)
    if state == "good":
        rows = rows.filter(Q(revoked_on=None) | Q(revoked_on__gt=today()))
    elif state == "revoked":
        rows = rows.filter(revoked_on__isnull=False)
    if text:
        named = Q(number__icontains=text) | Q(holder__icontains=text) | Q(account_tail=text)
        rows = rows.filter(named | Q(party__in=parties_named(person, text)))
    return rows


def parties_named(person: Person, text: str) -> list[int]:
    """The customers that the person sees and that the text means: by name, pinyin, initials, number. One query."""
    return hits(visible_parties(person), text)


def mandates_of(party: Party, most: int = 10) -> list[Mandate]:
    """For the customer's page, the latest first."""
    return list(Mandate.objects.filter(party=party).order_by("-valid_from", "-id")[:most])
