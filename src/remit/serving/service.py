"""What `remit serve` and `remit demo` run."""

import signal
import sys
import time
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Final

from remit.embedded import EmbeddedPostgres
from remit.serving.ports import require_free_port
from remit.serving.supervisor import Program, Supervisor

# Together with the database's 4 s of last resort these stay below the 20 s that are promised.
_WEB_STOP_SECONDS: Final = 8.0
_WORKER_STOP_SECONDS: Final = 6.0
_STOP_SECONDS: Final = 16.0
# A data folder that was copied or crashed may need long to recover; the operator sees what goes on and can stop it.
_START_SECONDS: Final = 600.0
_WATCH_SECONDS: Final = 10.0


def serve(
    database: EmbeddedPostgres | None,
    *,
    host: str,
    port: int,
    workers: int,
    with_worker: bool,
    before: Callable[[], None],
) -> int:
    """Serve until SIGTERM or Ctrl-C; returns the exit code, at most 20 s after being asked to stop.

    Order: check the port, start the database (None: DATABASE_URL names a server), call `before` (migrate, collect static
    files; DATABASE_URL is the caller's affair there), start web and worker. They stop in the same order, the database last.
    To be called from the main thread. Raises PortUnusable and EmbeddedPostgresError, each with a sentence for the operator.
    """
    require_free_port(host, port)
    former = signal.signal(signal.SIGTERM, _leave)  # until the supervisor takes over: unwind, and stop the database
    stop_asked_at = None
    try:
        environment: dict[str, str] = {}
        if database is not None:
            database.start(_START_SECONDS)
            environment["DATABASE_URL"] = database.url()
        before()
        programs = [web_program(host, port, workers, environment)]
        if with_worker:
            programs.append(worker_program(environment))
        supervisor = Supervisor(programs, watch=_watch(database))
        code = supervisor.run()
        stop_asked_at = supervisor.stop_asked_at
        return code
    finally:
        former_interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)  # this ending is not to be cut short
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if database is not None:
            used = time.monotonic() - stop_asked_at if stop_asked_at else 0.0
            database.stop(patience_seconds=_STOP_SECONDS - used)
        signal.signal(signal.SIGTERM, former)
        signal.signal(signal.SIGINT, former_interrupt)


def web_program(host: str, port: int, workers: int, environment: Mapping[str, str]) -> Program:
    """granian under WSGI: two to ten times Django under ASGI here (docs/adr/0003-granian-and-supervisor.md)."""
    command = [
        *[sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)],
        *["--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning"],
        # Without the first it ends as a whole when one worker dies; without the second it may wait for one for ever.
        *["--respawn-failed-workers", "--workers-kill-timeout", "30"],
        *["--workers-max-rss", "600"],  # MiB; a worker that grew beyond is replaced
        "remit.wsgi:application",
    ]
    return Program("web", command, _WEB_STOP_SECONDS, environment)


def worker_program(environment: Mapping[str, str]) -> Program:
    """The job worker; a job that does not end in time is taken up again after the next start."""
    command = [sys.executable, "-m", "remit.cli.main", "worker"]
    return Program("worker", command, _WORKER_STOP_SECONDS, environment)


def _watch(database: EmbeddedPostgres | None) -> Callable[[], object] | None:
    if database is None:
        return None
    return lambda: database.ensure_running(_WATCH_SECONDS)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)
