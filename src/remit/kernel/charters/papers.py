"""The papers of a charter: its printed form as PDF and DOCX, and the 岗位职责确认书 with its signatures."""

from collections.abc import Sequence

from remit.kernel.charters.format import CharterSpec
from remit.kernel.charters.paper_data import PaperMeta, Signature, charter_data, confirmation_data
from remit.kernel.charters.paper_form import charter_form
from remit.kernel.documents.rendering import docx_form, pdf


def charter_pdf(spec: CharterSpec, meta: PaperMeta) -> bytes:
    """The 职务说明书 in the classic table form."""
    return pdf.render("charter", charter_data(spec, meta))


def confirmation_pdf(spec: CharterSpec, meta: PaperMeta, signatures: Sequence[Signature], *, holder: str = "") -> bytes:
    """The 岗位职责确认书. Without signatures it is the form to be signed on paper (`holder` by own hand, if left empty).

    Raises BadPaperData where a drawn signature is no PNG.
    """
    name = holder or next((one.name for one in signatures if one.role == "任职人签字"), "")
    data, images = confirmation_data(spec, meta, signatures, name)
    return pdf.render("confirmation", data, images=images)


def charter_docx(spec: CharterSpec, meta: PaperMeta) -> bytes:
    """The same form for Word. Our own importer reads it again."""
    return docx_form.build(charter_form(charter_data(spec, meta)))
