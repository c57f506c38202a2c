"""Uploads stop at the limit while they arrive, not after the disk is full."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _


class UploadTooLarge(RequestDataTooBig):
    """Answered with 413. Its text is shown to the person."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            _("These files are too large: at most %(limit)s can be sent at once. Send fewer files, or smaller ones.")
            % {"limit": filesizeformat(limit_bytes)}
        )


class QuotaUploadHandler(FileUploadHandler):
    """Counts the bytes of all files of a request and stops at settings.MAX_UPLOAD_BYTES; keeps nothing itself.

    The announced length is checked before the first byte is read; a request without one is counted as it comes.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._bytes_received = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        # The form's other fields and the boundaries come on top of the files: they have their own limit in Django.
        if content_length > settings.MAX_UPLOAD_BYTES + (settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0):
            raise UploadTooLarge(settings.MAX_UPLOAD_BYTES)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._bytes_received += len(raw_data)
        if self._bytes_received > settings.MAX_UPLOAD_BYTES:
            raise UploadTooLarge(settings.MAX_UPLOAD_BYTES)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler keeps the file."""
