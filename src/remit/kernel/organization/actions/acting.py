"""Somebody acts in a position for a time (S-009)."""

import datetime as dt
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.organization import hooks
from remit.kernel.organization.models import Acting, Person, Position
from remit.kernel.organization.models.spans import holds_on
from remit.kernel.organization.rules import is_closed
from remit.lib import clock
from remit.lib.refusals import RuleBroken


def appoint_deputy(
    *,
    position: Position,
    principal: Person | None,
    deputy: Person,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str,
    scope: list[dict[str, Any]],
    appointed_by: Person | None,
) -> Acting:
    """`principal` is the holder who is away, None where the position is vacant."""
    first_day = timezone.localdate(starts_at)
    if ends_at <= starts_at:
        raise RuleBroken(_("Acting ends after it starts."))
    if ends_at <= clock.now():
        raise RuleBroken(_("Acting can't lie wholly in the past."))
    if is_closed(position.closed_on, timezone.localdate(ends_at)):
        raise RuleBroken(_("%(title)s is closed.") % {"title": position.title})
    if deputy.left_on is not None and timezone.localdate(ends_at) > deputy.left_on:
        raise RuleBroken(_("%(name)s has left the company.") % {"name": deputy.name})
    if position.company_id is not None and position.company_id != deputy.company_id:
        raise RuleBroken(_("%(name)s works for another company.") % {"name": deputy.name})
    _refuse_holders(position, principal, deputy, first_day)
    overlapping = Acting.objects.filter(
        position=position, principal=principal, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if overlapping.filter(Q(ended_at=None) | Q(ended_at__gt=starts_at)).exists():
        raise RuleBroken(_("Somebody acts in that time already; end that first."))
    acting = Acting.objects.create(
        position=position,
        principal=principal,
        deputy=deputy,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        scope=scope,
        appointed_by=appointed_by,
        made_at=clock.now(),
    )
    hooks.tell_deputy(acting.pk)
    return acting


def _refuse_holders(position: Position, principal: Person | None, deputy: Person, day: dt.date) -> None:
    holders = set(position.appointments.filter(holds_on(day)).values_list("person_id", flat=True))
    if principal is not None and principal.pk not in holders:
        raise RuleBroken(_("%(name)s does not hold %(title)s.") % {"name": principal.name, "title": position.title})
    if principal is None and holders:
        raise RuleBroken(_("%(title)s is held; say whose place is taken.") % {"title": position.title})
    if deputy.pk in holders:
        raise RuleBroken(_("%(name)s holds this position himself.") % {"name": deputy.name})


def end_acting(acting: Acting, *, at: dt.datetime, by: Person | None) -> None:
    """End it early, or take it back before it begins."""
    if (acting.ended_at is not None and acting.ended_at <= at) or acting.ends_at <= at:
        raise RuleBroken(_("This deputyship has ended already."))
    acting.ended_at, acting.ended_by = at, by
    acting.save(update_fields=["ended_at", "ended_by"])


def end_actings_of(which: Q, day: dt.date) -> None:
    """Acting that rests on somebody's holding a position, or working here, ends with the day on which he no longer does."""
    midnight = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    moment = max(midnight, clock.now())
    running = Acting.objects.filter(which, ends_at__gt=moment)
    running.filter(Q(ended_at=None) | Q(ended_at__gt=moment)).update(ended_at=moment)
