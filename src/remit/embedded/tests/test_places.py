"""Any folder will do, whatever its name; one that will not do is an error with the remedy."""

import os
import subprocess
import tempfile
from functools import partial
from pathlib import Path

import pytest

from remit.embedded import EmbeddedPostgres, EmbeddedPostgresError, default_data_dir
from remit.embedded.locations import make_socket_dir, socket_dir
from remit.embedded.tests.application import is_up, one
from remit.embedded.tests.conftest import SETTINGS
from remit.embedded.tests.ordinary_user import as_ordinary_user, give_to_ordinary_user


def deep(folder: Path, length: int) -> Path:
    """A path of exactly this many characters below `folder`."""
    padded = folder / ("d" * (length - len(str(folder)) - 1))
    assert len(str(padded)) == length
    return padded


@pytest.mark.parametrize("length", [82, 90, 105, 120])
def test_a_long_path_is_no_trouble(folder: Path, length: int) -> None:
    """A socket's address may have 107 bytes; a longer one moves the socket to the temporary folder."""
    root = deep(folder, length)
    root.mkdir()
    root.chmod(0o711)
    subprocess.run(f"mv {folder}/pg* {root}", shell=True, check=True)  # noqa: S602 - our own names
    with EmbeddedPostgres(root, settings=SETTINGS) as server:
        assert server.role == "started"
        assert is_up(server.url())
        place = Path(one(server.url(), "SELECT trim('\"' from current_setting('unix_socket_directories'))"))
        assert place.exists()
        if length > 82:
            assert place.parent == Path(tempfile.gettempdir())
            assert EmbeddedPostgres(root).start() == "attached"
    assert place == root / "run" or not place.exists()  # nothing is left in the temporary folder


@pytest.mark.parametrize("name", ["数据 目录", "with, comma", 'a "quoted" one', "it's 100%", "a?b=c&d#e"])
def test_any_name_is_no_trouble(folder: Path, name: str) -> None:
    root = folder / name
    root.mkdir()
    root.chmod(0o711)
    for path in list(folder.glob("pg*")):
        path.rename(root / path.name)
    with EmbeddedPostgres(root, settings=SETTINGS) as server:
        assert is_up(server.url())


def test_a_symbolic_link_to_the_folder_is_the_folder(folder: Path) -> None:
    link = folder / "link"
    link.symlink_to(folder)
    with EmbeddedPostgres(link, settings=SETTINGS) as server:
        assert server.role == "started"
        assert EmbeddedPostgres(folder).start() == "attached"


def refusal(root: Path) -> str:
    try:
        EmbeddedPostgres(root, settings=SETTINGS).start()
    except EmbeddedPostgresError as error:
        return str(error)
    return "no refusal"


def test_a_read_only_folder_is_an_error_with_the_remedy(empty_folder: Path) -> None:
    locked = empty_folder / "locked"
    locked.mkdir()
    give_to_ordinary_user(locked)
    locked.chmod(0o555)
    for root in (locked, locked / "below"):
        sentence = as_ordinary_user(partial(refusal, root))
        assert f"The data folder {root} cannot be used: Permission denied" in sentence
        assert "set REMIT_DATA_DIR to another" in sentence


def test_a_file_in_its_place_is_an_error_too(empty_folder: Path) -> None:
    (empty_folder / "file").touch()
    assert "cannot be used: Not a directory" in refusal(empty_folder / "file")


def test_a_strangers_folder_in_the_temporary_folder_is_not_trusted(empty_folder: Path) -> None:
    elsewhere = empty_folder / "elsewhere"
    elsewhere.mkdir()
    bait = empty_folder / "bait"
    bait.symlink_to(elsewhere)
    with pytest.raises(EmbeddedPostgresError, match="belongs to somebody else"):
        make_socket_dir(bait, owner=os.geteuid(), group=os.getegid())


def test_the_socket_lies_in_the_data_folder_where_it_can() -> None:
    assert socket_dir(Path("/var/lib/remit")) == Path("/var/lib/remit/run")
    other = socket_dir(Path("/srv/" + "x" * 100))
    assert other.parent == Path(tempfile.gettempdir())
    assert other != socket_dir(Path("/srv/" + "y" * 100))


def test_the_data_folder_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIT_DATA_DIR", "~/somewhere")
    monkeypatch.setenv("HOME", "/home/lin")
    assert default_data_dir() == Path("/home/lin/somewhere")
    monkeypatch.setenv("REMIT_DATA_DIR", "/srv/remit")
    assert default_data_dir() == Path("/srv/remit")


def test_the_data_folder_of_root(monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root")
    monkeypatch.delenv("REMIT_DATA_DIR", raising=False)
    assert default_data_dir() == Path("/var/lib/remit")


def data_dir_of_ordinary_user(home: Path, xdg: str) -> str:
    def ask() -> str:
        os.environ.update({"HOME": str(home), "XDG_DATA_HOME": xdg})
        os.environ.pop("REMIT_DATA_DIR", None)
        try:
            return str(default_data_dir())
        except EmbeddedPostgresError as error:
            return str(error)

    return as_ordinary_user(ask)


def test_the_data_folder_of_an_ordinary_user(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "restored afterwards")  # where the tests do not run as root, `ask` changes our own
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.setenv("REMIT_DATA_DIR", "")
    home = empty_folder / "home"
    home.mkdir()
    give_to_ordinary_user(home)
    assert data_dir_of_ordinary_user(home, "") == f"{home}/.local/share/remit"
    assert data_dir_of_ordinary_user(home, "relative/is/ignored") == f"{home}/.local/share/remit"
    assert data_dir_of_ordinary_user(home, f"{home}/xdg") == f"{home}/xdg/remit"
    assert data_dir_of_ordinary_user(Path("/proc/1/cwd"), "").startswith(
        "/proc/1 is not writable"
    )  # closed, not only read-only
    home.chmod(0o555)
    assert f"{home} is not writable for this user" in data_dir_of_ordinary_user(home, "")
    assert "set REMIT_DATA_DIR" in data_dir_of_ordinary_user(home, "")
