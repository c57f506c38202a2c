"""A table from a bank's website by recipe: which column means what. The recipe is made once for each account."""

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator

from remit.lib.amounts import parse_amount
from remit.lib.bankfiles.cells import date_pattern
from remit.lib.bankfiles.format import Encoding, Strict
from remit.lib.bankfiles.values import ROWS_MAX, BankFileError, Entry, Statement
from remit.lib.sheets import SheetError, read_records

Header = Annotated[str, Field(min_length=1, max_length=80)]
FAULTS_MAX: Final = 30
_TIME: Final = re.compile(r"[ T]?\d{1,2}:\d\d(:\d\d(\.\d+)?)?$")


class Recipe(Strict):
    """Headers by meaning. The amount stands in one column with its sign (`amount`), in one with a word beside it (`amount` and
    `direction`, where `incoming` are the words for money that came in), or in two (`income`, `expense`)."""

    skip: Annotated[int, Field(ge=0, le=50)] = 0  # lines above the headers
    encoding: Encoding | None = None
    delimiter: Literal[",", ";", "\t", "|"] | None = None
    date: Header
    date_format: Annotated[str, Field(pattern=r"^(YYYY|YY|MM|DD|[-/.年月日])+$", max_length=20)] = "YYYY-MM-DD"
    value_date: Header | None = None
    amount: Header | None = None
    direction: Header | None = None
    incoming: tuple[Header, ...] = ()
    income: Header | None = None
    expense: Header | None = None
    balance: Header | None = None
    name: Header | None = None
    account: Header | None = None
    reference: Header | None = None
    text: Header | None = None
    bank_id: Header | None = None

    @model_validator(mode="after")
    def has_an_amount(self) -> Self:
        if (self.amount is None) == (self.income is None or self.expense is None):
            raise ValueError("金额要么写一列（amount），要么写收入、支出两列（income、expense）。")
        if (self.direction is None) != (not self.incoming):
            raise ValueError("direction 与 incoming（表示收入的字样）要一起写。")
        if self.direction is not None and self.amount is None:
            raise ValueError("direction 只和 amount 一起用。")
        return self

    @property
    def headers(self) -> list[str]:
        """Every column that the table must have."""
        named = (
            *(self.date, self.value_date, self.amount, self.direction, self.income, self.expense, self.balance),
            *(self.name, self.account, self.reference, self.text, self.bank_id),
        )
        return [header for header in named if header is not None]


def preview(data: bytes, skip: int = 0, encoding: str = "", delimiter: str = "") -> tuple[list[str], list[list[str]]]:
    """The headers below the skipped lines and the first rows, from which a person makes the recipe. Raises BankFileError."""
    try:
        rows = []
        for number, cells in read_records(data, encoding=encoding, delimiter=delimiter):
            if number > skip and any(cells):
                rows.append(cells)
            if len(rows) > 5:
                break
    except SheetError as error:
        raise BankFileError(str(error)) from error
    return ([header for header in rows[0] if header], rows[1:]) if rows else ([], [])


def read_table(data: bytes, recipe: Recipe, *, account: str, currency: str) -> Statement:
    """The statement. Raises BankFileError with every row that can't be read, or by which the running balance doesn't agree."""
    faults: list[str] = []
    entries: list[Entry] = []
    headers: list[str] = []
    try:
        for number, cells in read_records(data, encoding=recipe.encoding or "", delimiter=recipe.delimiter or ""):
            if number <= recipe.skip or not any(cells):
                continue
            if not headers:
                headers = cells
                missing = [header for header in recipe.headers if header not in headers]
                if missing:
                    raise BankFileError(f"第 {number} 行的表头缺少：{'、'.join(missing)}。")
                continue
            row = dict(zip(headers, cells, strict=False))
            if not any(char.isdigit() for char in row.get(recipe.date, "")):
                continue  # sums and remarks below the table have no date
            try:
                entries.append(_entry(row, recipe, number))
            except ValueError as error:
                faults.append(f"第 {number} 行：{error}")
            if len(entries) > ROWS_MAX:
                raise BankFileError(f"对账单超过 {ROWS_MAX} 笔。")
    except SheetError as error:
        raise BankFileError(str(error)) from error
    if not headers:
        raise BankFileError(f"第 {recipe.skip} 行以后没有内容。")
    if faults:
        raise BankFileError(*faults[:FAULTS_MAX])
    if entries and all(entry.balance is not None for entry in entries):
        entries = _in_order(entries)
        first, last = entries[0], entries[-1]
        opening = first.balance - first.amount if first.balance is not None else None
        return Statement(account, currency, tuple(entries), opening, last.balance)
    return Statement(account, currency, tuple(entries))


def _entry(row: dict[str, str], recipe: Recipe, number: int) -> Entry:
    def cell(header: str | None) -> str:
        return row.get(header, "").strip() if header else ""

    amount = _amount(cell, recipe)
    return Entry(
        line=number,
        on=_day(cell(recipe.date), recipe),
        amount=amount,
        value_on=_day(cell(recipe.value_date), recipe) if cell(recipe.value_date) else None,
        name=cell(recipe.name),
        account=cell(recipe.account),
        reference=cell(recipe.reference),
        text=cell(recipe.text),
        bank_id=cell(recipe.bank_id),
        balance=parse_amount(cell(recipe.balance)) if cell(recipe.balance) else None,
    )


def _amount(cell: Callable[[str | None], str], recipe: Recipe) -> Decimal:
    if recipe.amount is None:
        income, expense = _or_nothing(cell(recipe.income)), _or_nothing(cell(recipe.expense))
        if bool(income) == bool(expense):
            raise ValueError("收入与支出应当只有一个有金额。")
        return income - abs(expense)
    amount = parse_amount(cell(recipe.amount))
    if recipe.direction is not None:
        return abs(amount) if cell(recipe.direction) in recipe.incoming else -abs(amount)
    return amount


def _or_nothing(text: str) -> Decimal:
    return parse_amount(text) if text not in ("", "-", "--") else Decimal("0.00")


def _day(text: str, recipe: Recipe) -> dt.date:
    bare = _TIME.sub("", text).strip()
    # A spreadsheet gives its own dates, however they look on the screen.
    for pattern in (date_pattern(recipe.date_format), "%Y-%m-%d"):
        try:
            return dt.datetime.strptime(bare, pattern).date()
        except ValueError:
            continue
    raise ValueError(f"“{text}”不是 {recipe.date_format} 写法的日期。")


def _in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Oldest first. Many banks list the newest first: the order in which the running balance agrees is the right one."""
    ways = [list(entries), list(reversed(entries))]
    breaks = [_breaks(way) for way in ways]
    for way, broken in zip(ways, breaks, strict=True):
        if not broken:
            return way
    before, entry = min(breaks, key=len)[0]
    raise BankFileError(
        f"第 {entry.line} 行：余额 {entry.balance} 与上一笔余额 {before.balance} 加本笔 {entry.amount} 不符，对账单可能缺了行。"
    )


def _breaks(entries: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """Neighbours between which the balance doesn't move by the amount of the later."""
    return [
        (before, entry)
        for before, entry in pairwise(entries)
        if before.balance is not None and before.balance + entry.amount != entry.balance
    ]
