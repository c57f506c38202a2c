"""What the pickers of people, positions and units ask while somebody types a name, pinyin or initials."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Prefetch, QuerySet
from django.http import JsonResponse
from django.views.decorators.http import require_GET

from remit.kernel.authority import access
from remit.kernel.organization.models import Appointment, Unit
from remit.kernel.organization.models.spans import holds_on, still_open
from remit.kernel.organization.queries import search_people, search_positions, today
from remit.web.acting import person_here
from remit.web.http import Request

OFFERED: Final = 30


def _answer(found: Iterable[tuple[int, str, str]]) -> JsonResponse:
    return JsonResponse({"results": [{"value": str(pk), "label": label, "note": note} for pk, label, note in found]})


@require_GET
def people(request: Request) -> JsonResponse:
    """Colleagues with their positions. Those whom one may see: strangers of other companies are not offered."""
    held = Appointment.objects.filter(holds_on(today())).select_related("position__unit").order_by("-is_main")
    seen = access.visible_people(person_here(request)).filter(still_open(today(), "left_on"))
    found = search_people(request.GET.get("q", ""), seen).prefetch_related(
        Prefetch("appointments", held, to_attr="held")
    )
    return _answer(
        (person.pk, person.name, " ".join(f"{a.position.unit.name} {a.position.title}" for a in person.held[:1]))
        for person in found[:OFFERED]
    )


@require_GET
def positions(request: Request) -> JsonResponse:
    seen = access.visible_positions(person_here(request))
    found = search_positions(request.GET.get("q", "")).filter(pk__in=seen)[:OFFERED]
    return _answer((position.pk, position.title, position.unit.name) for position in found)


@require_GET
def units(request: Request) -> JsonResponse:
    seen = access.visible_units(person_here(request))
    found = search_units(request.GET.get("q", "")).filter(pk__in=seen).select_related("parent")[:OFFERED]
    return _answer((unit.pk, unit.name, unit.parent.name if unit.parent else "") for unit in found)


def search_units(text: str) -> QuerySet[Unit]:
    """Open units whose name contains the text or whose code begins with it, in the order of the tree."""
    open_units = Unit.objects.filter(closed_on=None).order_by("path")
    wanted = text.strip()
    return (
        open_units.filter(name__icontains=wanted) | open_units.filter(code__istartswith=wanted)
        if wanted
        else open_units
    )
