"""The papers of a charter, to be saved: PDF and DOCX in the classic form, the YAML file, the 岗位职责确认书 with its seals."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from remit.kernel.authority.errors import NotYours
from remit.kernel.charters import papers
from remit.kernel.charters.access import version_visible_to
from remit.kernel.charters.format import charter_to_yaml
from remit.kernel.charters.models import CharterVersion
from remit.kernel.charters.queries import signatures_of
from remit.kernel.charters.web.charter_view import meta_of, paper_signatures
from remit.kernel.charters.web.reach import version_here
from remit.web.acting import person_here
from remit.web.http import Request

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _file(content: bytes | str, name: str, media_type: str) -> HttpResponse:
    header = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=media_type, headers={"Content-Disposition": header or "attachment"})


def _name(version: CharterVersion, ending: str) -> str:
    return f"{version.label}.{ending}"


@require_GET
def version_pdf(request: Request, charter: int, number: int) -> HttpResponse:
    version = version_here(request, charter, number)
    content = papers.charter_pdf(version.spec, meta_of(version, get_language() or "zh-hans"))
    return _file(content, _name(version, "pdf"), "application/pdf")


@require_GET
def version_docx(request: Request, charter: int, number: int) -> HttpResponse:
    version = version_here(request, charter, number)
    return _file(papers.charter_docx(version.spec, meta_of(version)), _name(version, "docx"), DOCX)


@require_GET
def version_yaml(request: Request, charter: int, number: int) -> HttpResponse:
    version = version_here(request, charter, number)
    return _file(charter_to_yaml(version.spec), _name(version, "yaml"), "application/yaml; charset=utf-8")


@require_GET
def confirmation(request: Request, version: int, position: int, holder: int) -> HttpResponse:
    """One holder's 岗位职责确认书, as far as it is signed."""
    found = version_visible_to(person_here(request), version)
    rows = [row for row in signatures_of(found) if (row.position.pk, row.holder.pk) == (position, holder)]
    if not rows:
        raise NotYours(_("There is no such charter."))
    name = f"岗位职责确认书 {rows[0].holder.name} {found.label}.pdf"
    meta = meta_of(found, get_language() or "zh-hans")
    content = papers.confirmation_pdf(found.spec, meta, paper_signatures(rows[0]), holder=rows[0].holder.name)
    return _file(content, name, "application/pdf")
