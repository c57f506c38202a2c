"""A file from outside can't stop, slow or fatten the server."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
import tracemalloc

import pytest

from remit.kernel.charters.importing.readers import limits, read_bytes
from remit.kernel.charters.importing.readers.sandbox import child_environment, read_guarded
from remit.kernel.charters.importing.source import Source, UnreadableDocument
from remit.kernel.charters.tests.importing.packages import TYPES, docx_of, p, pdf_of, table, xlsx_of, zipped
from remit.kernel.charters.tests.importing.packages import cell as c


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (docx_of(p("客服主管") + table((c(p("甲")), c(p("乙"))))), "岗位.docx"),
        ("客服主管".encode("gbk"), "岗位\udcff.txt"),
        (pdf_of("Words."), "a.pdf"),
        (xlsx_of([["甲", 1]]), "a.xlsx"),
    ],
)
def test_it_reads_what_reading_here_reads(data: bytes, name: str) -> None:
    assert read_guarded(data, name) == read_bytes(data, name)


def test_a_refusal_comes_through_and_so_does_the_chosen_encoding() -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        read_guarded(b"\x89PNG\r\n\x1a\n", "a.docx")
    assert refusal.value.code == "image"
    assert read_guarded("備註".encode("big5"), "a.txt", encoding="big5").text == "備註"


def test_a_reading_that_takes_too_long_is_stopped() -> None:
    began = time.monotonic()
    with pytest.raises(UnreadableDocument) as refusal:
        read_guarded(pdf_of("Words.\n#pagebreak()\n" * 250), "a.pdf", timeout_seconds=0.01)
    assert refusal.value.code == "timeout"
    assert time.monotonic() - began < 5


def test_a_child_that_burns_its_processor_time_is_stopped_by_the_kernel() -> None:
    request = {"name": "a.txt", "encoding": None, "memory_bytes": 10**9, "cpu_seconds": 1}
    script = (
        "from remit.kernel.charters.importing.readers import child\n"
        "def burn(request):\n    while True: pass\n"
        "child._read = burn\nchild.main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=json.dumps(request).encode() + b"\n",
        capture_output=True,
        timeout=30,
        check=False,
    )
    assert -done.returncode == signal.SIGXCPU


def test_a_reading_that_takes_too_much_memory_is_stopped() -> None:
    # Random letters, so that it is no bomb by its ratio: 12 MB of text that becomes a far larger tree.
    words = "".join(random.Random(1).choices("abcdefgh", k=6_000_000))  # noqa: S311 - no secret
    rows = table(*[tuple(c(p(words[at : at + 9])) for at in range(row, row + 90, 9)) for row in range(0, 600_000, 90)])
    with pytest.raises(UnreadableDocument) as refusal:
        read_guarded(docx_of(rows), "a.docx", memory_bytes=100_000_000)
    assert refusal.value.code == "too_heavy"


def test_fifty_megabytes_are_refused_before_a_process_is_started() -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        read_guarded(bytes(limits.MAX_FILE_BYTES + 1), "a.txt")
    assert refusal.value.code == "too_large"


def test_a_bomb_is_refused_within_little_memory() -> None:
    bomb = zipped({"[Content_Types].xml": TYPES} | {f"word/{index}.xml": b"\0" * 30_000_000 for index in range(7)})
    assert len(bomb) < 300_000
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableDocument) as refusal:
            read_bytes(bomb, "a.docx")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refusal.value.code == "zip_bomb"
    assert peak < 3_000_000
    with pytest.raises(UnreadableDocument) as guarded:
        read_guarded(bomb, "a.docx", memory_bytes=150_000_000)
    assert guarded.value.code == "zip_bomb"


def test_threads_of_a_server_read_side_by_side() -> None:
    found: list[Source] = []
    threads = [
        threading.Thread(target=lambda: found.append(read_guarded("客服主管".encode(), "a.txt"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [source.text for source in found] == ["客服主管"] * 4


def test_the_child_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://remit:secret@/remit")
    assert "secret" not in str(child_environment())
    assert read_guarded("客服主管".encode(), "a.txt").text == "客服主管"


def test_the_child_loads_nothing_of_the_web_application() -> None:
    script = "import remit.kernel.charters.importing.readers.child, sys; print('django' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=dict(os.environ), check=True
    )
    assert done.stdout.strip() == "False"
