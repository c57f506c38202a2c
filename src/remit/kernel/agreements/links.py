"""The address of a link: signed, so that nobody guesses another's, and not kept, so that nobody reads it out of the database."""

from typing import Final

from django.core.signing import BadSignature, Signer

from remit.kernel.agreements.models import AgreementState, ShareLink
from remit.lib import clock

_SALT: Final = "remit.agreement-link"
_LONGEST: Final = 120


def token_of(link: ShareLink) -> str:
    return Signer(salt=_SALT, sep=".").sign(f"{link.pk:x}")


def good_link(token: str) -> ShareLink | None:
    """The link with its agreement; None for one that was made up, withdrawn, has expired, or whose agreement was cancelled."""
    try:
        pk = int(Signer(salt=_SALT, sep=".").unsign(token[:_LONGEST]), 16)
    except (BadSignature, ValueError):
        return None
    related = ("agreement__company", "agreement__party", "agreement__signed_by", "agreement__paper")
    rows = ShareLink.objects.select_related(*related).filter(pk=pk, withdrawn_at=None, expires_at__gt=clock.now())
    return rows.exclude(agreement__state=AgreementState.CANCELLED).first()
