"""The API. A program with somebody's token may what that person may."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.addresses.address import Address, call
from tests.addresses.authority import reward
from tests.world import DOCUMENT, World


def _call(world: World) -> Mapping[str, Any]:
    return {"facts": {**reward(world), "staff": world.firm["陈立"].pk}}


def _document(world: World) -> Mapping[str, Any]:
    return {"file": SimpleUploadedFile("催收专员.md", DOCUMENT.encode()), "company": world.firm.health.pk}


API: Final[list[Address]] = [
    call("GET /api/actions", "高岚"),
    call("GET /api/actions/{name}", "高岚", at={"name": "=staff.reward"}),
    call("POST /api/actions/{name}", "林晓岚", colleague=202, stranger=403, at={"name": "=staff.reward"}, facts=_call),
    call("POST /api/actions/{name}/decision", "林晓岚", at={"name": "=staff.reward"}, facts=_call),
    call(
        "POST /api/actions/{name}/rows", "林晓岚", at={"name": "=staff.reward"}, facts=lambda w: {"rows": [reward(w)]}
    ),
    call("GET /api/approvals", "高岚"),
    call("GET /api/approvals", "高岚", query="?state=all"),
    call("GET /api/approvals/{id}", "高岚", colleague=404, stranger=404, at={"id": "waiting"}),
    call("GET /api/obligations", "高岚"),
    call("GET /api/obligations", "高岚", query="?state=all"),
    call("GET /api/matters", "高岚"),
    call("GET /api/rulings", "高岚"),
    call("GET /api/events", "高岚"),
    call("GET /api/today", "高岚"),
    call("GET /api/organization", "高岚"),
    call("GET /api/charters", "高岚"),
    call("GET /api/charters/{id}/versions/{number}", "高岚", stranger=404, at={"id": "charter", "number": "=1"}),
    call("GET /api/charters/{id}/versions/{number}/yaml", "高岚", stranger=404, at={"id": "charter", "number": "=1"}),
    call("GET /api/imports", "周岚"),
    Address("POST /api/imports", "周岚", "POST", 201, 403, 403, facts=_document),
]
