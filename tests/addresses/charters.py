"""Charters and the documents that they are read from."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.addresses.address import Address, deed, in_company, page, record
from tests.world import CASHIER, DOCUMENT, PASSWORD, World


def _files(world: World) -> Mapping[str, Any]:
    return {"files": SimpleUploadedFile("催收专员.md", DOCUMENT.encode()), "company": world.firm.health.pk}


def _pasted(world: World) -> Mapping[str, Any]:
    return {"text": DOCUMENT, "name": "催收专员", "company": world.firm.health.pk}


def day(_world: World) -> str:
    return timezone.localdate().isoformat()


IMPORT: Final = {"document": "document"}
DRAFT: Final = {**IMPORT, "draft": "draft"}
ITEM: Final = {**DRAFT, "item": "item"}
CHARTER: Final = {"charter": "charter"}
VERSION: Final = {**CHARTER, "number": "=1"}
SIGNATURE: Final = {"version": "version", "position": "post", "holder": "holder"}


CHARTERS: Final[list[Address]] = [
    *[page("charters:list", "周岚", query) for query in ("", "?q=chuna", "?only=unsigned")],
    *[in_company(f"charters:{name}", at=CHARTER) for name in ("detail", "compare", "revise", "add-place")],
    *[in_company(f"charters:version{part}", at=VERSION) for part in ("", "-pdf", "-docx", "-yaml")],
    # Who may not, asks: the same form becomes a request to the general manager.
    in_company("charters:revise", method="POST", may=302, colleague=302, at=CHARTER,
               facts=lambda w: {"text": CASHIER + "peers: [会计]\n", "effective_on": day(w)}),
    in_company("charters:add-place", method="POST", may=302, colleague=302, at=CHARTER,
               facts=lambda w: {"position": w.firm.positions["健康顾问"].pk, "start": day(w)}),
    in_company("charters:retire", method="POST", may=302, colleague=302, at=CHARTER, facts=lambda w: {"end": day(w)}),
    page("charters:import-list", "周岚"),
    Address("charters:import-list", "周岚", "POST", 302, 422, 422, facts=_files),
    Address("charters:import-paste", "周岚", "POST", 302, 422, 422, facts=_pasted),
    record("charters:import-detail", "周岚", at=IMPORT),
    record("charters:import-original", "周岚", at=IMPORT),
    deed("charters:import-encoding", "周岚", lambda _w: {"encoding": "gb18030"}, at=IMPORT),
    deed("charters:import-undo", "周岚", at=IMPORT),
    record("charters:activate-all", "周岚", at=IMPORT),
    deed("charters:activate-all", "周岚", may=200, at=IMPORT),
    record("charters:review", "周岚", at=DRAFT),
    deed("charters:review-deed", "周岚", lambda w: {"deed": f"accept:{w.item}:0"}, at=DRAFT),
    record("charters:head-edit", "周岚", at=DRAFT),
    deed("charters:head-edit", "周岚", lambda _w: {"title": "投诉主管"}, at=DRAFT),
    record("charters:item-edit", "周岚", at=ITEM),
    deed("charters:item-edit", "周岚", lambda _w: {"text": "受理投诉。"}, at=ITEM),
    record("charters:item-split", "周岚", at=ITEM),
    deed("charters:item-split", "周岚", lambda _w: {"texts": "受理投诉。\n当日登记。"}, at=ITEM),
    record("charters:activate", "周岚", at=DRAFT),
    # Nothing takes effect unseen: the draft has not been reviewed.
    deed("charters:activate", "周岚", lambda w: {"unit": w.firm.service.pk, "effective_on": day(w)}, may=422, at=DRAFT),
    page("charters:sign-list", "吴越"),
    # Everybody in the company may read who has signed; the form is for who is asked.
    in_company("charters:sign", at=SIGNATURE),
    in_company("charters:confirmation-pdf", at=SIGNATURE),
    Address("charters:sign", "吴越", "POST", 302, 302, 404, at=SIGNATURE,
            facts=lambda _w: {"method": "password", "password": PASSWORD}),
]  # fmt: skip
