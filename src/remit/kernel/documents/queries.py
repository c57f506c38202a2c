"""Read what was stored. Whether somebody may is asked before, in access."""

from typing import BinaryIO

from remit.kernel.documents import storage
from remit.kernel.documents.models import StoredFile


def content_of(file: StoredFile) -> bytes:
    """All bytes, checked against their SHA-256. Raises FileDamaged."""
    return storage.read_checked(file.sha256, file.size)


def open_content(file: StoredFile) -> BinaryIO:
    """A stream for a large file, its length checked. Raises FileDamaged."""
    return storage.open_checked(file.sha256, file.size)
