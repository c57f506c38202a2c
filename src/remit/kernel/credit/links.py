"""The address by which a customer answers a statement: signed, so that nobody guesses another's, and not kept."""

from typing import Final

from django.core.signing import BadSignature, Signer

from remit.kernel.credit.models import StatementLink
from remit.lib import clock

_SALT: Final = "remit.statement-link"
_LONGEST: Final = 120


def token_of(link: StatementLink) -> str:
    return Signer(salt=_SALT, sep=".").sign(f"{link.pk:x}")


def good_link(token: str) -> StatementLink | None:
    """The link with its statement; None for one that was made up, withdrawn or has expired, or whose customer was erased."""
    try:
        pk = int(Signer(salt=_SALT, sep=".").unsign(token[:_LONGEST]), 16)
    except (BadSignature, ValueError):
        return None
    rows = StatementLink.objects.select_related("statement__company", "statement__party")
    good = rows.filter(pk=pk, withdrawn_at=None, expires_at__gt=clock.now(), statement__party__erased_at=None)
    return good.first()
