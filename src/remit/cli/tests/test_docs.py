"""docs/operate/command-line.md has every command with every option, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

from typer.core import TyperGroup
from typer.main import get_command

from remit.api.router import api
from remit.cli.main import app

DOCS = Path(__file__).resolve().parents[4] / "docs"


def commands(group: TyperGroup, before: str = "remit") -> Iterator[tuple[str, set[str]]]:
    """Each command as it is typed, with its options."""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if isinstance(command, TyperGroup):
            yield from commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", {opt for param in command.params for opt in param.opts if opt.startswith("--")}


def documented() -> dict[str, set[str]]:
    """The first cell of each row: words up to the first argument are the command."""
    text = (DOCS / "operate" / "command-line.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `(remit [^`]+)` \|", text, re.MULTILINE)
    named = re.compile(r"remit [a-z][a-z-]*(?: [a-z][a-z-]*)?")
    return {named.findall(line)[0]: set(re.findall(r"--[a-z-]+", line)) for line in lines}


def test_every_command_is_documented_with_its_options() -> None:
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    real = dict(commands(group))
    written = documented()
    assert set(written) == set(real)
    for name, options in written.items():
        assert options <= real[name], f"{name}: the page has options that the command lacks"
        assert real[name] - options <= {"--json", "--help"}, (
            f"{name}: the page lacks {real[name] - options - {'--json'}}"
        )


def test_every_operation_of_the_api_is_documented() -> None:
    page = (DOCS / "api.md").read_text(encoding="utf-8")
    for path in api.get_openapi_schema()["paths"]:
        assert path.removesuffix("/yaml") in page, path
