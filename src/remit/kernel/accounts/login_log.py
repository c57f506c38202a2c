"""Keeps the login log, and what allauth does to a login, in our own books.

The receivers are the one place where this room listens to signals: allauth performs these steps itself and offers no other
hook. They are connected in apps.py.
"""

import hmac
from hashlib import sha256
from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.http import HttpRequest

from remit.kernel.accounts.access import actor_for
from remit.kernel.accounts.models import LoginEvent, LoginEventKind, User
from remit.kernel.accounts.models.user import normalise_login
from remit.kernel.audit.actions import record

AGENT_LENGTH = 200


def log(
    kind: LoginEventKind, *, user: User | None, request: HttpRequest | None, detail: str = "", typed: str = ""
) -> LoginEvent:
    """One line of the login log. One INSERT. `typed` is kept as a digest, and only where no user is known by it."""
    return LoginEvent.objects.create(
        kind=kind,
        user=user,
        login_digest="" if user or not typed else login_digest(typed),
        detail=detail[:80],
        ip=get_adapter(request).get_client_ip(request) if request else None,
        agent=request.headers.get("User-Agent", "")[:AGENT_LENGTH] if request else "",
    )


def login_digest(typed: str) -> str:
    """Tells whether two strangers tried the same name, and not which. Keyed, so that a list of names can't be run against it."""
    key = hmac.digest(settings.SECRET_KEY.encode(), b"remit accounts login log 1", "sha256")
    return hmac.new(key, normalise_login(typed).encode(), sha256).hexdigest()


def connect() -> None:
    account_signals.user_logged_in.connect(_logged_in, dispatch_uid="remit.accounts.logged_in")
    user_logged_out.connect(_logged_out, dispatch_uid="remit.accounts.logged_out")
    mfa_signals.authenticator_added.connect(_factor_added, dispatch_uid="remit.accounts.factor_added")
    mfa_signals.authenticator_reset.connect(_factor_renewed, dispatch_uid="remit.accounts.factor_renewed")
    mfa_signals.authenticator_removed.connect(_factor_removed, dispatch_uid="remit.accounts.factor_removed")
    mfa_signals.authentication_failed.connect(_code_failed, dispatch_uid="remit.accounts.code_failed")


def _logged_in(*, request: HttpRequest, user: User, **_rest: Any) -> None:
    steps = request.session.get("account_authentication_methods", [])
    methods = [step.get("type") or step.get("method", "") for step in steps]
    log(LoginEventKind.SUCCEEDED, user=user, request=request, detail=" + ".join(methods))


def _logged_out(*, request: HttpRequest, user: User | None, **_rest: Any) -> None:
    if user is not None and not getattr(request, "is_ended_for_rest", False):
        log(LoginEventKind.OUT, user=user, request=request)


def _factor_added(*, request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    log(LoginEventKind.FACTOR_ADDED, user=user, request=request, detail=authenticator.type)
    _record_factor("accounts.add_factor", user, authenticator)


def _factor_renewed(*, request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    log(LoginEventKind.FACTOR_ADDED, user=user, request=request, detail=authenticator.type)
    _record_factor("accounts.renew_recovery_codes", user, authenticator)


def _factor_removed(*, request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    log(LoginEventKind.FACTOR_REMOVED, user=user, request=request, detail=authenticator.type)
    _record_factor("accounts.remove_factor", user, authenticator)


def _code_failed(*, request: HttpRequest, user: User, authenticator: Authenticator, **_rest: Any) -> None:
    log(LoginEventKind.CODE_FAILED, user=user, request=request, detail=authenticator.type)


def _record_factor(kind: str, user: User, authenticator: Authenticator) -> None:
    record(
        actor_for(user, door="web"),
        kind,
        subject=("accounts.user", user.pk, str(user)),
        facts={"factor": authenticator.type},
    )
