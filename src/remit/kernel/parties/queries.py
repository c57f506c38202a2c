"""Questions about customers: search and the list, each by a statement that stays fast at a million rows."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.organization.models import Person
from remit.kernel.parties.access import reach_of, visible_parties
from remit.kernel.parties.fields import narrowing
from remit.kernel.parties.finding import Answers, AnyOf, question
from remit.kernel.parties.models import (
    Activity,
    Identifier,
    IdentifierKind,
    Merge,
    Party,
    PartyTag,
    PoolPolicy,
    Relation,
    Tag,
    Transfer,
    TransferKind,
    TransferLine,
)
from remit.kernel.parties.values import masked_contact, masked_identifier
from remit.lib import clock

# Beyond so many hits nobody reads on: he types another character. The order is that of the hits taken.
HITS_MAX: Final = 2000


def search(person: Person, typed: str) -> QuerySet[Party]:
    """The customers that the person may see and that what he typed means, by name. None where nothing searchable was typed."""
    return matching(visible_parties(person), typed).order_by("sort_key", "id")


def matching(seen: QuerySet[Party], typed: str) -> QuerySet[Party]:
    """The hits are taken first, then put in order: else the planner walks the list's index in the hope of early hits, and rare
    words take half a second."""
    ids = hits(seen, typed)
    return seen.model._default_manager.filter(AnyOf("id", ids)) if ids else seen.none()


def hits(seen: QuerySet[Party], typed: str) -> list[int]:
    """The ids of up to HITS_MAX hits, in no order. One query."""
    asked = question(typed)
    if asked.id_card:
        known = Identifier.objects.filter(kind=IdentifierKind.ID_CARD, value=asked.id_card)
        return list(seen.filter(pk__in=known.values("party_id")).values_list("pk", flat=True))
    if not asked.tsquery:
        return []
    found = Q(Answers("search", asked.tsquery))
    for literal in asked.literals:
        found &= Q(folded_name__contains=literal)
    return list(seen.filter(found).order_by().values_list("pk", flat=True)[:HITS_MAX])


# --- the list -----------------------------------------------------------------------------------------------------------------

# Up to so many rows are fetched and put in order; of more, the index is walked in order until the page is full. Between the two
# the planner guesses wrong: for a manager of two thousand people it can't know whether they own ten customers or half of all.
NARROW: Final = 2000
FEW: Final = 4

SCOPES: Final = ("all", "mine", "people", "pool")
IDLE_DAYS: Final = (30, 90, 180)
CONTRACTS: Final = ("30", "90", "ended")  # within so many days from today; or before it


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for, as the address says it. Unknown values count as not given."""

    text: str = ""
    scope: str = "all"
    grade: str = ""
    tag: int | None = None
    idle: int | None = None
    contract: str = ""
    kind: str = ""
    status: str = ""
    fields: tuple[tuple[str, str], ...] = ()  # of packs' fields: (field, value)

    @property
    def narrows(self) -> bool:
        return self != Wanted()


def list_parties(person: Person, wanted: Wanted) -> QuerySet[Party]:
    """The customers of a list, to be ordered by name. At most four queries before the page's own."""
    seen = narrowed(in_scope(person, wanted.scope), wanted)
    if wanted.text:
        return matching(seen, wanted.text)
    if _is_wide(person, seen):
        return seen
    ids = list(seen.order_by().values_list("pk", flat=True)[:NARROW])
    return Party.objects.filter(AnyOf("id", ids))


def narrowed(seen: QuerySet[Party], wanted: Wanted) -> QuerySet[Party]:
    """By everything that is asked for but the scope and the text."""
    if wanted.grade:
        seen = seen.filter(grade="" if wanted.grade == "none" else wanted.grade)
    if wanted.kind:
        seen = seen.filter(kind=wanted.kind)
    if wanted.status:
        seen = seen.filter(status=wanted.status)
    if wanted.tag is not None:
        seen = seen.filter(pk__in=PartyTag.objects.filter(tag=wanted.tag).values("party_id"))
    if wanted.fields:
        seen = seen.filter(extra__contains=narrowing(wanted.fields))
    if wanted.idle is not None:
        seen = seen.filter(touched_at__lt=clock.now() - dt.timedelta(days=wanted.idle))
    if wanted.contract:
        day = timezone.localdate(clock.now())
        if wanted.contract == "ended":
            return seen.filter(contract_ends_on__lt=day)
        return seen.filter(contract_ends_on__range=(day, day + dt.timedelta(days=int(wanted.contract))))
    return seen


def _is_wide(person: Person, seen: QuerySet[Party]) -> bool:
    """Whether there are more than NARROW. One row at most comes back. What few people own, their own index puts in order."""
    return len(reach_of(person).owners) <= FEW or bool(
        seen.order_by().values_list("pk", flat=True)[NARROW : NARROW + 1]
    )


def in_scope(person: Person, scope: str) -> QuerySet[Party]:
    reach = reach_of(person)
    live = Party.objects.filter(merged_into=None)
    if scope == "mine":
        return live.filter(AnyOf("owner_id", reach.selves))
    if scope == "people":
        return live.filter(AnyOf("owner_id", reach.below))
    if scope == "pool":
        return visible_parties(person).filter(owner=None)
    return visible_parties(person)


def scopes_of(person: Person) -> list[str]:
    """The parts of the list that there can be anything in for the person."""
    reach = reach_of(person)
    found = ["all", "mine"]
    if reach.below:
        found.append("people")
    if reach.pool_in or reach.all_in or reach.all_in is None:
        found.append("pool")
    return found


def tags_of(company_id: int) -> QuerySet[Tag]:
    return Tag.objects.filter(company=company_id).order_by("name")


# --- one customer -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A way of contact or an official number as this reader sees it. `is_masked`: he may ask for the whole one."""

    pk: int
    what: str  # "contact" or "identifier"
    kind: str
    kind_label: str
    text: str
    label: str
    is_masked: bool


def numbers_of(party: Party, *, in_full: bool, revealed: tuple[str, int] | None = None) -> list[ShownNumber]:
    """Two queries. Official numbers are masked for everybody; `revealed` names the one that has just been asked for."""
    shown = []
    for contact in party.contacts.order_by("kind", "rank", "id"):
        whole = in_full or revealed == ("contact", contact.pk)
        text = contact.value if whole else masked_contact(contact.kind, contact.value)
        shown.append(ShownNumber(contact.pk, "contact", contact.kind, contact.get_kind_display(), text, contact.label,
                                 text != contact.value))  # fmt: skip
    for number in party.identifiers.order_by("kind", "id"):
        text = number.value if revealed == ("identifier", number.pk) else masked_identifier(number.kind, number.value)
        shown.append(ShownNumber(number.pk, "identifier", number.kind, number.get_kind_display(), text, "",
                                 text != number.value))  # fmt: skip
    return shown


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation as the page of one of its two customers tells it."""

    pk: int
    other: Party
    label: str
    note: str
    kind: str
    is_ours: bool


def ties_of(person: Person, party: Party) -> list[Tie]:
    """Both directions; the other customer only where the person may see it, too. Two queries."""
    rows = (
        Relation.objects.filter(Q(party=party) | Q(other=party)).select_related("party", "other").order_by("kind", "id")
    )
    found = list(rows[:200])
    ids = {row.other_id if row.party_id == party.pk else row.party_id for row in found}
    seen = set(visible_parties(person).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set[int]()
    ties = []
    for row in found:
        ours = row.party_id == party.pk
        other = row.other if ours else row.party
        if other.pk in seen:
            label = row.get_kind_display() if ours else _("for whom it is: %(kind)s") % {"kind": row.get_kind_display()}
            ties.append(Tie(row.pk, other, str(label), row.note, row.kind, ours))
    return ties


def timeline(party: Party, kind: str = "") -> QuerySet[Activity]:
    entries = Activity.objects.filter(party=party).select_related("made_by")
    return entries.filter(kind=kind) if kind else entries


def hands_of(party: Party, most: int = 10) -> list[TransferLine]:
    """Whose the customer was, the latest change first."""
    lines = TransferLine.objects.filter(party=party).select_related("transfer__made_by", "before", "after")
    return list(lines.order_by("-id")[:most])


def merges_of(party: Party) -> QuerySet[Merge]:
    """What has been taken up into this customer and can be parted again."""
    return Merge.objects.filter(kept=party, undone_at=None).select_related("gone", "made_by").order_by("-id")


def handovers_of(person: Person) -> QuerySet[Transfer]:
    """Handovers from or to the person or his people, the latest first."""
    owners = reach_of(person).owners
    among = Transfer.objects.filter(
        Q(AnyOf("giver_id", owners)) | Q(AnyOf("taker_id", owners)), kind=TransferKind.HANDOVER
    )
    return among.select_related("giver", "taker", "made_by", "returned_by").order_by("-id")


# --- the pool -----------------------------------------------------------------------------------------------------------------

RECYCLED_AT_ONCE: Final = 20_000
GRADED: Final = (
    ("A", "idle_days_a"),
    ("B", "idle_days_b"),
    ("C", "idle_days_c"),
    ("D", "idle_days_d"),
    ("", "idle_days_none"),
)


def policy_of(company_id: int) -> PoolPolicy:
    """The company's rules; where it has set none, claims are limited and nothing falls back by itself."""
    return PoolPolicy.objects.filter(company=company_id).first() or PoolPolicy(
        company_id=company_id, idle_days_c=0, idle_days_d=0, idle_days_none=0
    )


def idle_ids(policy: PoolPolicy, at: dt.datetime) -> list[int]:
    """Who has been idle for longer than his grade allows, counted from the last contact or from the owner's first day; and whose
    contract ended longer ago than is allowed, likewise."""
    idle = Q()
    for grade, field in GRADED:
        days = getattr(policy, field)
        if days:
            before = at - dt.timedelta(days=days)
            idle |= Q(grade=grade, touched_at__lt=before, owned_since__lt=before)
    if policy.contract_ended_days:
        days = dt.timedelta(days=policy.contract_ended_days)
        idle |= Q(contract_ends_on__lt=timezone.localdate(at) - days, owned_since__lt=at - days)
    if not idle:
        return []
    found = Party.objects.filter(idle, company=policy.company_id, merged_into=None, owner__isnull=False)
    return list(found.order_by("touched_at").values_list("pk", flat=True)[:RECYCLED_AT_ONCE])


def pools_to_recycle(at: dt.datetime) -> list[int]:
    """The companies in which somebody has been idle for too long. One query a company that has laid down rules."""
    return [policy.company_id for policy in PoolPolicy.objects.order_by("pk") if idle_ids(policy, at)[:1]]
