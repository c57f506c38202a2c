"""Plain text, pasted text, and tables of separated values."""

import csv
import io
from itertools import groupby

from remit.kernel.charters.importing.readers.building import MAX_CHARACTERS, Slot, SourceBuilder, clean
from remit.kernel.charters.importing.readers.charset import decode
from remit.kernel.charters.importing.readers.refusals import refuse
from remit.kernel.charters.importing.source import Source


def read_plain(data: bytes, name: str, encoding: str | None = None) -> Source:
    text, found = decode(data, encoding)
    return plain_source(text, name, found)


def plain_source(text: str, name: str, encoding: str | None = None) -> Source:
    """A line is a paragraph. Lines with the same number of tabs, as pasted from a word processor, are a table."""
    if len(text) > MAX_CHARACTERS:
        raise refuse("too_long")
    builder = SourceBuilder(name, "text/plain")
    lines = clean(text).split("\n")
    for tabs, group in groupby(lines, key=lambda line: line.rstrip().count("\t") if line.strip() else -1):
        same = list(group)
        if tabs > 0 and len(same) > 1 and _is_grid(same):
            builder.table(
                Slot(row, column, cell) for row, line in enumerate(same) for column, cell in enumerate(line.split("\t"))
            )
            continue
        for line in same:
            if line.strip():
                builder.paragraph(line)
            else:
                builder.gap()
    return builder.finish(encoding)


def _is_grid(lines: list[str]) -> bool:
    """Tabs that only indent make no table: the first column must hold words somewhere below them too."""
    return all(line[0] != "\t" for line in lines) or any(line.split("\t")[0].strip() for line in lines[1:])


def read_separated(data: bytes, name: str, encoding: str | None = None) -> Source:
    """A file of values separated by commas, tabs or semicolons: one table."""
    text, found = decode(data, encoding)
    text = clean(text)
    separator = max(",\t;", key=lambda mark: text[:10_000].count(mark))
    builder = SourceBuilder(name, "text/csv")
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    builder.table(Slot(row, column, cell) for row, cells in enumerate(rows) for column, cell in enumerate(cells))
    return builder.finish(found)
