"""A database that another version wrote: never changed, and said so; a demo makes room for a new one."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from tests.cast import build_firm

from remit.cli.answers import CliError
from remit.cli.running import bring_up_to_date, put_aside, unknown_migration
from remit.kernel.organization.models import Unit

pytestmark = pytest.mark.django_db


def test_what_another_version_wrote_is_left_alone_and_named() -> None:
    assert unknown_migration() == ""
    MigrationRecorder(connection).record_applied("auth", "0099_not_ours")
    assert unknown_migration() == "", "what a library dropped is its own affair"
    MigrationRecorder(connection).record_applied("procedures", "0001_cases")
    with pytest.raises(CliError, match=r"procedures\.0001_cases"):
        bring_up_to_date()


def test_a_demo_that_is_put_aside_is_whole() -> None:
    build_firm()
    units = Unit.objects.count()
    aside = put_aside()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        assert cursor.fetchone() == (0,)
        cursor.execute(f"SELECT count(*) FROM {aside}.organization_unit")  # noqa: S608 - our own name
        assert cursor.fetchone() == (units,)
