"""Processes as Linux shows them in /proc, and children that do not outlive us."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h
# Loaded here and not in the child: between fork and exec nothing may take a lock that another thread held.
_LIBC: Final = ctypes.CDLL(None) if sys.platform == "linux" else None


def dies_with_us(death_signal: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends the child this signal when the thread that started it ends, even by kill -9.

    The *thread*, so children are started from the main thread. Changing user clears it: pass `user=` to Popen, which
    changes before `preexec_fn` runs, and never change inside the child. Elsewhere than on Linux it does nothing.
    """
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if _LIBC is not None:
            _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # the parent went between the fork and the line above
                os._exit(1)

    return ask_the_kernel


def works_in(pid: int, folder: Path, name: str = "postgres") -> bool:
    """Whether process `pid` is a program called `name` whose working directory is `folder` (an absolute, real path).

    PostgreSQL's processes all stay in their data folder, so this tells our server from a stranger that was given the
    number later. A process that has ended but was not yet collected by its parent has no folder, and counts as gone.
    """
    process = Path("/proc") / str(pid)
    try:
        return (process / "cwd").readlink() == folder and (process / "comm").read_text().strip() == name
    except OSError:
        return False


def all_that_work_in(folder: Path, name: str = "postgres") -> list[int]:
    """The numbers of all such processes, in ascending order. Takes some milliseconds on a busy machine."""
    numbers = sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in numbers if works_in(pid, folder, name)]


def send(pid: int, number: signal.Signals) -> None:
    """Signal a process that may have ended already."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
