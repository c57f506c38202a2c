"""Consent, hours, and what is kept of one customer as a file (PIPL articles 13 to 15, 44, 45; R-024)."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Unit
from remit.kernel.organization.queries import today
from remit.kernel.parties.models import Channel, Consent, ContactPolicy, Purpose
from remit.kernel.parties.rules import PARTY, about, contributor, keeper, locked, save
from remit.lib.printable import made_one_line
from remit.lib.spans import parse_spans

EVIDENCE_LENGTH: Final = 200
HOURS: Final = Fact("hours", "text", gettext_lazy("Hours"), required=False)
PURPOSE: Final = Fact("purpose", "choice", gettext_lazy("Purpose"), choices=tuple((p.value, p.label) for p in Purpose))


@action(
    "customer.consent",
    gettext_lazy("Write down a consent"),
    PARTY,
    PURPOSE,
    Fact(
        "channel",
        "choice",
        gettext_lazy("By which way"),
        required=False,
        choices=tuple((c.value, c.label) for c in Channel),
    ),
    Fact("given", "yes_no", gettext_lazy("Agreed")),
    Fact("day", "date", gettext_lazy("Said on"), required=False),
    Fact("evidence", "text", gettext_lazy("What shows it")),
    inherent=contributor,
)
def consent(call: Call) -> Done:
    """Yes or no, and the customer may take either back at any time: the latest word counts."""
    party = locked(call)
    day = call.day_or_none("day") or today()
    if day > today():
        raise RuleBroken(_("What has not been said yet can't be written down."))
    row = Consent.objects.create(
        company_id=party.company_id,
        party=party,
        purpose=call.text("purpose"),
        channel=call.text("channel") or Channel.ANY,
        is_given=call.is_yes("given"),
        day=day,
        evidence=made_one_line(call.text("evidence"), EVIDENCE_LENGTH),
        made_at=call.at,
        made_by=call.person,
    )
    return about(party, {"consent": row.pk, "given": row.is_given})


def _hours(text: str) -> str:
    """As they are kept. Raises RuleBroken."""
    try:
        return " ".join(f"{span.opens:%H:%M}-{span.closes:%H:%M}" for span in parse_spans(text))
    except ValueError as error:
        raise RuleBroken(str(error)) from error


@action("customer.set_hours", gettext_lazy("Set when a customer may be disturbed"), PARTY, HOURS, inherent=contributor)
def set_hours(call: Call) -> Done:
    """The customer's own wish goes before the company's hours; empty: the company's."""
    party = locked(call)
    before, party.contact_hours = party.contact_hours, _hours(call.text("hours"))
    save(party, ["contact_hours"], call.at)
    return about(party, {"hours": [before, party.contact_hours]})


@action(
    "customer.set_contact_policy",
    gettext_lazy("Lay down when customers may be disturbed, and for what they are asked"),
    Fact("company", "unit", gettext_lazy("Company"), concerns=True),
    Fact("hours", "text", gettext_lazy("Hours")),
    Fact("asks_for", "data", gettext_lazy("Purposes that need a consent"), required=False),
)
def set_contact_policy(call: Call) -> Done:
    company = Unit.objects.get(pk=call.id_of("company"), kind="company")
    given = call.facts.get("asks_for")
    asked = given if isinstance(given, list) else [Purpose.MARKETING.value, Purpose.SHARING.value]
    unknown = [str(one) for one in asked if one not in Purpose.values]
    if unknown or Purpose.SERVICE in asked:
        raise RuleBroken(_("Purposes are named as call_back, care, marketing, sharing; service needs no consent."))
    hours = _hours(call.text("hours"))
    if not hours:
        raise RuleBroken(_("Without hours nobody could be reached."))
    ContactPolicy.objects.update_or_create(company=company, defaults={"hours": hours, "asks_for": sorted(set(asked))})
    values: dict[str, Any] = {"hours": hours, "asks_for": sorted(set(asked))}
    return Done(("unit", company.pk, company.name), values, company.pk)


@action(
    "customer.disclose",
    gettext_lazy("Give a customer what is kept of it"),
    PARTY,
    Fact("reason", "text", gettext_lazy("On whose request")),
    inherent=keeper,
)
def disclose(call: Call) -> Done:
    """The trace of a file with everything about one customer; the page writes it once this has been done."""
    return about(locked(call), {"reason": call.text("reason")})
