"""`remit serve`, `worker`, `demo`, `migrate`: what keeps an installation running."""

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Annotated, Final

import typer

from remit.cli import places
from remit.cli.answers import CliError
from remit.lib import clock

# One number for "somebody prepares this database": two processes that migrate at once would break each other's work.
_PREPARING: Final = 0x52454D50
_LOGINS_SHOWN: Final = 24
_ALSO_LOCALHOST: Final = frozenset({"127.0.0.1", "0.0.0.0"})  # noqa: S104 - compared with, not bound to

Host = Annotated[str, typer.Option(help="监听地址 · Address to listen on.", envvar="REMIT_HOST")]
Port = Annotated[int, typer.Option(help="端口 · Port.", envvar="REMIT_PORT")]
Workers = Annotated[int, typer.Option(min=1, max=64, help="网页进程数 · Web processes.", envvar="REMIT_WORKERS")]
NoWorker = Annotated[bool, typer.Option("--no-worker", help="不在里面跑后台任务 · Leave jobs to `remit worker`.")]


def register(app: typer.Typer) -> None:
    app.command()(demo)
    app.command()(serve)
    app.command()(worker)
    app.command()(migrate)
    app.command(hidden=True)(prepare)


def serve(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = 2, no_worker: NoWorker = False) -> None:
    """网页与后台任务 · Web and jobs, on the embedded database unless DATABASE_URL names a real one."""
    _serve(host, port, workers, with_worker=not no_worker, preparation=["prepare"])


def demo(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 2,
    fresh: Annotated[bool, typer.Option("--fresh", help="丢掉旧的示例数据重建 · Build the data anew.")] = False,
    seed: Annotated[int, typer.Option(help="同一个数,同样的数据 · The same seed gives the same data.")] = 7,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="只建数据,不开网页 · Build the data only.")] = False,
) -> None:
    """示例公司与网页 · A company with a year of life behind it, and the server on it."""
    places.use_demo()
    if fresh and os.environ.get("DATABASE_URL"):
        raise CliError("--fresh 会清空数据库,只用于自带的数据库。DATABASE_URL 指向的服务器请自己清空,或取消这个变量。")
    preparation = ["prepare", "--demo-company", "--seed", str(seed), *(["--fresh"] if fresh else [])]
    if no_serve:
        with places.database(create=True):
            _run_prepare(preparation)
        return
    _serve(host, port, workers, with_worker=True, preparation=[*preparation, "--address", f"http://localhost:{port}"])


def _serve(host: str, port: int, workers: int, *, with_worker: bool, preparation: Sequence[str]) -> None:
    import logging

    from remit.embedded import EmbeddedPostgresError
    from remit.serving import PortUnusable
    from remit.serving import serve as run

    logging.basicConfig(level=os.environ.get("REMIT_LOG_LEVEL", "INFO"), format="%(asctime)s %(levelname)s %(message)s")
    server = places.embedded()

    def before() -> None:
        if server is not None:
            server.ensure_database(places.DATABASE)
            # For the preparation only: the programs are handed the address by `serve` itself.
            os.environ["DATABASE_URL"] = server.url(places.DATABASE)
        try:
            _run_prepare(preparation)
        finally:
            if server is not None:
                del os.environ["DATABASE_URL"]
        where = "localhost" if host in _ALSO_LOCALHOST else host
        typer.echo(f"履职已在 http://{where}:{port} 运行,按 Ctrl+C 停止。")

    try:
        code = run(server, host=host, port=port, workers=workers, with_worker=with_worker, before=before)
    except (PortUnusable, EmbeddedPostgresError) as error:
        raise CliError(str(error)) from error
    if code:
        raise typer.Exit(code)


def _run_prepare(arguments: Sequence[str]) -> None:
    """In a process of its own, so that the supervisor stays small and holds no connection; it prints for itself."""
    done = subprocess.run([sys.executable, "-m", "remit.cli.main", *arguments], check=False)  # noqa: S603 - ourselves
    if done.returncode:
        raise typer.Exit(1)


def worker(
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="同时几件 · Jobs at once.")] = 4,
) -> None:
    """后台任务 · Jobs only: beside `remit serve --no-worker`, on this or another machine."""
    with places.database():
        places.start_django()
        _check("worker")
        if places.pending_migrations():
            raise CliError("数据库比程序旧:先运行 remit migrate,再启动 remit worker。")
        from django.core.management import call_command

        # -p: a retry, or the next job of a lock that was freed, is noticed at the poll; five seconds of default are long.
        options = ["--concurrency", str(concurrency), "-p", "1", "--shutdown-graceful-timeout", "5"]
        call_command("procrastinate", "worker", *options)


def migrate() -> None:
    """数据库结构升级 · Bring the database's tables to this version of the program."""
    with places.database(create=True):
        places.start_django()
        bring_up_to_date()
        typer.echo("数据库结构是最新的。")


def prepare(
    demo_company: Annotated[bool, typer.Option("--demo-company")] = False,
    fresh: Annotated[bool, typer.Option("--fresh")] = False,
    seed: Annotated[int, typer.Option()] = 7,
    address: Annotated[str, typer.Option()] = "",
) -> None:
    """What must be in order before pages are served: settings, tables, words, static files, and no public password."""
    places.start_django()
    _check("serve")
    bring_up_to_date(fresh=fresh, is_demo=demo_company)
    from django.core.management import call_command

    from remit.checks import public_passwords_in_use

    call_command("collectstatic", interactive=False, verbosity=0)
    if demo_company:
        _build_demo(seed, address)
    _stop_on_errors(public_passwords_in_use())
    places.close_connections()


def _check(purpose: str) -> None:
    from django.core import checks

    found = checks.run_checks(include_deployment_checks=False, databases=["default"])
    for message in found:
        if message.level < checks.ERROR and message.id and message.id.startswith("remit."):
            typer.echo(f"remit {purpose}: {message.msg} {message.hint or ''} ({message.id})", err=True)
    _stop_on_errors(found)


def _stop_on_errors(found: Sequence[object]) -> None:
    from django.core.checks import ERROR, CheckMessage

    errors = [message for message in found if isinstance(message, CheckMessage) and message.level >= ERROR]
    if errors:
        lines = [f"  {message.msg}\n    → {message.hint or ''} ({message.id})" for message in errors]
        raise CliError("设置有问题,未启动(docs/operate/settings.md):\n" + "\n".join(lines))


def bring_up_to_date(*, fresh: bool = False, is_demo: bool = False) -> None:
    """Migrate, under a lock that the session holds: a second process waits, and then finds everything done.

    What a version wrote that this one doesn't know is never changed: a demo is put aside, anything else refused (CliError).
    """
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_PREPARING])
        try:
            if fresh:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
            elif stranger := unknown_migration():
                if not is_demo:
                    raise CliError(
                        f"这个数据库出自别的版本(更新的,或未发布过的早期版本;本程序不认识 {stranger}),没有动它。请用建它的那个版本打开。"
                    )
                typer.echo(f"原有的示例出自别的版本,原样放在数据库的 {put_aside()} 里;另建一份新的。")
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_PREPARING])


def unknown_migration() -> str:
    """A migration of ours that the database has seen and this program lacks, as "procedures.0001_cases"; "" where there is none."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection, ignore_no_migrations=True)
    ours = {app.label for app in apps.get_app_configs() if app.name.startswith("remit.")}
    unknown = sorted(one for one in loader.applied_migrations if one[0] in ours and one not in loader.disk_migrations)
    return ".".join(unknown[0]) if unknown else ""


def put_aside() -> str:
    """Everything that lies in the database goes into a schema of its own; its name. Nothing is lost, and there is room for new tables."""
    from django.db import connection

    name = f"before_{clock.now():%Y%m%d_%H%M%S}"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SCHEMA public RENAME TO {name}")
        cursor.execute("CREATE SCHEMA public")
    return name


# How much of the year happens: enough to fill every page, and ready within a minute on two processors.
DEMO_SCALE = 0.5


def _build_demo(seed: int, address: str) -> None:
    from django.utils import translation

    from remit.kernel.organization.models import Unit
    from remit.kernel.packs.demo import build_demo

    with translation.override("zh-hans"):
        if not Unit.objects.exists():
            typer.echo("正在建立示例公司,约需一分钟……")
            build_demo(seed=seed, scale=DEMO_SCALE)
    _print_logins(address)


def _print_logins(address: str) -> None:
    from remit.kernel.accounts.models import DEMO_PASSWORD
    from remit.kernel.organization.models import Person
    from remit.kernel.organization.queries import positions_held

    people = Person.objects.filter(user__is_active=True, user__password_is_public=True, left_on=None).order_by("id")
    typer.echo(f"\n示例公司已就绪{f':{address}' if address else ''}")
    typer.echo(f"可以用这些账号登录,密码都是 {DEMO_PASSWORD}:")
    for person in people.select_related("user", "company")[:_LOGINS_SHOWN]:
        posts = "、".join(position.title for position in positions_held(person))
        typer.echo(f"  {person.user.username if person.user else '':<14} {person.name}({person.company.name} {posts})")
    if people.count() > _LOGINS_SHOWN:
        typer.echo(f"  …… 共 {people.count()} 个")
    typer.echo("")
