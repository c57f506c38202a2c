"""Ctrl K: one list of providers, each asked for what it knows."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from remit.kernel.authority.access import visible_people, visible_positions, visible_units
from remit.kernel.authority.catalogue import catalogue
from remit.kernel.organization.models import Appointment, Person
from remit.kernel.organization.models.spans import holds_on, still_open
from remit.kernel.organization.queries import search_people, search_positions, today
from remit.kernel.parties.queries import search as search_parties
from remit.lib.search import score as score_of
from remit.web.navigation import NAVIGATION, type_of_text

HITS_A_KIND: Final = 8
LONGEST_QUERY: Final = 80
FOUND_BY_ANOTHER_WORD: Final = 30
FOUND_BY_NUMBER: Final = 45


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the palette. `kind` is the heading it stands under; a higher score stands higher."""

    kind: type_of_text
    title: str
    subtitle: str
    url: str
    score: float


# Asked with the person (None for a login without one) and what was typed, trimmed. An empty text asks what to offer before anything is typed.
Provider = Callable[[Person | None, str], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Group:
    kind: type_of_text
    hits: tuple[Hit, ...]


def pages(person: Person | None, query: str) -> Iterable[Hit]:
    """The pages of the menu, by label, pinyin, initials or another name."""
    for item in NAVIGATION:
        if not item.visible(person):
            continue
        names = (str(item.label), *item.keywords)
        score = max(score_of(query, name) for name in names) if query else 1
        if score > 0:
            yield Hit(_("Pages"), str(item.label), "", reverse(item.url_name), score)


def actions(person: Person | None, query: str) -> Iterable[Hit]:
    """What the person may do, or ask for, from a blank form; found by label, pinyin and the words of the charters."""
    if person is None or not query:
        return
    for family in catalogue(person, query):
        for entry in family.entries:
            # A word of the charters may have found it: that counts less than its own name.
            score = score_of(query, entry.label) or FOUND_BY_ANOTHER_WORD
            yield Hit(_("Do"), entry.label, family.label, reverse("authority:action-do", args=[entry.name]), score)


def people(person: Person | None, query: str) -> Iterable[Hit]:
    """Colleagues by name, pinyin, initials or employee number, with their main position."""
    if person is None or not query:
        return
    seen = visible_people(person).filter(still_open(today(), "left_on"))
    found = list(search_people(query, seen)[:HITS_A_KIND])
    held = Appointment.objects.filter(holds_on(today()), person__in=found).select_related("position__unit")
    posts = {one.person_id: f"{one.position.unit.name} {one.position.title}" for one in held.order_by("is_main")}
    for one in found:
        score = score_of(query, one.name, person=True) or FOUND_BY_NUMBER
        yield Hit(_("People"), one.name, posts.get(one.pk, one.employee_no), _at("person", one.pk), score)


def positions(person: Person | None, query: str) -> Iterable[Hit]:
    if person is None or not query:
        return
    seen = search_positions(query).filter(pk__in=visible_positions(person))
    for one in seen[:HITS_A_KIND]:
        score = score_of(query, one.title) or FOUND_BY_NUMBER
        yield Hit(_("Positions"), one.title, one.unit.name, _at("position", one.pk), score)


def units(person: Person | None, query: str) -> Iterable[Hit]:
    """Units have no search column: there are hundreds, not thousands."""
    if person is None or not query:
        return
    for one in visible_units(person).filter(closed_on=None).select_related("parent"):
        score = score_of(query, one.name)
        if score > 0:
            yield Hit(_("Units"), one.name, one.parent.name if one.parent else "", _at("unit", one.pk), score)


def customers(person: Person | None, query: str) -> Iterable[Hit]:
    """Customers by name, pinyin, initials, telephone, number: those alone that the person may see."""
    if person is None or not query:
        return
    for one in search_parties(person, query).select_related("owner")[:HITS_A_KIND]:
        score = score_of(query, one.name, person=one.kind == "person") or FOUND_BY_NUMBER
        note = f"{one.number} {one.owner.name if one.owner else ''}".strip()
        yield Hit(_("Customers"), one.name, note, reverse("parties:detail", args=[one.pk]), score)


def _at(kind: str, pk: int) -> str:
    return reverse(f"organization:{kind}-detail", args=[pk])


# In the order in which their headings appear when scores are equal.
PROVIDERS: Final[list[Provider]] = [pages, customers, people, positions, units, actions]


def find(person: Person | None, query: str, providers: Sequence[Provider] | None = None) -> list[Group]:
    """Hits by kind, best kind first; at most HITS_A_KIND of each. An empty query offers what is always there, all of it."""
    wanted = query.strip()[:LONGEST_QUERY]
    by_kind: dict[str, list[Hit]] = {}
    for provider in PROVIDERS if providers is None else providers:
        for hit in provider(person, wanted):
            by_kind.setdefault(str(hit.kind), []).append(hit)
    groups = [
        Group(kind, tuple(sorted(hits, key=lambda hit: -hit.score)[: HITS_A_KIND if wanted else None]))
        for kind, hits in by_kind.items()
    ]
    return sorted(groups, key=lambda group: -group.hits[0].score)
