"""`python -m remit.kernel.procedures.schema` writes schema/procedure.json, by which an editor completes and checks a procedure."""

import json
from pathlib import Path
from typing import Any, Final

from remit.kernel.procedures.format import ProcedureSpec

SCHEMA_FILE: Final = Path(__file__).resolve().parents[4] / "schema" / "procedure.json"


def procedure_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a procedure file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **ProcedureSpec.model_json_schema()}


def as_text() -> str:
    return json.dumps(procedure_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.parent.mkdir(exist_ok=True)
    SCHEMA_FILE.write_text(as_text(), encoding="utf-8")
