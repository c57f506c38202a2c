"""`remit …`: what operators, scripts and people at a terminal call.

Kept light: `remit --help` must not load Django, so every module here imports the standard library and typer at its top and
everything else inside the command that needs it.
"""

import os
import sys
from typing import Annotated

import typer

from remit.cli import accounts, approvals, authority, backups, benches, documents, fees, mail, packs, places, running
from remit.cli.answers import CliError

HELP = """履职:让岗位职责自己运转。A company's job descriptions run its customer department.

先试:remit demo(一家有一年经历的示例公司)。Start with `remit demo`; every command explains itself with --help."""

app = typer.Typer(
    name="remit",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: readable in every terminal and log, and 0.1 s faster
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"remit {version('remit')}")
        raise typer.Exit()


@app.callback()
def everywhere(
    demo: Annotated[bool, typer.Option("--demo", help="在演示数据上运行 · Work on the demo's data.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="版本 · Version.")
    ] = False,
) -> None:
    if demo:
        places.use_demo()


running.register(app)
documents.register(app)
backups.register(app)
benches.register(app)
app.add_typer(authority.app, name="authority")
authority.register(app)
app.add_typer(approvals.app, name="approvals")
app.add_typer(fees.app, name="bill")
app.add_typer(packs.app, name="pack")
app.add_typer(mail.app, name="mail")
app.add_typer(accounts.app, name="user")
accounts.register(app)


def main() -> None:
    """The entry point. Exit codes: 0 done, 1 refused or failed (one sentence says why), 2 called wrongly."""
    # A pipe or a log with an odd locale must not turn Chinese into a traceback.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.settings")
    try:
        app()
    except CliError as error:
        typer.echo(f"remit: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:  # `remit … | head`: who reads has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(0)


if __name__ == "__main__":
    main()
