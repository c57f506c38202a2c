"""Customers. For a colleague without a part in one, and for a stranger, it is not there."""

from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile

from remit.kernel.parties.models import ContactPoint
from tests.addresses.address import Address, call, deed, page, record
from tests.world import World

WHO: Final = "陈立"
AT: Final = {"pk": "customer"}
UPLOAD: Final = {"token": "party_upload"}


def _file(name: str) -> dict[str, Any]:
    return {"name": name, "kind": "person", "status": "active", "phones": "13900001111"}


def _file_of_customers(_world: World) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("客户.csv", "名称\n新客户\n".encode())}


def _contact_of(world: World) -> dict[str, Any]:
    return {"contact": ContactPoint.objects.get(party=world.customer).pk}


PARTIES: Final[list[Address]] = [
    *[page("parties:list", WHO, query) for query in ("", "?q=ouyang", "?scope=pool", "?grade=A", "?idle=30")],
    record("parties:new", WHO),
    deed("parties:new", WHO, lambda _w: _file("新客户")),
    page("parties:alike", WHO, "?name=欧阳"),
    page("parties:picker", WHO, "?q=ouyang"),
    deed("parties:bulk", WHO, lambda w: {"verb": "release", "ids": w.customer}),
    deed(
        "parties:segment-keep",
        WHO,
        lambda _w: {"name": "大户", "filter": '{"grade": "A"}'},
        colleague=302,
        stranger=302,
    ),
    deed("parties:segment-share", "林晓岚", at={"pk": "segment"}),
    deed("parties:segment-remove", "林晓岚", at={"pk": "segment"}),
    record("parties:allocation", "林晓岚"),
    deed(
        "parties:allocation", "林晓岚", lambda w: {"source": "pool", "takers": w.firm["陈立"].pk}, may=422
    ),  # nobody is in it
    record("parties:allocation-detail", "林晓岚", at={"pk": "allocation"}),
    deed(
        "parties:allocation-adjust", "林晓岚", lambda w: {"verb": "leave", "ids": w.customer}, at={"pk": "allocation"}
    ),
    deed("parties:allocation-confirm", "林晓岚", at={"pk": "allocation"}),
    deed("parties:allocation-drop", "林晓岚", at={"pk": "allocation"}),
    record("parties:capacity", "林晓岚", at={"pk": "person"}),
    deed("parties:capacity", "林晓岚", lambda _w: {"share": "50"}, at={"pk": "person"}),
    page("parties:handover", "林晓岚"),
    deed("parties:handover", "林晓岚", lambda w: {"giver": w.firm["陈立"].pk, "taker": w.firm["赵敏之"].pk}),
    deed("parties:hand-back", "林晓岚", at={"pk": "handover"}),
    record("parties:detail", WHO, at=AT),
    record("parties:change", WHO, at=AT),
    deed("parties:change", WHO, lambda _w: {**_file("欧阳"), "version": 1}, at=AT, may=422),  # merged since: version 2
    deed("parties:note", WHO, lambda _w: {"kind": "call", "text": "来电"}, at=AT),
    deed("parties:grade", WHO, lambda _w: {"grade": "A", "reason": "大户"}, at=AT),
    deed("parties:tag", WHO, lambda _w: {"tags": "会员"}, at=AT),
    deed("parties:relate", WHO, lambda w: {"other": w.customer, "kind": "payer"}, at=AT, may=422),  # to itself
    deed("parties:collaborate", WHO, lambda w: {"person": w.firm["赵敏之"].pk}, at=AT),
    deed("parties:unmask", WHO, _contact_of, at=AT, may=200),
    deed("parties:file-add", WHO, lambda _w: {"files": SimpleUploadedFile("照片.png", b"not looked at")}, at=AT),
    record("parties:file", WHO, at={**AT, "file": "party_file"}),
    deed("parties:file-remove", WHO, lambda _w: {"reason": "误传"}, at={**AT, "file": "party_file"}),
    record("parties:privacy", WHO, at=AT),
    deed("parties:privacy", WHO, lambda _w: {"purpose": "care", "given": "yes", "evidence": "录音"}, at=AT),
    deed("parties:privacy-hours", WHO, lambda _w: {"hours": "10:00-12:00"}, at=AT),
    deed("parties:privacy-file", WHO, lambda _w: {"reason": "本人来信"}, at=AT, may=200),
    deed("parties:privacy-erasure", "林晓岚", lambda _w: {"number": "KH-1", "reason": "本人来信"}, at=AT, may=422),
    record("parties:merge", WHO, at=AT),
    deed("parties:merge", WHO, lambda w: {"gone": w.customer}, at=AT, may=422),
    deed("parties:part", WHO, at={**AT, "merge_pk": "party_merge"}),
    record("parties:exchange", "林晓岚"),
    deed("parties:exchange", "林晓岚", _file_of_customers),
    record("parties:import-template", "林晓岚"),
    record("parties:import-preview", "林晓岚", at=UPLOAD),
    deed("parties:import-preview", "林晓岚", lambda _w: {"column_0": "name"}, at=UPLOAD),
    record("parties:import-progress", "林晓岚", at=UPLOAD),
    record("parties:import-error-file", "林晓岚", at=UPLOAD),
    deed("parties:import-take-in", "林晓岚", at=UPLOAD),
    deed("parties:import-stop", "林晓岚", at=UPLOAD),
    deed("parties:import-undo", "林晓岚", at={"pk": "party_import"}),
    record("parties:export-xlsx", "林晓岚"),
    record("parties:export-csv", "林晓岚"),
    call("GET /api/parties", WHO),
    call("GET /api/parties/{id}", WHO, colleague=404, stranger=404, at={"id": "customer"}),
]
