"""People come, change and leave."""

import datetime as dt
from typing import Any

from django.db.models import Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from remit.kernel.organization.actions.acting import end_actings_of
from remit.kernel.organization.models import Appointment, Person, Unit
from remit.kernel.organization.names import person_sort_key, search_text
from remit.kernel.organization.queries import today
from remit.kernel.organization.rules import checked_email, checked_mobile, is_closed, refuse_too_long
from remit.lib.refusals import RuleBroken


def hire(
    *,
    name: str,
    employee_no: str,
    company: Unit,
    joined_on: dt.date,
    mobile: str = "",
    email: str = "",
    is_agent: bool = False,
) -> Person:
    """Somebody begins to work here. A login and a position are given apart."""
    refuse_too_long(name=(name, 80), employee_no=(employee_no, 40), email=(email, 254))
    if company.kind != "company":
        raise RuleBroken(_("People are employed by a company; %(unit)s is none.") % {"unit": company.name})
    if is_closed(company.closed_on, joined_on):
        raise RuleBroken(_("%(unit)s is closed.") % {"unit": company.name})
    if Person.objects.filter(employee_no=employee_no).exists():
        raise RuleBroken(_("The employee number %(no)s is in use.") % {"no": employee_no})
    return Person.objects.create(
        name=name,
        employee_no=employee_no,
        company=company,
        joined_on=joined_on,
        mobile=checked_mobile(mobile),
        email=checked_email(email),
        is_agent=is_agent,
        sort_key=person_sort_key(name),
        search=search_text(name, person=True),
    )


def change_person(person: Person, *, name: str, mobile: str, email: str) -> dict[str, Any]:
    """Returns what changed, {} where nothing did. Numbers and addresses already stored are not judged again."""
    refuse_too_long(name=(name, 80), email=(email, 254))
    new = {
        "name": name,
        "mobile": mobile if mobile == person.mobile else checked_mobile(mobile),
        "email": email if email == person.email else checked_email(email),
    }
    changes = {
        field: [getattr(person, field), value] for field, value in new.items() if getattr(person, field) != value
    }
    if changes:
        person.name, person.mobile, person.email = new["name"], new["mobile"], new["email"]
        person.sort_key, person.search = person_sort_key(name), search_text(name, person=True)
        person.save(update_fields=["name", "mobile", "email", "sort_key", "search"])
    return changes


def give_login(person: Person, user_id: int) -> None:
    """From now on this login is the person's: who logs in with it acts as that person."""
    if person.has_left(today()):
        raise RuleBroken(_("%(name)s has left the company.") % {"name": person.name})
    if person.user_id is not None:
        raise RuleBroken(_("%(name)s has a login already.") % {"name": person.name})
    person.user_id = user_id
    person.save(update_fields=["user"])


def leave(person: Person, *, left_on: dt.date) -> int:
    """From the day `left_on` the person no longer works here: appointments end, and acting, his own and in his place.

    The day may lie ahead. Returns how many appointments ended.
    """
    if person.left_on is not None:
        raise RuleBroken(_("%(name)s has left already.") % {"name": person.name})
    if left_on < person.joined_on:
        raise RuleBroken(_("%(name)s joined on %(day)s only.") % {"name": person.name, "day": person.joined_on})
    person.left_on = left_on
    person.save(update_fields=["left_on"])
    end_actings_of(Q(deputy=person) | Q(principal=person), left_on)
    running = Appointment.objects.filter(person=person).filter(Q(end=None) | Q(end__gt=left_on))
    return running.update(end=Greatest("start", Value(left_on)))
