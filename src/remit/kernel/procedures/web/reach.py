"""What every view of the room begins with: who asks, and the files that he hands in."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours
from remit.kernel.documents.actions import store
from remit.kernel.organization.models import Person
from remit.web.http import Request


def person_here(request: Request) -> Person:
    """The person behind the login. Raises NotYours."""
    if request.person is None:
        raise NotYours(_("This login belongs to nobody in the organization."))
    return request.person


def stored(request: Request, uploads: "Mapping[str, list[UploadedFile[bytes]]]", company_id: int) -> dict[str, Any]:
    """The files of a form, kept, by field: {"findings": [12, 13]}. The caller's transaction decides whether they stay."""
    return {
        name: [
            store(
                upload, upload.name or name, upload.content_type or "", actor=request.actor, room="procedures",
                company_id=company_id,
            ).pk
            for upload in files
        ]
        for name, files in uploads.items()
        if files
    }  # fmt: skip
