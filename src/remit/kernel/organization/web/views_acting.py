"""Acting: who stands in for whom, and naming a deputy."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.authority import access
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import all_actions, rulebook_now
from remit.kernel.organization.models import Acting, Person
from remit.kernel.organization.web import rows
from remit.kernel.organization.web.forms import DeputyForm, person_choice
from remit.lib import clock
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

TABS: Final = ("now", "to_come", "over")
PLACES_SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A position for which somebody may name a deputy: whose place is taken (None where it is vacant)."""

    position_id: int
    title: str
    unit: str
    principal_id: int | None
    principal: str
    is_own: bool

    @property
    def key(self) -> str:
        return f"{self.position_id}:{self.principal_id or ''}"


def _places(person: Person) -> list[Place]:
    """One's own positions, those below, and with a grant for it all that one sees; one's own first. No queries when cached."""
    structure = rulebook_now().structure
    own = structure.held_by.get(person.pk, ())
    below = {p for position_id in own for p in structure.subordinates(position_id)}
    if access.oversees(person, "organization.appoint_deputy"):
        seen = access.companies_seen(person)
        below |= {p.id for p in structure.positions.values() if seen is None or p.company_id in seen}
    places = []
    for position_id in (*own, *sorted(below - set(own))):
        position = structure.positions[position_id]
        unit = structure.units[position.unit_id].name
        for holder in position.holders or (None,):
            if position_id in own and holder != person.pk:
                continue  # a colleague who shares the post names his own deputy, or his superior does
            name = structure.people[holder] if holder is not None else ""
            places.append(Place(position_id, position.title, unit, holder, name, position_id in own))
    return places


@require_GET
def acting_list(request: Request) -> HttpResponse:
    person = person_here(request)
    tab = request.GET.get("tab", "now")
    tab = tab if tab in TABS else "now"
    seen = access.visible_actings(person)
    found = rows.actings_in(seen, tab).select_related("position__unit", "principal", "deputy", "appointed_by")
    keys = ("-ends_at", "-id") if tab == "over" else ("starts_at", "id")
    page = page_of(found, request.GET, keys=keys)
    may_end = {place.position_id for place in _places(person)}
    context = {
        "tab": tab,
        "rows": rows.acting_rows(page.rows, person),
        "page": page,
        "counts": {name: rows.actings_in(seen, name).count() for name in ("now", "to_come")},
        "may_end": may_end,
        "me": person.pk,
    }
    return render(request, "organization/acting_list.html", context)


@require_http_methods(["GET", "POST"])
def acting_new(request: Request) -> HttpResponse:
    """First whose place, then who and how long; ?place= comes from the pages of positions and people."""
    person = person_here(request)
    places = _places(person)
    wanted = request.POST.get("place") or request.GET.get("place", "")
    place = next((one for one in places if one.key == wanted), None)
    if wanted and place is None:
        raise NotYours(_("There is no such position."))
    if place is None:
        if len(places) == 1:
            return redirect(f"{reverse('organization:acting-new')}?place={places[0].key}")
        context = {"own": [p for p in places if p.is_own], "others": [p for p in places if not p.is_own][:PLACES_SHOWN]}
        return render(request, "organization/acting_places.html", context)
    return _deputy_form(request, person, place)


def _deputy_form(request: Request, person: Person, place: Place) -> HttpResponse:
    limits = _handed_over(place.position_id)
    chosen = access.visible_people(person).filter(pk=number_or_none(request.POST.get("deputy", "")) or 0).first()
    now = timezone.localtime(clock.now()).replace(second=0, microsecond=0, tzinfo=None)
    evening = now.replace(hour=0, minute=0) + dt.timedelta(days=1)
    form = DeputyForm(
        request.POST if request.method == "POST" else None,
        initial={"starts_at": now, "ends_at": evening, "extent": "all"},
        offers={"deputy": person_choice(chosen)},
        grants=limits,
    )
    refusal, status = "", 422 if form.is_bound else 200
    if form.is_bound and form.is_valid():
        if chosen is None:
            form.add_error("deputy", _("There is no such person."))
        else:
            facts = form.facts(place.position_id, place.principal_id, _bounded_by_amount())
            outcome = act(request, "organization.appoint_deputy", facts, form)
            if outcome.result is not None:
                done = _("%(name)s acts as %(position)s.") % {"name": chosen.name, "position": place.title}
                return answer(request, outcome, done, "organization:acting-list")
            refusal, status = outcome.refusal, outcome.status
    context = {"form": form, "place": place, "refusal": refusal, "has_grants": bool(limits)}
    return render(request, "organization/acting_new.html", context, status=status)


def _handed_over(position_id: int) -> list[tuple[str, str]]:
    """The rights of a position as choices: action or family, with the position's own limit."""
    book, found = rulebook_now(), dict[str, str]()
    grants = [grant for grant in book.by_position.get(position_id, ()) if grant.right == "decide"]
    for grant, limit in zip(grants, (one for one in rows.limits_of(position_id) if not one.is_proposal), strict=True):
        found.setdefault(grant.action, f"{limit.label} ({limit.limit})")
    return list(found.items())


def _bounded_by_amount() -> frozenset[str]:
    return frozenset(
        name
        for name, action in all_actions().items()
        if "amount" in action.facts and action.facts["amount"].kind == "money"
    )


@require_POST
def acting_end(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    acting: Acting | None = access.visible_actings(person).filter(pk=pk).first()
    if acting is None:
        raise NotYours(_("There is no such deputyship."))
    outcome = act(request, "organization.end_acting", {"acting": acting.pk})
    if outcome.result is not None:
        return answer(request, outcome, _("The acting is ended."), "organization:acting-list")
    return render(request, "web/refused.html", {"sentence": outcome.refusal, "back": reverse("organization:acting-list")},
                  status=outcome.status)  # fmt: skip
