"""The organization chart of one day, as a template draws it. Plain data out of a Structure; no queries but for who acts."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from django.utils import timezone

from remit.kernel.organization.models import Acting
from remit.kernel.organization.queries import actings_in_force, today
from remit.kernel.organization.structure import PositionOn, Structure, UnitOn
from remit.lib import clock
from remit.lib.search import matches

# A chart of more posts than this shows units with their numbers, and the posts of the unit that was opened.
POSTS_AT_ONCE: Final = 400
# A shop floor's post may be held by hundreds: their names are on its own page.
HOLDERS_SHOWN: Final = 6
KIND_ORDER: Final = {"group": 0, "department": 1, "team": 2, "company": 3}


@dataclass(frozen=True, slots=True)
class Holder:
    person_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Post:
    """A position in the chart. `deputies` are the names of those who act in it on the day."""

    id: int
    title: str
    is_head: bool
    headcount: int
    holders: tuple[Holder, ...]  # the first ones, or those who answer the search
    held: int
    deputies: tuple[str, ...] = ()
    is_hit: bool = False

    @property
    def is_vacant(self) -> bool:
        return not self.held

    @property
    def is_cut(self) -> bool:
        return self.held > len(self.holders)

    @property
    def is_shared(self) -> bool:
        return self.headcount > 1


@dataclass(slots=True)
class Node:
    """A unit with its posts and the units below. `post_count`, `vacant` and the `people`, each once, are of its whole sub-tree."""

    unit: UnitOn
    posts: list[Post] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    post_count: int = 0
    people: set[int] = field(default_factory=set)
    vacant: int = 0
    is_open: bool = True
    shows_posts: bool = True
    is_hit: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    roots: list[Node]
    hits: int
    posts: int
    vacant: int
    people: int
    is_cut: bool


def draw(structure: Structure, *, companies: set[int] | None, text: str = "", root: int | None = None) -> Chart:
    """The chart of what may be seen, from `root` down, narrowed to what answers `text` with everything above it."""
    units = {
        unit.id: unit
        for unit in structure.units.values()
        if companies is None or unit.company_id is None or unit.company_id in companies
    }
    nodes = {unit_id: Node(unit) for unit_id, unit in units.items()}
    deputies = _deputies(structure.day)
    for position in sorted(structure.positions.values(), key=lambda p: (not p.is_head, p.id)):
        if position.unit_id in nodes:
            nodes[position.unit_id].posts.append(_post(structure, position, deputies, text))
    roots: list[Node] = []
    for unit_id, node in nodes.items():
        node.is_hit = bool(text) and matches(text, node.unit.name)
        parent = nodes.get(units[unit_id].parent_id or 0)
        (parent.children if parent is not None else roots).append(node)
    tops = [nodes[root]] if root in nodes else roots
    for node in tops:
        _count(node, structure)
    if text:
        tops = [node for node in tops if _narrow(node)]
    posts = sum(node.post_count for node in tops)
    is_cut = posts > POSTS_AT_ONCE and not text
    for node in tops:
        _fold(node, 0, is_cut)
    return Chart(
        roots=tops,
        hits=sum(_hits(node) for node in tops) if text else 0,
        posts=posts,
        vacant=sum(node.vacant for node in tops),
        people=len(set[int]().union(*(node.people for node in tops))),
        is_cut=is_cut,
    )


def _deputies(day: dt.date) -> dict[int, list[Acting]]:
    """Who acts on that day: now for today, at noon of any other."""
    noon = timezone.make_aware(dt.datetime.combine(day, dt.time(12)))
    found: dict[int, list[Acting]] = {}
    for acting in actings_in_force(clock.now() if day == today() else noon).select_related("deputy"):
        found.setdefault(acting.position_id, []).append(acting)
    return found


def _post(structure: Structure, position: PositionOn, deputies: dict[int, list[Acting]], text: str) -> Post:
    names = structure.people
    found = [p for p in position.holders if text and matches(text, names[p], person=True)]
    shown = (found or position.holders)[:HOLDERS_SHOWN]
    return Post(
        id=position.id,
        title=position.title,
        is_head=position.is_head,
        headcount=position.headcount,
        holders=tuple(Holder(person_id, names[person_id]) for person_id in shown),
        held=len(position.holders),
        deputies=tuple(acting.deputy.name for acting in deputies.get(position.id, [])),
        is_hit=bool(found) or bool(text and matches(text, position.title)),
    )


def _count(node: Node, structure: Structure) -> None:
    node.children.sort(key=lambda child: (KIND_ORDER.get(child.unit.kind, 9), child.unit.id))
    for child in node.children:
        _count(child, structure)
    node.post_count = len(node.posts) + sum(child.post_count for child in node.children)
    own = {person_id for post in node.posts for person_id in structure.positions[post.id].holders}
    node.people = own.union(*(child.people for child in node.children))
    node.vacant = sum(post.is_vacant for post in node.posts) + sum(child.vacant for child in node.children)


def _narrow(node: Node) -> bool:
    """Keep what answers and the way to it; a unit that answers itself keeps its posts. Whether anything is left."""
    node.children = [child for child in node.children if _narrow(child)]
    if not node.is_hit:
        node.posts = [post for post in node.posts if post.is_hit]
    return node.is_hit or bool(node.posts) or bool(node.children)


def _hits(node: Node) -> int:
    return node.is_hit + sum(post.is_hit for post in node.posts) + sum(_hits(child) for child in node.children)


def _fold(node: Node, depth: int, is_cut: bool) -> None:
    """A chart that is too large opens its first two levels, and shows posts at the top only."""
    node.is_open = not is_cut or depth < 2
    node.shows_posts = not is_cut or depth == 0
    for child in node.children:
        _fold(child, depth + 1, is_cut)
