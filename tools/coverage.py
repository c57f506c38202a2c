#!/usr/bin/env python3
"""Write docs/coverage.md: which tests stand for which requirement, and why some have none.

    tools/coverage.py            writes the page; tests/test_requirements.py fails where it is not up to date

Read from the marks of the tests (`@pytest.mark.ledger("R-012")`), docs/requirements.md (what an id means, for those with
tests) and docs/uncovered.yaml (the sections that must be whole, and for every id without a test what it is and why).
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "coverage.md"
LINE: Final = re.compile(r"^\| (?P<id>[A-Z]-\d{2,3}) \| (?P<text>[^|]+) \|$", re.MULTILINE)
SPAN: Final = re.compile(r"^([A-Z])-(\d+)(?:\.\.(\d+))?$")


@dataclass(frozen=True)
class Uncovered:
    """Ids without a test: what each demands, and why."""

    reason: str
    ids: dict[str, str]


@dataclass(frozen=True)
class Section:
    title: str
    ids: tuple[str, ...]


def marks_of(source: str) -> Iterator[tuple[str, str]]:
    """(id, name of the test or file-wide "") of each `pytest.mark.ledger("…")`, wherever it stands."""
    tree = ast.parse(source)
    owners: dict[ast.AST, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            owners |= {inner: node.name for decorator in node.decorator_list for inner in ast.walk(decorator)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "ledger":
            for arg in node.args:
                if isinstance(arg, ast.Constant) and isinstance(arg.value, str):
                    yield arg.value, owners.get(node, "")


def tests_by_id() -> dict[str, list[str]]:
    """{"R-012": ["tests/stories/test_x.py: test_y", …]} over all tests and benchmarks."""
    found: dict[str, set[str]] = defaultdict(set)
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "src").rglob("test_*.py"), *(ROOT / "bench").rglob("*.py")]
    for path in files:
        if path.name == "test_requirements.py":
            continue
        place = path.relative_to(ROOT).as_posix()
        for id_, test in marks_of(path.read_text(encoding="utf-8")):
            found[id_].add(f"{place}: {test}" if test else place)
    return {id_: sorted(places) for id_, places in found.items()}


def explained() -> dict[str, str]:
    """{"R-012": "The director may …"} of docs/requirements.md."""
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    return {line["id"]: line["text"].strip() for line in LINE.finditer(text)}


def spread(span: str) -> Iterator[str]:
    """ "S-016..018" is S-016, S-017, S-018; digits as wide as the first."""
    matched = SPAN.match(span)
    if matched is None:
        raise SystemExit(f"docs/uncovered.yaml: {span!r} is no id and no span of ids (S-016..039)")
    letter, first, last = matched[1], matched[2], matched[3] or matched[2]
    yield from (f"{letter}-{number:0{len(first)}}" for number in range(int(first), int(last) + 1))


def uncovered() -> tuple[list[Section], list[Uncovered]]:
    """What docs/uncovered.yaml says."""
    text = yaml.safe_load((ROOT / "docs" / "uncovered.yaml").read_text(encoding="utf-8"))
    sections = [
        Section(one["title"], tuple(id_ for span in one["ids"] for id_ in spread(span))) for one in text["whole"]
    ]
    return sections, [Uncovered(one["reason"], one["ids"]) for one in text["without_test"]]


def page() -> str:
    """The text of docs/coverage.md."""
    tests, meanings = tests_by_id(), explained()
    sections, without = uncovered()
    reasons = {id_: (what, one.reason) for one in without for id_, what in one.ids.items()}
    lines = [
        "# Which test stands for which requirement",
        "",
        "Written by `tools/coverage.py` from the marks of the tests; do not edit. [requirements.md](requirements.md) says what each id with a",
        "test means, `uncovered.yaml` why the others have none.",
        "",
        "| section | ids | with a test | without |",
        "| --- | --- | --- | --- |",
    ]  # fmt: skip
    for section in sections:
        covered = sum(id_ in tests for id_ in section.ids)
        lines.append(f"| {section.title} | {len(section.ids)} | {covered} | {len(section.ids) - covered} |")
    lines += ["", "## With a test", "", "| id | what is demanded | tests |", "| --- | --- | --- |"]
    for id_ in sorted(tests):
        lines.append(f"| {id_} | {meanings.get(id_, '')} | {'<br>'.join(f'`{place}`' for place in tests[id_])} |")
    lines += ["", "## Without a test", ""]
    for one in without:
        lines += [f"**{one.reason.strip()}**", ""]
        lines += [f"- {id_}: {what}" for id_, what in sorted(one.ids.items())]
        lines.append("")
    missing = [id_ for section in sections for id_ in section.ids if id_ not in tests and id_ not in reasons]
    if missing:
        raise SystemExit(f"neither a test nor a reason in docs/uncovered.yaml: {', '.join(missing)}")
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
