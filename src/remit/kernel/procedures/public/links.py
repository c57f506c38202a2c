"""The link to one case: signed, so that nobody guesses another's, and not kept, so that nobody reads it out of the database."""

import datetime as dt
from typing import Final

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from remit.kernel.organization.models import Person
from remit.kernel.procedures.models import Case, IntakePage, StatusLink
from remit.lib import clock

# How long after its end a case is still shown, where the company has said nothing.
LINK_DAYS: Final = 30
_SALT: Final = "remit.status-link"
_LONGEST: Final = 120


def _signer() -> Signer:
    return Signer(salt=_SALT, sep=".")


def issue(case: Case, at: dt.datetime, by: Person | None = None) -> StatusLink:
    """A good link for the case: the one that it has, or a new one in the place of one that was withdrawn. Inside an action."""
    link, made = StatusLink.objects.get_or_create(
        case=case, defaults={"company_id": case.company_id, "made_at": at, "made_by": by}
    )
    if not made and link.withdrawn_at is not None:
        link.serial, link.made_at, link.made_by, link.withdrawn_at = link.serial + 1, at, by, None
        link.save(update_fields=["serial", "made_at", "made_by", "withdrawn_at"])
    return link


def token_of(link: StatusLink) -> str:
    return _signer().sign(f"{link.case_id:x}-{link.serial:x}")


def path_of(link: StatusLink) -> str:
    return reverse("customers:status", args=[token_of(link)])


def address_of(link: StatusLink) -> str:
    """With the server's name, for mails; "" where the installation does not know it."""
    return f"{settings.PUBLIC_URL}{path_of(link)}" if settings.PUBLIC_URL else ""


def good_link(token: str) -> StatusLink | None:
    """The link with its case; None for one that was made up, withdrawn, replaced, or whose case ended too long ago."""
    try:
        case, _dash, serial = _signer().unsign(token[:_LONGEST]).partition("-")
    except BadSignature:
        return None
    related = ("case__version__procedure", "case__company", "case__party")
    link = (
        StatusLink.objects.select_related(*related)
        .filter(case=int(case, 16), serial=int(serial, 16), withdrawn_at=None)
        .first()
    )
    return link if link is not None and not is_over(link.case) else None


def is_over(case: Case) -> bool:
    """Whether the days after its end are over. One query where it has ended."""
    if case.closed_at is None:
        return False
    page = IntakePage.objects.filter(company=case.company_id).first()
    return clock.now() > case.closed_at + dt.timedelta(days=page.link_days if page else LINK_DAYS)
