"""Which installation a command works on, and its database for as long as the command runs."""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from remit.cli.answers import CliError

if TYPE_CHECKING:
    from remit.embedded import EmbeddedPostgres

DATABASE: Final = "remit"


def use_demo() -> None:
    """From here on this process works on the demo: its own folder beside the company's, and settings that are open about it."""
    os.environ["REMIT_ENV"] = "demo"
    folder = data_dir()
    os.environ["REMIT_DATA_DIR"] = str(folder if folder.name == "demo" else folder / "demo")


def data_dir() -> Path:
    """The installation's folder. Raises CliError where this user has no place for one."""
    from remit.embedded import EmbeddedPostgresError, default_data_dir

    try:
        return default_data_dir()
    except EmbeddedPostgresError as error:
        raise CliError(str(error)) from error


def embedded() -> "EmbeddedPostgres | None":
    """The embedded server of this installation, not yet started; None where DATABASE_URL names a real one."""
    from remit.embedded import EmbeddedPostgres

    folder = data_dir()
    # The settings look for stored files here; root's folder is not where they would guess.
    os.environ["REMIT_DATA_DIR"] = str(folder)
    return None if os.environ.get("DATABASE_URL") else EmbeddedPostgres(folder)


def has_database(folder: Path) -> bool:
    return any(folder.glob("pg[0-9]*"))


@contextmanager
def database(*, create: bool = False) -> Iterator["EmbeddedPostgres | None"]:
    """A reachable database and DATABASE_URL for it: attaches where a server runs, else starts one for the command's length.

    `create` allows an empty one to be made; without it a command on nothing says so, or falls back to the demo if that is
    all there is.
    """
    from remit.embedded import EmbeddedPostgresError

    if not create and not os.environ.get("DATABASE_URL"):
        _find_installation()
    server = embedded()
    if server is None:
        yield None
        return
    try:
        server.start()
        server.ensure_database(DATABASE)
    except EmbeddedPostgresError as error:
        raise CliError(str(error)) from error
    os.environ["DATABASE_URL"] = server.url(DATABASE)
    try:
        yield server
    finally:
        close_connections()
        os.environ.pop("DATABASE_URL", None)
        server.stop()


def _find_installation() -> None:
    folder = data_dir()
    if has_database(folder):
        return
    demo = folder if folder.name == "demo" else folder / "demo"
    if not has_database(demo):
        raise CliError(
            f"{folder} 里还没有安装:先运行 remit demo 看示例,或 remit init 建立公司;另有服务器时设置 DATABASE_URL。"
        )
    typer.echo(f"(这里只有演示数据,在它上面运行:{demo})", err=True)
    use_demo()


def close_connections() -> None:
    """The server would wait for them, and a pool's threads would keep the process alive."""
    if "django.db" not in sys.modules:
        return
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        close_pool = getattr(connection, "close_pool", None)
        if close_pool is not None:
            close_pool()


def start_django() -> None:
    """Load the settings and the rooms. Raises CliError where the settings can't be read."""
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.settings")
    import django
    from django.apps import apps

    if apps.ready:
        return
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise CliError(str(error)) from error
    from remit.web.compile_catalogues import compile_catalogues

    compile_catalogues()  # nothing to do but after an upgrade


@contextmanager
def installation() -> Iterator[None]:
    """Django on a database whose tables are those of this program: what every command about business needs."""
    if _is_ready_already():  # called inside a running program (a test, a shell): its database is the one that is meant
        with in_chinese():
            yield
        return
    with database():
        start_django()
        if pending := pending_migrations():
            raise CliError(f"数据库比程序旧(还有 {pending} 步迁移):先运行 remit migrate。")
        with in_chinese():
            yield


def in_chinese() -> AbstractContextManager[None]:
    from django.utils import translation

    return translation.override("zh-hans")


def _is_ready_already() -> bool:
    if "django" not in sys.modules:
        return False
    from django.apps import apps

    return apps.ready


def pending_migrations() -> int:
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise CliError(f"数据库连不上:{str(error).strip()}。检查 DATABASE_URL,以及服务器是否在运行。") from error
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
