"""From the first start to the last stop, by one process and by several."""

import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from remit.embedded import EmbeddedPostgres, EmbeddedPostgresError
from remit.embedded.binaries import installed_programs, programs_for
from remit.embedded.service_user import who_runs_the_server
from remit.embedded.tests.application import Application, is_up, one, pid_of, wait_until
from remit.embedded.tests.conftest import SETTINGS


def test_the_first_start_makes_everything(empty_folder: Path) -> None:
    root = empty_folder / "not" / "yet"
    server = EmbeddedPostgres(root, settings=SETTINGS)
    assert server.start() == "started"
    try:
        assert server.is_owner
        assert server.ensure_database("remit") is True
        assert one(server.url(), "SELECT current_database()") == "remit"
        assert one(server.url(), "SHOW server_version").startswith(f"{installed_programs().major}.")
    finally:
        server.stop()
    assert not is_up(server.url())
    assert server.pid is None


def test_a_restart_keeps_what_was_written(folder: Path) -> None:
    with EmbeddedPostgres(folder, settings=SETTINGS) as server, psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE customer AS SELECT '恒远物业' AS name")
    with EmbeddedPostgres(folder, settings=SETTINGS) as server:
        assert one(server.url(), "SELECT name FROM customer") == "恒远物业"


def test_starting_and_stopping_twice_is_harmless(server: EmbeddedPostgres) -> None:
    first = pid_of(server)
    assert server.start() == "started"
    assert pid_of(server) == first
    server.stop()
    server.stop()
    assert not server.is_owner


def test_a_cluster_half_made_by_a_crash_is_made_anew(empty_folder: Path) -> None:
    half = empty_folder / f"pg{installed_programs().major}.unfinished"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(empty_folder, settings=SETTINGS) as server:
        assert is_up(server.url("postgres"))
    assert not half.exists()


def test_a_database_is_created_once_however_many_ask(server: EmbeddedPostgres) -> None:
    with ThreadPoolExecutor(6) as pool:
        created = list(pool.map(lambda _: server.ensure_database("客户"), range(6)))
    assert created.count(True) == 1
    assert one(server.url("客户"), "SELECT current_database()") == "客户"


def test_the_second_process_attaches_and_leaves_the_server_alone(server: EmbeddedPostgres) -> None:
    with Application(server.root) as second:
        assert second.role == "attached"
        assert is_up(second.url)
    assert is_up(server.url())


def test_two_that_start_an_empty_folder_at_once_share_one_server(empty_folder: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(Application, [empty_folder, empty_folder])
    with first, second:
        assert sorted([first.role, second.role]) == ["attached", "started"]
        assert one(first.url, "SELECT pg_postmaster_start_time()") == one(
            second.url, "SELECT pg_postmaster_start_time()"
        )


def test_who_attached_takes_over_when_the_owner_ends(folder: Path) -> None:
    with Application(folder) as first, Application(folder) as second:
        assert (first.role, second.role) == ("started", "attached")
        first.end()
        assert second.look_after() == "started"
        assert is_up(second.url)


def test_an_owner_that_never_gets_a_server_is_named(folder: Path) -> None:
    with Application(folder) as stuck:
        # Its server is gone and it does not look after it: as if it hung.
        server = EmbeddedPostgres(folder, settings=SETTINGS)
        pid = pid_of(server)
        subprocess.run(["kill", "-9", str(pid)], check=True)
        wait_until(lambda: server.pid is None)
        with pytest.raises(EmbeddedPostgresError, match=f"Process {stuck.process.pid} owns"):
            server.start(timeout_seconds=0.3)
        assert server.role is None


def test_a_server_started_by_hand_is_adopted_and_stopped_with_us(folder: Path) -> None:
    run_as = who_runs_the_server("remitpg")
    programs = programs_for(run_as, folder / "pgbin")
    by_hand = subprocess.Popen(
        [
            programs.path("postgres"),
            "-D",
            folder / f"pg{programs.major}",
            "-k",
            folder / "run",
            "-c",
            "listen_addresses=",
        ],
        user=run_as.user,
        group=run_as.group,
        extra_groups=run_as.extra_groups,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    server = EmbeddedPostgres(folder, settings=SETTINGS)
    wait_until(lambda: (folder / "run" / ".s.PGSQL.5432").exists() and server.pid)
    try:
        assert server.start() == "adopted"
        assert pid_of(server) == by_hand.pid
        assert is_up(server.url())
        assert server.ensure_running() is False
        server.stop()
        assert by_hand.wait(10) == 0
    finally:
        by_hand.kill()
        by_hand.wait()


def test_an_adopted_server_that_dies_is_replaced_by_our_own(folder: Path) -> None:
    run_as = who_runs_the_server("remitpg")
    programs = programs_for(run_as, folder / "pgbin")
    by_hand = subprocess.Popen(
        [
            programs.path("postgres"),
            "-D",
            folder / f"pg{programs.major}",
            "-k",
            folder / "run",
            "-c",
            "listen_addresses=",
        ],
        user=run_as.user,
        group=run_as.group,
        extra_groups=run_as.extra_groups,
        stderr=subprocess.DEVNULL,
        cwd="/",
    )
    with EmbeddedPostgres(folder, settings=SETTINGS) as server:
        by_hand.kill()
        by_hand.wait()
        assert server.ensure_running() is True
        assert server.role == "started"
        assert is_up(server.url())


def test_it_is_started_from_the_main_thread_only(folder: Path) -> None:
    """Else the kernel would end it with that thread, some time later, and nobody would know why."""
    server = EmbeddedPostgres(folder, settings=SETTINGS)
    raised: list[BaseException] = []

    def start() -> None:
        try:
            server.start()
        except RuntimeError as error:
            raised.append(error)

    thread = threading.Thread(target=start)
    thread.start()
    thread.join()
    assert "main thread" in str(raised[0])
    assert server.pid is None
    assert not server.is_owner


def test_a_server_that_cannot_start_says_why_and_lets_go(folder: Path) -> None:
    broken = EmbeddedPostgres(folder, settings={"shared_buffers": "many"})
    with pytest.raises(EmbeddedPostgresError, match="shared_buffers"):
        broken.start()
    assert not broken.is_owner
    with EmbeddedPostgres(folder, settings=SETTINGS) as server:
        assert is_up(server.url())


def test_a_stop_does_not_wait_for_those_who_use_it(server: EmbeddedPostgres) -> None:
    connection = psycopg.connect(server.url())
    connection.execute("SELECT 1")  # a transaction stays open
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 5
    assert server.pid is None
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
