"""What needs no database: help at once, documents to JSON, packs looked at, benches run."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[4]
CORPUS = ROOT / "tests" / "corpus"


def remit(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
    }
    command = [sys.executable, "-m", "remit.cli.main", *words]
    return subprocess.run(command, capture_output=True, text=True, env={**clean, **environment}, cwd=ROOT, timeout=120)


def test_help_and_extract_load_no_django(tmp_path: Path) -> None:
    """Measured by what is loaded, not by the clock of a busy machine."""
    loaded = "import sys, runpy\nsys.argv = ['remit', *sys.argv[1:]]\ntry:\n    runpy.run_module('remit.cli.main', run_name='__main__')\n" \
        "finally:\n    assert not any(name.split('.')[0] in ('django', 'psycopg', 'ninja') for name in sys.modules)\n"  # fmt: skip
    for words in (["--help"], ["extract", str(CORPUS / "retail_stores.txt"), "--out", str(tmp_path)]):
        done = subprocess.run([sys.executable, "-c", loaded, *words], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr


def test_documents_of_every_kind_become_json(tmp_path: Path) -> None:
    names = ["retail_stores.txt", "hotel_front_office.docx", "school_admissions.pdf", "bank_scorecards.xlsx"]
    done = remit("extract", *[str(CORPUS / name) for name in names], "--out", str(tmp_path / "new" / "folder"))
    assert done.returncode == 0, done.stderr
    for name in names:
        found = json.loads((tmp_path / "new" / "folder" / f"{Path(name).stem}.json").read_text(encoding="utf-8"))
        assert found["document"] == name
        assert found["positions"]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "big5", "utf-16"])
def test_text_of_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    text = "客服主管崗位職責\n1. 每日檢查工單，並回覆客戶。\n2. 負責培訓新人，提高服務質量。\n"
    if encoding == "gbk":
        text = "客服主管岗位职责\n1. 每日检查工单，并回复客户。\n2. 负责培训新人，提高服务质量。\n"
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    done = remit("extract", str(tmp_path / "a.txt"), "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert [position["title"] for position in found["positions"]] == ["客服主管"]
    assert len(found["positions"][0]["duties"]) == 2


def test_a_file_that_cannot_be_read_is_named_and_stops_no_other(tmp_path: Path) -> None:
    bomb, empty, good = tmp_path / "bomb.docx", tmp_path / "empty.txt", CORPUS / "retail_stores.txt"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 300_000_000)
    empty.write_bytes(b"")
    done = remit("extract", str(bomb), str(empty), str(tmp_path / "no.pdf"), str(good), "--out", str(tmp_path))
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines[:3]] == [str(bomb), str(empty), str(tmp_path / "no.pdf")]
    assert "Traceback" not in done.stderr
    assert (tmp_path / "retail_stores.json").exists()
    assert not (tmp_path / "bomb.json").exists()


def test_two_documents_of_one_name_keep_their_endings(tmp_path: Path) -> None:
    text = "客服主管岗位职责\n1. 每日检查工单，并回复客户。\n"
    for name in ("a.txt", "a.md"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = remit("extract", str(tmp_path / "a.txt"), str(tmp_path / "a.md"), "--out", str(tmp_path), "--json")
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(line["out"]).name for line in lines] == ["a.txt.json", "a.md.json"]


def test_a_command_on_nothing_says_what_to_do_first(tmp_path: Path) -> None:
    done = remit("authority", "actions", REMIT_DATA_DIR=str(tmp_path / "none"))
    assert done.returncode == 1
    assert "remit init" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "none").exists(), "asking creates nothing"


@pytest.mark.parametrize(
    ("words", "code"),
    [(["authority"], 2), (["extract"], 2), (["nonsense"], 2), (["bench", "nonsense"], 2), (["--version"], 0)],
)
def test_being_called_wrongly_is_told_apart_from_failing(words: list[str], code: int) -> None:
    done = remit(*words)
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_a_bench_ends_in_its_object(tmp_path: Path) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "count.py").write_text(
        'import json\nprint("counting")\nprint(json.dumps({"bench": "count", "value": 3, "floor": 2, "unit": "n/s", "ratio": 1.5}))\n'
    )
    (tmp_path / "bench" / "broken.py").write_text("print(1)\n")
    command = [sys.executable, "-m", "remit.cli.main", "bench"]
    done = subprocess.run([*command, "count", "--json"], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert json.loads(done.stdout.splitlines()[-1])["ratio"] == 1.5
    assert done.stdout.splitlines()[0] == "counting"
    done = subprocess.run([*command, "all"], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 1
    assert "broken.py" in done.stderr
