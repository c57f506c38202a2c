"""`remit mail …`: read the mailboxes now, without waiting for the timer."""

from typing import Annotated

import typer

from remit.cli import places
from remit.cli.answers import print_json, refusals_as_sentences

app = typer.Typer(no_args_is_help=True, help="邮箱 · Mailboxes whose mails become cases.")


@app.command()
def fetch(as_json: Annotated[bool, typer.Option("--json", help="一行 JSON · One line of JSON.")] = False) -> None:
    """立即收取所有邮箱的新邮件,立项或附到事项 · Read every mailbox; new mails become cases or notes on them."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.kernel.procedures.mailbox.answering import send_answers
        from remit.kernel.procedures.mailbox.fetching import fetch_all

        fetched = fetch_all()
        answered = send_answers()
        if as_json:
            boxes = [{"address": one.address, "states": one.states, "error": one.error} for one in fetched]
            print_json({"mailboxes": boxes, "answered": answered})
        else:
            for one in fetched:
                said = "、".join(f"{WORDS[state]} {count}" for state, count in one.states.items()) or "没有新邮件"
                typer.echo(f"{one.address}:{said}" + (f";中断:{one.error}" if one.error else ""))
            if not fetched:
                typer.echo("还没有邮箱;在网页的“设置 → 收件邮箱”里添加。")
        if any(one.error for one in fetched):
            raise typer.Exit(1)


WORDS = {"opened": "新立事项", "noted": "附到事项", "refused": "未能受理", "ignored": "自动邮件"}
