"""The other end of `sandbox.read_guarded`: reads one document from standard input and writes what it found to standard output.

Run as `python -m remit.kernel.charters.importing.readers.child`. The first line of the input is a JSON object (name,
encoding, memory_bytes, cpu_seconds), the rest is the file. The answer is one JSON object: `source`, or `refused`.
"""

import contextlib
import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

_MAX_TEMPORARY_BYTES = 400_000_000


def main() -> None:
    """Limits come first: what parsers need is imported under them."""
    request = json.loads(sys.stdin.buffer.readline())
    _limit(resource.RLIMIT_AS, int(request["memory_bytes"]))
    _limit(resource.RLIMIT_CPU, int(request["cpu_seconds"]))
    _limit(resource.RLIMIT_FSIZE, _MAX_TEMPORARY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    try:
        answer = _read(request)
    except MemoryError:
        answer = {"refused": "too_heavy"}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii"))


def _read(request: dict[str, Any]) -> dict[str, Any]:
    from remit.kernel.charters.importing.readers import read_bytes
    from remit.kernel.charters.importing.source import UnreadableDocument

    try:
        source = read_bytes(sys.stdin.buffer.read(), request["name"], encoding=request["encoding"])
    except UnreadableDocument as refusal:
        short_of_memory = refusal.code == "damaged" and _came_near(int(request["memory_bytes"]))
        return {"refused": "too_heavy" if short_of_memory else refusal.code}
    return {"source": asdict(source)}


def _came_near(memory_bytes: int) -> bool:
    """Whether the address space ever took two thirds of the limit: libxml2 calls a failed allocation an "unknown error"."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:  # no Linux: a file that is too heavy is then called damaged
        return False
    peak = next((line for line in status.splitlines() if line.startswith("VmPeak:")), "VmPeak: 0 kB")
    return int(peak.split()[1]) * 1024 * 3 > memory_bytes * 2


def _limit(kind: int, amount: int) -> None:
    """Lower a limit; macOS refuses some of them, and a limit of the administrator's may be lower already."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(kind, (amount, amount + 1))  # equal limits of processor time send SIGKILL, not SIGXCPU


if __name__ == "__main__":
    main()
