"""What the action `charter.import` takes as a reading: checked, because a program may hand in one of its own making."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class HandedItem(_Strict):
    part: Literal["duty", "authority", "kpi", "qualification"]
    data: dict[str, Any]
    original: str
    spans: list[tuple[int, int]]
    confidence: float = Field(ge=0, le=1)
    looks: list[str]


class HandedDraft(_Strict):
    title: str = Field(min_length=1, max_length=120)
    department: str = Field(max_length=120)
    header: dict[str, Any]
    span: tuple[int, int]
    confidence: float = Field(ge=0, le=1)
    items: list[HandedItem]


class HandedReading(_Strict):
    """As `service.reading_of` makes it."""

    media_type: str = Field(max_length=120)
    encoding: str | None = Field(max_length=40)
    script: Literal["hans", "hant"]
    text: str
    blocks: list[dict[str, Any]]
    warnings: list[str]
    drafts: list[HandedDraft]
