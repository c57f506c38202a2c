"""From a bank's file to lines: told from what is there already, and written in one statement."""

import hashlib
import json
from collections import Counter
from typing import Any, Final

from django.utils.translation import gettext as _
from pydantic import ValidationError

from remit.kernel.audit.statements import ask
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.payments.models import BankAccount
from remit.lib.bankfiles.statements import Recipe, kind_of, read_statements
from remit.lib.bankfiles.values import BankFileError, Statement

_LENGTHS: Final = {"name": 140, "other_account": 40, "reference": 80, "text": 300}


def recipe_of(account: BankAccount) -> Recipe | None:
    """Which column means what; None where nobody has said it yet."""
    if not account.recipe:
        return None
    try:
        return Recipe.model_validate(account.recipe)
    except ValidationError:
        return None


def read(account: BankAccount, data: bytes) -> tuple[str, Statement]:
    """The kind of the file, and the statement in it that is of this account. Raises RuleBroken with every fault and its line."""
    try:
        statements = read_statements(data, recipe_of(account), account=account.number, currency=account.currency)
    except BankFileError as error:
        raise RuleBroken(str(error)) from error
    own = [one for one in statements if _same(one.account, account.number)]
    if not own:
        told = "、".join(sorted({f"…{one.account[-4:]}" for one in statements}))
        raise RuleBroken(_("This file is of the account %(other)s, not of this one.") % {"other": told})
    if len(own) > 1:
        raise RuleBroken(_("The file has several statements of this account; take them in one by one."))
    if own[0].currency != account.currency:
        raise RuleBroken(_("The statement is in %(currency)s.") % {"currency": own[0].currency})
    return kind_of(data), own[0]


def _same(left: str, right: str) -> bool:
    return "".join(left.split()) == "".join(right.split())


def rows_of(statement: Statement) -> list[dict[str, Any]]:
    """The lines as they are kept, each with its key. Lines that are equal in everything are told apart by how many there are."""
    seen = Counter[str]()
    rows = []
    for entry in statement.entries:
        row: dict[str, Any] = {
            "on": entry.on.isoformat(),
            "value_on": entry.value_on.isoformat() if entry.value_on else None,
            "amount": str(entry.amount),
            "name": entry.name,
            "other_account": entry.account,
            "reference": entry.reference,
            "text": entry.text,
        }
        row |= {name: row[name][:most] for name, most in _LENGTHS.items()}
        if entry.bank_id and len(entry.bank_id) <= 78:
            key = f"i:{entry.bank_id}"
        else:
            digest = hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:40]
            seen[digest] += 1
            key = f"h:{digest}:{seen[digest]}"
        rows.append({**row, "key": key, "bank_id": entry.bank_id[:80]})
    return [row for row in rows if row["amount"] != "0.00"]


_WRITE: Final = """
INSERT INTO payments_statementline
    (company_id, account_id, source_id, key, "on", value_on, amount, name, other_account, reference, text, bank_id)
SELECT %s, %s, %s, key, "on", value_on, amount, name, other_account, reference, text, bank_id
FROM jsonb_to_recordset(%s::jsonb) AS given(key varchar, "on" date, value_on date, amount numeric, name varchar,
    other_account varchar, reference varchar, text varchar, bank_id varchar)
ON CONFLICT (account_id, key) DO NOTHING RETURNING id
"""


def write(account: BankAccount, source_id: int, rows: list[dict[str, Any]]) -> int:
    """How many were new. One statement."""
    values = [account.company_id, account.pk, source_id, json.dumps(rows, ensure_ascii=False)]
    return len(ask(_WRITE, values))


def known(account: BankAccount, rows: list[dict[str, Any]]) -> set[str]:
    """Which keys are there already."""
    keys = [row["key"] for row in rows]
    return set(account.lines.filter(key__in=keys).values_list("key", flat=True))
