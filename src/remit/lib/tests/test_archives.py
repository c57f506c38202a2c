"""What an installation would lose: its memory, to a file of two megabytes."""

import io
import zipfile

import pytest

from remit.lib import archives
from remit.lib.archives import open_zip, unpacked_chunks


def packed(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def test_an_honest_archive_opens_and_unpacks() -> None:
    rows = b"".join(b"<row>%d</row>" % number for number in range(200_000))
    archive = open_zip(packed(("a.xml", b"<a/>"), ("b.xml", rows)))
    contents = {entry.filename: b"".join(unpacked_chunks(archive, entry)) for entry in archive.infolist()}
    assert contents == {"a.xml": b"<a/>", "b.xml": rows}


def test_a_bomb_is_known_by_its_directory() -> None:
    with pytest.raises(ValueError, match="压缩炸弹"):
        open_zip(packed(("a.xml", b"\0" * 5_000_000)))


def test_too_much_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "UNPACKED_MAX", 1024 * 1024)
    monkeypatch.setattr(archives, "ENTRIES_MAX", 3)
    with pytest.raises(ValueError, match="解压后超过 1 MB"):
        open_zip(packed(("a", b"1234567890" * 60_000), ("b", b"abcdefghij" * 60_000)))
    with pytest.raises(ValueError, match="内含 4 个部分"):
        open_zip(packed(*((str(number), b"") for number in range(4))))


def test_an_encrypted_archive_asks_for_its_password_to_be_taken_off() -> None:
    data = bytearray(packed(("a.xml", b"<a/>")))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1  # the flag in the directory
    with pytest.raises(ValueError, match="已加密"):
        open_zip(bytes(data))


def test_a_directory_that_lies_is_found_out_while_unpacking() -> None:
    data = bytearray(packed(("a.xml", b"<a/>" * 1000)))
    place = data.rfind(b"PK\x01\x02") + 24  # the unpacked size in the directory
    data[place : place + 4] = (10).to_bytes(4, "little")
    archive = open_zip(bytes(data))
    with pytest.raises(ValueError, match=r"“a\.xml”无法解压"):
        list(unpacked_chunks(archive, archive.infolist()[0]))


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", packed(("a", b"1"))[:-5]], ids=["empty", "its name alone", "cut off"]
)
def test_what_is_no_archive_is_said_to_be_damaged(data: bytes) -> None:
    with pytest.raises(ValueError, match="已损坏"):
        open_zip(data)
