"""`python -m remit.kernel.procedures.schema` writes schema/procedure.json and schema/plan.json, by which an editor completes and
checks the files of a pack."""

import json
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from remit.kernel.procedures.format import ProcedureSpec
from remit.kernel.procedures.plans.format import PlanSpec

FOLDER: Final = Path(__file__).resolve().parents[4] / "schema"
MODELS: Final[dict[str, type[BaseModel]]] = {"procedure": ProcedureSpec, "plan": PlanSpec}


def schema_file(name: str) -> Path:
    return FOLDER / f"{name}.json"


def as_text(name: str) -> str:
    """The JSON Schema (2020-12) of a kind of file."""
    schema: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= MODELS[name].model_json_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for kind in MODELS:
        schema_file(kind).write_text(as_text(kind), encoding="utf-8")
