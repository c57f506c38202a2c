"""What the pickers of people, positions and units ask while somebody types a name, pinyin or initials."""

from collections.abc import Iterable
from typing import Final

from django.db.models import Prefetch, QuerySet
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from remit.kernel.organization.models import Appointment, Unit
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.organization.queries import search_people, search_positions
from remit.web.http import Request

OFFERED: Final = 30


def _answer(found: Iterable[tuple[int, str, str]]) -> JsonResponse:
    return JsonResponse({"results": [{"value": str(pk), "label": label, "note": note} for pk, label, note in found]})


@require_GET
def people(request: Request) -> JsonResponse:
    """Colleagues with their positions. Two queries. Who works here is known to everybody who works here."""
    held = (
        Appointment.objects.filter(holds_on(timezone.localdate())).select_related("position__unit").order_by("-is_main")
    )
    found = search_people(request.GET.get("q", "")).prefetch_related(Prefetch("appointments", held, to_attr="held"))
    return _answer(
        (person.pk, person.name, " ".join(f"{a.position.unit.name} {a.position.title}" for a in person.held[:1]))  # type: ignore[attr-defined]  # set by Prefetch
        for person in found[:OFFERED]
    )


@require_GET
def positions(request: Request) -> JsonResponse:
    found = search_positions(request.GET.get("q", ""))[:OFFERED]
    return _answer((position.pk, position.title, position.unit.name) for position in found)


@require_GET
def units(request: Request) -> JsonResponse:
    found = search_units(request.GET.get("q", "")).select_related("parent")[:OFFERED]
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
