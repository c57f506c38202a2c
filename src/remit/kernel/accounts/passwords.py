"""Rules for passwords, as Django's validators, and passwords made here."""

import secrets
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from remit.kernel.accounts.models import DEMO_PASSWORD, AccountPolicy, User

# Without 0 O 1 l I: a temporary password is read out on the telephone or copied from paper.
_READABLE: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def temporary_password(min_length: int = 12) -> str:
    """Groups of four readable characters, joined by dashes: `k7mq-x2fa-9rtp-hb4n`. At least 16 of them, so 79 bits."""
    groups = max(4, -(-min_length // 4))
    return "-".join("".join(secrets.choice(_READABLE) for _unused in range(4)) for _group in range(groups))


class LengthByPolicy:
    """As many characters as the company's policy asks for."""

    def validate(self, password: str, user: User | None = None) -> None:
        least = _least_length()
        if len(password) < least:
            raise ValidationError(self._sentence(least), code="password_too_short")

    def get_help_text(self) -> str:
        return self._sentence(_least_length())

    @staticmethod
    def _sentence(least: int) -> str:
        return ngettext(
            "A password has at least %(count)d character. A short sentence is easy to keep in mind.",
            "A password has at least %(count)d characters. A short sentence is easy to keep in mind.",
            least,
        ) % {"count": least}


class NotThePublicPassword:
    """The demo's password stands in the README; whoever reads it could log in."""

    def validate(self, password: str, user: User | None = None) -> None:
        if password == DEMO_PASSWORD:
            raise ValidationError(
                _("This is the demo's password, which everybody can read."), code="password_is_public"
            )

    def get_help_text(self) -> str:
        return ""


class NotTheSameAgain:
    """A change that changes nothing would satisfy the period and help nobody."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is not None and user.pk and user.has_usable_password() and user.check_password(password):
            raise ValidationError(_("This is the password you have now. Choose another."), code="password_unchanged")

    def get_help_text(self) -> str:
        return ""


def _least_length() -> int:
    """One query. The default holds as long as nobody set a policy."""
    policy = AccountPolicy.objects.first()
    return policy.min_length if policy else AccountPolicy().min_length
