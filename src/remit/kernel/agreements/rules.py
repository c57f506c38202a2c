"""What several verbs of the room share: numbers without gaps, sealed accounts, the rights that follow from one's own customer."""

import re
from collections.abc import Iterable
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.accounts.sealing import seal, unseal
from remit.kernel.agreements.access import agreement_visible_to, customer_within_reach
from remit.kernel.agreements.models import Agreement
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import keeps
from remit.kernel.parties.models import Party, PartyKind
from remit.lib.identifiers import read_bank_card
from remit.lib.ids import number_for

PARTY: Final = Fact("party", "id", gettext_lazy("Customer"))
# Names the use of the key: accounts of mandates have one of their own.
ACCOUNT: Final = b"remit mandate account 1"
_ACCOUNT: Final = re.compile(r"\d{8,32}", re.ASCII)
_CARD: Final = re.compile(r"62\d{14,17}", re.ASCII)


def take_number(company_id: int, series: str, year: int) -> str:
    """The next number of a company's series in a year. Whoever takes one waits for who took one before him, and where his act fails
    the number is free again: a register without gaps. One statement."""
    sql = """
        INSERT INTO agreements_agreementnumber (company_id, series, year, last) VALUES (%s, %s, %s, 1)
        ON CONFLICT ON CONSTRAINT agreement_number_series DO UPDATE SET last = agreements_agreementnumber.last + 1
        RETURNING last
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [company_id, series, year])
        return number_for(series, year, int(cursor.fetchone()[0]))


def keeper_of_customer(person: Person, facts: Facts) -> str | None:
    """Who keeps the customer's file may do this. Raises NotYours where the customer is not there for the person."""
    party = customer_within_reach(person, int(str(facts["party"])))
    return _("the customer is your own") if keeps(person, party) else None


def customer_of(call: Call) -> Party:
    """Whom the call is about, the row held until the transaction ends, so that a merge at the same second does not pass the act by.
    Raises NotYours, RuleBroken."""
    pk = call.id_of("party")
    if call.person is not None:
        pk = customer_within_reach(call.person, pk).pk
    party = Party.objects.select_for_update(no_key=True, of=("self",)).select_related("company", "owner").get(pk=pk)
    if party.erased_at is not None:
        raise RuleBroken(_("This customer's data were erased; nothing more is written about it."))
    return party


def read_account(text: str, party: Party) -> str:
    """The bare figures of a bank account. A person's card must have its check digit right; other accounts have none.
    Raises ValueError."""
    bare = re.sub(r"[\s\-–—]", "", text)
    if _ACCOUNT.fullmatch(bare) is None:
        raise ValueError(_("An account number has 8 to 32 figures."))
    return read_bank_card(bare) if party.kind == PartyKind.PERSON and _CARD.fullmatch(bare) else bare


def sealed_account(number: str) -> str:
    return seal(number, ACCOUNT)


def opened_account(sealed: str) -> str:
    """The whole number; "" where it was erased. Raises SealedWithAnotherKey."""
    return unseal(sealed, ACCOUNT) if sealed else ""


# --- one agreement --------------------------------------------------------------------------------------------------------------


def held(call: Call) -> Agreement:
    """The agreement that the call is about, its row held until the transaction ends. Raises NotYours, RuleBroken."""
    pk = call.id_of("agreement")
    if call.person is not None:
        pk = agreement_visible_to(call.person, pk).pk
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",)).select_related("party", "company")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise RuleBroken(_("There is no such agreement."))
    return found


def save(agreement: Agreement, changed: Iterable[str]) -> None:
    """Write the named fields; the version grows by one."""
    agreement.version += 1
    agreement.save(update_fields=[*changed, "version"])


def told(agreement: Agreement, changes: dict[str, Any]) -> Done:
    return Done(("agreement", agreement.pk, f"{agreement.number} {agreement.title}"), changes, agreement.company_id)
