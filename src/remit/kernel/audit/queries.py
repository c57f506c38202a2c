"""Questions to the event log: its pages, and whether it is whole."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from remit.kernel.audit.actions import digest_of, event_texts
from remit.kernel.audit.models import Event, Seal


@dataclass(frozen=True, slots=True)
class SealFault:
    """A place where the log is not as it was sealed. `sentence` says what shows, in Chinese for the operator's screen."""

    seal_id: int
    first_event_id: int
    last_event_id: int
    sentence: str


@dataclass(frozen=True, slots=True)
class SealReport:
    events: int
    sealed: int
    seals: int
    last_digest: str
    faults: tuple[SealFault, ...]

    @property
    def is_whole(self) -> bool:
        return not self.faults


def verify_seals() -> SealReport:
    """Recompute every seal from the rows. Reads the whole log once, in order; memory does not grow with it."""
    faults: list[SealFault] = []
    previous, expected_first, sealed = "", 1, 0
    seals = Seal.objects.order_by("first_event_id")
    for seal in seals:
        digest, count = digest_of(previous, event_texts(seal.first_event_id, seal.last_event_id))
        if seal.first_event_id != expected_first:
            sentence = f"封签不连续:应从事件 {expected_first} 起,实际从 {seal.first_event_id} 起,其间的封签被移走。"
            faults.append(SealFault(seal.pk, seal.first_event_id, seal.last_event_id, sentence))
        elif count < seal.event_count:
            sentence = f"少了 {seal.event_count - count} 条事件:封签时有 {seal.event_count} 条,现在只有 {count} 条。"
            faults.append(SealFault(seal.pk, seal.first_event_id, seal.last_event_id, sentence))
        elif count > seal.event_count:
            sentence = f"多出 {count - seal.event_count} 条事件:封签时有 {seal.event_count} 条,有人事后插入。"
            faults.append(SealFault(seal.pk, seal.first_event_id, seal.last_event_id, sentence))
        elif digest != seal.digest:
            sentence = "事件内容与封签不符:有记录被改动,或封签密钥不是当时的那一把。"
            faults.append(SealFault(seal.pk, seal.first_event_id, seal.last_event_id, sentence))
        previous, expected_first, sealed = seal.digest, seal.last_event_id + 1, sealed + count
    return SealReport(
        events=Event.objects.count(),
        sealed=sealed,
        seals=seals.count(),
        last_digest=previous,
        faults=tuple(faults),
    )


def sealed_until() -> int:
    """The id of the newest sealed event; 0 before the first seal."""
    last = Seal.objects.order_by("-last_event_id").first()
    return last.last_event_id if last else 0


def events_matching(
    queryset: QuerySet[Event],
    *,
    person_id: int | None = None,
    kind: str = "",
    subject: str = "",
    before: int | None = None,
) -> QuerySet[Event]:
    """Newest first, older than the event id `before` (keyset paging). A person matches as actor and as the one acted for."""
    if person_id is not None:
        queryset = queryset.filter(Q(actor_person_id=person_id) | Q(behalf_person_id=person_id))
    if kind:
        queryset = queryset.filter(kind__startswith=kind)
    if subject:
        queryset = queryset.filter(subject_label__icontains=subject)
    if before is not None:
        queryset = queryset.filter(id__lt=before)
    return queryset.order_by("-id")


def kinds_in_use() -> list[tuple[str, int]]:
    """Event kinds with their numbers, most frequent first, for the filter."""
    return list(Event.objects.values_list("kind").annotate(n=Count("id")).order_by("-n", "kind")[:200])
