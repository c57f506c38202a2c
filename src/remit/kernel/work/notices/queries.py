"""Questions about notices: how many are unread, which there are, which way each kind goes."""

from typing import Final

from django.db.models import QuerySet

from remit.kernel.organization.models import Person, Unit
from remit.kernel.work.models import Channel, MailHours, Notice, NoticeChoice, NoticeKind
from remit.kernel.work.notices.kinds import USUAL

# The bell counts no further: who has a hundred unread will not count them either, and the count stays cheap.
MOST_COUNTED: Final = 100


def visible_notices(person: Person) -> QuerySet[Notice]:
    """A notice is seen by nobody but the one who is told."""
    return Notice.objects.filter(person=person)


def unread_count(person: Person) -> int:
    """At most MOST_COUNTED. One query on an index of the unread alone."""
    return visible_notices(person).filter(read_at=None)[:MOST_COUNTED].count()


def channels_of(person: Person) -> dict[NoticeKind, Channel]:
    """For every kind the way it goes to the person. One query."""
    chosen = dict(NoticeChoice.objects.filter(person=person).values_list("kind", "channel"))
    return {kind: Channel(chosen.get(kind.value, USUAL[kind])) for kind in NoticeKind}


def hours_of(company: Unit) -> MailHours:
    """The company's hours for mails; the defaults where it has said nothing."""
    return MailHours.objects.filter(company=company).first() or MailHours(company=company)
