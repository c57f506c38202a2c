"""Notices of a case: what somebody should know, on his desk until he has read it."""

import datetime as dt

from remit.kernel.organization.models import Person
from remit.kernel.procedures.engine import NOTICE, RATED
from remit.kernel.procedures.models import Case
from remit.kernel.work.actions import close_item
from remit.kernel.work.queries import todays_items


def open_notices(case: Case, person: Person) -> list[tuple[str, str]]:
    """(kind, key) of the sources of those that lie on his desk."""
    items = todays_items(person).filter(source_kind__in=[NOTICE, RATED], target=case.pk)
    return list(items.values_list("source_kind", "source_key"))


def close_notices(case: Case, person: Person, at: dt.datetime) -> int:
    keys = open_notices(case, person)
    for kind, key in keys:
        close_item(kind, key, done_by_id=person.pk, at=at)
    return len(keys)
