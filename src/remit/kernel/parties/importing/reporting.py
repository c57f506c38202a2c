"""What the check of a file found, as its preview shows it; plain data, so that a job can leave it for a page."""

from typing import Any, Final

from remit.kernel.parties.importing.planning import Plan
from remit.lib.sheets import Sheet

SHOWN: Final = 50


def report_of(sheet: Sheet, plan: Plan) -> dict[str, Any]:
    """Columns with an example each, the counts, and the first of what is new, changed and wrong."""
    examples = sheet.rows[0].cells if sheet.rows else {}
    return {
        "columns": [[header, examples.get(header, "")] for header in sheet.headers],
        "added": [row["name"] for row in plan.added[:SHOWN]],
        "added_count": len(plan.added),
        "changed": [plan.names[pk] for pk, _row in plan.changed[:SHOWN]],
        "changed_count": len(plan.changed),
        "faults": [[fault.row, str(fault)] for fault in plan.faults[:SHOWN]],
        "bad_rows": plan.bad_rows,
        "good_rows": len(plan.added) + len(plan.changed),
    }
