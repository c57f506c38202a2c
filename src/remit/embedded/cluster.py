"""The server's data folder (PostgreSQL calls it a cluster): making it, knowing its version, and who works in it."""

import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from remit.embedded import processes
from remit.embedded.binaries import Programs
from remit.embedded.errors import EmbeddedPostgresError
from remit.embedded.locations import PORT
from remit.embedded.service_user import RunAs

logger = logging.getLogger(__name__)

SUPERUSER: Final = "remit"
_UPGRADE_PAGE: Final = "docs/operate/embedded-database.md, 'A new major version'"
# How long a backend of a killed server may go on computing before it is told to stop, and how long that may take.
_PATIENCE_SECONDS: Final = 2.0
_LAST_PATIENCE_SECONDS: Final = 30.0


@dataclass(frozen=True)
class Postmaster:
    """The server's main process, as its own file postmaster.pid describes it."""

    pid: int
    socket_dir: Path | None  # None in the first moments of a start
    status: str  # starting, ready, stopping, standby; empty in the first moments


def running_postmaster(data: Path) -> Postmaster | None:
    """The server that works in this folder now; None if there is none, whatever an old postmaster.pid says."""
    postmaster = _read_pid_file(data)
    return postmaster if postmaster and processes.works_in(postmaster.pid, data) else None


def _read_pid_file(data: Path) -> Postmaster | None:
    pid = _first_number(data / "postmaster.pid")
    if pid is None:
        return None
    # Lines: number, data folder, start time, port, socket folder, listen address, shared memory key, status.
    lines = _lines(data / "postmaster.pid")
    socket_dir = Path(lines[4]) if len(lines) > 4 and lines[4] else None
    return Postmaster(pid, socket_dir, lines[7].strip() if len(lines) > 7 else "")


def _first_number(lock_file: Path) -> int | None:
    lines = _lines(lock_file)
    return int(lines[0]) if lines and lines[0].strip().isdecimal() else None


def _lines(file: Path) -> list[str]:
    try:
        return os.fsdecode(file.read_bytes()).splitlines()
    except FileNotFoundError:  # a server that just ended
        return []


def data_folder(root: Path, major: int) -> Path:
    """Where the data of this major version lie: each writes its own format, so each has a folder of its own."""
    return root / f"pg{major}"


def refuse_other_versions(data: Path, major: int) -> None:
    """Raise EmbeddedPostgresError, saying what to do, if the installation's data were written by another major version."""
    own = data / "PG_VERSION"
    for file in [own] if own.exists() else sorted(data.parent.glob("pg[0-9]*/PG_VERSION"), reverse=True):
        found = file.read_text(encoding="ascii").strip()
        if found != str(major):
            raise _written_by_another(file.parent, found, major)


def _written_by_another(data: Path, found: str, major: int) -> EmbeddedPostgresError:
    if int(found or 0) > major:
        return EmbeddedPostgresError(
            f"{data} was written by PostgreSQL {found} and this Remit brings the older {major}: "
            "install the version of Remit that you ran before."
        )
    return EmbeddedPostgresError(
        f"{data} was written by PostgreSQL {found} and this Remit brings {major}: make a backup with the version of Remit "
        f"that you ran before and restore it with this one into an empty data folder ({_UPGRADE_PAGE})."
    )


def create(data: Path, programs: Programs, run_as: RunAs, password: str, scratch: Path) -> None:
    """Make an empty cluster, 0.5 s. `scratch` is a folder that `run_as` can read, for the password's short stay.

    It is made beside its place and moved there when it is whole: a crash in the middle leaves nothing half made.
    """
    unfinished = data.with_name(f"{data.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    run_as.give(unfinished)
    descriptor, name = tempfile.mkstemp(dir=scratch)
    password_file = Path(name)
    try:
        os.write(descriptor, password.encode())
        os.close(descriptor)
        run_as.give(password_file)
        command: list[str | Path] = [
            programs.path("initdb"),
            *["-D", str(unfinished), "--pwfile", name],
            *["--username", SUPERUSER, "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions"],
            # Said outright, whatever LC_ALL is: the wheel has no ICU, and under the locale C pg_trgm finds nothing in
            # Chinese text, without an error.
            *["--locale-provider", "builtin", "--locale", "C.UTF-8"],
        ]
        made = subprocess.run(  # noqa: S603 - a program of the package
            command,
            user=run_as.user,
            group=run_as.group,
            extra_groups=run_as.extra_groups,
            capture_output=True,
            text=True,
            cwd="/",
            env=server_environment(),
        )
    finally:
        password_file.unlink()
    if made.returncode:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise EmbeddedPostgresError(f"PostgreSQL could not prepare {data}: {made.stderr.strip()[-1500:]}")
    unfinished.rename(data)


def server_environment() -> dict[str, str]:
    """Our environment less what would steer the server behind our back (PGPORT, PGDATA, PGOPTIONS and the like)."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def clear_what_a_killed_server_left(data: Path, sockets: Path) -> None:
    """Make the folders fit for a new server. Only to be called under the owner's lock, with no postmaster running.

    postmaster.pid and the lock beside the socket are PostgreSQL's protection against two servers on one folder. They are
    removed only in the one case that PostgreSQL judges wrongly: when their number has meanwhile gone to another program of
    the same user (common in containers, whose numbers are small), or to a dead process that nobody collects. A number that
    is free is left to PostgreSQL, which looks closer than we can.
    """
    lock_files = [data / "postmaster.pid", sockets / f".s.PGSQL.{PORT}.lock"]
    if not any(file.exists() for file in lock_files):
        return
    _wait_for_orphans(data)
    for file in lock_files:
        pid = _first_number(file)
        if pid is not None and Path(f"/proc/{pid}").exists():
            logger.warning("%s names process %s, which is no server; removed", file, pid)
            file.unlink(missing_ok=True)


def _wait_for_orphans(data: Path) -> None:
    """Wait until no backend of a killed server works here any more: a new one would refuse to start, and rightly.

    Idle backends notice by themselves at once; one that computes notices when it is done. After two seconds it is told
    to quit, as the server itself would have done after a crash; nothing committed is lost by that.
    """
    began = time.monotonic()
    told = False
    while orphans := processes.all_that_work_in(data):
        waited = time.monotonic() - began
        if waited > _LAST_PATIENCE_SECONDS:
            raise EmbeddedPostgresError(
                f"Processes of a killed server still work in {data}: {orphans}. End them first."
            )
        if waited > _PATIENCE_SECONDS and not told:
            logger.warning("telling processes %s of a killed server to quit", orphans)
            for pid in orphans:
                processes.send(pid, signal.SIGQUIT)
            told = True
        time.sleep(0.05)
