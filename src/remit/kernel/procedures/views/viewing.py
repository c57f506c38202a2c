"""A view as data: from an address, a form or a saved view, and back. Who sees which, as with segments of customers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours
from remit.kernel.organization.models import Person
from remit.kernel.parties.models import Grade
from remit.kernel.parties.segments import units_of
from remit.kernel.procedures import narrowing
from remit.kernel.procedures.models import SavedView
from remit.kernel.procedures.queries import STATES, Wanted

TEXT_LENGTH: Final = 80
WHOSE: Final = ("mine", "people")
# The keys by which the list is paged: all ascending or all descending.
SORTS: Final[Mapping[str, tuple[str, ...]]] = {"due": ("due_at", "id"), "newest": ("-id",), "oldest": ("id",)}
# What a line may show beside the case itself.
COLUMNS: Final = ("kind", "step", "handler", "due", "grade", "since")
USUAL: Final = ("kind", "step", "handler", "due")
# How a filter is called in an address.
IN_ADDRESS: Final = {"text": "q"}


@dataclass(frozen=True, slots=True)
class View:
    wanted: Wanted
    narrowed: narrowing.Narrowed
    sort: str
    columns: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """What is due first where something is due; else the newest."""
        usual = "due" if self.wanted.state in ("open", "late", "mine") else "newest"
        return SORTS[self.sort or usual]


def view_from(data: Mapping[str, Any]) -> View:
    """Unknown values count as not given."""
    given = {name: str(value) for name, value in data.items() if isinstance(value, str | int)}
    state, whose, grade = (given.get(name, "") for name in ("state", "whose", "grade"))
    sort = given.get("sort", "")
    columns = tuple(dict.fromkeys(one for one in given.get("columns", "").split(",") if one in COLUMNS))
    return View(
        wanted=Wanted(
            state=state if state in STATES else "open",
            procedure=given.get("procedure", "")[:TEXT_LENGTH],
            text=(given.get("q") or given.get("text") or "").strip()[:TEXT_LENGTH],
            step=given.get("step", "")[:TEXT_LENGTH],
            grade=grade if grade in Grade.values else "",
            whose=whose if whose in WHOSE else "",
        ),
        narrowed=narrowing.read(given),
        sort=sort if sort in SORTS else "",
        columns=columns or USUAL,
    )


def as_data(view: View) -> dict[str, str]:
    """What differs from the usual list, flat as in an address."""
    plain = Wanted()
    wanted = {
        IN_ADDRESS.get(name, name): str(value)
        for name in Wanted.__slots__
        if (value := getattr(view.wanted, name)) != getattr(plain, name)
    }
    data = {**wanted, **dict(view.narrowed.given)}
    if view.sort:
        data["sort"] = view.sort
    if view.columns != USUAL:
        data["columns"] = ",".join(view.columns)
    return data


def as_address(saved: SavedView) -> str:
    """The query string under which the list shows the view."""
    return "?" + urlencode({**as_data(view_from(saved.wanted)), "view": saved.pk})


def visible_views(person: Person) -> QuerySet[SavedView]:
    """One's own, and those shared with a unit that one belongs to."""
    return SavedView.objects.filter(Q(person=person) | Q(unit__in=units_of(person)))


def view_visible_to(person: Person, pk: int) -> SavedView:
    """Raises NotYours."""
    found = visible_views(person).filter(pk=pk).select_related("person", "unit").first()
    if found is None:
        raise NotYours(_("There is no such view."))
    return found


def default_of(person: Person) -> SavedView | None:
    return SavedView.objects.filter(person=person, is_default=True).first()
