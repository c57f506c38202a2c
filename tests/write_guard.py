"""Watches every statement of a test: whoever writes a business table must leave an event.

Two scopes are held to it: a run of the gate (a block that took the authority lock) and a request of a page or the API. What a
test sets up by itself stands in neither. Statements are seen by Django's `execute_wrapper`, so that bulk and raw writes count
too; what a savepoint takes back counts for nothing.
"""

import re
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.core.signals import request_finished, request_started
from django.db import connection

ROOMS: Final = (
    "organization",
    "authority",
    "documents",
    "charters",
    "parties",
    "work",
    "procedures",
    "agreements",
    "ledger",
    "billing",
    "payments",
    "dunning",
    "credit",
    "treasury",
    "spending",
    "packs",
    "key_accounts",
)
# The gate's own record of what it answered: a refusal leaves one, and nothing happened of which an event could tell. And the drafts
# of files that were sent: what becomes of one is an act, the draft itself is gone the next day.
RECORDS: Final = frozenset({"authority_ruling", "parties_upload"})
EVENTS: Final = "audit_event"

_WRITE: Final = re.compile(r'\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE)\s+(?:ONLY\s+)?"?(\w+)"?', re.IGNORECASE)
_SAVEPOINT: Final = re.compile(r'^(SAVEPOINT|RELEASE SAVEPOINT|ROLLBACK TO SAVEPOINT) "?(\w+)"?')
_GATE: Final = re.compile(r"^SELECT pg_advisory_xact_lock(_shared)?\(")

_paused = 0
# Only the innermost watches: a test of the guard itself brings its own, and the suite's stays out of it.
_installed: "list[WriteGuard]" = []


@dataclass
class Frame:
    """What happened since a savepoint: the tables written (with where in the code), whether an event was, and whose it is."""

    savepoint: str = ""
    writes: dict[str, str] = field(default_factory=dict)
    has_event: bool = False
    is_gate: bool = False


class WriteGuard:
    """Install with `connection.execute_wrapper`. `faults` are sentences; a test that has one fails."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._frames = [Frame()]
        self.tables = {
            model._meta.db_table
            for label in ROOMS
            for model in apps.get_app_config(label).get_models(include_auto_created=True)
        } - RECORDS

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)  # a statement that fails has written nothing
        if not _paused and _installed[-1] is self:
            self._note(str(sql))
        return result

    def _note(self, sql: str) -> None:
        if control := _SAVEPOINT.match(sql):
            self._follow(control[1].upper(), control[2])
            return
        frame = self._frames[-1]
        if _GATE.match(sql):
            frame.is_gate = True
        for table in _WRITE.findall(sql):
            if table == EVENTS:
                frame.has_event = True
            elif table in self.tables:
                frame.writes.setdefault(table, _where())

    def _follow(self, word: str, savepoint: str) -> None:
        if word == "SAVEPOINT":
            self._frames.append(Frame(savepoint))
            return
        while len(self._frames) > 1:
            frame = self._frames.pop()
            if word.startswith("RELEASE"):
                self._close(frame)
            if frame.savepoint == savepoint:
                if word.startswith("ROLLBACK"):
                    self._frames.append(Frame(savepoint))  # PostgreSQL keeps the savepoint; Django releases it next
                return

    def _close(self, frame: Frame) -> None:
        """A block that held: judge it if it was a run of the gate, and hand what it did to the block around it."""
        if frame.is_gate and frame.writes and not frame.has_event:
            self._blame("a run of the gate", frame)
        around = self._frames[-1]
        around.writes = {**frame.writes, **around.writes}
        around.has_event |= frame.has_event

    def open_request(self) -> None:
        self._frames.append(Frame("request"))

    def close_request(self) -> None:
        while len(self._frames) > 1:
            frame = self._frames.pop()
            if frame.savepoint == "request":
                if frame.writes and not frame.has_event:
                    self._blame("a request", frame)
                around = self._frames[-1]
                around.writes |= frame.writes
                around.has_event |= frame.has_event
                return

    def _blame(self, scope: str, frame: Frame) -> None:
        for table, where in frame.writes.items():
            self.faults.append(f"{scope} wrote {table} and left no event; it was written\n{where}")


def _where() -> str:
    """The lines of ours that led to the statement, innermost last."""
    ours = [one for one in traceback.extract_stack() if "/remit/" in one.filename or "/tests/" in one.filename]
    own = [one for one in ours if not one.filename.endswith("write_guard.py")]
    return "".join(f"    {one.filename}:{one.lineno} {one.line}\n" for one in own[-4:])


@contextmanager
def guarded() -> Iterator[WriteGuard]:
    guard = WriteGuard()

    def opened(**_more: Any) -> None:
        if _installed[-1] is guard:
            guard.open_request()

    def closed(**_more: Any) -> None:
        if _installed[-1] is guard:
            guard.close_request()

    _installed.append(guard)
    request_started.connect(opened, weak=False)
    request_finished.connect(closed, weak=False)
    try:
        with connection.execute_wrapper(guard):
            yield guard
    finally:
        request_started.disconnect(opened)
        request_finished.disconnect(closed)
        _installed.remove(guard)


@contextmanager
def without_guard() -> Iterator[None]:
    """For a test that plays the tamperer: what happens within is not watched."""
    global _paused
    _paused += 1
    try:
        yield
    finally:
        _paused -= 1
