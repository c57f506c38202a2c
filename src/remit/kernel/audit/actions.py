"""Write events, and seal them in batches."""

import datetime as dt
import hmac
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Protocol

from django.conf import settings
from django.db import connection, transaction

from remit.kernel.audit.models import Event, Seal
from remit.kernel.audit.statements import ask, columns_of, fields_of, shape_of
from remit.lib import clock

# Before every batch a text of fixed form goes into the digest, so that a digest can't be taken for one of another purpose.
GENESIS = "remit event seal 1"
BATCH_LIMIT = 50_000


class ActorLike(Protocol):
    """What the log needs of `accounts.Actor`; audit lies below accounts and does not import it."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def door(self) -> str: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def position_id(self) -> int | None: ...


def record(
    actor: ActorLike,
    kind: str,
    *,
    subject: tuple[str, object, str] | None = None,
    company_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    decision: Mapping[str, Any] | None = None,
    position: tuple[int, str] | None = None,
    behalf: tuple[int | None, str] | None = None,
) -> Event:
    """Append one event in the caller's transaction.

    `subject` is (type, id, label); `position` (id, title) the position in whose right the act was done; `behalf` (person id,
    name) the one for whom a deputy acted. `facts`, `changes`, `decision` hold JSON values (amounts as text). One INSERT.
    """
    row = event_row(
        actor, kind, subject=subject, company_id=company_id, facts=facts, changes=changes, decision=decision,
        position=position, behalf=behalf,
    )  # fmt: skip
    ((pk,),) = ask(f"{INSERT_EVENT} RETURNING id", [json.dumps(row)])
    return Event(pk=pk, **{**row, "at": dt.datetime.fromisoformat(row["at"])})


def event_row(
    actor: ActorLike,
    kind: str,
    *,
    subject: tuple[str, object, str] | None = None,
    company_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    decision: Mapping[str, Any] | None = None,
    position: tuple[int, str] | None = None,
    behalf: tuple[int | None, str] | None = None,
) -> dict[str, Any]:
    """What INSERT_EVENT takes, for whoever writes the event together with something of his own. Arguments as of `record`."""
    subject_type, subject_id, subject_label = subject or ("", "", "")
    position_id, position_title = position or (actor.position_id, "")
    behalf_person_id, behalf_name = behalf or (None, "")
    return {
        "at": clock.now().isoformat(),
        "kind": kind,
        "company_id": company_id,
        "actor_kind": actor.kind,
        "actor_name": actor.name,
        "actor_person_id": actor.person_id,
        "door": actor.door,
        "position_id": position_id,
        "position_title": position_title,
        "behalf_person_id": behalf_person_id,
        "behalf_name": behalf_name,
        "subject_type": subject_type,
        "subject_id": str(subject_id),
        "subject_label": subject_label[:200],
        "facts": dict(facts or {}),
        "changes": dict(changes or {}),
        "decision": dict(decision) if decision is not None else None,
    }


_FIELDS = fields_of(Event)
# One event out of one JSON document.
INSERT_EVENT = f"""
INSERT INTO audit_event ({columns_of(_FIELDS)}) SELECT {columns_of(_FIELDS)}
FROM jsonb_to_record(%s::jsonb) AS event({shape_of(_FIELDS)})
"""  # noqa: S608 - the names of our own columns


def digest_of(previous: str, rows: Iterator[str]) -> tuple[str, int]:
    """The digest of a batch of event texts after the `previous` one, and how many there were."""
    mac = hmac.new(str(settings.SEAL_KEY).encode(), digestmod=sha256)
    mac.update(f"{GENESIS}\n{previous}\n".encode())
    count = 0
    for row in rows:
        # The length goes first: no two different batches can run together to the same bytes.
        encoded = row.encode()
        mac.update(b"%d\n" % len(encoded))
        mac.update(encoded)
        count += 1
    return mac.hexdigest(), count


# The text that is sealed, made by the database from the row itself: one representation for sealing and verifying, whatever
# the Python of the day makes of JSON. Timestamps in UTC microseconds, as every server prints them alike.
EVENT_TEXT = """
    SELECT jsonb_build_array(
        id, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), kind, company_id, actor_kind, actor_name,
        actor_person_id, door, position_id, position_title, behalf_person_id, behalf_name, subject_type, subject_id,
        subject_label, facts, changes, decision)::text
    FROM audit_event WHERE id BETWEEN %s AND %s ORDER BY id
"""


def event_texts(first_id: int, last_id: int) -> Iterator[str]:
    """The sealed text of every event in the range, in order, streamed (a seal may cover tens of thousands)."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(EVENT_TEXT, [first_id, last_id])
        for (text,) in cursor:
            yield text


@transaction.atomic
def seal_events() -> Seal | None:
    """Seal what is new since the last seal; None where nothing is.

    Takes the table in SHARE mode for a moment: an event's id is drawn under ROW EXCLUSIVE, so once we hold the lock no
    transaction is left that could still commit a smaller id into the sealed range. Waits two seconds at most for the writers
    in flight; who calls (a timer) tries again the next minute.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("LOCK TABLE audit_event IN SHARE MODE")
    last = Seal.objects.order_by("-last_event_id").first()
    since = last.last_event_id if last else 0
    ids = list(Event.objects.filter(id__gt=since).order_by("id").values_list("id", flat=True)[:BATCH_LIMIT])
    if not ids:
        return None
    digest, count = digest_of(last.digest if last else "", event_texts(ids[0], ids[-1]))
    return Seal.objects.create(
        first_event_id=since + 1, last_event_id=ids[-1], event_count=count, digest=digest, at=clock.now()
    )
