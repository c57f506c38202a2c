"""Calls to customers: when they may be made, and what is said."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _

from remit.kernel.parties.models import Channel, Consent, ContactPolicy, Party
from remit.kernel.parties.privacy import Answer, judged, next_moment, policy_for, word_on
from remit.lib.calendars import WorkingCalendar
from remit.lib.spans import Spans, parse_spans

if TYPE_CHECKING:
    from remit.kernel.procedures.format import Telephone

# What a script may name beside the fields of the forms.
SPOKEN: Final = ("customer", "caller", "company")
UNKNOWN: Final = "____"
LOOKED_AHEAD_DAYS: Final = 30
# Around the moment that was agreed the customer waits for the call.
BEFORE_AGREED: Final = dt.timedelta(minutes=10)
AFTER_AGREED: Final = dt.timedelta(minutes=30)
_PLACE: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def placeholders(text: str) -> set[str]:
    return set(_PLACE.findall(text))


def spoken(text: str, known: Mapping[str, str]) -> str:
    """The script with what is known put in; a gap for the rest, which the caller fills as he speaks."""
    return _PLACE.sub(lambda found: known.get(found[1]) or UNKNOWN, text)


def next_call(telephone: "Telephone", calendar: WorkingCalendar, at: dt.datetime) -> dt.datetime:
    """The first moment, not before `at`, at which the customer may be called: `at` itself within the hours."""
    here = at.astimezone(calendar.zone)
    for ahead in range(LOOKED_AHEAD_DAYS):
        day = here.date() + dt.timedelta(days=ahead)
        if telephone.workdays_only and not calendar.is_workday(day):
            continue
        for span in parse_spans(telephone.hours):
            closes = span.closes if span.closes != dt.time() else dt.time.max
            if ahead or here.time() < closes:
                opens = dt.datetime.combine(day, span.opens, calendar.zone)
                return max(opens, here)
    return dt.datetime.combine(here.date() + dt.timedelta(days=LOOKED_AHEAD_DAYS), dt.time(9), calendar.zone)


def may_call(
    telephone: "Telephone", calendar: WorkingCalendar, at: dt.datetime, party: Party | None, values: Mapping[str, Any]
) -> Answer:
    """Whether the customer may be called at the moment, and if only the hour is wrong, from when (R-024). At most two queries.

    A moment that was agreed goes before everything but his own no; then come his own hours, then the step's within the company's.
    """
    if party is None:
        return judge(telephone, calendar, at, None, None, None, values)
    policy = policy_for(party.company_id)
    return judge(telephone, calendar, at, party, word_on(party.pk, telephone.purpose, Channel.CALL), policy, values)


def judge(
    telephone: "Telephone",
    calendar: WorkingCalendar,
    at: dt.datetime,
    party: Party | None,
    word: Consent | None,
    policy: ContactPolicy | None,
    values: Mapping[str, Any],
) -> Answer:
    """The same with what is known of the customer given: for lists. No query."""
    agreed = agreed_moment(telephone, values)
    answer = Answer(True)
    if party is not None and policy is not None:
        answer = judged(party, word, Channel.CALL, telephone.purpose, at, policy)
        if not answer and answer.from_moment is None:
            return answer
    if agreed is not None and at <= agreed + AFTER_AGREED:
        return Answer(True) if at >= agreed - BEFORE_AGREED else Answer(False, _("Another time was agreed."), agreed)
    if party is not None and party.contact_hours:
        return answer
    moment = _first(telephone, calendar, at, parse_spans(policy.hours) if policy else None)
    if moment is None or moment > at:
        return Answer(False, _("It is the customer's time of rest."), moment)
    return Answer(True)


def _first(
    telephone: "Telephone", calendar: WorkingCalendar, at: dt.datetime, company: Spans | None
) -> dt.datetime | None:
    """The first moment that lies within the step's hours and within the company's; None where they never meet."""
    moment: dt.datetime | None = at
    for _nth in range(LOOKED_AHEAD_DAYS):
        if moment is None:
            return None
        found = next_call(telephone, calendar, moment)
        moment = next_moment(company, found) if company is not None else found
        if moment == found:
            return moment
    return None


def agreed_moment(telephone: "Telephone", values: Mapping[str, Any]) -> dt.datetime | None:
    stored = values.get(telephone.agreed or "")
    return dt.datetime.fromisoformat(stored) if isinstance(stored, str) and stored else None


def sentence(answer: Answer, calendar: WorkingCalendar) -> str:
    """Why not now, and from when on."""
    if answer.from_moment is None:
        return answer.reason
    when = answer.from_moment.astimezone(calendar.zone).strftime("%m-%d %H:%M")
    return _("%(reason)s Call from %(when)s on.") % {"reason": answer.reason, "when": when}


def length_of(called_at: dt.datetime | None, closed_at: dt.datetime | None) -> dt.timedelta | None:
    """How long a call took: from taking up the receiver to its result."""
    return closed_at - called_at if called_at is not None and closed_at is not None else None
