"""`remit extract` and `remit import`: documents to draft charters, without a database and into it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from remit.cli import places
from remit.cli.answers import CliError, print_json, refusals_as_sentences

if TYPE_CHECKING:
    from remit.kernel.charters.importing.source import Source

# What the in-process readers parse themselves. Everything else goes to parsers of other people's formats, which are given a
# process of their own, so that one crafted file can't take the other documents along.
_PLAIN = frozenset({"text", "csv", "markdown"})

Files = Annotated[list[Path], typer.Argument(metavar="FILE…", help="文档 · docx doc pdf xlsx xls html md rtf txt csv")]
Encoding = Annotated[str | None, typer.Option(help="文本文件的编码,一般不必给 · Of text files, if detection errs.")]


def register(app: typer.Typer) -> None:
    app.command("import")(import_files)
    app.command()(extract)


def extract(
    files: Files,
    out: Annotated[Path, typer.Option(help="结果文件夹 · Where NAME.json go.")],
    encoding: Encoding = None,
    as_json: Annotated[bool, typer.Option("--json", help="每个文件一行 JSON · One JSON line a file.")] = False,
) -> None:
    """读文档,每个写成一个 NAME.json,不用数据库 · Read documents into JSON, without a database."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CliError(f"{out}:建不了这个文件夹({error.strerror})。换一个 --out。", 2) from error
    targets = _targets(files, out)
    failed = 0
    for path in files:
        line = _extract_one(path, targets[path], encoding)
        failed += "error" in line
        if as_json:
            print_json(line)
        elif "error" in line:
            typer.echo(f"{path}:{line['error']}", err=True)
        else:
            typer.echo(f"{path} → {targets[path]}({line['positions']} 个岗位,{line['duties']} 条职责)")
            for warning in line["warnings"]:
                typer.echo(f"{path}:{warning}", err=True)
    if failed:
        if not as_json:
            typer.echo(f"{len(files)} 个文件中有 {failed} 个没有读成。", err=True)
        raise typer.Exit(1)


def _targets(files: list[Path], out: Path) -> dict[Path, Path]:
    """NAME.json for each; two documents of one name keep their endings (a.docx.json, a.pdf.json), so that neither is lost."""
    stems = [path.stem for path in dict.fromkeys(files)]
    targets = {
        path: out / (f"{path.stem}.json" if stems.count(path.stem) == 1 else f"{path.name}.json") for path in files
    }
    if len(set(targets.values())) < len(targets):
        raise CliError("有同名的文件,结果会互相覆盖:请分开读到不同的 --out。", 2)
    return targets


def _extract_one(path: Path, target: Path, encoding: str | None) -> dict[str, Any]:
    from remit.kernel.charters.importing.gold import to_gold
    from remit.kernel.charters.importing.reading import read_charters

    line: dict[str, Any] = {"file": str(path)}
    try:
        source = _read(path, encoding)
    except CliError as error:
        return {**line, "error": str(error)}
    draft = read_charters(source)
    found = to_gold(draft)
    try:
        target.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        return {**line, "error": f"写不了 {target}({error.strerror})。"}
    duties = sum(len(position["duties"]) for position in found["positions"])
    warnings = [*source.warnings, *draft.warnings]
    return {**line, "out": str(target), "positions": len(found["positions"]), "duties": duties, "warnings": warnings}


def _read(path: Path, encoding: str | None) -> "Source":
    """Raises CliError with the reason in one sentence."""
    from remit.kernel.charters.importing.readers import read_bytes
    from remit.kernel.charters.importing.readers.limits import check_size
    from remit.kernel.charters.importing.readers.sandbox import read_guarded
    from remit.kernel.charters.importing.readers.sniffing import sniff
    from remit.kernel.charters.importing.source import UnreadableDocument

    try:
        check_size(path.stat().st_size)
        data = path.read_bytes()
        read = read_bytes if sniff(data, path.name) in _PLAIN else read_guarded
        return read(data, path.name, encoding=encoding)
    except UnreadableDocument as error:
        raise CliError(error.message) from error
    except OSError as error:
        raise CliError(_unreadable(error)) from error


def _unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "没有这个文件。检查路径。"
    if isinstance(error, IsADirectoryError):
        return "这是文件夹,请给出文件(如 文件夹/*.docx)。"
    return f"读不到这个文件({error.strerror})。检查权限。"


def import_files(
    files: Files,
    company: Annotated[str, typer.Option(help="公司的名称或编号 · Company, by name or code.")] = "",
    as_person: Annotated[str, typer.Option("--as", help="以谁的身份 · In whose name; else the operator's.")] = "",
    encoding: Encoding = None,
    as_json: Annotated[bool, typer.Option("--json", help="每个文件一行 JSON · One JSON line a file.")] = False,
) -> None:
    """文档读成岗位说明书草稿,等人审阅 · Documents to draft charters in the database, ready for review."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.cli.acting import actor_named, company_named

        actor, unit = actor_named(as_person), company_named(company)
        failed = 0
        for path in files:
            line = _import_one(path, unit.pk, actor, encoding)
            failed += "error" in line
            if as_json:
                print_json(line)
            elif "error" in line:
                typer.echo(f"{path}:{line['error']}", err=True)
            else:
                typer.echo(f"{path} → 草稿 #{line['document']}({line['positions']} 个岗位),在网页的“导入”里审阅。")
        if failed:
            raise typer.Exit(1)


def _import_one(path: Path, company_id: int, actor: Any, encoding: str | None) -> dict[str, Any]:
    from remit.kernel.charters.importing.readers.limits import check_size
    from remit.kernel.charters.importing.receiving import receive_file
    from remit.kernel.charters.importing.source import UnreadableDocument
    from remit.lib.refusals import Refusal

    line: dict[str, Any] = {"file": str(path)}
    try:
        check_size(path.stat().st_size)
        result = receive_file(actor, path.read_bytes(), path.name, company=company_id, encoding=encoding)
    except UnreadableDocument as error:
        return {**line, "error": error.message}
    except Refusal as error:
        return {**line, "error": error.sentence}
    except OSError as error:
        return {**line, "error": _unreadable(error)}
    return {
        **line,
        "document": result.subject[1],
        "positions": result.changes.get("positions", 0),
        "page": "/charters/imports/",
    }
