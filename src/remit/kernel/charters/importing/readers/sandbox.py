"""Reads a document in a process of its own, so that no file can stop, slow or fatten the server.

The answer comes back as JSON, not pickle: a parser that was taken over can then lie about a document, no more.
"""

import json
import os
import signal
import subprocess
import sys
from typing import Any

from remit.kernel.charters.importing.readers.limits import check_size
from remit.kernel.charters.importing.readers.refusals import refuse
from remit.kernel.charters.importing.source import Block, Cell, Source

CHILD = "remit.kernel.charters.importing.readers.child"


def read_guarded(
    data: bytes,
    name: str,
    *,
    encoding: str | None = None,
    timeout_seconds: float = 60,
    memory_bytes: int = 1_500_000_000,
) -> Source:
    """`read_bytes` in a child process with limits on address space, processor time and wall-clock time.

    Safe from any thread of a server: nothing is forked but to start the new program, and no handler or descriptor is
    shared. Costs about 0.2 s more than reading in this process. Raises UnreadableDocument, and OSError where
    the machine can't start a process.
    """
    check_size(len(data))
    request = {
        "name": name,
        "encoding": encoding,
        "memory_bytes": memory_bytes,
        "cpu_seconds": max(int(timeout_seconds) + 1, 1),
    }
    header = json.dumps(request).encode("ascii") + b"\n"
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module; the file goes in by standard input
            [sys.executable, "-P", "-m", CHILD],
            input=header + data,
            capture_output=True,
            timeout=timeout_seconds,
            check=False,
            env=child_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise refuse("timeout") from error
    if done.returncode < 0:
        # Killed by a signal. One that no line below names is a crash inside a parser's C code: a bad file.
        raise refuse(_ENDED_BY.get(-done.returncode, "damaged"))
    if done.returncode or not done.stdout:
        # An interpreter that can't even start or answer within the limit has run out of memory.
        raise refuse("too_heavy")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "refused" in answer:
        raise refuse(str(answer["refused"]))
    return _source(answer["source"])


def child_environment() -> dict[str, str]:
    """What an interpreter needs to find its modules and a temporary folder; no password or key of the server's."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}


_PASSED_ON = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "TMPDIR", "TEMP", "LANG", "LC_ALL")
_ENDED_BY: dict[int, str] = {
    signal.SIGXCPU: "timeout",
    signal.SIGKILL: "too_heavy",
}  # the latter by the kernel, out of memory


def _source(found: dict[str, Any]) -> Source:
    blocks = tuple(
        Block(**{**block, "cells": tuple(Cell(**cell) for cell in block["cells"])}) for block in found["blocks"]
    )
    return Source(**{**found, "blocks": blocks, "warnings": tuple(found["warnings"])})
