"""The whole organization as a table, in and out: units, positions, people and who holds what.

`reading` takes a workbook or CSV file apart, `planning` says what it would change and everything that is wrong with it,
`applying` does it in bulk, `exporting` writes the same format back. Rows are added or changed, never taken away: closing and
leaving are said by a date.
"""

from remit.kernel.organization.importing.applying import apply, leaving
from remit.kernel.organization.importing.exporting import error_file, export_csv, export_workbook, template
from remit.kernel.organization.importing.planning import Plan, make_plan
from remit.kernel.organization.importing.reading import Rows, Upload, digest_of, from_data, read_upload, to_data
from remit.kernel.organization.importing.tables import TABLES, Fault

__all__ = [
    "TABLES",
    "Fault",
    "Plan",
    "Rows",
    "Upload",
    "apply",
    "digest_of",
    "error_file",
    "export_csv",
    "export_workbook",
    "from_data",
    "leaving",
    "make_plan",
    "read_upload",
    "template",
    "to_data",
]
