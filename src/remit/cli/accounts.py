"""`remit init`, the first installation of a company, and `remit user …`."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from remit.cli import places
from remit.cli.answers import CliError, print_json, refusals_as_sentences
from remit.lib import clock

if TYPE_CHECKING:
    from remit.kernel.accounts.actor import Actor

app = typer.Typer(no_args_is_help=True, help="登录账号 · Logins.")

AsJson = Annotated[bool, typer.Option("--json", help="一行 JSON · One line of JSON.")]
As = Annotated[str, typer.Option("--as", help="以谁的身份 · In whose name; else the operator's.")]
Person = Annotated[str, typer.Argument(help="姓名、工号或 #编号 · Name, employee number or #id.")]

# What the first administrator may do: build the organization, bring charters into force, give logins. No business decisions:
# those come from the charters that he activates.
ADMINISTRATOR: Final = """\
title: 系统管理员
purpose: 建立组织机构,让岗位说明书生效,管理登录账号。
duties:
  - {id: d1, text: 维护组织机构、岗位和任职, binding: {kind: record}}
  - {id: d2, text: 导入并启用岗位说明书, binding: {kind: control}}
  - {id: d3, text: 管理登录账号, binding: {kind: control}}
authority:
  - {id: a1, text: 有权调整组织机构、岗位、任职和代理, grants: [{action: "organization.*"}]}
  - {id: a2, text: 有权导入、启用和修订岗位说明书, grants: [{action: "charter.*"}]}
  - {id: a3, text: 有权开立、重置和关闭登录账号, grants: [{action: "account.*"}]}
  - {id: a4, text: 有权装入行业包, grants: [{action: "pack.*"}]}
"""


def register(root: typer.Typer) -> None:
    root.command()(init)


def init(
    company: Annotated[str, typer.Option(prompt="公司名称", help="公司名称 · The company's name.")],
    administrator: Annotated[str, typer.Option(prompt="管理员姓名", help="管理员姓名 · The administrator's name.")],
    group: Annotated[str, typer.Option(help="公司之上的集团 · The group above the company.")] = "集团",
    employee_no: Annotated[
        str, typer.Option(help="管理员工号,也是登录名 · Employee number, also the login.")
    ] = "admin",
    as_json: AsJson = False,
) -> None:
    """首次安装:集团、公司、管理员和一次性密码 · The first installation of a company, with its administrator."""
    with places.database(create=True):
        places.start_django()
        from remit.cli.running import bring_up_to_date

        bring_up_to_date()
        with places.in_chinese(), refusals_as_sentences(as_json=as_json):
            password = _found(company.strip(), group.strip(), administrator.strip(), employee_no.strip())
    if as_json:
        print_json({"username": employee_no.lower(), "password": password})
        return
    typer.echo(f"{company} 已建立。管理员 {administrator}:")
    typer.echo(f"  登录名 {employee_no.lower()}")
    typer.echo(f"  一次性密码 {password}(首次登录时改掉)")
    typer.echo("接着运行 remit serve,登录后导入岗位说明书。")


def _found(company: str, group: str, administrator: str, employee_no: str) -> str:
    """Everything through the gate in the operator's name, in one transaction. Returns the password. Raises Refusal."""
    from django.db import transaction
    from django.utils import timezone

    from remit.cli.acting import actor_named
    from remit.kernel.accounts.passwords import temporary_password
    from remit.kernel.authority.gate import perform
    from remit.kernel.organization.models import Unit

    if Unit.objects.exists():
        raise CliError("这里已经有公司了:remit init 只用于首次安装。忘了密码用 remit user reset-password。")
    operator, today = actor_named(""), timezone.localdate(clock.now())
    with transaction.atomic():

        def do(action: str, **facts: Any) -> int:
            return int(perform(operator, action, facts).subject[1])

        top = do("organization.found", name=group, code="G", start=today)
        unit = do("organization.open_unit", parent=top, kind="company", name=company, code="C1", start=today)
        post = do("organization.open_position", unit=unit, title="系统管理员", code="ADM-01", start=today)
        do("charter.define", position=post, yaml={"text": ADMINISTRATOR}, start=today)
        person = do("organization.hire", name=administrator, employee_no=employee_no, company=unit, joined_on=today)
        do("organization.appoint", position=post, person=person, start=today)
        password = temporary_password()
        do("account.create_login", person=person, password=password)
    return password


@app.command("list")
def list_all(as_json: AsJson = False) -> None:
    """谁有登录账号 · Who has a login."""
    with places.installation():
        from remit.kernel.organization.models import Person as People

        people = People.objects.filter(user__isnull=False).select_related("user").order_by("sort_key", "id")
        rows = [
            {"username": p.user.username, "name": p.name, "employee_no": p.employee_no, "is_active": p.user.is_active}
            for p in people
            if p.user is not None
        ]
        if as_json:
            print_json(rows)
            return
        for row in rows:
            typer.echo(
                f"{row['username']:<20} {row['name']}({row['employee_no']}){'' if row['is_active'] else ' 已关闭'}"
            )


@app.command()
def create(
    person: Person,
    username: Annotated[str, typer.Option(help="登录名,默认工号 · User name; else the employee number.")] = "",
    as_person: As = "",
    as_json: AsJson = False,
) -> None:
    """开立登录账号,打印一次性密码 · A login, with its one-time password."""
    _with_password("account.create_login", person, {"username": username}, as_person, as_json)


@app.command("reset-password")
def reset_password(person: Person, as_person: As = "", as_json: AsJson = False) -> None:
    """给一个新的一次性密码,结束其会话 · A new one-time password; ends the person's sessions."""
    _with_password("account.reset_password", person, {}, as_person, as_json)


@app.command()
def close(person: Person, as_person: As = "", as_json: AsJson = False) -> None:
    """关闭登录账号 · Close a login."""
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.cli.authority import act

        act("account.deactivate", {"person": person}, as_person=as_person, as_json=as_json)


def _with_password(action: str, person: str, given: dict[str, Any], as_person: str, as_json: bool) -> None:
    with places.installation(), refusals_as_sentences(as_json=as_json):
        from remit.cli.acting import actor_named
        from remit.kernel.accounts.passwords import temporary_password
        from remit.kernel.accounts.queries import current_policy
        from remit.kernel.authority.gate import perform

        actor: Actor = actor_named(as_person)
        password = temporary_password(current_policy().min_length)
        result = perform(actor, action, {"person": person, "password": password, **given})
        name = str(result.changes.get("username", ""))
        if as_json:
            print_json({"username": name, "password": password, "event_id": result.event_id})
            return
        typer.echo(f"登录名 {name},一次性密码 {password}(首次登录时改掉)")
