"""`remit backup`, `restore`, `verify`: the whole installation in one file, back again, and whether it is whole."""

from pathlib import Path
from typing import Annotated

import typer

from remit.cli import places
from remit.cli.answers import CliError, print_json

AsJson = Annotated[bool, typer.Option("--json", help="一行 JSON · One line of JSON.")]


def register(app: typer.Typer) -> None:
    app.command()(backup)
    app.command()(restore)
    app.command()(verify)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="写到哪里 · The file to write.")], as_json: AsJson = False
) -> None:
    """整个安装存成一个文件 · Database and stored files in one file, while everything runs on."""
    with places.installation():
        from remit.cli import archive

        manifest = archive.write(file)
        if as_json:
            print_json({"file": str(file), **manifest.summary()})
            return
        typer.echo(f"{file}:{manifest.bytes_total:,} 字节,{len(manifest.files)} 个附件。")
        typer.echo(f"最后的封签 {manifest.last_digest or '(还没有)'}:抄在别处,以后用 remit verify --expect 核对。")
        typer.echo("封签密钥和登录密钥不在备份里,请另外保管。")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="备份文件 · The backup.")],
    force: Annotated[bool, typer.Option("--force", help="先清空现有数据 · Replace what is there.")] = False,
) -> None:
    """从备份恢复 · Restore a backup into an empty database; all of it or nothing."""
    with places.database(create=True) as server:
        if server is not None and not server.is_owner:
            raise CliError("还有别的 remit 程序在用这个数据库:先停止 remit serve 和 remit worker,再恢复。")
        places.start_django()
        from remit.cli import archive

        manifest = archive.restore(file, force=force)
        if places.pending_migrations():
            from django.core.management import call_command

            call_command("migrate", interactive=False, verbosity=0)
            typer.echo(f"备份出自 {manifest.remit},数据库结构已升级到本版本。")
        typer.echo(f"已恢复 {manifest.made_at} 的备份:{len(manifest.files)} 个附件。接着运行 remit verify。")


def verify(
    expect: Annotated[str, typer.Option(help="当时抄下的封签 · A seal that was noted elsewhere.")] = "",
    as_json: AsJson = False,
) -> None:
    """留痕的封签、引用和附件是否完整 · Whether seals, references and stored files are whole."""
    with places.installation():
        from remit.cli import integrity

        report = integrity.examine(expect)
        if as_json:
            print_json(report.as_json())
        else:
            for line in report.lines():
                typer.echo(line)
        if report.faults:
            raise typer.Exit(1)
