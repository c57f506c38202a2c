"""Many attempts at one action (rows of a file, ticked lines of a list): the same gate, one by one, in one go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.errors import Refusal, RuleBroken
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import Result, perform
from remit.kernel.authority.loading import find_action, lock_authority

# A batch holds the authority lock until its end; more rows than this would keep everybody else waiting.
MOST_ROWS: Final = 5_000


@dataclass(frozen=True, slots=True)
class RowResult:
    """What came of one row (counted from 1). `faults` names the facts that were wrong; `result` is None where it was refused.

    In a batch of all or nothing that was undone, `code` is "undone" for rows that would have gone through.
    """

    number: int
    result: Result | None = None
    code: str = ""
    sentence: str = ""
    faults: Mapping[str, str] | None = None

    @property
    def is_done(self) -> bool:
        return self.result is not None


class _Undo(Exception):
    """Leaves the transaction of a batch in which a row was refused."""


def perform_rows(
    actor: Actor, action: str, rows: Iterable[Mapping[str, Any]], *, each: bool = False, key: str | None = None
) -> list[RowResult]:
    """Attempt the action with each row's facts, in order. Never raises for a row: its refusal stands in its RowResult.

    All or nothing: one refused row undoes the others, and the list says of every row what is wrong with it. With `each` every
    row stands for itself. `key` makes the batch safe to repeat: row n uses "key:n". Empty cells count as absent.
    Raises UnknownAction, and RuleBroken where there are more than MOST_ROWS rows.
    """
    given = [{name: value for name, value in row.items() if value not in (None, "")} for row in rows]
    if len(given) > MOST_ROWS:
        raise RuleBroken(_("At most %(n)d rows at once; split the file.") % {"n": MOST_ROWS})
    chosen = find_action(action)
    if each:
        return [_perform_row(actor, action, number, facts, key) for number, facts in enumerate(given, 1)]
    found: list[RowResult] = []
    try:
        with transaction.atomic():
            # Taken at once and not by the first row that needs it: two batches that both upgrade a shared lock would deadlock.
            lock_authority(exclusively=chosen.changes_authority is not False)
            for number, facts in enumerate(given, 1):
                found.append(_perform_row(actor, action, number, facts, key))
            if not all(row.is_done for row in found):
                raise _Undo
    except _Undo:
        return [_undone(row) if row.is_done else row for row in found]
    return found


def _perform_row(actor: Actor, action: str, number: int, facts: Mapping[str, Any], key: str | None) -> RowResult:
    try:
        # Its own transaction, or a savepoint within a batch: one row's failure leaves the next ones their turn.
        result = perform(actor, action, facts, key=f"{key}:{number}" if key else None)
    except BadFacts as error:
        return RowResult(number, code="bad_facts", sentence=str(error), faults=error.faults)
    except Refusal as error:
        return RowResult(number, code=error.code, sentence=error.sentence)
    return RowResult(number, result, sentence=result.sentence)


def _undone(row: RowResult) -> RowResult:
    return RowResult(row.number, code="undone", sentence=_("Not carried out, because other rows were refused."))
