"""Zip archives from outside (XLSX, DOCX, uploads): what may be unpacked at all, decided before any parser sees it."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

UNPACKED_MAX: Final = (
    200 * 1024 * 1024
)  # bytes; a 2.4 MB file that unpacks to 985 MB was seen to fill a gigabyte in 3 s
ENTRIES_MAX: Final = 10_000
RATIO_MAX: Final = 200  # of unpacked to packed, for entries above RATIO_FROM; an honest workbook has 9, a bomb 434
RATIO_FROM: Final = 1024 * 1024
_CHUNK: Final = 1024 * 1024


def open_zip(data: bytes) -> zipfile.ZipFile:
    """The archive, once its directory promises nothing dangerous.

    Raises ValueError, in a Chinese sentence, when it is no zip, encrypted, or would unpack to more than the limits above.
    The directory can lie: only what is read through `unpacked_chunks` is known to keep the promise.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeError) as error:
        raise ValueError("文件已损坏：不是完整的压缩包。") from error
    entries = archive.infolist()
    if len(entries) > ENTRIES_MAX:
        raise ValueError(f"文件内含 {len(entries)} 个部分，超过 {ENTRIES_MAX} 个，拒绝打开。")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ValueError("文件已加密，请去掉密码后再上传。")
    if sum(entry.file_size for entry in entries) > UNPACKED_MAX:
        raise ValueError(f"文件解压后超过 {UNPACKED_MAX // 1024 // 1024} MB，拒绝打开。")
    for entry in entries:
        if entry.file_size > RATIO_FROM and entry.file_size > RATIO_MAX * max(entry.compress_size, 1):
            raise ValueError("文件的压缩比异常，疑为压缩炸弹，拒绝打开。")
    return archive


def unpacked_chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's bytes in pieces of a megabyte. Raises ValueError where they aren't what the directory promised."""
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise ValueError(f"文件已损坏：其中的“{entry.filename}”无法解压。") from error
