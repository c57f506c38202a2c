"""Entering in the books: the only writer of entries. Higher rooms call `post` inside their own acts, with aggregated legs."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from remit.kernel.audit.statements import ask
from remit.kernel.authority.registry import Call
from remit.kernel.ledger.errors import NoBooks, PeriodClosed, PostingConflict, PostingRefused
from remit.kernel.ledger.models import Account, Book, Entry
from remit.kernel.ledger.models import Leg as LegRow
from remit.lib import clock
from remit.lib.amounts import format_amount, round_cents

WORD: Final = "记"
# Advisory locks on sources; the second key is the source's hash. Two that collide only wait for each other.
SOURCE_LOCK: Final = 0x4C454447
GREATEST: Final = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class Leg:
    """A line of an entry: the account's code in the company's chart, and an amount, debit positive, credit negative."""

    account: str
    amount: Decimal
    note: str = ""


@transaction.atomic
def post(
    company_id: int,
    on: dt.date,
    summary: str,
    legs: Iterable[Leg],
    *,
    source: tuple[str, str],
    event_call: Call | None = None,
    word: str = WORD,
    papers: int = 0,
) -> Entry:
    """Enter one balanced entry, whatever the number of customers behind it, in six statements.

    The same `source` (kind, key) again answers the entry that is there. Raises PostingConflict where its legs then differ,
    NoBooks, PeriodClosed, and PostingRefused for legs that do not balance, are 0, are fewer than two, or name an account that is
    not there, is closed or only sums up others.
    """
    wanted = list(legs)
    _lock_source(company_id, source)
    if (there := _entered(company_id, source)) is not None:
        _compare(there, wanted)
        return there
    return _enter(company_id, on, summary, wanted, source, event_call, word, papers, None)


@transaction.atomic
def reverse(
    entry: Entry, on: dt.date, summary: str, source: tuple[str, str], *, event_call: Call | None = None
) -> Entry:
    """The counter entry: the same legs with the other sign, on a day whose month is open. Idempotent like `post`.

    Raises PostingConflict where the entry was reversed from another source.
    """
    _lock_source(entry.company_id, source)
    there = Entry.objects.filter(reverses=entry).first()
    if there is not None:
        if (there.source_kind, there.source_key) != source:
            raise PostingConflict(_("%(entry)s was reversed before.") % {"entry": entry.label})
        return there
    legs = [Leg(code, -amount, note) for code, amount, note in _legs_of(entry)]
    return _enter(entry.company_id, on, summary, legs, source, event_call, entry.word, 0, entry)


def _enter(
    company_id: int,
    on: dt.date,
    summary: str,
    legs: Sequence[Leg],
    source: tuple[str, str],
    call: Call | None,
    word: str,
    papers: int,
    reversed_one: Entry | None,
) -> Entry:
    _check_legs(legs)
    _check_open(company_id, on)
    accounts = _accounts(company_id, on, legs, even_closed=reversed_one is not None)
    month = on.replace(day=1)
    entry = Entry.objects.create(
        company_id=company_id,
        on=on,
        month=month,
        word=word,
        number=_next_number(company_id, month, word),
        summary=summary[:200],
        source_kind=source[0],
        source_key=source[1],
        leg_count=len(legs),
        papers=papers,
        reverses=reversed_one,
        made_at=call.at if call else clock.now(),
        made_by=call.person if call else None,
    )
    LegRow.objects.bulk_create(
        LegRow(entry=entry, line=line, account_id=accounts[leg.account], on=on, amount=leg.amount, note=leg.note[:200])
        for line, leg in enumerate(legs, 1)
    )
    return entry


def _lock_source(company_id: int, source: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        key = f"{company_id}:{source[0]}:{source[1]}"
        cursor.execute("SELECT true FROM pg_advisory_xact_lock(%s, hashtext(%s))", [SOURCE_LOCK, key])


def _entered(company_id: int, source: tuple[str, str]) -> Entry | None:
    return Entry.objects.filter(company=company_id, source_kind=source[0], source_key=source[1]).first()


def _legs_of(entry: Entry) -> list[tuple[str, Decimal, str]]:
    return list(entry.legs.order_by("line").values_list("account__code", "amount", "note"))


def _compare(there: Entry, wanted: Sequence[Leg]) -> None:
    before = Counter((code, amount) for code, amount, _note in _legs_of(there))
    if before != Counter((leg.account, leg.amount) for leg in wanted):
        values = {"entry": there.label}
        raise PostingConflict(
            _("This was entered before as %(entry)s, with other amounts; reverse that first.") % values
        )


def _check_legs(legs: Sequence[Leg]) -> None:
    if len(legs) < 2:
        raise PostingRefused(_("An entry has at least two lines."))
    for leg in legs:
        if leg.amount == 0 or abs(leg.amount) >= GREATEST or leg.amount != round_cents(leg.amount):
            raise PostingRefused(_("Every line has an amount in whole cents that is not 0."))
    rest = sum((leg.amount for leg in legs), Decimal(0))
    if rest:
        raise PostingRefused(
            _("Debits and credits differ by %(amount)s; an entry must balance.") % {"amount": format_amount(abs(rest))}
        )


def _check_open(company_id: int, on: dt.date) -> None:
    """The sentence for what the database would refuse anyway. Holds the row, so that the month stays open until the end."""
    rows = ask("SELECT opened_on, closed_until FROM ledger_book WHERE company_id = %s FOR SHARE", [company_id])
    if not rows:
        raise NoBooks(_("This company keeps no books yet; set them up first."))
    opened_on, closed_until = rows[0]
    if on < opened_on:
        raise PeriodClosed(_("The books begin on %(day)s; choose a later day.") % {"day": opened_on.isoformat()})
    if closed_until is not None and on <= closed_until:
        values = {"month": f"{on:%Y-%m}", "day": closed_until.isoformat()}
        raise PeriodClosed(
            _(
                "%(month)s is closed (the books are closed up to %(day)s). Choose a later day, or have the month reopened."
            )
            % values
        )


def _accounts(company_id: int, on: dt.date, legs: Sequence[Leg], *, even_closed: bool) -> dict[str, int]:
    codes = {leg.account for leg in legs}
    found = {one.code: one for one in Account.objects.filter(company=company_id, code__in=codes)}
    for code in sorted(codes):
        account = found.get(code)
        if account is None:
            raise PostingRefused(_("There is no account %(code)s.") % {"code": code})
        if not account.is_leaf:
            raise PostingRefused(
                _("%(account)s only sums up other accounts; choose one below it.") % {"account": account}
            )
        if account.is_closed and not even_closed:
            raise PostingRefused(_("%(account)s is closed.") % {"account": account})
        if account.settled_until is not None and on <= account.settled_until:
            values = {"account": account, "day": account.settled_until.isoformat()}
            raise PostingRefused(
                _("%(account)s was counted and closed up to %(day)s; choose a later day, or have that day reopened.")
                % values
            )
    return {code: account.pk for code, account in found.items()}


_NUMBER: Final = """
INSERT INTO ledger_entrynumber (company_id, month, word, last) VALUES (%s, %s, %s, 1)
ON CONFLICT (company_id, month, word) DO UPDATE SET last = ledger_entrynumber.last + 1 RETURNING last
"""


def _next_number(company_id: int, month: dt.date, word: str) -> int:
    return int(ask(_NUMBER, [company_id, month, word])[0][0])


def book_of(company_id: int) -> Book:
    """Raises NoBooks."""
    book = Book.objects.select_related("company").filter(company=company_id).first()
    if book is None:
        raise NoBooks(_("This company keeps no books yet; set them up first."))
    return book


def settle_account(account_id: int, until: dt.date | None) -> None:
    """What the account held was counted to the end of the day: nothing is entered there from now on. Who calls holds the book alone."""
    Account.objects.filter(pk=account_id).update(settled_until=until)
