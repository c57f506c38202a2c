"""Who holds which position."""

import datetime as dt

from django.db.models import F, Q
from django.utils.translation import gettext as _

from remit.kernel.organization import hooks
from remit.kernel.organization.actions.acting import end_actings_of
from remit.kernel.organization.models import Appointment, Person, Position
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.organization.rules import is_closed, peak, refuse_before
from remit.lib.refusals import RuleBroken


def appoint(*, position: Position, person: Person, start: dt.date, end: dt.date | None, is_main: bool) -> Appointment:
    """Put a person into a position. Refused where it is full, closed, of another company, or the person is in it already."""
    Position.objects.select_for_update(no_key=True).get(pk=position.pk)  # two appointments meet here
    _refuse_post(position, start, end)
    refuse_person(person, position, start, end)
    overlapping = position.appointments.filter(Q(end=None) | Q(end__gt=start)).exclude(end=F("start"))
    if end is not None:
        overlapping = overlapping.filter(start__lt=end)
    if overlapping.filter(person=person).exists():
        raise RuleBroken(
            _("%(name)s holds %(title)s in that time already.") % {"name": person.name, "title": position.title}
        )
    if peak(overlapping.values_list("start", "end"), start, end) >= position.headcount:
        values = {"title": position.title, "n": position.headcount}
        raise RuleBroken(_("%(title)s has room for %(n)d and is full in that time.") % values)
    if is_main:
        Appointment.objects.filter(holds_on(start), person=person, is_main=True).update(is_main=False)
    appointment = Appointment.objects.create(position=position, person=person, start=start, end=end, is_main=is_main)
    hooks.tell_appointed([appointment.pk])
    return appointment


def end_appointment(*, position: Position, person: Person, end: dt.date) -> Appointment:
    """From `end` on the person no longer holds the position, and nobody acts there in his place."""
    running = (
        position.appointments.filter(person=person)
        .filter(Q(end=None) | Q(end__gt=end))
        .exclude(end=F("start"))
        .order_by("start")
        .first()
    )
    if running is None:
        raise RuleBroken(_("%(name)s does not hold %(title)s.") % {"name": person.name, "title": position.title})
    running.end = max(end, running.start)
    running.save(update_fields=["end"])
    end_actings_of(Q(position=position, principal=person), running.end)
    return running


def _refuse_post(position: Position, start: dt.date, end: dt.date | None) -> None:
    if end is not None and end <= start:
        raise RuleBroken(_("An appointment ends after it starts."))
    if is_closed(position.closed_on, start) or (position.closed_on and (end is None or end > position.closed_on)):
        raise RuleBroken(_("%(title)s is closed.") % {"title": position.title})
    refuse_before(start, position.opened_on, position.title)


def refuse_person(person: Person, position: Position, start: dt.date, end: dt.date | None) -> None:
    """A post of the group may be held from any company, one of a company by its own people."""
    if person.left_on is not None and (end is None or end > person.left_on):
        raise RuleBroken(_("%(name)s has left the company.") % {"name": person.name})
    if start < person.joined_on:
        raise RuleBroken(_("%(name)s joined on %(day)s only.") % {"name": person.name, "day": person.joined_on})
    if position.company_id is not None and position.company_id != person.company_id:
        raise RuleBroken(_("%(name)s works for another company.") % {"name": person.name})
