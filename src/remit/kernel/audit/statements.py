"""Statements of our own for what is done so often that the ORM around it would cost more than the work itself.

The server plans each once per connection and keeps the plan; values go along as one JSON document where they are many. Django's
wrappers (the query log, the tests' guards, the check for a broken transaction) see them like all others.
"""

from collections.abc import Sequence
from typing import Any, cast

import psycopg
from django.db import connection
from django.db.models import Field, Model


def ask(sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Run one prepared statement and answer with its rows. Raises what Django raises for a database's errors."""
    connection.ensure_connection()
    with cast(Any, connection)._prepare_cursor(psycopg.Cursor(connection.connection)) as cursor:
        cursor.execute(sql, values)
        if connection.queries_logged:
            connection.queries_log[-1]["sql"] = (
                sql  # Django asks the cursor for the text, which a prepared one does not keep
            )
        return list(cursor.fetchall())


def fields_of(model: type[Model], *, without: Sequence[str] = ("id",)) -> "list[Field[Any, Any]]":
    return [field for field in model._meta.concrete_fields if field.name not in without]


def columns_of(fields: "Sequence[Field[Any, Any]]", alias: str = "") -> str:
    """ "at, kind", or "event.at, event.kind"."""
    return ", ".join(f"{alias}.{field.column}" if alias else str(field.column) for field in fields)


def shape_of(fields: "Sequence[Field[Any, Any]]") -> str:
    """ "at timestamptz, kind varchar(80)": how jsonb_to_record is told what it finds."""
    return ", ".join(f"{field.column} {field.db_type(connection)}" for field in fields)
