"""Charters in force and earlier, as JSON and as the YAML file; documents read into drafts."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Path, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from remit.api.caller import caller_of
from remit.api.errors import ApiError
from remit.api.paging import GREATEST_ID, Page, Paging, page_of
from remit.api.shapes import ResultOut, result_out
from remit.kernel.charters.access import visible_charters, visible_imports, visible_versions
from remit.kernel.charters.format import charter_to_yaml
from remit.kernel.charters.importing.receiving import receive_file
from remit.kernel.charters.models import Charter, CharterVersion, ImportedDocument

router = Router(tags=["charters"])

Id = Annotated[int, Path(ge=1, le=GREATEST_ID)]
# What the version's column holds.
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


class CharterOut(Schema):
    id: int
    title: str
    company_id: int | None
    version: int | None = Field(description="The number of the version in force; null where it is retired.")
    effective_on: dt.date | None


class VersionOut(Schema):
    charter_id: int
    number: int
    label: str
    digest: str
    effective_on: dt.date
    retired_on: dt.date | None
    body: dict[str, Any]


class ImportOut(Schema):
    id: int
    name: str
    company_id: int
    read_at: dt.datetime
    undone_at: dt.datetime | None
    warnings: list[str]
    drafts: int


@router.get("/charters", response=Page[CharterOut])
def list_charters(request: HttpRequest, page: Paging) -> dict[str, Any]:
    # By a subquery: the visible ones are distinct already, and paging orders them anew.
    rows = Charter.objects.filter(pk__in=visible_charters(caller_of(request).person).values("pk"))
    return page_of(rows.prefetch_related("versions"), page, _charters_out)


def _charters_out(rows: list[Charter]) -> list[dict[str, Any]]:
    found = []
    for charter in rows:
        current = next((version for version in charter.versions.all() if version.retired_on is None), None)
        found.append(
            {"id": charter.pk, "title": charter.title, "company_id": charter.company_id,
             "version": current.number if current else None, "effective_on": current.effective_on if current else None}
        )  # fmt: skip
    return found


def _version(request: HttpRequest, charter_id: int, number: int) -> CharterVersion:
    found = visible_versions(caller_of(request).person).filter(charter_id=charter_id, number=number).first()
    if found is None:
        raise ApiError(404, "not_found", _("There is no such charter."))
    return found


@router.get("/charters/{id}/versions/{number}", response=VersionOut)
def show_version(request: HttpRequest, id: Id, number: Number) -> dict[str, Any]:
    version = _version(request, id, number)
    return {
        "charter_id": version.charter_id, "number": version.number, "label": version.label, "digest": version.digest,
        "effective_on": version.effective_on, "retired_on": version.retired_on, "body": version.body,
    }  # fmt: skip


@router.get("/charters/{id}/versions/{number}/yaml", response=str)
def show_version_yaml(request: HttpRequest, id: Id, number: Number) -> HttpResponse:
    """The charter as its file, as people edit it."""
    version = _version(request, id, number)
    return HttpResponse(charter_to_yaml(version.spec), content_type="application/yaml; charset=utf-8")


@router.get("/imports", response=Page[ImportOut])
def list_imports(request: HttpRequest, page: Paging) -> dict[str, Any]:
    rows = visible_imports(caller_of(request).person).defer("text", "blocks")
    return page_of(rows.prefetch_related("drafts"), page, _imports_out)


def _imports_out(rows: list[ImportedDocument]) -> list[dict[str, Any]]:
    return [
        {"id": row.pk, "name": row.name, "company_id": row.company_id, "read_at": row.read_at,
         "undone_at": row.undone_at, "warnings": row.warnings, "drafts": len(row.drafts.all())}
        for row in rows
    ]  # fmt: skip


@router.post("/imports", response={201: ResultOut})
def import_document(
    request: HttpRequest, file: File[UploadedFile], company: Annotated[str, Form(min_length=1, max_length=120)]
) -> Status[dict[str, Any]]:
    """Read a document (multipart field `file`) into draft charters of a company, ready for review."""
    caller = caller_of(request)
    result = receive_file(caller.actor, file.read(), file.name or "", file.content_type or "", company=company)
    return Status(201, result_out(result))
