"""Where things lie: the data folder of an installation, and the folder of the server's socket."""

import hashlib
import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from remit.embedded.errors import EmbeddedPostgresError

PORT: Final = 5432  # only part of the socket's name; nothing listens on a network port
# Linux allows 107 bytes in a socket's address, the BSDs 103; libpq refuses what is longer.
_LONGEST_SOCKET_PATH: Final = 100


def default_data_dir() -> Path:
    """The folder of this installation's data: REMIT_DATA_DIR, else /var/lib/remit for root, else below the user's home.

    Nothing is created. Root's default is not below /root because the server runs as a user of its own, which must get there.
    Raises EmbeddedPostgresError if there is no home that could hold it.
    """
    chosen = os.environ.get("REMIT_DATA_DIR")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/remit")
    folder = _user_data_home() / "remit"
    # os.path and not Path: below a closed folder it says no, where Path.exists raises.
    existing = next(parent for parent in [folder, *folder.parents] if os.path.exists(parent))  # noqa: PTH110
    if not os.access(existing, os.W_OK | os.X_OK):
        raise EmbeddedPostgresError(
            f"{existing} is not writable for this user, so Remit has no place for its data: "
            "set REMIT_DATA_DIR to a folder that is."
        )
    return folder


def _user_data_home() -> Path:
    # The XDG standard says to ignore a relative path here.
    configured = Path(os.environ.get("XDG_DATA_HOME", ""))
    if configured.is_absolute():
        return configured
    try:
        return Path.home() / ".local" / "share"
    except RuntimeError as error:
        raise EmbeddedPostgresError(
            "This user has no home folder, so Remit has no place for its data: set REMIT_DATA_DIR to a folder."
        ) from error


def socket_dir(root: Path) -> Path:
    """The folder for the server's socket: inside the data folder, or a short name in the temporary folder.

    The second if the path is too long for a socket, or has a comma, at which libpq would split it into two hosts.
    """
    folder = root / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= _LONGEST_SOCKET_PATH and "," not in str(root):
        return folder
    name = hashlib.sha256(os.fsencode(root)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"remit-{os.geteuid()}-{name}"


def make_socket_dir(folder: Path, *, owner: int, group: int) -> None:
    """Make the folder, open to `owner` alone. Refuses one that somebody else has put there before us.

    The temporary folder is everybody's: a stranger's folder of that name could offer us a false server.
    """
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in (os.geteuid(), owner):
        raise EmbeddedPostgresError(f"{folder} belongs to somebody else: remove it, or choose another REMIT_DATA_DIR.")
    if status.st_uid != owner:
        os.chown(folder, owner, group)
    folder.chmod(0o700)
