"""Who may connect, from where, and what is written down about it."""

import os
import stat
from pathlib import Path

import psycopg
import pytest

from remit.embedded import EmbeddedPostgres, EmbeddedPostgresError
from remit.embedded.binaries import installed_programs
from remit.embedded.tests.application import Application, is_up, one, pid_of
from remit.embedded.tests.conftest import SETTINGS


def test_nobody_connects_without_the_password(server: EmbeddedPostgres) -> None:
    sockets = str(server.root / "run")
    for password in (None, "", "remit", "postgres"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=sockets, user="remit", dbname="remit", password=password)
    assert one(server.url(), "SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'remit'") is True
    assert one(server.url(), "SELECT bool_and(auth_method = 'scram-sha-256') FROM pg_hba_file_rules") is True


def test_the_password_is_long_random_and_ours_alone(empty_folder: Path) -> None:
    passwords = set()
    for name in ("a", "b"):
        root = empty_folder / name
        with EmbeddedPostgres(root, settings=SETTINGS):
            file = root / "pg.password"
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            assert file.stat().st_uid == os.geteuid()
            passwords.add(file.read_text())
            assert not list((root / "run").glob("tmp*"))  # the copy for initdb is gone
    assert len(passwords) == 2
    assert all(len(password) >= 32 for password in passwords)


def test_a_loose_umask_opens_nothing(empty_folder: Path) -> None:
    former = os.umask(0)
    try:
        root = empty_folder / "root"
        with EmbeddedPostgres(root, settings=SETTINGS):
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in root.iterdir()}
    finally:
        os.umask(former)
    modes.pop("pgbin", None)  # a copy of the programs, which holds nobody's data
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}


def test_there_is_no_network_port(server: EmbeddedPostgres) -> None:
    assert one(server.url(), "SHOW listen_addresses") == ""
    inodes = set()
    for descriptor in Path(f"/proc/{pid_of(server)}/fd").iterdir():
        inodes.add(str(descriptor.readlink()))
    listening = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid_of(server)}/net/{table}").read_text().splitlines()[1:]:
            listening.add(f"socket:[{line.split()[9]}]")
    assert inodes & listening == set()


def test_settings_reach_the_server(folder: Path) -> None:
    with EmbeddedPostgres(folder, settings={**SETTINGS, "work_mem": "7MB", "search_path": '"a b", public'}) as server:
        assert one(server.url(), "SHOW work_mem") == "7MB"
        assert one(server.url(), "SHOW search_path") == '"a b", public'
        assert one(server.url(), "SHOW timezone") == "UTC"


def test_settings_for_other_servers_in_the_environment_do_not_reach_it(folder: Path) -> None:
    hostile = {
        "PGPORT": "6000",
        "PGDATA": "/nonexistent",
        "PGOPTIONS": "-c work_mem=1",
        "PGUSER": "nobody",
        "PGTZ": "Asia/Tokyo",
    }
    with Application(folder, hostile) as application:
        assert application.role == "started"
        assert is_up(application.url)


def test_chinese_is_text_whatever_the_locale_of_the_terminal(empty_folder: Path) -> None:
    with Application(empty_folder, {"LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0"}) as application:
        with psycopg.connect(application.url) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
        assert one(application.url, "SHOW server_encoding") == "UTF8"
        assert one(application.url, "SELECT cardinality(show_trgm('恒远'))") > 0
        assert one(application.url, "SELECT '恒' ~ '\\w' AND lower('É') = 'é'") is True


def test_names_of_customers_do_not_get_into_the_log(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE customer (phone text UNIQUE)")
        connection.execute("INSERT INTO customer VALUES ('13800138000')")
        for statement in ("INSERT INTO customer VALUES ('13800138000')", "SELECT '13800138000' FROM nowhere"):
            with pytest.raises(psycopg.Error):
                connection.execute(statement.encode())
    log = (server.root / "postgres.log").read_text()
    assert "duplicate key value" in log
    assert "nowhere" in log
    assert "13800138000" not in log


def test_a_long_log_makes_room(folder: Path) -> None:
    log = folder / "postgres.log"
    log.write_bytes(b"x" * 10_000_001)
    with EmbeddedPostgres(folder, settings=SETTINGS):
        assert log.stat().st_size < 100_000
    assert (folder / "postgres.log.1").stat().st_size == 10_000_001


def test_a_lost_password_is_named_with_the_remedy(folder: Path) -> None:
    (folder / "pg.password").unlink()
    with pytest.raises(EmbeddedPostgresError, match=r"pg.password cannot be read .* put it back"):
        EmbeddedPostgres(folder, settings=SETTINGS).start()


def pretend_version(folder: Path, version: int) -> None:
    data = folder / f"pg{version}"
    data.mkdir()
    (data / "PG_VERSION").write_text(f"{version}\n")


def test_data_of_an_older_version_are_refused_with_what_to_do(empty_folder: Path) -> None:
    pretend_version(empty_folder, 17)
    with pytest.raises(EmbeddedPostgresError, match=r"pg17 was written by PostgreSQL 17 .* make a backup"):
        EmbeddedPostgres(empty_folder).start()
    assert sorted(path.name for path in empty_folder.iterdir()) == ["owner.lock", "pg17"]  # nothing was made beside it


def test_data_of_a_newer_version_are_refused_too(empty_folder: Path) -> None:
    pretend_version(empty_folder, 99)
    with pytest.raises(EmbeddedPostgresError, match="brings the older"):
        EmbeddedPostgres(empty_folder).start()


def test_a_folder_under_the_wrong_name_is_refused(empty_folder: Path) -> None:
    data = empty_folder / f"pg{installed_programs().major}"
    data.mkdir()
    (data / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedPostgresError, match="written by PostgreSQL 17"):
        EmbeddedPostgres(empty_folder).start()


def test_older_data_beside_the_current_ones_are_left_in_peace(folder: Path) -> None:
    pretend_version(folder, 17)
    with EmbeddedPostgres(folder, settings=SETTINGS) as server:
        assert is_up(server.url())
    assert (folder / "pg17" / "PG_VERSION").exists()
