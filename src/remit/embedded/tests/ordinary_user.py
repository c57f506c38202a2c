"""Doing something as an ordinary user, also when the tests run as root."""

import os
import shutil
import subprocess
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from remit.embedded.binaries import installed_programs

NOBODY = 65534


def as_ordinary_user(do: Callable[[], str]) -> str:
    """What `do` returned, run in a fork with the rights of `nobody` if we are root; fails if it raised.

    A fork and not a new Python: the interpreter often lies below root's home, which is closed to others.
    """
    if os.geteuid() != 0:
        return do()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            answer = "=" + do()
        except BaseException:
            answer = "!" + traceback.format_exc()
        os.write(writer, answer.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    assert answer.startswith("="), answer
    return answer[1:]


def require_readable_programs() -> None:
    """Skip where an ordinary user cannot reach the programs at all."""
    if os.geteuid() == 0:
        program = str(installed_programs().path("postgres"))
        reached = subprocess.run(
            ["/bin/sh", "-c", 'test -x "$1"', "sh", program], user=NOBODY, group=NOBODY, extra_groups=[]
        )
        if reached.returncode:
            pytest.skip(f"Remit is installed in a folder that is closed to ordinary users: {program}")


def command_as_root() -> list[str]:
    """What to put before a command; skips where we cannot be root."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        return ["sudo", "-n"]
    pytest.skip("neither root nor sudo without a password")


def give_to_ordinary_user(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, NOBODY, NOBODY)
