"""An installation from its first day: founded, used, backed up, lost, restored, verified. Real processes, a real server."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from remit.embedded import EmbeddedPostgres

ROOT = Path(__file__).resolve().parents[4]
CHARTER = "客服专员岗位职责\n1. 接听客户来电，记录客户诉求。\n2. 每周汇总投诉并上报。\n"


class Installation:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        clean = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        self.environment = {**clean, "REMIT_ENV": "demo", "REMIT_DATA_DIR": str(folder)}

    def remit(self, *words: str, code: int = 0) -> str:
        """The command's output; both streams, so that a failing test shows them."""
        command = [sys.executable, "-m", "remit.cli.main", *words]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, cwd=ROOT, timeout=180)
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.remit(*words, "--json", code=code).splitlines()[-1])


@pytest.fixture(scope="module")
def house() -> Iterator[Installation]:
    """Founded once, with one document read in. The server is kept running between commands, as `remit serve` would."""
    folder = Path(tempfile.mkdtemp(prefix="rt-cli-"))
    folder.chmod(0o711)
    house = Installation(folder)
    server = EmbeddedPostgres(folder, settings={"shared_buffers": "32MB"})
    try:
        server.start()
        founded = house.json("init", "--company", "恒信健康", "--administrator", "周岚")
        assert founded["username"] == "admin" and len(founded["password"]) >= 16
        (folder / "客服.txt").write_text(CHARTER, encoding="gbk")
        assert house.json("import", str(folder / "客服.txt"))["positions"] == 1
        yield house
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def test_a_backup_brings_everything_back_and_verify_says_what_is_not(house: Installation, tmp_path: Path) -> None:
    assert "只用于首次安装" in house.remit("init", "--company", "又一家", "--administrator", "别人", code=1)
    before = house.json("verify")
    assert before["ok"] and before["files"] == 1
    backup = tmp_path / "remit.backup"
    assert house.json("backup", str(backup))["files"] == 1

    other_folder = Path(tempfile.mkdtemp(prefix="rt-cli-"))
    other_folder.chmod(0o711)
    other = Installation(other_folder)
    try:
        assert "已恢复" in other.remit("restore", str(backup))
        assert "已恢复" in other.remit("restore", str(backup), "--force"), "and again over what is there"
        stored = next(path for path in (other_folder / "files").rglob("*") if path.is_file() and len(path.name) == 64)
        stored.chmod(0o600)
        stored.write_bytes(b"tampered")
        after = other.json("verify", "--expect", "0" * 64, code=1)
        assert (after["rows"], after["events"]) == (before["rows"], before["events"])
        assert len(after["faults"]) == 2
        assert "内容变了" in " ".join(after["faults"]) and "找不到当时抄下的封签" in " ".join(after["faults"])
    finally:
        shutil.rmtree(other_folder, ignore_errors=True)
