"""The files that come with a step's form."""

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from remit.kernel.documents.actions import store
from remit.web.http import Request


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
