"""`remit bench …`: what README claims about speed, measured here and now against a floor in the same run."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from remit.cli.answers import CliError

_REQUIRED = ("bench", "value", "floor", "unit", "ratio")


def register(app: typer.Typer) -> None:
    app.command()(bench)


def bench(
    name: Annotated[str, typer.Argument(help="名称,或 all · A name, or all.")],
    as_json: Annotated[bool, typer.Option("--json", help="最后一行是 JSON · The last line is an object.")] = False,
    scale: Annotated[float, typer.Option(min=0.001, max=1000, help="数据量的倍数 · Times the usual size.")] = 1.0,
) -> None:
    """性能测试,与同一次运行里的底线比 · A benchmark against its floor in the same run."""
    folder = _folder()
    known = sorted(path.stem for path in folder.glob("[a-z]*.py"))
    wanted = known if name == "all" else [name]
    if unknown := [one for one in wanted if one not in known]:
        raise CliError(f"没有“{unknown[0]}”这个性能测试,可用:{'、'.join(known) or '无'},或 all。", 2)
    failed = False
    for one in wanted:
        failed |= not _run(folder / f"{one}.py", scale, as_json=as_json)
    if failed:
        raise typer.Exit(1)


def _folder() -> Path:
    """Benches belong to the source tree; an installed wheel has none."""
    for root in (Path.cwd(), Path(__file__).resolve().parents[3]):
        if any((root / "bench").glob("*.py")):
            return root / "bench"
    raise CliError("性能测试在源码树的 bench/ 里:请在检出的目录中运行。")


def _run(script: Path, scale: float, *, as_json: bool) -> bool:
    """Runs the script, whose last line is its JSON object. False where it failed or answered otherwise."""
    command = [sys.executable, str(script), "--json", "--scale", str(scale)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")  # noqa: S603 - our own script
    held = ""
    for line in process.stdout or ():  # shown as it comes, one line late: the last one is for programs
        if held:
            typer.echo(held)
        held = line.rstrip("\n")
    if process.wait():
        typer.echo(held)
        typer.echo(f"{script}:以 {process.returncode} 结束,见上。", err=True)
        return False
    found = _object(held)
    if found is None:
        typer.echo(held)
        typer.echo(f"{script}:最后一行应是含 {', '.join(_REQUIRED)} 的 JSON 对象。", err=True)
        return False
    typer.echo(
        held
        if as_json
        else f"{found['bench']}:{found['value']} {found['unit']},底线 {found['floor']},比值 {found['ratio']}"
    )
    return True


def _object(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except json.JSONDecodeError:
        return None
    return found if isinstance(found, dict) and all(key in found for key in _REQUIRED) else None
