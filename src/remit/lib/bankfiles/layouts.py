"""Records to bytes and back by a described layout. What the records mean is the business of `batches`."""

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from remit.lib.bankfiles import cells
from remit.lib.bankfiles.format import Column, Described
from remit.lib.bankfiles.values import FILE_BYTES_MAX, ROWS_MAX, BankFileError, Record
from remit.lib.sheets import Cell, SheetError, read_records, write_xlsx

FAULTS_MAX: Final = 50
# Larger figures stay text in a sheet: fifteen digits are all that it keeps.
SHEET_NUMBER_MAX: Final = Decimal(10**12)


class Faults:
    """What is wrong so far; `check` raises it all at once."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, line: int, column: Column, error: ValueError) -> None:
        self.say(f"第 {line} 行“{column.label}”：{error}")

    def say(self, sentence: str) -> None:
        if len(self.found) < FAULTS_MAX:
            self.found.append(sentence)

    def check(self) -> None:
        if self.found:
            raise BankFileError(*self.found)


def write(shape: Described, header: Record, rows: Sequence[Record], trailer: Record) -> bytes:
    """The file. Raises BankFileError naming row and column of everything that doesn't fit; rows count from 1."""
    faults = Faults()
    lines: list[list[str]] = []
    columns: list[tuple[Column, ...]] = []
    for part, records in ((shape.header, [header]), (shape.rows, rows), (shape.trailer, [trailer])):
        if part is shape.rows and shape.titles:
            lines.append([column.title for column in part])
            columns.append(())
        if part:
            for number, record in enumerate(records, start=1):
                lines.append(_texts(part, record, number, faults))
                columns.append(part)
    faults.check()
    if shape.layout == "xlsx":
        return _write_sheet(lines, columns)
    end = "\r\n" if shape.line_end == "crlf" else "\n"
    if shape.layout == "fixed":
        return _write_fixed(shape, lines, columns, end.encode())
    return _write_delimited(shape, lines, columns, end)


def _texts(part: Sequence[Column], record: Record, number: int, faults: Faults) -> list[str]:
    texts = []
    for column in part:
        try:
            texts.append(cells.as_text(column, record.get(column.field or "")))
        except ValueError as error:
            texts.append("")
            faults.add(number, column, error)
    return texts


def _numbered(shape: Described, columns: Sequence[tuple[Column, ...]]) -> Iterator[int]:
    """The number by which each line is named to the person: rows from 1, whatever stands above them."""
    row = 0
    for part in columns:
        row += part is shape.rows
        yield row


def _write_fixed(
    shape: Described, lines: Sequence[Sequence[str]], columns: Sequence[tuple[Column, ...]], end: bytes
) -> bytes:
    faults, out = Faults(), bytearray()
    for number, texts, part in zip(_numbered(shape, columns), lines, columns, strict=True):
        for column, text in zip(part, texts, strict=True):
            try:
                out += cells.fitted(column, text, shape.encoding)
            except ValueError as error:
                faults.add(number, column, error)
        out += end
    faults.check()
    return bytes(out)


def _write_delimited(
    shape: Described, lines: Sequence[Sequence[str]], columns: Sequence[tuple[Column, ...]], end: str
) -> bytes:
    faults, buffer = Faults(), io.StringIO()
    writer = csv.writer(buffer, delimiter=shape.separator, lineterminator=end) if shape.quote else None
    for number, texts, part in zip(_numbered(shape, columns), lines, columns, strict=True):
        for column, text in zip(part or shape.rows, texts, strict=True):
            try:
                cells.encoded(text, shape.encoding)
                if writer is None and shape.separator in text:
                    raise ValueError(f"“{text}”里有分隔符“{shape.separator}”。")
            except ValueError as error:
                faults.add(number, column, error)
        if writer is None:
            buffer.write(shape.separator.join(texts) + end)
        else:
            writer.writerow(texts)
    faults.check()
    return buffer.getvalue().encode(shape.encoding)


def _write_sheet(lines: Sequence[Sequence[str]], columns: Sequence[tuple[Column, ...]]) -> bytes:
    width = max(map(len, lines), default=0)

    def cell(text: str, column: Column | None) -> Cell:
        if column is not None and column.shape == "yuan" and text and Decimal(text) < SHEET_NUMBER_MAX:
            return Decimal(text)
        return text

    rows = [
        [*(cell(text, part[place] if part else None) for place, text in enumerate(texts)), *[""] * (width - len(texts))]
        for texts, part in zip(lines, columns, strict=True)
    ]
    return write_xlsx([str(value) for value in rows[0]], rows[1:], title="Sheet1")


# --- reading ---------------------------------------------------------------------------------------------------------------


def read(shape: Described, data: bytes) -> tuple[Record, list[tuple[int, Record]], Record]:
    """Header, rows with their line in the file, trailer. Raises BankFileError with every line that doesn't fit."""
    if len(data) > FILE_BYTES_MAX:
        raise BankFileError(f"文件超过 {FILE_BYTES_MAX // 1024 // 1024} MB。")
    lines = list(_lines(shape, data))
    if len(lines) > ROWS_MAX + 3:
        raise BankFileError(f"文件超过 {ROWS_MAX} 行。")
    above = bool(shape.header) + shape.titles
    if len(lines) < above + bool(shape.trailer):
        raise BankFileError(f"文件只有 {len(lines)} 行，缺少表头或表尾。")
    faults = Faults()
    header = _record(shape.header, *lines[0], faults) if shape.header else {}
    last = len(lines) - bool(shape.trailer)
    trailer = _record(shape.trailer, *lines[last], faults) if shape.trailer else {}
    rows = [(number, _record(shape.rows, number, texts, faults)) for number, texts in lines[above:last]]
    faults.check()
    return header, rows, trailer


def _record(part: Sequence[Column], number: int, texts: Sequence[str], faults: Faults) -> Record:
    record: Record = {}
    # A separator at the end of the line is common; what stands behind it must be nothing.
    if len(texts) < len(part) or any(texts[len(part) :]):
        faults.say(f"第 {number} 行有 {len(texts)} 列，应为 {len(part)} 列。")
        return record
    for column, text in zip(part, texts, strict=False):
        try:
            value = cells.as_value(column, text)
        except ValueError as error:
            faults.add(number, column, error)
            continue
        if column.field is not None:
            record[column.field] = value
    return record


def _lines(shape: Described, data: bytes) -> Iterator[tuple[int, list[str]]]:
    if shape.layout == "xlsx":
        try:
            for number, texts in read_records(data):
                if any(texts):
                    # A sheet is as wide as its widest row.
                    while texts and not texts[-1]:
                        texts.pop()
                    yield number, texts + [""] * 40
        except SheetError as error:
            raise BankFileError(str(error)) from error
    elif shape.layout == "fixed":
        yield from _fixed_lines(shape, data)
    else:
        text = decoded(data, shape.encoding)
        try:
            records = (
                csv.reader(io.StringIO(text, newline=""), delimiter=shape.separator, strict=True)
                if shape.quote
                else (line.split(shape.separator) for line in text.replace("\r\n", "\n").split("\n"))
            )
            for number, texts in enumerate(records, start=1):
                if any(texts):
                    yield number, texts
        except csv.Error as error:
            raise BankFileError("引号没有成对，请核对文件。") from error


def _fixed_lines(shape: Described, data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Cut by bytes before anything is decoded: a width counts bytes."""
    lines = [(number, line.rstrip(b"\r")) for number, line in enumerate(data.split(b"\n"), start=1)]
    lines = [(number, line) for number, line in lines if line.strip(b" \x1a")]
    faults = Faults()
    for place, (number, line) in enumerate(lines):
        part = shape.rows
        if shape.header and place == 0:
            part = shape.header
        elif shape.trailer and place == len(lines) - 1:
            part = shape.trailer
        total = sum(column.width or 0 for column in part)
        if len(line) > total and line[total:].strip(b" "):
            faults.say(f"第 {number} 行有 {len(line)} 字节，应为 {total} 字节。")
            continue
        # Blanks at the end of a line are lost on many ways.
        line, at, texts = line.ljust(total), 0, []
        for column in part:
            piece = line[at : at + (column.width or 0)]
            at += column.width or 0
            try:
                texts.append(piece.decode(shape.encoding))
            except UnicodeDecodeError:
                texts.append("")
                faults.say(f"第 {number} 行“{column.label}”：不是完整的 {shape.encoding.upper()} 文字，列宽可能不对。")
        yield number, texts
    faults.check()


def decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BankFileError(f"第 {line} 行不是 {encoding.upper()} 编码的文字。") from None
    return text.rstrip("\x1a")
