"""How a name and a password become a user."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from remit.kernel.accounts.models import User


class LoginBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth carries no types
    """One look-up, one password hash, whatever was typed.

    allauth's own backend tries the name as an address and as a name in turn, and hashes once for each hit: a known address
    then takes twice as long as an unknown one, which tells a stranger that it is known.
    """

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        typed = credentials.get("username") or credentials.get("email") or ""
        # For an unknown name this checks nothing, and authenticate() then spends the time of one hash.
        checked: User | None = self._check_password(User.objects.with_login(typed), credentials.get("password") or "")
        return checked
