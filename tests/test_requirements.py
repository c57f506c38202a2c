"""Every requirement that a test quotes is explained in docs/requirements.md, and every one explained there has a test."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"^\| (?P<id>[A-Z]-\d{2,3}) \| (?P<text>[^|]+) \|$", re.MULTILINE)


def quoted_in(source: str) -> Iterator[str]:
    """The ids of `@pytest.mark.ledger("…")`, wherever it stands."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "ledger":
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


def explained() -> dict[str, str]:
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    return {line["id"]: line["text"].strip() for line in LINE.finditer(text)}


def test_an_id_is_found_in_a_mark() -> None:
    assert list(quoted_in('@pytest.mark.ledger("R-001")\n@pytest.mark.ledger("S-002", "S-003")\ndef test(): ...')) == [
        "R-001", "S-002", "S-003",
    ]  # fmt: skip


def test_quoted_and_explained_are_the_same() -> None:
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "src").rglob("test_*.py"), *(ROOT / "bench").rglob("*.py")]
    quoted = {
        id_ for path in files for id_ in quoted_in(path.read_text(encoding="utf-8")) if path.name != Path(__file__).name
    }
    assert sorted(quoted - explained().keys()) == [], "write a line for these into docs/requirements.md"
    assert sorted(explained().keys() - quoted) == [], "no test stands for these any more"


def test_every_line_says_something_and_stands_once() -> None:
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    ids = [line["id"] for line in LINE.finditer(text)]
    assert len(ids) == len(set(ids)) == text.count("\n| ") - 2, "a line of the table that is not read as one"
    assert all(len(line) > 20 for line in explained().values())
