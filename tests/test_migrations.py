"""A model that was changed brings its migration along."""

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_no_migration_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    """As a test and not as a bare command, because the command also compares with what a database has applied."""
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(f"run manage.py makemigrations; it would write:\n{capsys.readouterr().out}")
