"""A real supervisor in a process of its own, over small shell programs that leave their numbers in a folder."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

_SCRIPT = """
import logging, sys
from remit.serving import Program, Supervisor
logging.basicConfig(level="INFO", format="%(message)s")
programs = [Program(name, ["/bin/sh", "-c", script], float(seconds)) for name, seconds, script in {programs!r}]
sys.exit(Supervisor(programs, watch={watch}).run())
"""


class Supervised:
    """Each program is (name, seconds to stop, shell script); `$DIR` in a script is the folder."""

    def __init__(self, folder: Path, *programs: tuple[str, float, str], watch: str = "None") -> None:
        self.folder = folder
        filled = [(name, seconds, script.replace("$DIR", str(folder))) for name, seconds, script in programs]
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SCRIPT.format(programs=filled, watch=watch)],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "log").open("wb"),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def numbers(self, name: str) -> list[int]:
        """The processes that this program has had so far."""
        file = self.folder / name
        return [int(word) for word in file.read_text().split()] if file.exists() else []

    def log(self) -> str:
        return (self.folder / "log").read_text()


def is_alive(pid: int) -> bool:
    """Running, and not merely waiting for its parent to collect it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(condition: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.02)
