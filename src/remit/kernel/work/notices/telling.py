"""Tell people. `tell` is for every room above work; rooms below are heard through their hooks (register).

Everything runs inside the transaction of what it tells of, in one statement for all who are told.
"""

import datetime as dt
import json
from collections.abc import Collection, Mapping
from typing import Any, Final

from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from remit.kernel.authority import hooks as authority_hooks
from remit.kernel.authority import queries
from remit.kernel.authority.models import Request
from remit.kernel.organization import hooks as organization_hooks
from remit.kernel.organization.models import Acting
from remit.kernel.parties import hooks as parties_hooks
from remit.kernel.parties.models import Upload, UploadStage
from remit.kernel.work import hooks
from remit.kernel.work.models import Notice, NoticeKind, WorkItem
from remit.kernel.work.notices.kinds import OF_ITEMS
from remit.kernel.work.sources import SOURCES
from remit.kernel.work.texts import in_every_language
from remit.lib import clock

# Who is named, and who sits at the desk today: its holders, and the deputies to whom all of it was handed over.
_TELL: Final = """
WITH told AS (
    SELECT unnest(%(people)s::bigint[]) AS id
    UNION SELECT held.person_id FROM organization_appointment held
        WHERE held.position_id = %(position)s AND held.start <= %(today)s AND (held."end" IS NULL OR held."end" > %(today)s)
    UNION SELECT acting.deputy_id FROM organization_acting acting
        WHERE acting.position_id = %(position)s AND acting.scope = '[]' AND acting.starts_at <= %(now)s AND acting.ends_at > %(now)s
            AND (acting.ended_at IS NULL OR acting.ended_at > %(now)s)
)
INSERT INTO work_notice (person_id, company_id, kind, topic, labels, provenances, link, at)
SELECT person.id, person.company_id, %(kind)s, %(topic)s, %(labels)s, %(provenances)s, %(link)s, %(now)s
FROM organization_person person JOIN told ON told.id = person.id
WHERE NOT person.is_agent AND (person.left_on IS NULL OR person.left_on > %(today)s)
    AND person.id IS DISTINCT FROM %(excepted)s
ORDER BY person.id
ON CONFLICT (person_id, topic) WHERE read_at IS NULL
DO UPDATE SET labels = EXCLUDED.labels, provenances = EXCLUDED.provenances, link = EXCLUDED.link, at = EXCLUDED.at
"""
TOPIC_LENGTH: Final = 120


def tell(
    kind: NoticeKind,
    topic: str,
    people: Collection[int] = (),
    *,
    labels: Mapping[str, str],
    provenances: Mapping[str, str],
    link: str,
    position_id: int | None = None,
    excepted_id: int | None = None,
) -> int:
    """Tell people by id, or whoever sits at a position's desk. Who has left, agents, and `excepted_id` (who did it himself) are left
    out. Returns how many were told; while they have not read it, the same topic only renews the text."""
    values: dict[str, Any] = {
        "people": list(people),
        "position": position_id,
        "excepted": excepted_id,
        "kind": kind.value,
        "topic": topic[:TOPIC_LENGTH],
        "labels": json.dumps(dict(labels), ensure_ascii=False),
        "provenances": json.dumps(dict(provenances), ensure_ascii=False),
        "link": link,
        "now": clock.now(),
        "today": timezone.localdate(clock.now()),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL, values)
        return int(cursor.rowcount)


def settle(topic: str) -> int:
    """What the topic asked for is done or over: nobody has to read of it any more."""
    return Notice.objects.filter(topic=topic, read_at=None).update(read_at=clock.now())


def read_long_ago(until: dt.datetime) -> int:
    """Everything that was told before counts as read when it was told: of an archive that is taken over, of a demo's year."""
    return Notice.objects.filter(read_at=None, at__lt=until).update(read_at=F("at"))


# --- items -------------------------------------------------------------------------------------------------------------------


def topic_of(kind: str, key: str) -> str:
    return f"{kind}:{key}"


def item_opened(item: WorkItem) -> None:
    kind = OF_ITEMS.get(item.source_kind)
    if kind is None:
        return
    tell(
        kind,
        topic_of(item.source_kind, item.source_key),
        [item.person_id] if item.person_id is not None else [],
        position_id=item.position_id,
        excepted_id=item.excepted_id,
        labels=item.labels,
        provenances=item.provenances,
        link=SOURCES[item.source_kind].url(item),
    )


def item_closed(kind: str, key: str) -> None:
    if kind in OF_ITEMS:
        settle(topic_of(kind, key))


def handed(item: WorkItem, to_id: int, by_name: str) -> None:
    """An item changed hands: handed over, or delegated."""
    tell(
        NoticeKind.HANDED,
        topic_of("item", str(item.pk)),
        [to_id],
        labels=item.labels,
        provenances=in_every_language(lambda: _("Handed over by %(name)s") % {"name": by_name}),
        link=SOURCES[item.source_kind].url(item),
    )


# --- what other rooms set off --------------------------------------------------------------------------------------------------


def request_settled(pk: int) -> None:
    """The requester learns what became of his request, unless he ended it himself."""
    request = Request.objects.get(pk=pk)
    if request.outcome not in ("approved", "rejected"):
        return
    step = request.steps.exclude(decided_by=None).select_related("decided_by").order_by("-pk").first()
    decider = step.decided_by if step is not None else None
    if decider is not None and decider.pk == request.requester_id:
        return

    def label() -> str:
        what = {"what": queries.headline(request.action, request.facts)}
        if request.outcome == "rejected":
            return _("Rejected: %(what)s") % what
        return (_("Approved, but no longer possible: %(what)s") if request.failure else _("Approved: %(what)s")) % what

    def provenance() -> str:
        parts = [request.number, decider.name if decider else "", step.note if step is not None else ""]
        return " · ".join(filter(None, parts))

    tell(
        NoticeKind.ANSWER,
        topic_of("request", str(pk)),
        [request.requester_id],
        labels=in_every_language(label),
        provenances=in_every_language(provenance),
        link=reverse("authority:request-detail", args=[pk]),
    )


def deputy_appointed(pk: int) -> None:
    """Who is to act learns for whom, in what and until when; and so does the one who is away, where somebody else said so."""
    acting = Acting.objects.select_related("position", "principal", "deputy", "appointed_by").get(pk=pk)

    def until() -> str:
        return date_format(timezone.localtime(acting.ends_at), "Y-m-d H:i")

    def label() -> str:
        values = {"position": acting.position.title, "until": until()}
        if acting.principal is None:
            return _("You act as %(position)s until %(until)s") % values
        return _("You act as %(position)s for %(name)s until %(until)s") % {**values, "name": acting.principal.name}

    tell(
        NoticeKind.ACTING,
        topic_of("acting", str(pk)),
        [acting.deputy_id],
        excepted_id=acting.appointed_by_id,
        labels=in_every_language(label),
        provenances=in_every_language(lambda: acting.reason),
        link=reverse("organization:acting-list"),
    )


def upload_rested(pk: int) -> None:
    """A large file of customers was checked, taken in, or not; whoever sent it has gone on to something else meanwhile."""
    upload = Upload.objects.only("token", "file_name", "stage", "refusal", "person").get(pk=pk)
    texts = {
        UploadStage.CHECKED: lambda: _("Checked, and waiting for you: %(file)s") % {"file": upload.file_name},
        UploadStage.DONE: lambda: _("Taken in: %(file)s") % {"file": upload.file_name},
        UploadStage.FAILED: lambda: _("Not taken in: %(file)s") % {"file": upload.file_name},
    }
    tell(
        NoticeKind.FILE,
        topic_of("upload", str(pk)),
        [upload.person_id],
        labels=in_every_language(texts[UploadStage(upload.stage)]),
        provenances=in_every_language(lambda: upload.refusal or _("Import customers")),
        link=reverse("parties:import-preview", args=[upload.token]),
    )


def register() -> None:
    """Called once, when the apps are ready."""
    hooks.item_opened.append(item_opened)
    hooks.item_closed.append(item_closed)
    authority_hooks.request_settled.append(request_settled)
    organization_hooks.deputy_appointed.append(deputy_appointed)
    parties_hooks.upload_rested.append(upload_rested)
