"""The embedded server: who owns it, starting, watching and stopping it."""

import contextlib
import fcntl
import logging
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import BinaryIO, Final, Literal, Self
from urllib.parse import quote

import psycopg
from psycopg import errors as pg_errors
from psycopg import sql

from remit.embedded import cluster, processes
from remit.embedded.binaries import Programs, installed_programs, programs_for
from remit.embedded.errors import EmbeddedPostgresError
from remit.embedded.locations import PORT, make_socket_dir, socket_dir
from remit.embedded.service_user import RunAs, who_runs_the_server

logger = logging.getLogger(__name__)

Role = Literal["started", "attached", "adopted"]

SETTINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "listen_addresses": "",  # no network port: the socket is as fast, and open to one user only
        "unix_socket_permissions": "0700",
        "max_connections": "60",
        "shared_buffers": "256MB",
        "timezone": "UTC",
        # Statements and details hold names and telephone numbers; a log for operators must not.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "lc_messages": "C",
    }
)
_LOG_KEPT_BYTES: Final = 10_000_000
_ADOPT_AFTER_SECONDS: Final = 0.5


class EmbeddedPostgres:
    """PostgreSQL on one data folder, for as long as a process of ours wants it.

    Several processes may name the same folder. The first takes its lock, starts the server and owns it; the others attach
    to the same server. The server ends with its owner, however that ends; whoever then calls `ensure_running` first
    becomes the next owner. Linux only. Start it from the main thread: the kernel ends it with the thread that started it.
    """

    def __init__(self, root: Path, *, service_user: str = "remitpg", settings: Mapping[str, str] | None = None) -> None:
        """`root`: the installation's data folder; created by `start`. `settings`: PostgreSQL's, over our defaults."""
        # Resolved, because the kernel reports working directories without symbolic links.
        self.root: Final = Path(root).resolve()
        self._major: Final = installed_programs().major
        self._data: Final = cluster.data_folder(self.root, self._major)
        self._log: Final = self.root / "postgres.log"
        self.service_user: Final = service_user
        self.settings: Final = {**SETTINGS, **(settings or {})}
        self.role: Role | None = None
        self._lock: int | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._adopted: int | None = None
        self._password = ""
        self._socket_dir: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_owner(self) -> bool:
        """Whether this process answers for the server; only the owner migrates."""
        return self._lock is not None

    @property
    def pid(self) -> int | None:
        """The server's main process, None when there is none."""
        postmaster = cluster.running_postmaster(self._data)
        return postmaster.pid if postmaster else None

    def start(self, timeout_seconds: float = 60) -> Role:
        """Have a server that takes connections: our own, or another process's on the same folder.

        `adopted`: nobody owned the folder, but a server ran in it (started by hand); it is ours from now on. The first
        start of all takes about 0.6 s, later ones 0.1 s, and after a crash as long as recovery takes. Calling it again is
        harmless. Raises EmbeddedPostgresError with a sentence for the operator.
        """
        if self.role is not None:
            self.ensure_running(timeout_seconds)
            return self.role
        if sys.platform != "linux":
            raise EmbeddedPostgresError(
                "The embedded PostgreSQL runs on Linux only: set DATABASE_URL to a PostgreSQL server, 15 or newer."
            )
        deadline = time.monotonic() + timeout_seconds
        try:
            self.role = self._attach_or_own(deadline)
        except OSError as error:
            self.stop()
            raise EmbeddedPostgresError(
                f"The data folder {self.root} cannot be used: {error.strerror or error} ({error.filename or self.root}). "
                "Make it writable for this user, or set REMIT_DATA_DIR to another."
            ) from error
        except BaseException:
            self.stop()
            raise
        return self.role

    def stop(self, patience_seconds: float = 60) -> None:
        """Shut the server down if it is ours; from a server that we attached to just turn away.

        A clean stop writes what is in memory, usually well below a second. After `patience_seconds` it is cut short, 4 s at
        most; then the next start recovers, and nothing committed is lost.
        """
        for number, seconds in ((signal.SIGINT, patience_seconds), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 2.0)):
            pid = self._server.pid if self._server else self._adopted
            if pid is None or self._is_gone():
                break
            processes.send(pid, number)
            deadline = time.monotonic() + seconds
            while not self._is_gone() and time.monotonic() < deadline:
                time.sleep(0.01)
        self._server = self._adopted = None
        if self._lock is not None:
            if self._socket_dir and self._socket_dir.parent != self.root:
                with contextlib.suppress(OSError):  # not empty if the server could not even be killed
                    self._socket_dir.rmdir()
            os.close(self._lock)
            self._lock = None
        self.role = None

    def ensure_running(self, timeout_seconds: float = 60) -> bool:
        """Look after the server, some microseconds when it is well; True if it had to be started anew.

        To be called once a second or so by whoever answers for the installation, from the main thread. An owner starts
        a server that died again; who attached, and finds the owner gone, becomes the owner.
        """
        if self.role == "attached":
            if cluster.running_postmaster(self._data):
                return False
            logger.warning("the owner of %s is gone", self.root)
            self.role = None
            return self.start(timeout_seconds) == "started"
        if self.role is None:
            return self.start(timeout_seconds) == "started"
        if not self._is_gone():
            return False
        logger.warning("PostgreSQL on %s ended unasked; starting it again", self.root)
        self._server = self._adopted = None
        self.role = self._start_as_owner(time.monotonic() + timeout_seconds)
        return True

    def url(self, database: str = "remit") -> str:
        """The address for DATABASE_URL and libpq, password included: not for logs. Needs a started server."""
        if self._socket_dir is None:
            raise RuntimeError("start the server before asking for its address")
        host = quote(str(self._socket_dir), safe="")
        return (
            f"postgresql://{cluster.SUPERUSER}:{quote(self._password, safe='')}@/{quote(database, safe='')}?host={host}"
        )

    def ensure_database(self, name: str = "remit") -> bool:
        """Create the database unless it exists; True if it was created. Two callers at once are fine."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return False
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            # The second when both reach the catalogue's unique index in the same instant.
            except (pg_errors.DuplicateDatabase, pg_errors.UniqueViolation):
                return False
        return True

    # --- the folder ------------------------------------------------------------------------------------------------------

    def _attach_or_own(self, deadline: float) -> Role:
        if not self.root.exists():
            self.root.mkdir(parents=True)
            # Closed to others, but as root the service user has to pass through to its own folders.
            self.root.chmod(0o711 if os.geteuid() == 0 else 0o700)
        while not self._take_lock():
            if self._can_attach():
                return "attached"
            if time.monotonic() > deadline:
                owner = (self.root / "owner.lock").read_text(encoding="ascii").strip()
                raise EmbeddedPostgresError(
                    f"Process {owner} owns {self.root}, but its PostgreSQL does not answer: look into {self._log}, "
                    "or end that process."
                )
            time.sleep(0.05)
        return self._start_as_owner(deadline)

    def _take_lock(self) -> bool:
        descriptor = os.open(self.root / "owner.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, b"%d\n" % os.getpid(), 0)
        self._lock = descriptor
        return True

    def _can_attach(self) -> bool:
        """Whether the owner's server is ready; if so, remember how to reach it."""
        postmaster = cluster.running_postmaster(self._data)
        if postmaster is None or postmaster.status != "ready" or postmaster.socket_dir is None:
            return False
        self._password = (self.root / "pg.password").read_text(encoding="ascii")
        self._socket_dir = postmaster.socket_dir
        return True

    # --- as the owner ----------------------------------------------------------------------------------------------------

    def _start_as_owner(self, deadline: float) -> Role:
        cluster.refuse_other_versions(self._data, self._major)
        run_as = who_runs_the_server(self.service_user)
        self._refuse_foreign_or_unreachable(run_as)
        leftover = self._leftover(deadline)
        if leftover:
            if not self._can_attach():
                raise EmbeddedPostgresError(
                    f"Process {leftover} serves {self._data}, but is not ready: end it, then start again."
                )
            self._adopted = leftover
            return "adopted"
        sockets = socket_dir(self.root)
        make_socket_dir(sockets, owner=run_as.uid, group=run_as.gid)
        programs = programs_for(run_as, self.root / "pgbin")
        if self._data.exists():
            self._password = self._read_password()
        else:
            self._password = self._new_password()
            cluster.create(self._data, programs, run_as, self._password, sockets)
        self._socket_dir = sockets
        cluster.clear_what_a_killed_server_left(self._data, sockets)
        self._server = self._launch(programs, run_as)
        self._wait_until_ready(deadline)
        return "started"

    def _refuse_foreign_or_unreachable(self, run_as: RunAs) -> None:
        owner = self._data.stat().st_uid if self._data.exists() else run_as.uid
        if owner != run_as.uid:
            raise EmbeddedPostgresError(
                f"{self._data} belongs to another user (number {owner}): run Remit as the user who first ran it here."
            )
        if run_as.changes and not run_as.can_enter(self.root):
            closed = next((p for p in self.root.parents if not p.stat().st_mode & 0o001), self.root)
            raise EmbeddedPostgresError(
                f"User {run_as.name}, who runs PostgreSQL for root, cannot reach {self.root} because {closed} is closed to "
                "others: choose another REMIT_DATA_DIR, such as /var/lib/remit."
            )

    def _leftover(self, deadline: float) -> int | None:
        """The process of a server that runs here although nobody owns it and that means to stay.

        Usually its owner was just killed and it is shutting down: then wait until it is gone. The kernel tells it a moment
        after it frees the owner's lock, hence the short look at one that still says it is ready.
        """
        adopt_at = time.monotonic() + _ADOPT_AFTER_SECONDS
        while postmaster := cluster.running_postmaster(self._data):
            if postmaster.status == "ready" and time.monotonic() > adopt_at:
                return postmaster.pid
            if time.monotonic() > deadline:
                return postmaster.pid
            time.sleep(0.02)
        return None

    def _read_password(self) -> str:
        try:
            return (self.root / "pg.password").read_text(encoding="ascii")
        except OSError as error:
            raise EmbeddedPostgresError(
                f"{self.root / 'pg.password'} cannot be read ({error.strerror}): put it back from a backup of the folder, "
                "or set a new one (docs/operate/embedded-database.md, 'The password')."
            ) from error

    def _new_password(self) -> str:
        password = secrets.token_urlsafe(24)
        unfinished = self.root / "pg.password.unfinished"
        unfinished.unlink(missing_ok=True)
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(password)
        unfinished.rename(self.root / "pg.password")
        return password

    def _launch(self, programs: Programs, run_as: RunAs) -> subprocess.Popen[bytes]:
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError(
                "start the server from the main thread: the kernel ends it with the thread that started it"
            )
        # Quoted, because PostgreSQL reads a list here and a space would be dropped.
        sockets = '"' + str(self._socket_dir).replace('"', '""') + '"'
        command = [str(programs.path("postgres")), "-D", str(self._data), "-p", str(PORT), "-k", sockets]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with self._open_log() as log:
            return subprocess.Popen(  # noqa: S603 - a program of the package
                command,
                user=run_as.user,
                group=run_as.group,
                extra_groups=run_as.extra_groups,
                start_new_session=True,  # Ctrl-C in the terminal must not reach it before the application has finished
                preexec_fn=processes.dies_with_us(signal.SIGINT),  # SIGINT: PostgreSQL's fast, clean shutdown
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=cluster.server_environment(),
            )

    def _open_log(self) -> BinaryIO:
        log = self._log
        if log.exists() and log.stat().st_size > _LOG_KEPT_BYTES:
            log.replace(log.with_name("postgres.log.1"))
        return os.fdopen(os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600), "ab")

    def _wait_until_ready(self, deadline: float) -> None:
        server = self._server
        assert server is not None  # noqa: S101 - for the type checker; launched in the line before
        while True:
            postmaster = cluster.running_postmaster(self._data)
            if postmaster and postmaster.pid == server.pid and postmaster.status == "ready":
                return
            if server.poll() is not None:
                last_words = self._log.read_text(encoding="utf-8", errors="replace").strip()[-1500:]
                raise EmbeddedPostgresError(f"PostgreSQL ended while starting on {self._data}:\n{last_words}")
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"PostgreSQL on {self._data} is not ready yet; after a crash it may need longer to recover: "
                    f"see {self._log}, and start again with more time."
                )
            time.sleep(0.02)

    def _is_gone(self) -> bool:
        """Whether the server that we started or adopted has ended. Collects it if it was our child."""
        if self._server is not None:
            return self._server.poll() is not None
        return self._adopted is None or not processes.works_in(self._adopted, self._data)
