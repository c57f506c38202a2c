"""Lines of the tables on one's own pages, ready to show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext

from remit.kernel.accounts.agents import browser_name
from remit.kernel.accounts.models import LoginEvent


@dataclass(frozen=True, slots=True)
class SessionRow:
    id: int
    browser: str
    agent: str
    ip: str
    since: datetime
    last_seen_at: datetime
    is_current: bool

    @classmethod
    def of(cls, session: UserSession, current_key: str | None) -> Self:
        return cls(
            id=session.pk,
            browser=browser_name(session.user_agent),
            agent=session.user_agent,
            ip=session.ip,
            since=session.created_at,
            last_seen_at=session.last_seen_at,
            is_current=session.session_key == current_key,
        )


@dataclass(frozen=True, slots=True)
class LoginRow:
    at: datetime
    what: str
    how: str
    ip: str
    browser: str

    @classmethod
    def of(cls, event: LoginEvent) -> Self:
        return cls(
            at=event.at,
            what=event.get_kind_display(),
            how=" + ".join(_method(part) for part in event.detail.split(" + ") if part),
            ip=event.ip or "",
            browser=browser_name(event.agent),
        )


def _method(name: str) -> str:
    """The word for allauth's name of a method: `totp` as the authenticator app."""
    words = {
        "password": gettext("password"),
        Authenticator.Type.TOTP: gettext("authenticator app"),
        Authenticator.Type.WEBAUTHN: gettext("passkey"),
        Authenticator.Type.RECOVERY_CODES: gettext("recovery code"),
    }
    return words.get(name, name)
