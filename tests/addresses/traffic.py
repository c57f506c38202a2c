"""The book of traffic: everybody sees the page with his own customers on it; files are taken in by who may."""

from typing import Any, Final

from tests.addresses.address import Address, deed, page, record
from tests.world import World

WHO: Final = "林晓岚"
UPLOAD: Final = {"token": "traffic_upload"}


def _rule(_world: World) -> dict[str, Any]:
    return {"share": "30", "weeks": "2", "mean_weeks": "26"}


TRAFFIC: Final[list[Address]] = [
    page("traffic:book", WHO),
    page("traffic:book", WHO, "?period=month"),
    deed("traffic:rule", WHO, _rule, colleague=302, stranger=302),  # told on the page that it is not theirs
    record("traffic:import", WHO),
    deed("traffic:import", WHO, lambda _w: {"period": "week"}, may=422),  # without a file
    record("traffic:import-template", WHO),
    record("traffic:import-preview", WHO, at=UPLOAD),
    record("traffic:import-error-file", WHO, at=UPLOAD),
    deed("traffic:import-take-in", WHO, at=UPLOAD),
    deed("traffic:import-undo", WHO, at={"pk": "traffic_import"}),
]
