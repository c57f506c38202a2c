"""What is refused before any parser sees it. Figures from measurements: an honest workbook unpacks to 9 times its size."""

import io
import zipfile

from remit.kernel.charters.importing.readers.refusals import refuse

MAX_FILE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 200_000_000
MAX_RATIO = 200
RATIO_MATTERS_FROM_BYTES = 1_000_000
MAX_ENTRIES = 5_000
MAX_PDF_PAGES = 300
_ENCRYPTED_FLAG = 0x1


def check_size(size: int) -> None:
    """Raises UnreadableDocument("empty") or ("too_large"); `size` in bytes."""
    if size == 0:
        raise refuse("empty")
    if size > MAX_FILE_BYTES:
        raise refuse("too_large")


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The package, once its directory has been found harmless. Nothing is unpacked here.

    Raises UnreadableDocument: damaged, zip_bomb, encrypted, zip_paths.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, IndexError) as error:
        raise refuse("damaged") from error
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise refuse("zip_bomb")
    for entry in entries:
        if entry.file_size > RATIO_MATTERS_FROM_BYTES and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise refuse("zip_bomb")
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise refuse("encrypted")
        steps = entry.filename.replace("\\", "/").split("/")
        if ".." in steps or entry.filename.startswith(("/", "\\")) or ":" in steps[0] or len(steps) > 20:
            raise refuse("zip_paths")
    return archive


def read_entry(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The unpacked entry, None where there is none. zipfile never gives more than the checked `file_size`."""
    try:
        return archive.read(name)
    except KeyError:
        return None


def unpack_all(archive: zipfile.ZipFile) -> None:
    """Unpack every entry once and throw it away, to find directories that lie about sizes.

    For the parsers that unpack by themselves and trust the streams: what passes here has honest sizes and checksums.
    Raises zipfile.BadZipFile.
    """
    bad = archive.testzip()
    if bad is not None:
        raise zipfile.BadZipFile(bad)
