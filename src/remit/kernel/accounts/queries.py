"""What others ask about logins."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet

from remit.kernel.accounts.models import AccountPolicy, ApiToken, LoginEvent, User
from remit.lib import clock

# What issue_token makes. Anything else is turned away before the database is asked.
TOKEN_SHAPE: Final = re.compile(r"remit_(?P<prefix>[0-9a-f]{8})_[A-Za-z0-9_-]{43}")
# Written at most this often: a program that calls every second must not write a row every second.
TOKEN_USE_STEP: Final = timedelta(minutes=1)


def user_for_token(raw: str) -> User | None:
    """The active user in whose name a program calls, or None. One query, and one more once a minute to note the use.

    The row is found by the public prefix; the secret part is compared in constant time.
    """
    shape = TOKEN_SHAPE.fullmatch(raw)
    token = ApiToken.objects.select_related("user").filter(prefix=shape["prefix"]).first() if shape else None
    digest = sha256(raw.encode()).hexdigest()
    if not hmac.compare_digest(digest, token.digest if token else "0" * 64) or token is None:
        return None
    if not token.is_valid or not token.user.is_active:
        return None
    now = clock.now()
    # The condition stands in the database too: two calls at once write once.
    unnoted = Q(last_used_at=None) | Q(last_used_at__lte=now - TOKEN_USE_STEP)
    if token.last_used_at is None or token.last_used_at <= now - TOKEN_USE_STEP:
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    return token.user


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Newest first; revoked and expired ones stay readable."""
    return ApiToken.objects.filter(user=user).order_by("-id")


def sessions_of(user: User) -> list[UserSession]:
    """The browsers somebody is logged in with, last used first. One query.

    allauth lists every session it ever saw and looks each up; those whose Django session has gone are left out here at once.
    """
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now())
    return list(UserSession.objects.filter(Exists(alive), user=user).order_by("-last_seen_at", "-id"))


def logins_of(user: User, *, before_id: int | None = None, limit: int = 50) -> list[LoginEvent]:
    """The login log of one person, newest first, from below `before_id` on. One query on an index, however long the log."""
    events = LoginEvent.objects.filter(user=user).order_by("-id")
    if before_id is not None:
        events = events.filter(id__lt=before_id)
    return list(events[:limit])


def current_policy() -> AccountPolicy:
    """The company's wishes for passwords and sessions; the defaults where nobody set any. One query."""
    return AccountPolicy.objects.first() or AccountPolicy()


@dataclass(frozen=True, slots=True)
class Factors:
    """The second steps somebody has set up."""

    has_app: bool
    passkey_count: int
    has_recovery_codes: bool

    @property
    def are_on(self) -> bool:
        return self.has_app or self.passkey_count > 0


def factors_of(user: User) -> Factors:
    """One query."""
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return Factors(
        has_app=Authenticator.Type.TOTP in kinds,
        passkey_count=kinds.count(Authenticator.Type.WEBAUTHN),
        has_recovery_codes=Authenticator.Type.RECOVERY_CODES in kinds,
    )


def password_due_at(user: User, policy: AccountPolicy) -> datetime | None:
    """When the password must have been changed; None where the company sets no period."""
    if policy.password_period_days is None:
        return None
    return (user.password_changed_at or user.date_joined) + timedelta(days=policy.password_period_days)


def insecure_logins() -> list[str]:
    """User names of open logins with a password that stands in the README. `remit serve` refuses to start a company's
    installation while there is one."""
    open_logins = User.objects.filter(is_active=True, password_is_public=True).order_by("username")
    return list(open_logins.values_list("username", flat=True))
