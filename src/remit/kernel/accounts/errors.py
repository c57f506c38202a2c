"""Refusals of this room. Each is one whole sentence with what to do next."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


class AccountsError(Exception):
    """Base of the refusals here; `sentence` may be shown to the person as it is."""

    status = HTTPStatus.CONFLICT
    code = "accounts.refused"
    sentence = _("This can't be done with this login.")

    def __str__(self) -> str:
        return str(self.sentence)


class LoginNameTaken(AccountsError):
    code = "accounts.login_name_taken"
    sentence = _("Another login has this user name or mail address. Choose another, or reopen the closed login.")


class LoginIsClosed(AccountsError):
    code = "accounts.login_is_closed"
    sentence = _("This login is closed. Reopen it first.")


class TokenWouldBeExpired(AccountsError):
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "accounts.token_would_be_expired"
    sentence = _("The day until which the token holds must lie ahead.")


class SealedWithAnotherKey(ValidationError):
    """A second factor that REMIT_SECRET_KEY of today can't open. A ValidationError, so that a login form shows it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Your second step was set up under another secret key and can't be read any more. "
                "Ask whoever manages logins to reset it. (Operator: put the former key into REMIT_OLD_SECRET_KEYS.)"
            ),
            code="accounts.sealed_with_another_key",
        )
