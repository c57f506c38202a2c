"""Where a reviewed draft belongs in the organization, and what would come of it: asked before it is put into force."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from remit.kernel.authority.separation import Conflict
from remit.kernel.charters.actions import superior_named
from remit.kernel.charters.compare import Change, compare
from remit.kernel.charters.format import CharterSpec
from remit.kernel.charters.models import CharterPosition, CharterVersion, DraftCharter
from remit.kernel.charters.review_queries import labels_now
from remit.kernel.charters.reviewing import spec_of
from remit.kernel.charters.versions import conflicts_of
from remit.kernel.organization.models import Position, Unit
from remit.lib.refusals import RuleBroken


@dataclass(frozen=True, slots=True)
class Place:
    """What the draft's own words suggest. `position`: one of that title is there already. `is_found`: the department is known."""

    unit: Unit
    is_found: bool
    position: Position | None
    superior: Position | None
    superior_waits: str = ""  # the superior is in the same document, and not in force yet


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of the activation. `fault` says why nothing can."""

    spec: CharterSpec | None
    fault: str
    conflicts: tuple[Conflict, ...] = ()
    replaces: CharterVersion | None = None
    changes: tuple[Change, ...] = ()
    shared_with: tuple[str, ...] = ()
    grants: int = 0


def units_of(draft: DraftCharter) -> list[Unit]:
    """The open units of the company that the document was imported for, the company itself first."""
    return list(Unit.objects.filter(company=draft.document.company_id, closed_on=None).order_by("path"))


def positions_of(draft: DraftCharter) -> list[Position]:
    found = Position.objects.filter(company=draft.document.company_id, closed_on=None).select_related("unit")
    return list(found.order_by("unit__path", "-is_head", "id"))


def place_for(draft: DraftCharter, units: Iterable[Unit], positions: Iterable[Position]) -> Place:
    """The department by its name, the position by its title, the superior by the charter's words."""
    known, posts = list(units), list(positions)
    unit = _unit_named(draft.department, known)
    same = [post for post in posts if post.title == draft.title]
    position = next((post for post in same if unit is not None and post.unit_id == unit.pk), None)
    if position is None and len(same) == 1 and unit is None:
        position = same[0]
    here = position.unit if position else unit or known[0]
    # Only the superiors' titles are asked of it; the items may still be in a state in which no charter can be made.
    named = CharterSpec(title=draft.title, reports_to=tuple(draft.header.get("reports_to") or ()))
    superior = superior_named(named, here)
    waits = ""
    if superior is None:
        titles = set(draft.document.drafts.filter(version=None, dropped_at=None).values_list("title", flat=True))
        waits = next((title for title in named.reports_to if title in titles and title != draft.title), "")
    return Place(here, unit is not None or position is not None, position, superior, waits)


def _unit_named(name: str, units: list[Unit]) -> Unit | None:
    """The unit of that name; else the only one of which it is short (客服部 of 客户服务部), or that is short for it."""
    if not name:
        return None
    exact = [unit for unit in units if unit.name == name]
    near = [
        unit for unit in units if unit.kind != "company" and (_is_short(name, unit.name) or _is_short(unit.name, name))
    ]
    return exact[0] if exact else near[0] if len(near) == 1 else None


def _is_short(short: str, full: str) -> bool:
    """Whether every sign of the one stands in the other, in the same order, and both begin alike."""
    rest = iter(full)
    return short[:1] == full[:1] and all(sign in rest for sign in short)


def preview(draft: DraftCharter, position: Position | None) -> Preview:
    """What would be in force: the charter, the duties that should be separate, and what it changes where it replaces one."""
    waiting = draft.items.filter(state="proposed").count()
    if waiting:
        return Preview(None, _("%(n)d items have not been reviewed yet; nothing takes effect unseen.") % {"n": waiting})
    try:
        spec = spec_of(draft)
    except RuleBroken as error:
        return Preview(None, error.sentence)
    place = CharterPosition.objects.filter(position=position, end=None).first() if position else None
    before, shared = None, tuple[str, ...]()
    if place is not None:
        before = (
            CharterVersion.objects.filter(charter=place.charter_id, retired_on=None).select_related("charter").first()
        )
        others = CharterPosition.objects.filter(charter=place.charter_id, end=None).exclude(pk=place.pk)
        shared = tuple(f"{o.position.unit.name} {o.position.title}" for o in others.select_related("position__unit"))
    return Preview(
        spec=spec,
        fault="",
        conflicts=tuple(conflicts_of(spec, position)),
        replaces=before,
        changes=compare(before.spec, spec, labels_now()) if before else (),
        shared_with=shared,
        grants=sum(len(clause.grants) for clause in spec.authority),
    )


def superiors_first(drafts: Iterable[DraftCharter]) -> list[DraftCharter]:
    """So that each finds its superior in force. Those that name each other stay in the document's order."""
    left, ordered = list(drafts), list[DraftCharter]()
    while left:
        titles = {draft.title for draft in left}
        free = [
            draft for draft in left if not (set(draft.header.get("reports_to") or ()) - {draft.title}) & titles
        ] or left[:1]
        ordered += free
        left = [draft for draft in left if draft not in free]
    return ordered
