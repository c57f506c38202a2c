"""The rulebook of now, kept per process and renewed when anything that it rests on has changed."""

import datetime as dt
import difflib
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from remit.kernel.audit.statements import ask, columns_of, fields_of
from remit.kernel.authority.declared import action_from_row
from remit.kernel.authority.errors import UnknownAction
from remit.kernel.authority.models import AuthorityState, DeclaredAction, Grant
from remit.kernel.authority.registry import CODED, ActionType
from remit.kernel.authority.rulebook import ActingRule, GrantRule, Rulebook
from remit.kernel.organization.models import Acting, Person, Unit
from remit.kernel.organization.queries import structure_on
from remit.lib import clock
from remit.lib.limits import Bound, parse_bound

# One advisory lock for "what decisions rest on": every act takes it shared, every change of authority exclusively.
AUTHORITY_LOCK: Final = 0x52454D49

_PERSON_FIELDS: Final = fields_of(Person, without=())
_UNIT_FIELDS: Final = fields_of(Unit, without=())
_VERSION_AND_PERSON: Final = f"""
SELECT state.version, {columns_of(_PERSON_FIELDS, "person")}, {columns_of(_UNIT_FIELDS, "company")}
FROM authority_authoritystate state, organization_person person JOIN organization_unit company ON company.id = person.company_id
WHERE state.id = 1 AND person.id = %s
"""  # noqa: S608 - the names of our own columns

_cache: Rulebook | None = None
_actions: tuple[int, dict[str, ActionType]] | None = None
_guard = threading.Lock()
# The version that the page being read goes by; empty until it is asked for, None where nothing is pinned.
_pinned: ContextVar[list[int] | None] = ContextVar("authority_version", default=None)


def lock_authority(*, exclusively: bool = False) -> int:
    """Until the transaction ends nobody changes (or, exclusively: decides) authority. Returns the version in force.

    Two statements on purpose: the version is read with a snapshot that is taken after the lock was granted.
    """
    _take_lock(exclusively=exclusively)
    version = _version_in_force()
    if _pinned.get() is not None:
        _pinned.set([version])
    return version


def _take_lock(*, exclusively: bool) -> None:
    function = "pg_advisory_xact_lock" if exclusively else "pg_advisory_xact_lock_shared"
    ask(f"SELECT {function}(%s)", [AUTHORITY_LOCK])


def lock_for(person_id: int, *, exclusively: bool = False) -> tuple[int, Person]:
    """As `lock_authority`, together with the person who acts and his company, read in the same look. Raises Person.DoesNotExist."""
    _take_lock(exclusively=exclusively)
    found = ask(_VERSION_AND_PERSON, [person_id])
    if not found:
        raise Person.DoesNotExist
    version, *row = found[0]
    person = Person.from_db("default", [one.attname for one in _PERSON_FIELDS], row[: len(_PERSON_FIELDS)])
    person.company = Unit.from_db("default", [one.attname for one in _UNIT_FIELDS], row[len(_PERSON_FIELDS) :])
    return version, person


def current_version() -> int:
    """The version in force; within `one_look` the one that was in force at its first question."""
    pinned = _pinned.get()
    if pinned is None:
        return _version_in_force()
    if not pinned:
        pinned.append(_version_in_force())
    return pinned[0]


@contextmanager
def pinned_to(version: int) -> Iterator[None]:
    """While the caller holds the lock the version is known; what changes it (`authority_changed`) makes it asked for again."""
    around = _pinned.get()
    token = _pinned.set([version])
    try:
        yield
    finally:
        _pinned.reset(token)
        if around is not None:
            around.clear()


@contextmanager
def one_look() -> Iterator[None]:
    """A page that is only read asks once which version is in force, and is drawn from that one from top to bottom."""
    token = _pinned.set([])
    try:
        yield
    finally:
        _pinned.reset(token)


def _version_in_force() -> int:
    """One look-up by key."""
    return int(ask("SELECT version FROM authority_authoritystate WHERE id = 1")[0][0])


def authority_changed() -> None:
    """Every compiled rulebook is out of date from this transaction on. The caller holds the lock exclusively.

    The number is a clock's, not the next one: after a rollback the next one would come again, for another state, and a process
    that had compiled the first would go on believing it.
    """
    AuthorityState.objects.filter(pk=1).update(version=Greatest(F("version") + 1, time.time_ns() // 1000))
    if (pinned := _pinned.get()) is not None:
        pinned.clear()


def rulebook_now(at: dt.datetime | None = None, version: int | None = None) -> Rulebook:
    """The rulebook in force. One query when it is cached; some eight to build it."""
    global _cache
    moment = at or clock.now()
    wanted = current_version() if version is None else version
    cached = _cache
    if cached is not None and cached.version == wanted and cached.at <= moment < cached.valid_until:
        return cached
    built = build_rulebook(moment, wanted)
    if at is None:
        with _guard:
            _cache = built
    return built


def build_rulebook(at: dt.datetime, version: int = 0, grants: Iterable[GrantRule] | None = None) -> Rulebook:
    """The rulebook of any moment, past ones too; `grants` in place of those of that day serves what-if questions."""
    day = timezone.localdate(at)
    actings = list(Acting.objects.filter(ends_at__gt=at).exclude(ended_at__lte=at))
    ends = [moment for acting in actings for moment in (acting.starts_at, acting.ends_at, acting.ended_at) if moment]
    midnight = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))
    return Rulebook(
        structure=structure_on(day),
        grants=tuple(grants if grants is not None else grant_rules(day)),
        actings=tuple(acting_rule(acting) for acting in actings),
        shapes={name: action.shape for name, action in all_actions().items()},
        at=at,
        valid_until=min([midnight, *(moment for moment in ends if moment > at)]),
        version=version,
    )


def grant_rules(day: dt.date) -> list[GrantRule]:
    """The grants in force on the day, in the order of their charters' clauses."""
    rows = Grant.objects.filter(start__lte=day).exclude(end__lte=day).order_by("position_id", "id")
    return [grant_rule(row) for row in rows]


def grant_rule(row: Grant) -> GrantRule:
    return GrantRule(
        id=row.pk,
        position_id=row.position_id,
        action=row.action,
        right="propose" if row.right == "propose" else "decide",
        limits=bounds_from_json(row.limits),
        conditions=tuple((name, frozenset(values)) for name, values in row.conditions.items()),
        scope=row.scope,
        windows=tuple(row.windows),
        obligations=tuple(row.obligations),
        start=row.start,
        end=row.end,
        source=row.source,
        clause=row.clause,
        text=row.text,
    )


def bounds_from_json(limits: dict[str, str]) -> tuple[tuple[str, Bound], ...]:
    return tuple((name, parse_bound(text)) for name, text in limits.items())


def acting_rule(row: Acting) -> ActingRule:
    return ActingRule(
        id=row.pk,
        position_id=row.position_id,
        deputy_id=row.deputy_id,
        principal_id=row.principal_id,
        starts_at=row.starts_at,
        ends_at=min(row.ends_at, row.ended_at) if row.ended_at else row.ends_at,
        scope=tuple((part["action"], bounds_from_json(part.get("limits", {}))) for part in row.scope),
    )


def all_actions() -> dict[str, ActionType]:
    """Every action, coded and declared, by name. One query when nothing has changed."""
    global _actions
    version = current_version()
    if _actions is None or _actions[0] != version:
        declared = {row.name: action_from_row(row) for row in DeclaredAction.objects.order_by("name")}
        _actions = (version, {**CODED, **declared})
    return _actions[1]


def find_action(name: str) -> ActionType:
    """No query for a coded one: nothing declared takes its name. Raises UnknownAction with what may have been meant."""
    if (coded := CODED.get(name)) is not None:
        return coded
    actions = all_actions()
    found = actions.get(name)
    if found is None:
        close = difflib.get_close_matches(name, actions, 1)
        hint = f"是不是 {close[0]}?" if close else "用 remit authority actions 列出全部。"
        raise UnknownAction(f"没有“{name}”这个业务动作。{hint}")
    return found


def forget_cached() -> None:
    """Drop what this process has compiled (tests, and after a restore)."""
    global _cache, _actions
    _cache = _actions = None
