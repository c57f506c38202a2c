"""`remit authority …` and `remit do`: ask what authority answers, and act through the same gate as every page."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from remit.cli import places
from remit.cli.answers import CliError, print_json, refusals_as_sentences
from remit.lib import clock

if TYPE_CHECKING:
    from remit.kernel.authority.decisions import Decision
    from remit.kernel.authority.explain import Candidate
    from remit.kernel.authority.gate import Result
    from remit.kernel.authority.models import Grant

app = typer.Typer(no_args_is_help=True, help="授权:谁能决定什么,为什么 · Who may decide what, and why.")

Facts = Annotated[list[str] | None, typer.Argument(metavar="key=value…", help="事实 · Facts; key:=JSON for lists.")]
AsJson = Annotated[bool, typer.Option("--json", help="一行 JSON · One line of JSON.")]
As = Annotated[
    str, typer.Option("--as", help="姓名、工号或 #编号;不给则为操作员 · In whose name; else the operator's.")
]


def register(root: typer.Typer) -> None:
    root.command("do")(do)


@app.command()
def why(person: str, action: str, facts: Facts = None, as_json: AsJson = False) -> None:
    """某人能不能做、依据哪一条、不能时谁能 · The decision, the clauses it rests on, and who could decide."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.cli.acting import actor_named, given_facts
        from remit.kernel.authority.explain import trace
        from remit.kernel.authority.gate import dry_run

        decision = dry_run(actor_named(person), action, given_facts(facts or []))
        ladder = trace(decision)
        if as_json:
            print_json({**decision.as_json(), "ladder": [_candidate_as_json(candidate) for candidate in ladder]})
            return
        _print_decision(decision)
        if ladder:
            typer.echo("\n谁能决定(✓ 现在就能,✗ 还差什么):")
        for candidate in ladder:
            typer.echo(_candidate_line(candidate))


def _print_decision(decision: "Decision") -> None:
    typer.echo(decision.sentence)
    for clause in decision.clauses:
        typer.echo(f"  依据 {clause.position}:{clause.where}({clause.limit}) {clause.text}".rstrip())


def _candidate_line(candidate: "Candidate") -> str:
    people = "、".join(candidate.holders) or "空缺"
    if candidate.deputies:
        people += f",{'、'.join(candidate.deputies)} 代理"
    place = "本人" if candidate.is_own else "上级" if candidate.on_the_line else "不在汇报线上"
    short = f":{';'.join(candidate.shortfalls)}" if candidate.shortfalls else ""
    mark = "✓" if candidate.covers else "✗"
    clause = candidate.clause
    return f"  {mark} {candidate.unit} {clause.position}({people},{place}) {clause.where},{clause.limit}{short}"


def _candidate_as_json(candidate: "Candidate") -> dict[str, Any]:
    return {
        "position_id": candidate.position.id,
        "position": candidate.position.title,
        "unit": candidate.unit,
        "holders": list(candidate.holders),
        "deputies": list(candidate.deputies),
        "clause": candidate.clause.as_json(),
        "covers": candidate.covers,
        "shortfalls": list(candidate.shortfalls),
        "on_the_line": candidate.on_the_line,
    }


@app.command()
def actions(
    family: Annotated[str, typer.Argument(help="只看一族,如 organization · Only one family.")] = "",
    as_json: AsJson = False,
) -> None:
    """全部业务动作和它们的事实 · Every action with its facts."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.kernel.authority.facts import asked
        from remit.kernel.authority.loading import all_actions

        found = [action for name, action in sorted(all_actions().items()) if not family or action.family == family]
        if not found:
            raise CliError(f"没有“{family}”这一族业务动作;不带参数列出全部。")
        if as_json:
            print_json([{"name": a.name, "label": str(a.label), "facts": list(asked(a.facts))} for a in found])
            return
        for action in found:
            typer.echo(f"{action.name}  {action.label}")
            for fact in asked(action.facts).values():
                need = "" if fact.required else ",可不给"
                choices = f":{'、'.join(key for key, _label in fact.choices)}" if fact.choices else ""
                typer.echo(f"    {fact.name}  {fact.label}({fact.kind}{need}){choices}")


@app.command("what-if")
def what_if(
    position: Annotated[str, typer.Argument(help="岗位 · Position, by code or 部门/岗位.")],
    action: Annotated[str, typer.Argument(help="授权写的业务动作 · The action (or family) of the grant.")],
    limits: Annotated[list[str], typer.Argument(metavar="fact=limit…", help='如 amount="<= 800 CNY"')],
    days: Annotated[int, typer.Option(min=1, max=3660, help="往回看几天 · Days to look back.")] = 90,
    clause: Annotated[str, typer.Option(help="有几条时指明哪一条 · Which clause, if several.")] = "",
    as_json: AsJson = False,
) -> None:
    """换一个限额,过去的决定会怎样 · What another limit would have stopped or let through."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.cli.acting import given_facts
        from remit.kernel.authority import whatif
        from remit.kernel.authority.models import Ruling
        from remit.lib.limits import parse_bound

        grant = _grant_of(position, action, clause)
        try:
            bounds = {name: parse_bound(str(text)) for name, text in given_facts(limits).items()}
        except ValueError as error:
            raise CliError(f'{error} 例如 amount="<= 800 CNY"。', 2) from error
        answer = whatif.what_if(grant, bounds, Ruling.objects.all(), days)
        if as_json:
            let, stopped = [c.ruling.pk for c in answer.let_through], [c.ruling.pk for c in answer.stopped]
            print_json({"looked_at": answer.looked_at, "let_through": let, "stopped": stopped})
            return
        typer.echo(f"最近 {days} 天有关的决定共 {answer.looked_at} 件:")
        for title, changed in (("改后会放行", answer.let_through), ("改后会拦下", answer.stopped)):
            typer.echo(f"{title} {len(changed)} 件")
            for item in changed:
                typer.echo(f"  {item.ruling.at:%Y-%m-%d} {item.ruling.person} {item.ruling.facts}")


def _grant_of(position: str, action: str, clause: str) -> "Grant":
    from django.db.models import Q
    from django.utils import timezone

    from remit.kernel.authority.models import Grant
    from remit.kernel.organization.queries import find_position

    today = timezone.localdate(clock.now())
    in_force = Q(start__lte=today) & (Q(end=None) | Q(end__gt=today))
    found = Grant.objects.filter(in_force, position=find_position(position), action=action)
    if clause:
        found = found.filter(clause=clause)
    grants = list(found.order_by("id"))
    if len(grants) != 1:
        known = "、".join(grant.clause for grant in grants)
        raise CliError(
            f"“{position}”有 {len(grants)} 条“{action}”的授权,用 --clause 指明:{known}。"
            if grants
            else f"“{position}”现在没有“{action}”的授权。"
        )
    return grants[0]


def do(
    action: str,
    facts: Facts = None,
    as_person: As = "",
    key: Annotated[str | None, typer.Option(help="同一个 key 只办一次 · A repeated key changes nothing.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只问不做 · Ask, change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """办理任何业务动作,与网页走同一道门 · Any action, through the same gate as every page."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.cli.acting import given_facts

        act(action, given_facts(facts or []), as_person=as_person, key=key, ask_only=dry_run, as_json=as_json)


def act(
    action: str,
    given: dict[str, Any],
    *,
    as_person: str,
    key: str | None = None,
    ask_only: bool = False,
    as_json: bool = False,
) -> "Result | None":
    """Perform (or only ask) and print what came of it. To be called within `installation` and `refusals_as_sentences`."""
    from remit.cli.acting import actor_named
    from remit.kernel.authority import gate

    actor = actor_named(as_person)
    if ask_only:
        decision = gate.dry_run(actor, action, given)
        if as_json:
            print_json(decision.as_json())
        else:
            _print_decision(decision)
        if decision.outcome == "refused":
            raise typer.Exit(1)
        return None
    result = gate.perform(actor, action, given, key=key)
    if as_json:
        print_json({**result.as_json(), "repeated": result.repeated})
    else:
        typer.echo(result.sentence)
        label = result.request_number if result.kind == "requested" else result.subject[2]
        said = "已提交审批" if result.kind == "requested" else "此前已办,没有重办" if result.repeated else "已办理"
        typer.echo(f"{said}:{label}(事件 {result.event_id})")
    return result
