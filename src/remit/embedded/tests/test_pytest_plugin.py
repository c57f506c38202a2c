"""The throw-away server of a test run comes with it and goes with it."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

# A run of its own, without our pyproject.toml: only the plugin.
COMMAND = [sys.executable, "-m", "pytest", "-q", "-p", "remit.embedded.pytest_plugin"]
COMMAND += ["-p", "no:cacheprovider", "--noconftest", "-c", os.devnull]


def environment(temporary: Path) -> dict[str, str]:
    ours = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REMIT_ENV", "PYTEST_XDIST_WORKER"}}
    return {**ours, "TMPDIR": str(temporary), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def reachable_folder() -> tempfile.TemporaryDirectory[str]:
    """Under root the server runs as another user, and pytest's own tmp_path is closed to others."""
    folder = tempfile.TemporaryDirectory(prefix="remit-plugin-")
    Path(folder.name).chmod(0o711)
    return folder


def servers_left(temporary: Path) -> list[Path]:
    return list(temporary.glob("remit-test-*"))


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.05)


def test_a_run_gets_a_database_and_leaves_nothing() -> None:
    with reachable_folder() as name:
        temporary = Path(name)
        (temporary / "test_it.py").write_text(
            "import os, psycopg\n"
            "def test_it():\n"
            "    with psycopg.connect(os.environ['DATABASE_URL']) as c:\n"
            "        assert c.execute('SHOW fsync').fetchone() == ('off',)\n"
            "        assert c.execute('SELECT current_database()').fetchone() == ('remit',)\n"
            "    assert os.environ['REMIT_ENV'] == 'test'\n"
        )
        run = subprocess.run([*COMMAND, name], env=environment(temporary), capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
        assert "1 passed" in run.stdout
        assert servers_left(temporary) == []


def test_a_database_of_ones_own_is_used() -> None:
    with reachable_folder() as name:
        temporary = Path(name)
        (temporary / "test_it.py").write_text(
            "import os\ndef test_it():\n    assert os.environ['DATABASE_URL'] == 'postgresql://me@there/mine'\n"
        )
        own = {**environment(temporary), "DATABASE_URL": "postgresql://me@there/mine"}
        run = subprocess.run([*COMMAND, name], env=own, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr


def interrupted_run(number: signal.Signals) -> tuple[int, list[Path], str]:
    """Exit code of a run that got this signal in the middle of a test, the folders it left, and the server's address."""
    with reachable_folder() as name:
        temporary = Path(name)
        (temporary / "test_it.py").write_text(
            "import os, pathlib, time\n"
            "def test_it():\n"
            f"    pathlib.Path({name!r}, 'url').write_text(os.environ['DATABASE_URL'])\n"
            f"    pathlib.Path({name!r}, 'inside').touch()\n"
            "    time.sleep(60)\n"
        )
        # What a shell starts in the background ignores Ctrl-C, and so would all that it starts, these tests among it.
        command = ["env", "--default-signal=INT", *COMMAND, name]
        with subprocess.Popen(command, env=environment(temporary), stdout=subprocess.DEVNULL) as run:
            wait_for(temporary / "inside")
            run.send_signal(number)
            run.wait(30)
        return run.returncode, servers_left(temporary), (temporary / "url").read_text()


def is_up(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def test_ctrl_c_leaves_nothing() -> None:
    code, left, url = interrupted_run(signal.SIGINT)
    assert code == 2  # pytest's "interrupted"
    assert left == []
    assert not is_up(url)


def test_a_cancelled_job_leaves_nothing() -> None:
    code, left, url = interrupted_run(signal.SIGTERM)
    assert code != 0
    assert left == []
    assert not is_up(url)


def test_a_killed_run_is_cleaned_up_by_a_later_one() -> None:
    with reachable_folder() as name:
        temporary = Path(name)
        abandoned = temporary / "remit-test-abandoned"
        abandoned.mkdir()
        (abandoned / "owner.lock").touch()
        an_hour_ago = time.time() - 3600
        os.utime(abandoned / "owner.lock", (an_hour_ago, an_hour_ago))
        (temporary / "test_it.py").write_text("def test_it():\n    pass\n")
        subprocess.run([*COMMAND, name], env=environment(temporary), capture_output=True, check=True)
        assert not abandoned.exists()
