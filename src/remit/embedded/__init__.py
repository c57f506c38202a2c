"""A PostgreSQL server of our own, for installations that bring none: no service to set up, no port, no password to invent.

Outside the kernel and free of Django, because it must run before the settings are read. docs/operate/embedded-database.md
is the operator's page, docs/adr/0002-embedded-postgresql.md the reasons.
"""

from remit.embedded.errors import EmbeddedPostgresError
from remit.embedded.locations import default_data_dir
from remit.embedded.postgres import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "default_data_dir"]
