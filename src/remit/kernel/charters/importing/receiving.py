"""A document that comes in by any door: asked for, read, stored and entered as drafts. The doors call this, not the parts."""

from collections.abc import Callable
from typing import Any, cast

from django.db import transaction
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.authority.gate import Result, dry_run, perform
from remit.kernel.charters.access import IMPORTS_ROOM
from remit.kernel.charters.importing import service
from remit.kernel.charters.importing.source import UnreadableDocument
from remit.kernel.documents.actions import clean_name, store

ACTION = "charter.import"


def receive_file(
    actor: Actor,
    data: bytes,
    name: str,
    media_type: str = "",
    *,
    company: object,
    encoding: str | None = None,
    key: str | None = None,
) -> Result:
    """Read a file into drafts for a company (an id, a code or a name). The file itself is kept beside them.

    Authority is asked first: nobody without it makes the server read. Reading holds no lock. Raises what the gate raises,
    BadFileName, FileTooLarge, EmptyFile, and RuleBroken with the reason where the document can't be read.
    """
    clean = clean_name(name)
    company_id = _ask_first(actor, clean, company)
    reading = _read(lambda: service.read_file(data, clean, encoding=encoding))
    with transaction.atomic():
        kept = store(
            data, clean, media_type or reading["media_type"], actor=actor, room=IMPORTS_ROOM, company_id=company_id
        )
        facts = {"name": clean, "company": company, "file": kept.pk, "reading": reading}
        return perform(actor, ACTION, facts, key=key)


def receive_text(actor: Actor, text: str, name: str, *, company: object, key: str | None = None) -> Result:
    """As receive_file, for pasted text, of which no file is kept."""
    _ask_first(actor, name, company)
    reading = _read(lambda: service.read_pasted(text, name))
    return perform(actor, ACTION, {"name": name, "company": company, "reading": reading}, key=key)


def _ask_first(actor: Actor, name: str, company: object) -> int:
    """The company's id, where the actor may import for it. An approval is not asked for: there is nothing to look at yet."""
    facts = {"name": name, "company": company, "reading": {}}
    decision = dry_run(actor, ACTION, facts)
    if decision.outcome == "approval":
        sentence = _("You may not import charters yourself; ask whoever may.")
        raise NotAuthorised(sentence, decision=decision.as_json())
    if not decision.is_granted:
        perform(actor, ACTION, facts)  # refuses, and keeps that it was asked
    return cast(int, decision.facts["company"])


def _read(read: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return read()
    except UnreadableDocument as error:
        raise RuleBroken(error.message, reason=error.code) from error
