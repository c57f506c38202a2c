"""Who calls: a program with a person's token, or the person's own browser. Both end in the same `Caller`."""

import time
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from ninja.security import APIKeyCookie, HttpBearer

from remit.api.errors import ApiError
from remit.kernel.accounts.actor import Actor
from remit.kernel.accounts.middleware import PASSWORD_DUE_KEY, SEEN_KEY
from remit.kernel.accounts.models import User
from remit.kernel.accounts.queries import current_policy, user_for_token
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for, person_of
from remit.lib import clock


@dataclass(frozen=True, slots=True)
class Caller:
    """The person in whose name the call is made, and the actor at the API's door."""

    user: User
    person: Person
    actor: Actor


def _caller(user: User) -> Caller:
    translation.activate(user.language)
    person = person_of(user)
    if person is None:
        raise ApiError(
            403, "no_person", _("Your login belongs to nobody who works here; ask whoever manages logins to link it.")
        )
    return Caller(user, person, actor_for(person, "api"))


class TokenAuth(HttpBearer):
    """`Authorization: Bearer remit_…`; a token is made on the page "me → tokens" and may do what its person may do."""

    openapi_bearerFormat = "remit_<8 hex>_<secret>"

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        user = user_for_token(token)
        return _caller(user) if user is not None else None


class SessionAuth(APIKeyCookie):
    """The browser's session, for pages of our own. Changes need the CSRF token (header X-CSRFToken), which ninja checks."""

    param_name = "sessionid"

    def _get_key(self, request: HttpRequest) -> str | None:
        # Without a session there is nobody to protect from forgery: the answer is 401, not "CSRF failed".
        return super()._get_key(request) if self.param_name in request.COOKIES else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        user = request.user
        if not isinstance(user, User) or not user.is_active:
            return None
        # What LoginInOrder does for pages: a session at rest is over, and a due password comes first.
        policy = current_policy()
        at_rest = time.time() - float(request.session.get(SEEN_KEY, time.time()))
        if policy.idle_session_minutes and at_rest > policy.idle_session_minutes * 60:
            return None
        if request.session.get(PASSWORD_DUE_KEY) or user.password_is_due(policy.password_period_days, clock.now()):
            raise ApiError(403, "password_due", _("Choose a new password first, on any page."))
        return _caller(user)


def caller_of(request: HttpRequest) -> Caller:
    caller = getattr(request, "auth", None)
    if not isinstance(caller, Caller):
        raise ApiError(401, "not_logged_in", _("Log in, or send a token."))
    return caller
