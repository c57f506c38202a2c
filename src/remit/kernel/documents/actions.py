"""Keep a file. It is part of a larger act (an import, a sign-off), which asks for its own authority."""

import re
import unicodedata
from collections.abc import Iterable
from functools import partial
from typing import Final

from django.conf import settings
from django.core.files.base import File
from django.db import connection, transaction
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.audit import actions as audit
from remit.kernel.documents import storage
from remit.kernel.documents.errors import BadFileName, EmptyFile
from remit.kernel.documents.models import StoredFile

NAME_MAX = 255
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,58}")


@transaction.atomic
def store(
    content: "bytes | File[bytes]",  # File takes its parameter in the type checker only
    name: str,
    media_type: str,
    *,
    actor: Actor,
    room: str,
    company_id: int | None = None,
) -> StoredFile:
    """Keep a file for a room, which decides who may read it (`access.let_read`).

    The bytes are on the disk before the row is written; where the transaction fails they stay, unseen, and the next file of
    that content uses them. An unknown or odd media type becomes application/octet-stream.
    Raises FileTooLarge, EmptyFile, BadFileName.
    """
    clean = clean_name(name)
    _hold_off_removal(exclusively=False)
    chunks: Iterable[bytes] = (content,) if isinstance(content, bytes) else content.chunks()
    sha256, size = storage.write(chunks, bytes_max=settings.MAX_UPLOAD_BYTES)
    if size == 0:
        raise EmptyFile(_("The file “%(name)s” is empty. Choose it again.") % {"name": clean})
    kind = media_type.lower().partition(";")[0].strip()
    with transaction.atomic():
        file = StoredFile.objects.create(
            sha256=sha256,
            name=clean,
            media_type=kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream",
            size=size,
            company_id=company_id,
            room=room,
        )
        audit.record(
            actor,
            "documents.store",
            subject=("documents.StoredFile", file.pk, file.name),
            company_id=company_id,
            facts={"sha256": sha256, "size": size, "media_type": file.media_type, "room": room},
        )
    return file


def erase(ids: Iterable[int], *, actor: Actor) -> None:
    """Files that nobody may keep any longer: their rows now, and, once the transaction holds, the bytes that no other file shares.

    The caller has taken away whatever refers to them. Copies in backups go with the backups.
    """
    for file in StoredFile.objects.select_for_update().filter(pk__in=list(ids)).order_by("pk"):
        sha256, pk = file.sha256, file.pk
        file.delete()
        audit.record(
            actor,
            "documents.erase",
            subject=("documents.StoredFile", pk, ""),
            company_id=file.company_id,
            facts={"sha256": sha256, "room": file.room},
        )
        transaction.on_commit(partial(_remove_unshared, sha256))


# While somebody stores a file nobody removes bytes: they could be the very ones that his row will point at.
_REMOVAL: Final = 7_204_116


def _hold_off_removal(*, exclusively: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{'' if exclusively else '_shared'}(%s)", [_REMOVAL])


@transaction.atomic
def _remove_unshared(sha256: str) -> None:
    _hold_off_removal(exclusively=True)
    if not StoredFile.objects.filter(sha256=sha256).exists():
        storage.path_of(sha256).unlink(missing_ok=True)


def clean_name(name: str) -> str:
    """The bare name without folders, control characters and the signs that turn the direction of writing (by which
    "exe.doc" is made to look like "cod.exe"). Keeps the ending where it has to be shortened. Raises BadFileName."""
    bare = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    bare = "".join(char for char in bare if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}).strip(
        " ."
    )
    if not bare:
        raise BadFileName(_("The file has no usable name. Rename it and try again."))
    if len(bare) > NAME_MAX:
        stem, dot, ending = bare.rpartition(".")
        ending = f"{dot}{ending}" if stem and len(ending) <= 10 else ""
        bare = bare[: NAME_MAX - len(ending)] + ending
    return bare
