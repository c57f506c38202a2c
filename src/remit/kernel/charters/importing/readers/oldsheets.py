"""What must be known of an .xls before calamine reads it: that its sectors run in no circle, and how far its cells reach.

calamine follows a circle of sectors until memory ends, and lays every sheet out in full. Records after [MS-XLS] 2.3.
"""

import struct
from collections.abc import Iterator

from doc2docx.cfb import CompoundFile

from remit.kernel.charters.importing.readers.sheetxml import Position, check_extent

_BEGIN = {0x0009, 0x0209, 0x0409, 0x0809}
_FILE_PASSWORD = 0x002F
_CELLS = {0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x0206, 0x0406}


def check_old_workbook(data: bytes) -> None:
    """Raises UnreadableDocument("too_long"), or an error of doc2docx where the container is broken."""
    container = CompoundFile(data)
    for entry in container.entries:
        if entry.path in {"Workbook", "Book"}:
            for sheet in _sheets(container.open_stream(entry.path)):
                check_extent(sheet)


def _sheets(stream: bytes) -> Iterator[list[Position]]:
    """The positions of all cells, sheet by sheet; nothing of an encrypted workbook, whose records are noise."""
    positions: list[Position] = []
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _FILE_PASSWORD:
            return
        if kind in _BEGIN:
            yield positions
            positions = []
        elif kind in _CELLS and length >= 4 and at + 8 <= len(stream):
            positions.append(struct.unpack_from("<HH", stream, at + 4))
        at += 4 + length
    yield positions
