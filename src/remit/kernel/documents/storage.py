"""The bytes of stored files on the disk: FILES_DIR/aa/bb/<sha256>, written once, shared by all files of that content."""

import hashlib
import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from remit.kernel.documents.errors import FileDamaged, FileTooLarge

log = logging.getLogger(__name__)


def write(chunks: Iterable[bytes], *, bytes_max: int) -> tuple[str, int]:
    """Keep these bytes; their SHA-256 and their number. They are on the disk, not in a cache, when this returns.

    Written beside and renamed into place, so that a crash leaves a whole file or none. Raises FileTooLarge.
    """
    root = Path(settings.FILES_DIR)
    root.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix="incoming-", dir=root)
    try:
        with os.fdopen(descriptor, "wb") as file:
            sha256, size = _copy(chunks, file, bytes_max)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(Path(temporary), path_of(sha256), size)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return sha256, size


def path_of(sha256: str) -> Path:
    """Where a content lies. Two levels of folders keep each below a few thousand entries with millions of files."""
    return Path(settings.FILES_DIR) / sha256[:2] / sha256[2:4] / sha256


def open_checked(sha256: str, size: int) -> BinaryIO:
    """The content, for reading. Raises FileDamaged where it is missing or has another length than it was stored with."""
    try:
        file = path_of(sha256).open("rb")
    except OSError as error:
        log.error("stored file %s can't be opened: %s", sha256, error.strerror)
        raise _damaged() from error
    found = os.fstat(file.fileno()).st_size
    if found != size:
        file.close()
        log.error("stored file %s has %d bytes instead of %d", sha256, found, size)
        raise _damaged()
    return file


def read_checked(sha256: str, size: int) -> bytes:
    """The whole content. Raises FileDamaged where it isn't, to the bit, what was stored."""
    with open_checked(sha256, size) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        log.error("stored file %s has another content than was stored", sha256)
        raise _damaged()
    return content


def _copy(chunks: Iterable[bytes], file: BinaryIO, bytes_max: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in chunks:
        size += len(chunk)
        if size > bytes_max:
            raise FileTooLarge(
                _("The file is larger than %(limit)d MB. Split it or make its pictures smaller.")
                % {"limit": bytes_max // 1024**2}
            )
        digest.update(chunk)
        file.write(chunk)
    return digest.hexdigest(), size


def _put_in_place(temporary: Path, place: Path, size: int) -> None:
    if place.exists():
        if place.stat().st_size == size:
            return
        # Only what can't be this content is ever replaced: a copy that a failing disk cut short heals here.
        log.error("stored file %s was damaged and is replaced by a fresh copy", place.name)
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary.chmod(0o440)
    temporary.replace(place)
    for folder in (place.parent, place.parent.parent, place.parent.parent.parent):
        _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    """A rename is durable only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _damaged() -> FileDamaged:
    return FileDamaged(_("This file is damaged on the server. Ask the operator to restore it from the last backup."))
