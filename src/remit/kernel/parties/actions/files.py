"""Open a customer's file, and change what stands in it."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import reach_of
from remit.kernel.parties.fields import merged
from remit.kernel.parties.models import (
    Activity,
    ActivityKind,
    ContactKind,
    ContactPoint,
    Identifier,
    IdentifierKind,
    Party,
)
from remit.kernel.parties.models.party import PartyKind, PartyStatus
from remit.kernel.parties.rules import (
    DAYS,
    PARTY,
    about,
    duplicates,
    index,
    keeper,
    locked,
    name_party,
    refuse_duplicates,
    refuse_stale,
    save,
    take_numbers,
    vector_of,
)
from remit.kernel.parties.values import (
    ContactValue,
    masked_contact,
    masked_identifier,
    read_contact,
    read_contacts,
    read_identifier,
    read_identifiers,
    read_name,
)

NAME = Fact("name", "text", gettext_lazy("Name"))
KIND = Fact("kind", "choice", gettext_lazy("Kind"), choices=tuple((k.value, k.label) for k in PartyKind))
STATUS = Fact("status", "choice", gettext_lazy("Status"), required=False,
              choices=tuple((s.value, s.label) for s in PartyStatus))  # fmt: skip
# Telephone numbers and official numbers reach the file and nothing else: an event is kept for ever.
CONTACTS = Fact("contacts", "data", gettext_lazy("Ways of contact"), required=False, secret=True)
IDENTIFIERS = Fact("identifiers", "data", gettext_lazy("Official numbers"), required=False, secret=True)
DETAILS = (
    STATUS,
    Fact("industry", "text", gettext_lazy("Industry"), required=False),
    Fact("source", "text", gettext_lazy("Source"), required=False),
    Fact("birthday", "date", gettext_lazy("Birthday"), required=False),
    Fact("contract_ends_on", "date", gettext_lazy("Contract ends on"), required=False),
    Fact("needs", "long_text", gettext_lazy("Needs"), required=False),
    Fact("remark", "long_text", gettext_lazy("Remark"), required=False),
)
LONGEST: Final = {"industry": 80, "source": 80}
# What packs add to the file; secret like numbers, for a pack may ask for what is nobody's business (S-218).
FIELDS = Fact("fields", "data", gettext_lazy("Further fields"), required=False, secret=True)
KNOWINGLY = Fact("knowingly", "yes_no", gettext_lazy("It is another one, though it looks alike"), required=False)
# For forms, command lines and files with one of each; `contacts` takes any number.
ONE_OF_EACH: Final = {
    "phone": (ContactKind.PHONE, gettext_lazy("Telephone")),
    "email": (ContactKind.EMAIL, gettext_lazy("E-mail")),
    "address": (ContactKind.ADDRESS, gettext_lazy("Address")),
}
ONE_NUMBER: Final = {
    "id_card": (IdentifierKind.ID_CARD, gettext_lazy("Identity card")),
    "credit_code": (IdentifierKind.CREDIT_CODE, gettext_lazy("Unified social credit code")),
}


def _judged(call: Call) -> tuple[list[ContactValue], list[tuple[str, str]]]:
    """The ways of contact and the official numbers of a call. Raises RuleBroken with what is wrong."""
    lists: dict[str, list[Any]] = {}
    for fact in ("contacts", "identifiers"):
        value = call.facts.get(fact)
        lists[fact] = value if isinstance(value, list) else []
    try:
        contacts = [
            read_contact(kind, call.text(name)) for name, (kind, _label) in ONE_OF_EACH.items() if call.text(name)
        ]
        contacts += read_contacts(lists["contacts"])
        numbers = [
            read_identifier(kind, call.text(name)) for name, (kind, _label) in ONE_NUMBER.items() if call.text(name)
        ]
        numbers += read_identifiers(lists["identifiers"])
    except ValueError as error:
        raise RuleBroken(str(error)) from error
    unique = {(contact.kind, contact.value): contact for contact in reversed(contacts)}
    return list(reversed(unique.values())), list(dict.fromkeys(numbers))


def _name(call: Call) -> str:
    try:
        return read_name(call.text("name"))
    except ValueError as error:
        raise RuleBroken(str(error)) from error


def _details(call: Call) -> dict[str, Any]:
    """The details that were given, as fields. Raises RuleBroken where one is too long for its field."""
    given = {fact.name: call.facts[fact.name] for fact in DETAILS if call.facts.get(fact.name) is not None}
    for name, longest in LONGEST.items():
        if len(str(given.get(name, ""))) > longest:
            raise RuleBroken(
                _("At most %(n)d characters here: %(text)s…") % {"n": longest, "text": str(given[name])[:20]}
            )
    return given


def _owner(call: Call) -> Person | None:
    """For whom the file is opened: oneself, or somebody below. Raises RuleBroken."""
    wanted = call.id_or_none("owner")
    if call.person is None or wanted is None:
        if call.person is None and wanted is None and call.id_or_none("company") is None:
            raise RuleBroken(_("Say who owns the customer, or whose company's pool it belongs to."))
        return call.person if wanted is None else Person.objects.get(pk=wanted)
    if wanted not in reach_of(call.person).owners:
        raise RuleBroken(_("A customer's owner is you or one of your people."))
    return Person.objects.get(pk=wanted)


@action(
    "customer.open",
    gettext_lazy("Open a customer's file"),
    NAME,
    KIND,
    *(Fact(name, "text", label, required=False, secret=True) for name, (_kind, label) in ONE_OF_EACH.items()),
    *(Fact(name, "text", label, required=False, secret=True) for name, (_kind, label) in ONE_NUMBER.items()),
    *DETAILS,
    Fact("owner", "person", gettext_lazy("Owner"), required=False),
    Fact("company", "unit", gettext_lazy("Company"), required=False),
    CONTACTS,
    IDENTIFIERS,
    FIELDS,
    KNOWINGLY,
    words=("建立客户档案", "客户建档", "建档"),
)
def open_party(call: Call) -> Done:
    """S-018: one file for each customer. `company` is for the system alone; a person opens files in his own company."""
    contacts, identifiers = _judged(call)
    name, owner = _name(call), _owner(call)
    company_id = owner.company_id if owner is not None else call.id_of("company")
    if not call.is_yes("knowingly"):
        alike = duplicates(call.person, company_id=company_id, name=name, contacts=contacts, identifiers=identifiers)
        refuse_duplicates(alike)
    (number,) = take_numbers(company_id, call.at.year, 1)
    party = Party(
        company_id=company_id,
        number=number,
        kind=call.text("kind"),
        owner=owner,
        owned_since=call.at if owner is not None else None,
        pooled_at=call.at if owner is None else None,
        made_at=call.at,
        made_by=call.person,
        changed_at=call.at,
        touched_at=call.at,
        extra=merged(call.text("kind"), {}, call.facts.get("fields")),
        **_details(call),
    )
    name_party(party, name)
    party.search = vector_of(
        party,
        [contact.value for contact in contacts if contact.kind == ContactKind.PHONE],
        [value for kind, value in identifiers if kind == IdentifierKind.CREDIT_CODE],
    )
    party.save(force_insert=True)
    _write_contacts(party, contacts)
    _write_identifiers(party, identifiers)
    return about(party, {"number": number, **_filled(party.extra), **_told(contacts, identifiers)})


def _told(contacts: list[ContactValue], identifiers: list[tuple[str, str]]) -> dict[str, str]:
    """Ways of contact and numbers as the event may keep them."""
    shown = [masked_contact(contact.kind, contact.value) for contact in contacts]
    shown += [masked_identifier(kind, value) for kind, value in identifiers]
    return {"contacts": "、".join(shown)} if shown else {}


def _filled(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    """Which of the packs' fields were written, not what stands in them."""
    return {"fields": sorted(fields)} if fields else {}


def _write_contacts(party: Party, contacts: list[ContactValue]) -> None:
    """The ways of contact as they now are; rows that stay keep their ids."""
    kept = {(row.kind, row.value): row for row in ContactPoint.objects.filter(party=party)}
    wanted = {(contact.kind, contact.value): (contact, rank) for rank, contact in enumerate(contacts)}
    ContactPoint.objects.filter(pk__in=[row.pk for key, row in kept.items() if key not in wanted]).delete()
    ContactPoint.objects.bulk_create(
        ContactPoint(company_id=party.company_id, party=party, kind=c.kind, value=c.value, label=c.label, rank=rank)
        for key, (c, rank) in wanted.items()
        if key not in kept
    )
    for key, row in kept.items():
        if key in wanted:
            row.label, row.rank = wanted[key][0].label, wanted[key][1]
    ContactPoint.objects.bulk_update([row for key, row in kept.items() if key in wanted], ["label", "rank"])


def _write_identifiers(party: Party, identifiers: list[tuple[str, str]]) -> None:
    kept = {(row.kind, row.value): row.pk for row in Identifier.objects.filter(party=party)}
    Identifier.objects.filter(pk__in=[pk for key, pk in kept.items() if key not in identifiers]).delete()
    Identifier.objects.bulk_create(
        Identifier(company_id=party.company_id, party=party, kind=kind, value=value)
        for kind, value in identifiers
        if (kind, value) not in kept
    )


@action(
    "customer.amend",
    gettext_lazy("Change a customer's file"),
    PARTY,
    Fact("version", "count", gettext_lazy("Version that was read"), required=False),
    Fact("name", "text", gettext_lazy("Name"), required=False),
    Fact("kind", "choice", gettext_lazy("Kind"), required=False, choices=KIND.choices),
    *DETAILS,
    Fact("emptied", "data", gettext_lazy("Emptied"), required=False),
    CONTACTS,
    IDENTIFIERS,
    FIELDS,
    inherent=keeper,
)
def amend(call: Call) -> Done:
    """What is not given stays as it is; what stands in `emptied` becomes empty. Lists that are given replace the whole (R-048)."""
    party = locked(call)
    refuse_stale(party, call)
    contacts, identifiers = _judged_lists(call)
    wanted = _details(call)
    emptied = call.facts.get("emptied")
    names = {fact.name for fact in DETAILS} - {"status"}
    wanted |= {
        name: None if name in DAYS else "" for name in (emptied if isinstance(emptied, list) else ()) if name in names
    }
    if call.text("kind"):
        wanted["kind"] = call.text("kind")
    before = {name: getattr(party, name) for name in wanted}
    for name, value in wanted.items():
        setattr(party, name, value)
    changes: dict[str, Any] = {
        name: [_plain(before[name]), _plain(value)] for name, value in wanted.items() if before[name] != value
    }
    if call.facts.get("fields") is not None or "kind" in changes:
        after = merged(party.kind, party.extra, call.facts.get("fields"))
        changes |= _filled({name: 1 for name in {*after, *party.extra} if after.get(name) != party.extra.get(name)})
        party.extra = after
    if call.text("name"):
        changes |= {"name": [party.name, _name(call)]} if _name(call) != party.name else {}
        name_party(party, _name(call))
    elif "kind" in changes:
        name_party(party, party.name)
    if contacts is not None:
        _write_contacts(party, contacts)
    if identifiers is not None:
        _write_identifiers(party, identifiers)
    if "contract_ends_on" in changes:
        _note_contract(party, changes["contract_ends_on"][0], call)
    save(party, [*wanted, "extra", "name", "folded_name", "sort_key"], call.at)
    index(party)
    return about(party, {**changes, **_told(contacts or [], identifiers or [])})


def _note_contract(party: Party, before: str | None, call: Call) -> None:
    """The timeline tells when a contract was prolonged, or ended."""
    days = {"before": before or "—", "after": party.contract_ends_on or "—"}
    Activity.objects.create(
        company_id=party.company_id,
        party=party,
        kind=ActivityKind.NOTE,
        at=call.at,
        text=_("Contract ends on %(after)s (before: %(before)s)") % days,
        made_at=call.at,
        made_by=call.person,
    )


def _judged_lists(call: Call) -> tuple[list[ContactValue] | None, list[tuple[str, str]] | None]:
    """None for a list that was not given: it stays as it is."""
    contacts, identifiers = call.facts.get("contacts"), call.facts.get("identifiers")
    try:
        return (
            read_contacts(contacts) if isinstance(contacts, list) else None,
            read_identifiers(identifiers) if isinstance(identifiers, list) else None,
        )
    except ValueError as error:
        raise RuleBroken(str(error)) from error


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int) else str(value)
