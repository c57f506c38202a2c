"""May a customer be reached? By what it has agreed to (PIPL articles 13 to 15, 24), and not in its rest time (R-024)."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.parties.models import Channel, Consent, ContactPolicy, Party, Purpose
from remit.kernel.parties.models.privacy import CONTACT_HOURS
from remit.lib.spans import Spans, parse_spans

# For these a company asks beforehand, unless it has laid down otherwise.
ASKED_FOR: Final = (Purpose.MARKETING.value, Purpose.SHARING.value)
# A letter and an e-mail wake nobody.
DISTURBING: Final = frozenset({Channel.CALL, Channel.VISIT, Channel.MESSAGE})
DAYS_AHEAD: Final = 8


@dataclass(frozen=True, slots=True)
class Answer:
    """`reason` "" where it may be done. `from_moment`: when it may be, where only the hour is wrong."""

    allowed: bool
    reason: str = ""
    from_moment: dt.datetime | None = None

    def __bool__(self) -> bool:
        return self.allowed


def policy_for(company_id: int) -> ContactPolicy:
    """The company's, or the defaults where it has laid down none."""
    found = ContactPolicy.objects.filter(company=company_id).first()
    return found or ContactPolicy(company_id=company_id, hours=CONTACT_HOURS, asks_for=list(ASKED_FOR))


def may_contact(
    party: Party, channel: str, purpose: str, at: dt.datetime, policy: ContactPolicy | None = None
) -> Answer:
    """Whether the customer may be reached by the channel (models.Channel) for the purpose (models.Purpose) at the moment.

    One query, one more where `policy` (of the customer's company) is not given. The customer's own hours go before the company's.
    """
    held = policy or policy_for(party.company_id)
    word = word_on(party.pk, purpose, channel) if party.erased_at is None else None
    return judged(party, word, channel, purpose, at, held)


def judged(
    party: Party, word: Consent | None, channel: str, purpose: str, at: dt.datetime, held: ContactPolicy
) -> Answer:
    """The same with what counts of the customer's words given: for lists. No query."""
    if party.erased_at is not None:
        return Answer(False, _("The customer's data were erased at its request."))
    if word is not None and not word.is_given:
        return Answer(False, _("The customer does not want that (%(day)s).") % {"day": word.day.isoformat()})
    if word is None and purpose in held.asks_for:
        return Answer(False, _("The customer has not agreed to that yet."))
    if channel not in DISTURBING:
        return Answer(True)
    start = next_moment(parse_spans(party.contact_hours or held.hours), at)
    if start == at:
        return Answer(True)
    return Answer(False, _("The customer is not to be disturbed at this hour."), start)


def next_moment(hours: Spans, at: dt.datetime) -> dt.datetime | None:
    """`at` itself where it lies within the hours, else when they begin next; None where there are none."""
    local = timezone.localtime(at)
    for ahead in range(DAYS_AHEAD):
        day = local.date() + dt.timedelta(days=ahead)
        for span in hours:
            opens, closes = (timezone.make_aware(dt.datetime.combine(day, hour)) for hour in (span.opens, span.closes))
            if closes <= opens:
                closes += dt.timedelta(days=1)
            if opens <= at < closes:
                return at
            if opens > at:
                return opens
    return None


def words_of(party_id: int) -> list[Consent]:
    """The latest word for each purpose and channel, by purpose."""
    rows = Consent.objects.filter(party=party_id).select_related("made_by")
    return list(rows.order_by("purpose", "channel", "-day", "-id").distinct("purpose", "channel"))


def word_on(party_id: int, purpose: str, channel: str) -> Consent | None:
    """What counts: the latest word on this channel or on any. One query."""
    said = Consent.objects.filter(party=party_id, purpose=purpose, channel__in={channel, Channel.ANY.value})
    return said.order_by("-day", "-id").first()


def words_on(party_ids: Iterable[int], purpose: str, channel: str) -> dict[int, Consent]:
    """What counts for each of the customers who has said something. One query."""
    said = Consent.objects.filter(party__in=list(party_ids), purpose=purpose, channel__in={channel, Channel.ANY.value})
    return {word.party_id: word for word in said.order_by("party", "-day", "-id").distinct("party")}


def contactable(
    parties: QuerySet[Party], channel: str, purpose: str, asks_for: Iterable[str] = ASKED_FOR
) -> QuerySet[Party]:
    """Those of the set whom consent lets one reach, whatever the hour: for plans, one statement. `asks_for`: the company's policy."""
    said = Consent.objects.filter(party=OuterRef("pk"), purpose=purpose, channel__in=[channel, Channel.ANY.value])
    latest = Subquery(said.order_by("-day", "-id").values("is_given")[:1])
    return parties.alias(agreed=Coalesce(latest, purpose not in set(asks_for))).filter(Q(agreed=True), erased_at=None)
