"""Questions about statements: what is open on both sides of an account, and what is likely the same."""

import re
from typing import Final

from django.db.models import QuerySet

from remit.kernel.ledger.models import Leg
from remit.kernel.payments.banking.reconciling import OPENING
from remit.kernel.payments.banking.suggesting import Side, Suggestion, suggest
from remit.kernel.payments.models import BankAccount, MatchedLeg, Matching, StatementLine

OPEN_MAX: Final = 500  # on each side: what a person can look through at once
HABITS: Final = 300
_MARK: Final = re.compile(r"[A-Za-z]{1,6}[-/]?\d[\w/-]{3,}|\d{6,}", re.ASCII)


def open_lines(account: BankAccount) -> QuerySet[StatementLine]:
    return account.lines.filter(match=None, on__gte=account.since).order_by("on", "id")


def open_legs(account: BankAccount) -> QuerySet[Leg]:
    rows = Leg.objects.filter(account=account.account_id, on__gte=account.since).exclude(entry__source_kind=OPENING)
    matched = MatchedLeg.objects.filter(match__account=account).values("leg_id")
    return rows.exclude(pk__in=matched).select_related("entry").order_by("on", "id")


def line_side(line: StatementLine) -> Side:
    words = " ".join(filter(None, (line.name, line.text)))
    return Side(line.pk, line.on, line.amount, words, marks_of(f"{line.reference} {line.text} {line.bank_id}"))


def leg_side(leg: Leg) -> Side:
    entry = leg.entry
    words = " ".join(filter(None, (entry.summary, leg.note)))
    return Side(leg.pk, leg.on, leg.amount, words, marks_of(f"{words} {entry.source_key}"))


def marks_of(text: str) -> frozenset[str]:
    """What looks like a number by which a payment is known."""
    return frozenset(found.upper().replace("-", "").replace("/", "") for found in _MARK.findall(text))


def suggestions(account: BankAccount) -> tuple[list[StatementLine], list[Leg], list[Suggestion]]:
    """Both open sides, the oldest first, and what is likely the same among them. Four queries."""
    lines, legs = list(open_lines(account)[:OPEN_MAX]), list(open_legs(account)[:OPEN_MAX])
    found = suggest([line_side(line) for line in lines], [leg_side(leg) for leg in legs], habits_of(account))
    return lines, legs, found


def habits_of(account: BankAccount) -> list[tuple[str, str]]:
    """Which words of the bank were matched with which of the books lately, where one stood for one."""
    rows = (
        Matching.objects.filter(account=account)
        .order_by("-id")
        .values_list("lines__name", "lines__text", "legs__leg__entry__summary", "legs__leg__note")[:HABITS]
    )
    return [
        (" ".join(filter(None, (name, text))), " ".join(filter(None, (summary, note))))
        for name, text, summary, note in rows
    ]
