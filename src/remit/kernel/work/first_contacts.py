"""Who was allocated a customer has its first contact to make among his work (R-020). parties.hooks runs both."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _

from remit.kernel.parties import hooks
from remit.kernel.parties.models import FirstContact
from remit.kernel.work.models import WorkItem
from remit.kernel.work.texts import in_every_language
from remit.lib import clock

KIND: Final = "first_contact"
BATCH: Final = 2000


def register() -> None:
    hooks.first_contacts_wanted.append(ask)
    hooks.first_contacts_settled.append(settle)


def ask(ids: list[int]) -> None:
    """An item each, or, where the customer went on to somebody else, the item to him. In sets: an allocation brings thousands."""
    rows = list(FirstContact.objects.filter(pk__in=ids).select_related("party").order_by("pk"))
    provenances = in_every_language(lambda: _("Allocated to you; the first contact is due within a week"))
    WorkItem.objects.bulk_create(
        [_item(row, provenances) for row in rows],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["source_kind", "source_key"],
        update_fields=["person"],
    )


def _item(row: FirstContact, provenances: Mapping[str, str]) -> WorkItem:
    return WorkItem(
        source_kind=KIND,
        source_key=str(row.pk),
        labels=in_every_language(lambda: _("Make the first contact: %(customer)s") % {"customer": row.party.name}),
        provenances=dict(provenances),
        target=row.party_id,
        action="customer.note",
        person_id=row.person_id,
        company_id=row.company_id,
        due_at=row.due_at,
        made_at=clock.now(),
    )


def settle(ids: list[int]) -> None:
    """Made: done by who wrote it down. Fallen away: nobody's."""
    rows = FirstContact.objects.filter(pk__in=ids).select_related("activity")
    for row in rows.exclude(activity=None):
        doer = row.activity.made_by_id if row.activity is not None else None
        _close([row.pk], done_at=row.closed_at, done_by=doer)
    _close(list(rows.filter(activity=None).values_list("pk", flat=True)), done_at=clock.now(), done_by=None)


def _close(ids: list[int], **how: object) -> None:
    open_items = WorkItem.objects.filter(source_kind=KIND, source_key__in=[str(pk) for pk in ids], done_at=None)
    open_items.update(**how)
