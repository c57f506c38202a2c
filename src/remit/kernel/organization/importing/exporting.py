"""The organization written in the format in which it is read: as it is today, a blank form, and an upload with its faults."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from remit.kernel.organization.importing.reading import Upload
from remit.kernel.organization.importing.tables import (
    BY_KEY,
    FAULT_HEADER,
    KINDS,
    PEOPLE,
    POSITIONS,
    TABLES,
    UNITS,
    Fault,
)
from remit.kernel.organization.models import Appointment, Person, Position, Unit
from remit.kernel.organization.models.spans import still_open
from remit.kernel.organization.queries import today
from remit.lib.sheets import Cell, write_csv
from remit.lib.workbooks import Table, write_workbook

KIND_WORDS = {kind: word for word, kind in KINDS.items()}


def export_workbook(people: QuerySet[Person] | None = None) -> bytes:
    """What is open today and everybody who works here, with appointments that run or are to come. `people` narrows it."""
    return write_workbook(Table(t.title, t.headers, rows_of(t.key, people)) for t in TABLES)


def export_csv(kind: str) -> bytes:
    return write_csv(BY_KEY[kind].headers, rows_of(kind))


def template() -> bytes:
    """A workbook with an example in each sheet."""
    return write_workbook(Table(t.title, t.headers, [[c.example for c in t.columns]]) for t in TABLES)


def rows_of(kind: str, people: QuerySet[Person] | None = None) -> Iterable[list[Cell]]:
    """The rows of one table, one query each, streamed."""
    working = (Person.objects.all() if people is None else people).filter(still_open(today(), "left_on"))
    writers = {UNITS.key: _units, POSITIONS.key: _positions}
    if kind in writers:
        return writers[kind]()
    return _people(working) if kind == PEOPLE.key else _appointments(working)


def _units() -> Iterator[list[Cell]]:
    for unit in Unit.objects.filter(closed_on=None).select_related("parent").order_by("path"):
        yield [unit.code, unit.name, KIND_WORDS[unit.kind], unit.parent.code if unit.parent else "", unit.opened_on]


def _positions() -> Iterator[list[Cell]]:
    found = Position.objects.filter(closed_on=None).select_related("unit", "superior", "second_superior")
    for one in found.order_by("unit__path", "-is_head", "pk"):
        yield [
            one.code, one.title, one.unit.code, one.headcount, one.is_head, one.superior.code if one.superior else "",
            one.second_superior.code if one.second_superior else "", one.opened_on,
        ]  # fmt: skip


def _people(working: QuerySet[Person]) -> Iterator[list[Cell]]:
    for one in working.select_related("company").order_by("sort_key", "pk"):
        yield [one.employee_no, one.name, one.company.code, one.joined_on, one.left_on, one.mobile, one.email]


def _appointments(working: QuerySet[Person]) -> Iterator[list[Cell]]:
    found = Appointment.objects.filter(still_open(today(), "end"), person__in=working, position__closed_on=None)
    for one in found.select_related("person", "position").order_by("person__sort_key", "pk"):
        yield [one.person.employee_no, one.position.code, one.start, one.end, one.is_main]


def error_file(upload: Upload, faults: Iterable[Fault]) -> bytes:
    """The upload as it came, each wrong row with its faults in a last column: to be mended and fed back.

    Faults of the file as a whole stand on the page only.
    """
    told: dict[tuple[str, int], list[str]] = {}
    for fault in faults:
        told.setdefault((fault.sheet, fault.row), []).append(f"{fault.column}:{fault.message}".lstrip(":"))
    tables = []
    for kind, sheet in upload.sheets.items():
        headers = [header for header in sheet.headers if header != FAULT_HEADER]
        title = BY_KEY[kind].title
        rows = [
            [*(row.cells[header] for header in headers), " ".join(told.get((title, row.number), []))]
            for row in sheet.rows
        ]
        tables.append(Table(title, [*headers, FAULT_HEADER], rows))
    if upload.is_csv:
        return write_csv(tables[0].headers, tables[0].rows)
    return write_workbook(tables)
