"""`remit approvals …`: what waits for a decision, and the decisions; thin over the same actions as the pages."""

from typing import Annotated, Any

import typer

from remit.cli import places
from remit.cli.answers import print_json, refusals_as_sentences

app = typer.Typer(no_args_is_help=True, help="审批:等谁决定,批准、驳回、退回提问 · Requests and decisions.")

Number = Annotated[str, typer.Argument(help="审批单号,如 SQ-2026-0007 · The request's number.")]
As = Annotated[str, typer.Option("--as", help="以谁的身份 · In whose name.")]
Note = Annotated[str, typer.Option(help="备注 · A note.")]
Reason = Annotated[str, typer.Option(help="理由 · The reason.")]
Text = Annotated[str, typer.Argument(help="文字 · The text.")]
AsJson = Annotated[bool, typer.Option("--json", help="一行 JSON · One line of JSON.")]


@app.command("list")
def list_waiting(as_person: As, as_json: AsJson = False) -> None:
    """等这个人决定的 · What waits for this person's decision, nearest deadline first."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from django.utils import timezone

        from remit.kernel.authority.queries import waiting_steps
        from remit.kernel.authority.reading import Reader
        from remit.kernel.organization.queries import find_person

        steps = list(waiting_steps(find_person(as_person)).select_related("request__requester", "position"))
        reader = Reader([(step.request.action, step.request.facts) for step in steps])
        if as_json:
            print_json([{"number": step.request.number, "action": step.request.action, "facts": step.request.facts,
                         "requester": step.request.requester.name, "due_at": step.due_at} for step in steps])  # fmt: skip
            return
        for step in steps:
            request, due = step.request, timezone.localtime(step.due_at)
            line = reader.headline(request.action, request.facts)
            typer.echo(f"{request.number}  {line}  {request.requester.name} 申请,{due:%m-%d %H:%M} 前")
        if not steps:
            typer.echo("没有等待决定的审批。")


@app.command()
def approve(number: Number, as_person: As, note: Note = "", as_json: AsJson = False) -> None:
    """批准并办理 · Approve and carry out."""
    _do("approval.approve", number, as_person, {"note": note}, as_json)


@app.command()
def reject(number: Number, as_person: As, reason: Reason, as_json: AsJson = False) -> None:
    """驳回 · Reject."""
    _do("approval.reject", number, as_person, {"note": reason}, as_json)


@app.command("ask-back")
def ask_back(number: Number, question: Text, as_person: As, as_json: AsJson = False) -> None:
    """退回提问,时钟停走 · Return with a question; the clock stands still."""
    _do("approval.ask_back", number, as_person, {"question": question}, as_json)


@app.command()
def answer(number: Number, text: Text, as_person: As, as_json: AsJson = False) -> None:
    """答复提问 · Answer the question."""
    _do("approval.answer", number, as_person, {"answer": text}, as_json)


@app.command()
def withdraw(number: Number, as_person: As, note: Note = "", as_json: AsJson = False) -> None:
    """撤回自己的申请 · Withdraw one's own request."""
    _do("approval.withdraw", number, as_person, {"note": note}, as_json)


def _do(action: str, number: str, as_person: str, given: dict[str, Any], as_json: bool) -> None:
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.cli.authority import act
        from remit.kernel.authority.models import Request

        found = Request.objects.filter(number=number.strip().upper()).values_list("pk", flat=True).first()
        if found is None:
            raise LookupError(f"没有编号为“{number}”的审批单。用 remit approvals list --as 姓名 查看。")
        act(action, {"request": found, **given}, as_person=as_person, as_json=as_json)
