"""Customers from a file: `columns` says what may stand in one, `reading` takes it apart, `planning` finds out which rows are new,
which change a customer and which are wrong, `reporting` says so, `applying` does it in sets, and takes it back. Large files are
worked on behind the page (`working`), which hears how far they are (`progress`)."""

from remit.kernel.parties.importing.applying import apply, take_back
from remit.kernel.parties.importing.columns import all_fields, guess
from remit.kernel.parties.importing.planning import Plan, make_plan
from remit.kernel.parties.importing.reading import Fault, digest_of, error_file, headers_digest, rows_of
from remit.kernel.parties.importing.reporting import report_of

__all__ = [
    "Fault",
    "Plan",
    "all_fields",
    "apply",
    "digest_of",
    "error_file",
    "guess",
    "headers_digest",
    "make_plan",
    "report_of",
    "rows_of",
    "take_back",
]
