"""Who sees which work, and who may do it."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.access import at_own_desk, oversees, positions_reached
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Appointment, Person
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.work.models import Task, WorkFile, WorkItem, WorkWatch
from remit.lib import clock

EVIDENCE_ROOM = "work"


def doable(person: Person) -> Q:
    """What the person can do himself: asked of him, of a position he holds or acts in, and, as the deputy of somebody who is
    away, of that holder by the same position. What a colleague at the same desk has claimed is the colleague's."""
    at_desk = (
        at_own_desk(person) & (Q(excepted=None) | ~Q(excepted=person)) & (Q(claimed_by=None) | Q(claimed_by=person))
    )
    parts = Q(person=person) | at_desk
    for acting in rulebook_now().deputyships(person.pk):
        patterns = [pattern for pattern, _bounds in acting.scope]
        if acting.principal_id is not None and (not patterns or "*" in patterns):
            parts |= Q(person=acting.principal_id, post=acting.position_id)
    return parts


def visible_items(person: Person) -> QuerySet[WorkItem]:
    """What one can do or did, gave to others, or watches; and what is asked of the positions below one's own and their holders."""
    own, below = positions_reached(person)
    not_his = Q(excepted=None) | ~Q(excepted=person)
    watched = WorkWatch.objects.filter(person=person).values("item_id")
    parts = (
        doable(person) | (Q(position_id__in=own) & not_his) | Q(done_by=person) | Q(given_by=person) | Q(pk__in=watched)
    )
    if below:
        holders = Appointment.objects.filter(holds_on(timezone.localdate(clock.now())), position_id__in=below)
        parts |= Q(position_id__in=below) | Q(post_id__in=below) | Q(person_id__in=holders.values("person_id"))
    return WorkItem.objects.filter(parts)


def item_visible_to(person: Person, pk: int) -> WorkItem:
    """The item, or NotYours as if it did not exist."""
    related = ("person", "position", "post", "claimed_by", "given_by", "done_by", "charter")
    found = visible_items(person).filter(pk=pk).select_related(*related).first()
    if found is None:
        raise NotYours(_("There is no such work."))
    return found


def visible_tasks(person: Person) -> QuerySet[Task]:
    """Those one gave or does, and those of the people below; who follows all tasks up has a grant for it (oversight.tasks)."""
    if oversees(person, "oversight.tasks"):
        return Task.objects.filter(company=person.company_id)
    return Task.objects.filter(
        Q(assigner=person) | Q(performer=person) | Q(performer__in=people_below(person).values("pk"))
    )


def task_visible_to(person: Person, pk: int) -> Task:
    found = visible_tasks(person).filter(pk=pk).select_related("assigner", "performer").first()
    if found is None:
        raise NotYours(_("There is no such task."))
    return found


def may_do(person: Person, item: WorkItem) -> bool:
    return item.is_open and WorkItem.objects.filter(doable(person), pk=item.pk).exists()


def may_read_evidence(actor: Actor, file: StoredFile) -> bool:
    """Evidence is read by whoever sees the item; until it is handed in, by nobody."""
    if actor.person_id is None:
        return False
    person = Person.objects.select_related("company").get(pk=actor.person_id)
    return WorkFile.objects.filter(file=file, item__in=visible_items(person)).exists()


def people_below(person: Person) -> QuerySet[Person]:
    """Those who hold a position below one's own today, oneself left out."""
    _own, below = positions_reached(person)
    holders = Appointment.objects.filter(holds_on(timezone.localdate(clock.now())), position_id__in=below)
    return Person.objects.filter(pk__in=holders.values("person_id")).exclude(pk=person.pk)
