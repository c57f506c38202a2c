"""`python -m remit.kernel.charters.schema` writes schema/charter.json, by which an editor completes and checks a charter."""

import json
from pathlib import Path
from typing import Any, Final

from remit.kernel.charters.format import CharterSpec

SCHEMA_FILE: Final = Path(__file__).resolve().parents[4] / "schema" / "charter.json"


def charter_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a charter file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **CharterSpec.model_json_schema()}


def as_text() -> str:
    return json.dumps(charter_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.parent.mkdir(exist_ok=True)
    SCHEMA_FILE.write_text(as_text(), encoding="utf-8")
