"""What the verbs share: finding and locking the customer, numbers, the index, duplicates, how a change is told."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import contributes, is_above, keeps, party_visible_to, visible_parties
from remit.kernel.parties.finding import AsVector, tokens_of
from remit.kernel.parties.models import ContactKind, ContactPoint, Identifier, IdentifierKind, Party, PartyKind
from remit.kernel.parties.values import ContactValue
from remit.lib.ids import number_for
from remit.lib.text import fold, sort_key

SERIES: Final = "KH"
SORT_KEY_LENGTH: Final = 600
DUPLICATES_TOLD: Final = 5

# The days that a file says: emptied, such a field is None and no text.
DAYS: Final = frozenset({"birthday", "contract_ends_on"})
PARTY: Final = Fact("party", "id", gettext_lazy("Customer"))


# --- the rights that follow from a customer's being one's own ---------------------------------------------------------------


def keeper(person: Person, facts: Facts) -> str | None:
    """Who keeps the file may do this to it. Raises NotYours where the customer is not there for the person."""
    party = party_visible_to(person, int(str(facts["party"])))
    return _("the customer is your own") if keeps(person, party) else None


def contributor(person: Person, facts: Facts) -> str | None:
    party = party_visible_to(person, int(str(facts["party"])))
    return _("you keep this customer's file, or contribute to it") if contributes(person, party) else None


def reader(person: Person, facts: Facts) -> str | None:
    """Who reads the file in his own right: contributors and superiors, but not oversight."""
    party = party_visible_to(person, int(str(facts["party"])))
    return (
        _("the customer is yours or your people's") if contributes(person, party) or is_above(person, party) else None
    )


# --- one customer -------------------------------------------------------------------------------------------------------------


def locked(call: Call, name: str = "party") -> Party:
    """The customer that the call is about, its row held until the transaction ends. Raises NotYours, RuleBroken."""
    pk = call.id_of(name)
    if call.person is not None:
        pk = party_visible_to(call.person, pk).pk
    party = Party.objects.select_for_update(no_key=True, of=("self",)).select_related("owner", "company").get(pk=pk)
    if party.erased_at is not None:
        raise RuleBroken(_("This customer's data were erased; nothing more is written about it."))
    return party


def refuse_stale(party: Party, call: Call) -> None:
    """Two people had the form open at once: the second is told, and nothing of the first's is lost."""
    seen = call.facts.get("version")
    if seen is not None and seen != party.version:
        raise RuleBroken(_("Somebody has changed this customer meanwhile. Look at it again, then enter your changes."))


def about(party: Party, changes: dict[str, Any]) -> Done:
    return Done(("party", party.pk, party.name), changes, party.company_id)


def save(party: Party, changed: Iterable[str], at: dt.datetime) -> None:
    """Write the named fields; the version grows by one."""
    party.version += 1
    party.changed_at = at
    party.save(update_fields=[*changed, "version", "changed_at"])


def name_party(party: Party, name: str) -> None:
    is_person = party.kind == PartyKind.PERSON
    party.name, party.folded_name = name, fold(name)[:200]
    party.sort_key = sort_key(name, person=is_person)[:SORT_KEY_LENGTH]


def vector_of(party: Party, phones: Iterable[str], codes: Iterable[str]) -> AsVector:
    is_person = party.kind == PartyKind.PERSON
    return AsVector(tokens_of(party.name, is_person=is_person, number=party.number, phones=phones, credit_codes=codes))


def index(party: Party) -> None:
    """Write down anew what the customer is found by. Three queries."""
    phones = ContactPoint.objects.filter(party=party, kind=ContactKind.PHONE).values_list("value", flat=True)
    codes = Identifier.objects.filter(party=party, kind=IdentifierKind.CREDIT_CODE).values_list("value", flat=True)
    Party.objects.filter(pk=party.pk).update(search=vector_of(party, list(phones), list(codes)))


def touch(party_ids: Iterable[int], at: dt.datetime) -> None:
    """Somebody had to do with the customer at that time; a later contact is not forgotten for an earlier one."""
    Party.objects.filter(pk__in=list(party_ids), touched_at__lt=at).update(touched_at=at)


def take_numbers(company_id: int, year: int, count: int) -> list[str]:
    """The next numbers of a company. Whoever takes some waits for who took some before him. One statement."""
    sql = """
        INSERT INTO parties_partynumber (company_id, year, last) VALUES (%s, %s, %s)
        ON CONFLICT ON CONSTRAINT party_number_series DO UPDATE SET last = parties_partynumber.last + excluded.last
        RETURNING last
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [company_id, year, count])
        last = int(cursor.fetchone()[0])
    return [number_for(SERIES, year, n) for n in range(last - count + 1, last + 1)]


# --- duplicates ---------------------------------------------------------------------------------------------------------------


def duplicates(
    person: Person | None,
    *,
    company_id: int,
    name: str,
    contacts: Iterable[ContactValue] = (),
    identifiers: Iterable[tuple[str, str]] = (),
    but: int | None = None,
) -> QuerySet[Party]:
    """The customers, among those that the person may see, that this could be: the same name, telephone or official number.

    Only among those: a warning about somebody else's customer would tell that it exists. Who sees both can merge them.
    """
    seen = visible_parties(person) if person is not None else Party.objects.filter(merged_into=None)
    same = Q(folded_name=fold(name)[:200])
    numbers = [contact.value for contact in contacts if contact.kind == ContactKind.PHONE]
    if numbers:
        known = ContactPoint.objects.filter(company=company_id, kind=ContactKind.PHONE, value__in=numbers)
        same |= Q(pk__in=list(known.values_list("party_id", flat=True)))
    official = [value for _kind, value in identifiers]
    if official:
        registered = Identifier.objects.filter(company=company_id, value__in=official)
        same |= Q(pk__in=list(registered.values_list("party_id", flat=True)))
    found = seen.filter(same, company=company_id).order_by("sort_key", "id")
    return found.exclude(pk=but) if but is not None else found


def refuse_duplicates(found: QuerySet[Party]) -> None:
    told = [f"{party.name}({party.number})" for party in found[:DUPLICATES_TOLD]]
    if told:
        raise RuleBroken(
            _("This could be a customer you have already: %(names)s. Look there first, or say that it is another one.")
            % {"names": "、".join(told)}
        )


# --- writing in sets ----------------------------------------------------------------------------------------------------------


def hold(party_ids: Iterable[int]) -> list[Party]:
    """Lock many, always in the same order, so that two who need the same ones wait and don't deadlock."""
    found = Party.objects.select_for_update(no_key=True).filter(pk__in=list(party_ids), merged_into=None)
    return list(found.order_by("pk"))


def grown() -> F:
    """The version after one more change, for updates of many rows."""
    return F("version") + 1  # type: ignore[return-value]  # a CombinedExpression; the stubs know F alone
