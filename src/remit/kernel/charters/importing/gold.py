"""A draft as the JSON that the labelled documents have: numbers as plain numbers, nothing but what was found."""

from decimal import Decimal
from typing import Any

from remit.kernel.charters.importing.draft import DraftDocument, DraftPosition


def to_gold(draft: DraftDocument) -> dict[str, Any]:
    """`{"document", "script", "positions": [...]}`, ready for `json.dumps`."""
    return {"document": draft.name, "script": draft.script, "positions": [_position(p) for p in draft.positions]}


def _position(position: DraftPosition) -> dict[str, Any]:
    return {
        "title": position.title,
        "department": position.department,
        "reports_to": list(position.reports_to),
        "supervises": list(position.supervises),
        "purpose": position.purpose,
        "duties": [
            {
                "text": duty.text,
                "every": duty.every,
                "within": {"n": _number(duty.within.n), "unit": duty.within.unit} if duty.within else None,
            }
            for duty in position.duties
        ],
        "authority": [
            {"text": item.text, "limits": [{"max": _number(limit.max), "unit": limit.unit} for limit in item.limits]}
            for item in position.authority
        ],
        "kpis": [
            {
                "name": kpi.text,
                "weight": _number(kpi.weight) if kpi.weight is not None else None,
                "target": {"op": kpi.target.op, "value": _number(kpi.target.value)} if kpi.target else None,
            }
            for kpi in position.kpis
        ],
        "qualifications": [item.text for item in position.qualifications],
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
