"""What is killed comes back, what is orphaned goes, and nothing committed is lost."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import psycopg

from remit.embedded import EmbeddedPostgres, processes
from remit.embedded.binaries import installed_programs
from remit.embedded.service_user import who_runs_the_server
from remit.embedded.tests.application import Application, is_up, one, pid_of, wait_until
from remit.embedded.tests.conftest import SETTINGS


def data_of(folder: Path) -> Path:
    return folder / f"pg{installed_programs().major}"


def test_the_server_ends_within_seconds_of_a_killed_application(folder: Path) -> None:
    application = Application(folder)
    server = EmbeddedPostgres(folder, settings=SETTINGS)
    assert pid_of(server)
    application.kill()
    wait_until(lambda: processes.all_that_work_in(data_of(folder)) == [], seconds=5)
    assert "database system is shut down" in (folder / "postgres.log").read_text()  # cleanly, without recovery to come


def test_starting_right_after_a_kill_does_not_take_up_the_dying_server(folder: Path) -> None:
    application = Application(folder)
    application.kill()
    with EmbeddedPostgres(folder, settings=SETTINGS) as server:
        assert server.role == "started"
        time.sleep(0.5)
        assert is_up(server.url())


def test_a_killed_server_is_started_again_with_all_that_was_committed(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE receipt AS SELECT generate_series(1, 1000) AS number")
    assert server.ensure_running() is False
    killed = pid_of(server)
    os.kill(killed, signal.SIGKILL)
    wait_until(server.ensure_running)
    assert pid_of(server) != killed
    assert one(server.url(), "SELECT count(*) FROM receipt") == 1000


def test_the_others_find_the_server_again(folder: Path) -> None:
    with Application(folder) as owner, Application(folder) as other:
        os.kill(pid_of(EmbeddedPostgres(folder)), signal.SIGKILL)
        wait_until(lambda: not is_up(other.url))
        wait_until(lambda: owner.look_after() == "started" and is_up(owner.url))
        assert other.look_after() == "attached"
        assert is_up(other.url)


def test_a_whole_machine_that_went_down_is_no_trouble(folder: Path) -> None:
    """Application and server killed in the same moment; the next start recovers."""
    application = Application(folder)
    with psycopg.connect(application.url) as connection:
        connection.execute("CREATE TABLE receipt AS SELECT 1 AS number")
    pid = pid_of(EmbeddedPostgres(folder))
    application.process.send_signal(signal.SIGSTOP)  # so that it cannot end in order
    os.kill(pid, signal.SIGKILL)
    application.kill()
    with EmbeddedPostgres(folder, settings=SETTINGS) as server:
        assert server.role == "started"
        assert one(server.url("postgres"), "SELECT count(*) FROM receipt") == 1


def test_an_old_number_that_now_belongs_to_another_program_is_seen_through(folder: Path) -> None:
    run_as = who_runs_the_server("remitpg")
    # The same user as the server's: PostgreSQL by itself would take this for a running server and refuse to start.
    stranger = subprocess.Popen(
        ["sleep", "60"], user=run_as.user, group=run_as.group, extra_groups=run_as.extra_groups, cwd="/"
    )
    try:
        pid_file = data_of(folder) / "postmaster.pid"
        pid_file.write_text(
            f"{stranger.pid}\n{data_of(folder)}\n1700000000\n5432\n{folder / 'run'}\n\n  1 1\nready   \n"
        )
        socket_lock = folder / "run" / ".s.PGSQL.5432.lock"
        socket_lock.write_text(pid_file.read_text())
        run_as.give(pid_file)
        run_as.give(socket_lock)
        with EmbeddedPostgres(folder, settings=SETTINGS) as server:
            assert server.role == "started"
            assert pid_of(server) != stranger.pid
            assert is_up(server.url())
        assert stranger.poll() is None  # and was not touched
    finally:
        stranger.kill()
        stranger.wait()


def test_an_old_number_that_nobody_has_is_left_to_postgresql(folder: Path) -> None:
    ended = subprocess.Popen(["true"])
    ended.wait()
    pid_file = data_of(folder) / "postmaster.pid"
    pid_file.write_text(f"{ended.pid}\n{data_of(folder)}\n1700000000\n5432\n{folder / 'run'}\n\n  1 1\nready   \n")
    with EmbeddedPostgres(folder, settings=SETTINGS) as server:
        assert server.role == "started"


def test_a_rubbish_pid_file_is_an_error_with_a_reason_and_not_a_loss(folder: Path) -> None:
    (data_of(folder) / "postmaster.pid").write_text("rubbish")
    server = EmbeddedPostgres(folder, settings=SETTINGS)
    try:
        server.start()
    except RuntimeError as error:
        assert "postmaster.pid" in str(error)
        assert not server.is_owner
    else:
        server.stop()


def test_a_backend_that_still_computes_does_not_keep_a_killed_server_down(server: EmbeddedPostgres) -> None:
    def compute() -> None:
        try:
            one(server.url(), "SELECT count(*) FROM generate_series(1, 1000000000)")
        except psycopg.Error:
            return  # told to quit, as it should, or its temporary files are gone already

    thread = threading.Thread(target=compute)
    thread.start()
    computing = (
        "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%series%' AND pid <> pg_backend_pid()"
    )

    def backend() -> int | None:
        with psycopg.connect(server.url()) as connection:
            row = connection.execute(computing.encode()).fetchone()
            return row[0] if row else None

    wait_until(backend)
    orphan = backend()
    assert orphan
    os.kill(pid_of(server), signal.SIGKILL)
    wait_until(lambda: server.pid is None)
    assert processes.works_in(orphan, data_of(server.root))  # it computes on, without a server
    began = time.monotonic()
    wait_until(server.ensure_running)  # what is dying has no memory any more some moments before it is dead
    assert time.monotonic() - began < 15
    assert not processes.works_in(orphan, data_of(server.root))
    assert is_up(server.url())
    thread.join(10)
    assert not thread.is_alive()


def test_a_frozen_server_is_stopped_all_the_same(server: EmbeddedPostgres) -> None:
    os.kill(pid_of(server), signal.SIGSTOP)
    began = time.monotonic()
    server.stop(patience_seconds=0.5)
    assert time.monotonic() - began < 8
    wait_until(lambda: processes.all_that_work_in(data_of(server.root)) == [], seconds=10)
