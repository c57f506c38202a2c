"""A file, or pasted text, to what the action `charter.import` takes: read, cleaned, understood, matched to actions.

Done by the door before the action runs: it may take seconds, and no lock is held meanwhile.
"""

from dataclasses import asdict
from typing import Any

from remit.kernel.authority.loading import all_actions
from remit.kernel.authority.registry import ActionType
from remit.kernel.charters.drafted_grants import KnownAction, KnownFact
from remit.kernel.charters.from_draft import Converted, charter_from_draft
from remit.kernel.charters.importing.draft import DraftDocument, DraftPosition
from remit.kernel.charters.importing.readers import read_text
from remit.kernel.charters.importing.readers.sandbox import read_guarded
from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.charters.importing.source import Source

ITEM_PARTS = frozenset({"duties", "authority", "kpis", "qualifications"})


def read_file(data: bytes, name: str, *, encoding: str | None = None) -> dict[str, Any]:
    """Read a file in a child process with limits; a text file in the given encoding, or in the likeliest.

    Raises UnreadableDocument.
    """
    return reading_of(read_guarded(data, name, encoding=encoding))


def read_pasted(text: str, name: str) -> dict[str, Any]:
    """Read pasted text. Raises UnreadableDocument."""
    return reading_of(read_text(text, name))


def reading_of(source: Source) -> dict[str, Any]:
    """The reading as JSON values: the text, its blocks, and the drafts with their items and spans."""
    document = read_charters(source)
    actions = known_actions()
    return {
        "media_type": source.media_type,
        "encoding": source.encoding,
        "script": document.script,
        "text": source.text,
        "blocks": [asdict(block) for block in source.blocks],
        "warnings": [*source.warnings, *document.warnings, *_whether_empty(document)],
        "drafts": [_draft(position, charter_from_draft(position, actions)) for position in document.positions],
    }


def _whether_empty(document: DraftDocument) -> list[str]:
    return [] if document.positions else ["没有在这份文件里找到岗位。请确认它写的是岗位职责,或改用粘贴文字。"]


def known_actions() -> dict[str, KnownAction]:
    """The actions that a text may speak of: those with words of their own, declared by packs or by the kernel."""
    return {name: _known(action) for name, action in all_actions().items() if action.words}


def _known(action: ActionType) -> KnownAction:
    facts = {name: KnownFact(fact.kind, str(fact.label), per=fact.per) for name, fact in action.facts.items()}
    return KnownAction(action.name, str(action.label), action.words, facts)


def _draft(position: DraftPosition, converted: Converted) -> dict[str, Any]:
    header = converted.spec.model_dump(mode="json", exclude_defaults=True, exclude=set(ITEM_PARTS))
    items = []
    for one in converted.items:
        data: Any = one.item.model_dump(mode="json", exclude_defaults=True)
        data = data if isinstance(data, dict) else {"text": data}
        items.append(
            {
                "part": one.part,
                "data": {key: value for key, value in data.items() if key != "id"},
                "original": one.source.original or one.source.text,
                "spans": [list(span) for span in one.source.spans],
                "confidence": round(one.confidence, 3),
                "looks": list(one.looks),
            }
        )
    return {
        "title": converted.spec.title,
        "department": converted.spec.department or "",
        "header": header,
        "span": list(position.span),
        "confidence": round(position.confidence, 3),
        "items": items,
    }
