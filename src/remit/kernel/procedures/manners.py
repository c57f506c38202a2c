"""What is not said to customers (R-037): told before the words are written, and marked where they were. It stops nobody."""

from collections.abc import Iterable, Mapping
from typing import Any

from remit.kernel.procedures.format import FormField, ProcedureSpec, Step


def to_avoid(spec: ProcedureSpec, step: Step | None) -> tuple[str, ...]:
    """The phrases, where the step speaks to the customer: by telephone, or in a field that reaches him."""
    speaks = step is not None and (step.telephone is not None or any(field.to_customer for field in step.fields))
    return spec.avoid if speaks else ()


def slips(spec: ProcedureSpec, fields: Iterable[FormField], values: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the phrases that stand in what the customer was told."""
    texts = [str(values.get(field.name) or "") for field in fields if field.to_customer]
    return tuple(phrase for phrase in spec.avoid if any(phrase in text for text in texts))
