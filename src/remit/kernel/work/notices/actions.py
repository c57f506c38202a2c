"""What people do with notices: read them, choose the way in which they come; and the hours in which a company sends mails."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person, Unit
from remit.kernel.work.models import Channel, MailHours, NoticeChoice, NoticeKind
from remit.kernel.work.notices.queries import visible_notices


def _everybody(_person: Person, _facts: Facts) -> str:
    return _("everybody reads his own notices")


def _person(call: Call) -> Person:
    if call.person is None:
        raise RuleBroken(_("Only a person can do this, not the system."))
    return call.person


@action(
    "notice.read",
    gettext_lazy("Read notices"),
    Fact("notice", "id", gettext_lazy("Notice"), required=False),
    inherent=_everybody,
)
def read(call: Call) -> Done:
    """One, or all that are unread where none is named. Read a second time, nothing changes; those of others are not there."""
    person, pk = _person(call), call.id_or_none("notice")
    unread = visible_notices(person).filter(read_at=None)
    count = (unread if pk is None else unread.filter(pk=pk)).update(read_at=call.at)
    label = ngettext("%(n)s notice", "%(n)s notices", count) % {"n": count}
    return Done(("notice", pk or 0, label), {"read": count}, person.company_id)


@action(
    "notice.choose",
    gettext_lazy("Choose how notices come"),
    Fact("channels", "data", gettext_lazy("Way by kind")),
    inherent=_everybody,
)
def choose(call: Call) -> Done:
    """`channels` maps kinds ("task") to ways ("app", "mail", "digest"); kinds that are left out stay as they are."""
    person, given = _person(call), call.mapping("channels")
    if (
        not given
        or not set(given) <= set(NoticeKind.values)
        or not set(map(str, given.values())) <= set(Channel.values)
    ):
        raise RuleBroken(_("Choose one of the ways for each kind."))
    NoticeChoice.objects.bulk_create(
        [NoticeChoice(person=person, kind=kind, channel=channel) for kind, channel in given.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["channel"],
    )
    return Done(("notice_choice", person.pk, person.name), {"channels": given}, person.company_id)


@action(
    "calendar.set_mail_hours",
    gettext_lazy("Set the hours for mails"),
    Fact("company", "unit", gettext_lazy("Company"), concerns=True),
    Fact("quiet_from", "text", gettext_lazy("No mails from")),
    Fact("quiet_until", "text", gettext_lazy("No mails until")),
    Fact("digest_at", "text", gettext_lazy("Daily mail at")),
)
def set_mail_hours(call: Call) -> Done:
    """Each as "21:00". The daily mail can't go out in the hours without mails: people would get it at another time than was said."""
    company = Unit.objects.get(pk=call.id_of("company"))
    if company.kind != "company":
        raise RuleBroken(_("Working time is set for a company; %(unit)s is none.") % {"unit": company.name})
    given: dict[str, Any] = {name: _time(call.text(name)) for name in ("quiet_from", "quiet_until", "digest_at")}
    if MailHours(**given).is_quiet(given["digest_at"]):
        raise RuleBroken(_("The daily mail would fall into the hours without mails."))
    MailHours.objects.update_or_create(company=company, defaults=given)
    changes = {name: value.isoformat("minutes") for name, value in given.items()}
    return Done(("calendar", company.pk, company.name), changes, company.pk)


def _time(text: str) -> dt.time:
    try:
        return dt.time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise RuleBroken(_("A time is written as 08:00.")) from error
