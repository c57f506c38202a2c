"""The system user that the server runs as when we are root: PostgreSQL refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from remit.embedded.errors import EmbeddedPostgresError


@dataclass(frozen=True)
class RunAs:
    """Whose rights the server's programs get. `changes` is False for an ordinary user, who runs them as himself."""

    name: str
    uid: int
    gid: int
    changes: bool

    @property
    def user(self) -> int | None:
        """For `subprocess`: None to stay who we are."""
        return self.uid if self.changes else None

    @property
    def group(self) -> int | None:
        return self.gid if self.changes else None

    @property
    def extra_groups(self) -> list[int] | None:
        """None, not the groups of root, go along: its group 0 may write what the server has no business with."""
        return [] if self.changes else None

    def give(self, path: Path) -> None:
        """Make this user the owner of a file that we just made."""
        if self.changes:
            os.chown(path, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Tried as that user, because modes alone would miss access lists."""
        attempt = subprocess.run(  # noqa: S603 - constant command
            ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
            user=self.user,
            group=self.group,
            extra_groups=self.extra_groups,
            capture_output=True,
            cwd="/",
        )
        return attempt.returncode == 0


def who_runs_the_server(service_user: str) -> RunAs:
    """Ourselves, or if we are root the system user of that name, which is created the first time."""
    if os.geteuid() != 0:
        return RunAs(name=str(os.geteuid()), uid=os.geteuid(), gid=os.getegid(), changes=False)
    entry = _entry(service_user) or _create(service_user)
    if entry.pw_uid == 0:
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root, and '{service_user}' is root: name another user."
        )
    return RunAs(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, changes=True)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    reason = "there is no 'useradd' here"
    if useradd:
        made = subprocess.run(  # noqa: S603 - the name is ours or the operator's
            [
                *[useradd, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"],
                *["--shell", "/usr/sbin/nologin", name],
            ],
            capture_output=True,
            text=True,
        )
        reason = made.stderr.strip()
    # Looked up again whatever it said: another Remit may have created it in the same moment.
    entry = _entry(name)
    if entry is None:
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root, and the system user '{name}' could not be created ({reason}): "
            "create it, run Remit as an ordinary user, or set DATABASE_URL to a server of your own."
        )
    return entry
