"""`remit pack …`: what packs there are, what is wrong with one, load it."""

from pathlib import Path
from typing import Annotated

import typer

from remit.cli import places
from remit.cli.answers import CliError, print_json, refusals_as_sentences

app = typer.Typer(no_args_is_help=True, help="行业包 · Packs of an industry: charters and actions.")

Folder = Annotated[
    Path, typer.Argument(metavar="PATH", help="行业包的文件夹,或自带包的名字 · Folder, or a shipped name.")
]
AsJson = Annotated[bool, typer.Option("--json", help="一行 JSON · One line of JSON.")]


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """自带的行业包,不用数据库 · The packs that are shipped."""
    places.start_django()
    from remit.kernel.packs.loader import list_packs, read_pack

    found = []
    for folder in list_packs():
        page = read_pack(folder).page
        found.append({"name": page.name, "version": page.version, "label": page.labels.zh_hans, "folder": str(folder)})
    if as_json:
        print_json(found)
        return
    for row in found:
        typer.echo(f"{row['name']} {row['version']}  {row['label']}  {row['folder']}")
    if not found:
        typer.echo("没有自带的行业包。")


@app.command()
def check(path: Folder, as_json: AsJson = False) -> None:
    """检查一个行业包,错误都带文件和行号 · What is wrong with a pack, by file and line; no database."""
    places.start_django()
    from remit.kernel.packs.loader import check_pack

    folder = _folder(path)
    faults = check_pack(folder)
    if as_json:
        print_json([{"file": f.file, "line": f.line, "column": f.column, "path": f.path,
                     "message": f.message_zh, "hint": f.hint} for f in faults])  # fmt: skip
    else:
        for fault in faults:
            typer.echo(str(fault), err=True)
        typer.echo(f"{folder}:有 {len(faults)} 处错误。" if faults else f"{folder}:没有错误。")
    if faults:
        raise typer.Exit(1)


@app.command()
def load(
    path: Folder,
    as_person: Annotated[str, typer.Option("--as", help="以谁的身份 · In whose name; else the operator's.")] = "",
    as_json: AsJson = False,
) -> None:
    """装入行业包 · Load a pack, or a newer version of one that is installed."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.cli.authority import act

        act("pack.load", {"path": str(_folder(path).resolve())}, as_person=as_person, as_json=as_json)


def _folder(path: Path) -> Path:
    from remit.kernel.packs.loader import SHIPPED

    if not path.is_dir() and (SHIPPED / path.name / "pack.yaml").exists() and len(path.parts) == 1:
        return SHIPPED / path.name
    if not path.is_dir():
        raise CliError(f"{path} 不是文件夹。给出含有 pack.yaml 的文件夹,或 remit pack list 里的名字。", 2)
    return path
