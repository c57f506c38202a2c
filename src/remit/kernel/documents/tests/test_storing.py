"""A clerk uploads files: what is kept, shared, refused, and found damaged."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from remit.kernel.accounts.actor import Actor, system
from remit.kernel.audit.models import Event
from remit.kernel.documents import access, actions, queries, storage
from remit.kernel.documents.errors import BadFileName, EmptyFile, FileDamaged, FileNotFound, FileTooLarge
from remit.kernel.documents.models import StoredFile

CLERK = Actor(kind="person", name="赵敏之", door="web", person_id=7)
STRANGER = Actor(kind="person", name="陌生人", door="web", person_id=8)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_dir(tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    settings.FILES_DIR = tmp_path / "files"  # type: ignore[attr-defined]  # pytest-django's wrapper takes any setting
    return tmp_path / "files"


def keep(content: bytes = "岗位职责".encode(), name: str = "岗位职责.txt") -> StoredFile:
    return actions.store(content, name, "text/plain", actor=CLERK, room="tests", company_id=3)


def test_a_file_is_kept_and_read_back() -> None:
    file = keep()
    file.refresh_from_db()
    assert queries.content_of(file).decode() == "岗位职责"
    assert (file.name, file.media_type, file.size, file.company_id) == ("岗位职责.txt", "text/plain", 12, 3)
    with queries.open_content(file) as stream:
        assert stream.read().decode() == "岗位职责"


def test_keeping_a_file_leaves_an_event_with_its_fingerprint() -> None:
    file = keep()
    event = Event.objects.get(kind="documents.store")
    assert (event.actor_name, event.subject_id, event.company_id) == ("赵敏之", str(file.pk), 3)
    assert event.facts["sha256"] == hashlib.sha256("岗位职责".encode()).hexdigest()


def test_an_upload_is_read_in_pieces() -> None:
    content = b"0123456789" * 20_000
    file = actions.store(SimpleUploadedFile("a.bin", content), "a.bin", "application/zip", actor=CLERK, room="tests")
    assert queries.content_of(file) == content


def test_two_files_of_one_content_share_their_bytes_and_keep_their_names(files_dir: Path) -> None:
    first, second = keep(name="一.txt"), keep(name="二.txt")
    assert first.pk != second.pk
    assert first.sha256 == second.sha256
    assert len([path for path in files_dir.rglob("*") if path.is_file()]) == 1


def test_the_bytes_lie_under_their_fingerprint_and_cannot_be_written() -> None:
    file = keep()
    path = storage.path_of(file.sha256)
    assert path.parts[-3:] == (file.sha256[:2], file.sha256[2:4], file.sha256)
    assert path.stat().st_mode & 0o777 == 0o440


def test_nothing_is_left_of_a_file_that_is_too_large(settings: object, files_dir: Path) -> None:
    settings.MAX_UPLOAD_BYTES = 1024**2  # type: ignore[attr-defined]  # pytest-django's wrapper takes any setting
    with pytest.raises(FileTooLarge, match="1 MB"):
        keep(b"x" * (1024**2 + 1))
    assert StoredFile.objects.count() == 0
    assert [path for path in files_dir.rglob("*") if path.is_file()] == []


def test_a_write_that_breaks_off_leaves_nothing(files_dir: Path) -> None:
    def torn() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        storage.write(torn(), bytes_max=1000)
    assert [path for path in files_dir.rglob("*") if path.is_file()] == []


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(EmptyFile):
        keep(b"")
    assert StoredFile.objects.count() == 0


def test_a_damaged_file_is_never_handed_out() -> None:
    file = keep()
    path = storage.path_of(file.sha256)
    path.chmod(0o640)
    path.write_bytes("岗位职务".encode())
    with pytest.raises(FileDamaged):
        queries.content_of(file)
    path.write_bytes(b"short")
    with pytest.raises(FileDamaged):
        queries.open_content(file)
    path.unlink()
    with pytest.raises(FileDamaged):
        queries.open_content(file)


def test_storing_it_again_heals_a_copy_that_was_cut_short() -> None:
    file = keep()
    path = storage.path_of(file.sha256)
    path.chmod(0o640)
    path.write_bytes(b"short")
    keep()
    assert queries.content_of(file).decode() == "岗位职责"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\用户\\桌面\\职责.docx", "职责.docx"),
        ("../../etc/passwd", "passwd"),
        ("report\u202ecod.exe", "reportcod.exe"),
        (" 名\n单\x00.xlsx. ", "名单.xlsx"),
        ("长" * 300 + ".docx", "长" * 250 + ".docx"),
        ("𠮷野家.pdf", "𠮷野家.pdf"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert actions.clean_name(given) == kept


@pytest.mark.parametrize("name", ["", "/", "..", "\u202e", "a/"])
def test_a_name_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(BadFileName):
        actions.clean_name(name)


def test_an_odd_media_type_is_not_believed() -> None:
    file = actions.store(b"x", "a", "text/html\r\nX-Evil: 1", actor=CLERK, room="tests")
    assert file.media_type == "application/octet-stream"
    assert actions.store(b"x", "a", "Text/Plain; charset=utf-8", actor=CLERK, room="tests").media_type == "text/plain"


def clerks_only(actor: Actor, _file: StoredFile) -> bool:
    return actor.person_id == CLERK.person_id


def test_the_room_of_a_file_says_who_reads_it() -> None:
    access.let_read("tests", clerks_only)
    file = keep()
    assert access.file_to_read(CLERK, file.pk) == file
    assert access.file_to_read(system("backup"), file.pk) == file
    with pytest.raises(FileNotFound) as refused:
        access.file_to_read(STRANGER, file.pk)
    with pytest.raises(FileNotFound) as missing:
        access.file_to_read(STRANGER, file.pk + 1000)
    assert refused.value.sentence == missing.value.sentence  # a stranger can't tell whether it exists


def test_a_file_of_a_room_without_a_rule_is_read_by_nobody() -> None:
    file = actions.store(b"x", "a.txt", "text/plain", actor=CLERK, room="elsewhere")
    with pytest.raises(FileNotFound):
        access.file_to_read(CLERK, file.pk)


def test_a_room_has_one_rule() -> None:
    access.let_read("tests", clerks_only)
    with pytest.raises(ValueError, match="already"):
        access.let_read("tests", lambda _actor, _file: True)
