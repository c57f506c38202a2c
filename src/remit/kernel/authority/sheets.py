"""Many matters of one kind from a spreadsheet: its columns are the facts of the action, each row is one attempt."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.bulk import RowResult
from remit.kernel.authority.facts import BadFacts, Fact, asked
from remit.kernel.authority.gate import dry_run
from remit.kernel.authority.registry import ActionType
from remit.lib.sheets import Sheet, SheetError, read_sheet, write_xlsx

# Every row is decided twice, to be looked at and when it is done, while a person waits for the page.
MOST_SHEET_ROWS: Final = 500


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """One row: its number as the spreadsheet counts, and its facts as text by name."""

    number: int
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would come of a row now. `outcome` is "faulty" where the facts can't be taken; `sentence` says why, or who decides."""

    row: SheetFacts
    outcome: str
    sentence: str


def columns(action: ActionType) -> dict[str, Fact]:
    """The facts that a column can hold, by its header in the language of the day."""
    held = [fact for fact in asked(action.facts).values() if fact.kind not in ("id", "data") and not fact.secret]
    return {str(fact.label): fact for fact in held}


def template(action: ActionType) -> bytes:
    """An empty workbook with the columns of the action."""
    return write_xlsx(list(columns(action)), [], title=str(action.label))


def read_rows(action: ActionType, data: bytes) -> list[SheetFacts]:
    """The rows of an XLSX or CSV file. Headers are the labels of the facts, or their names.

    Raises SheetError: no such column, a required one missing, no row, too many of them.
    """
    sheet = read_sheet(data)
    by_header = _by_header(action, sheet)
    if not sheet.rows:
        raise SheetError(sheet.header_row, "", _("There is no row below the header."))
    if len(sheet.rows) > MOST_SHEET_ROWS:
        message = _("At most %(n)d rows at once; split the file.") % {"n": MOST_SHEET_ROWS}
        raise SheetError(sheet.rows[MOST_SHEET_ROWS].number, "", message)
    return [
        SheetFacts(
            row.number,
            {by_header[header].name: cell for header, cell in row.cells.items() if header in by_header and cell},
        )
        for row in sheet.rows
    ]


def _by_header(action: ActionType, sheet: Sheet) -> dict[str, Fact]:
    known = columns(action)
    known |= {fact.name: fact for fact in known.values()}
    headers = [
        header for header in sheet.headers if header and header != _("What is wrong")
    ]  # as `refused_rows` gives it
    for header in headers:
        if header not in known:
            message = _("There is no such column; the columns are: %(known)s.") % {"known": "、".join(columns(action))}
            raise SheetError(sheet.header_row, header, message)
    given = {known[header].name for header in headers}
    missing = [label for label, fact in columns(action).items() if fact.required and fact.name not in given]
    if missing:
        message = _("These columns are missing: %(missing)s.") % {"missing": "、".join(missing)}
        raise SheetError(sheet.header_row, "", message)
    return {header: known[header] for header in headers}


def outlook(actor: Actor, action: ActionType, rows: Iterable[SheetFacts]) -> list[Outlook]:
    """What the gate would say to each row, changing nothing. Windows are judged row by row, not as if the earlier were done."""
    found = []
    for row in rows:
        try:
            decision = dry_run(actor, action.name, row.facts)
        except BadFacts as error:
            found.append(Outlook(row, "faulty", "；".join(error.faults.values())))
        else:
            found.append(Outlook(row, decision.outcome, decision.sentence))
    return found


def refused_rows(action: ActionType, rows: Iterable[SheetFacts], results: Iterable[RowResult]) -> bytes:
    """The rows that were not carried out, each with its reason in the last column: to be mended and sent again."""
    headers = list(columns(action))
    by_name = {fact.name: header for header, fact in columns(action).items()}
    table = []
    for row, result in zip(rows, results, strict=True):
        if not result.is_done:
            cells: dict[str, Any] = {by_name[name]: text for name, text in row.facts.items()}
            table.append([*(cells.get(header, "") for header in headers), result.sentence])
    return write_xlsx([*headers, _("What is wrong")], table, title=str(action.label))
