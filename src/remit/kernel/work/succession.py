"""When everything of one person passes to a colleague, his open work goes along, and comes back with it. parties.hooks runs both."""

from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from remit.kernel.organization.models import Person
from remit.kernel.parties import hooks
from remit.kernel.parties.hooks import Moved
from remit.kernel.work.models import NoticeKind, WorkItem, WorkStep
from remit.kernel.work.notices.telling import tell, topic_of
from remit.kernel.work.sources import SOURCES
from remit.kernel.work.texts import in_every_language
from remit.lib import clock

ITEMS: Final = "work.items"


def register() -> None:
    hooks.handed_over.append(pass_on)
    hooks.handed_back.append(give_back)


def pass_on(giver_id: int, taker_id: int) -> Moved:
    """What is done on the item's own page. A decision, a signature or a step of a case asks the person whom it names, so it stays."""
    kinds = [kind for kind, source in SOURCES.items() if source.is_done_here]
    items = WorkItem.objects.select_for_update(no_key=True).filter(person=giver_id, done_at=None, source_kind__in=kinds)
    ids = list(items.exclude(excepted=taker_id).order_by("pk").values_list("pk", flat=True))
    _give(ids, taker_id)
    giver = Person.objects.get(pk=giver_id)
    tell(
        NoticeKind.HANDED,
        topic_of("handover", str(giver_id)),
        [taker_id],
        labels=in_every_language(lambda: _("%(name)s hands everything over to you") % {"name": giver.name}),
        provenances=in_every_language(
            lambda: ngettext("with %(n)s open item", "with %(n)s open items", len(ids)) % {"n": len(ids)}
        ),
        link=reverse("work:today"),
    )
    return {ITEMS: ids}


def give_back(taker_id: int, giver_id: int, moved: Moved) -> None:
    """What the taker has not done yet."""
    items = WorkItem.objects.select_for_update(no_key=True).filter(
        pk__in=moved.get(ITEMS, []), person=taker_id, done_at=None
    )
    _give(list(items.order_by("pk").values_list("pk", flat=True)), giver_id)


def _give(ids: list[int], to_id: int) -> None:
    WorkItem.objects.filter(pk__in=ids).update(person=to_id)
    WorkStep.objects.bulk_create(WorkStep(item_id=pk, kind="handed", at=clock.now(), to_id=to_id) for pk in ids)
