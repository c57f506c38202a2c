"""The table of settings.CACHES, in which throttles of logins count over all processes.

Django wants `createcachetable` run by hand; an installation that forgot would fail at the first login. Unlogged: what it holds
may be lost in a crash of the server, and not writing it to the WAL makes a login cheaper.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            """
            CREATE UNLOGGED TABLE IF NOT EXISTS django_cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamp with time zone NOT NULL
            );
            CREATE INDEX IF NOT EXISTS django_cache_expires ON django_cache (expires);
            """,
            "DROP TABLE IF EXISTS django_cache",
        )
    ]
