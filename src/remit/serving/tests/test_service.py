"""The whole of `remit serve` but the job worker: a real database and the real web server; started, hurt, and stopped."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from remit.embedded import EmbeddedPostgres
from remit.serving.tests.supervised import is_alive, wait_until


def command_of(pid: int) -> bytes:
    """What it runs; nothing where it has just ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


_SCRIPT = """
import logging, sys
from pathlib import Path
from remit.embedded import EmbeddedPostgres
from remit.serving import serve, service
logging.basicConfig(level="INFO", format="%(message)s")
folder, port = Path(sys.argv[1]), int(sys.argv[2])
database = EmbeddedPostgres(folder / "data", settings={"fsync": "off", "shared_buffers": "16MB"})
def before():
    database.ensure_database()
    (folder / "before").touch()
sys.exit(serve(database, host="127.0.0.1", port=port, workers=1, with_worker=False, before=before))
"""


class Service:
    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT, str(folder), str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "log").open("wb"),
            env={name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {"REMIT_ENV": "test"},
        )
        wait_until(self.answers, 60)

    def answers(self) -> bool:
        """Whether a page is served; which one does not matter here."""
        assert self.process.poll() is None, (self.folder / "log").read_text()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/static/no-such-file")
            return connection.getresponse().status in (200, 302, 404)
        except OSError:
            return False
        finally:
            connection.close()

    def descendants(self) -> list[int]:
        """Every process below it, the web server's workers and the database's backends included."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                except OSError:
                    continue
                children.setdefault(parent, []).append(int(entry.name))
        found, look_at = [], [self.process.pid]
        while look_at:
            below = children.get(look_at.pop(), [])
            found += below
            look_at += below
        return found

    def web(self) -> int | None:
        """The main process of the web server, None while there is none."""
        mine = (pid for pid in self.descendants() if b"granian" in command_of(pid))
        return min(mine, default=None)


@pytest.fixture
def service() -> Iterator[Service]:
    folder = Path(tempfile.mkdtemp(prefix="rs-"))
    folder.chmod(0o711)
    running = Service(folder)
    yield running
    if running.process.poll() is None:
        running.process.terminate()
        running.process.wait(30)
    shutil.rmtree(folder, ignore_errors=True)


def test_it_serves_and_stops_without_a_trace(service: Service) -> None:
    assert (service.folder / "before").exists()
    everything = service.descendants()
    assert len(everything) > 5  # web, its worker, the database and its helpers
    began = time.monotonic()
    service.process.terminate()
    assert service.process.wait(30) == 0
    assert time.monotonic() - began < 20
    assert not any(is_alive(pid) for pid in everything)
    assert "database system is shut down" in (service.folder / "data" / "postgres.log").read_text()


def test_what_is_killed_comes_back(service: Service) -> None:
    web = service.web()
    assert web
    os.kill(web, signal.SIGKILL)
    wait_until(lambda: not is_alive(web))
    wait_until(service.answers, 60)
    # The socket outlives the web server, so an answer may come from a worker that is about to go: wait for the new one.
    wait_until(lambda: service.web() not in (None, web), 60)
    wait_until(service.answers, 60)

    database = EmbeddedPostgres(service.folder / "data")
    killed = database.pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: database.pid not in (None, killed), 30)
    assert database.start() == "attached"
    with psycopg.connect(database.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_everything_goes_with_a_killed_supervisor(service: Service) -> None:
    everything = service.descendants()
    service.process.kill()
    service.process.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in everything), 15)


def test_a_second_one_on_the_same_port_is_told_so(service: Service) -> None:
    second = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(service.folder), str(service.port)], capture_output=True, text=True
    )
    assert second.returncode != 0
    assert f"Port {service.port} on 127.0.0.1 is taken" in second.stderr
    assert service.answers()
