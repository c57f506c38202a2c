"""What is done with logins. Each verb is one transaction and leaves one event.

Whether the actor may do it to somebody else's login is asked one floor up: authority's actions wrap these verbs. The gate writes
an event of its own, with the decision; those wrappers say `leave_event=False`, so that one act stays one event.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from psycopg.errors import UniqueViolation

from remit.kernel.accounts import errors, login_log
from remit.kernel.accounts.actor import Actor
from remit.kernel.accounts.models import DEMO_PASSWORD, AccountPolicy, ApiToken, LoginEventKind, User
from remit.kernel.accounts.models.user import normalise_login
from remit.kernel.accounts.passwords import temporary_password
from remit.kernel.accounts.queries import current_policy
from remit.kernel.audit.actions import record
from remit.lib import clock

TOKEN_START: Final = "remit"  # noqa: S105 - the public first part, by which secret scanners know what they found


def create_user(
    *,
    username: str,
    name: str,
    actor: Actor,
    password: str | None = None,
    email: str = "",
    language: str = "zh-hans",
    must_change_password: bool = True,
    leave_event: bool = True,
) -> User:
    """A new login. Without a password nobody can use it until set_password was called.

    The password is not measured against the rules: it is either temporary, or the demo's. Raises LoginNameTaken, and
    ValidationError for a name or address of the wrong shape.
    """
    user = User(
        username=normalise_login(username),
        name=name.strip(),
        email=normalise_login(email),
        language=language,
        must_change_password=must_change_password,
        password_changed_at=clock.now() if password else None,
        password_is_public=password == DEMO_PASSWORD,
    )
    user.set_password(password)  # None makes it unusable
    user.clean_fields()
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            if leave_event:
                _record(actor, "accounts.create_user", user, facts={"username": user.username, "email": user.email})
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise errors.LoginNameTaken from error
        raise
    return user


@transaction.atomic
def set_password(
    user_id: int,
    *,
    actor: Actor,
    password: str | None = None,
    request: HttpRequest | None = None,
    leave_event: bool = True,
) -> str:
    """Give somebody a temporary password, which lets them in only to choose their own. Returns it, to be told to them.

    Ends all their sessions: a password is set anew because it was forgotten or because somebody else may know it.
    Raises LoginIsClosed. Locks the user's row.
    """
    user = _locked(user_id)
    if not user.is_active:
        raise errors.LoginIsClosed
    password = password or temporary_password(current_policy().min_length)
    user.set_password(password)
    user.must_change_password = True
    user.password_changed_at = clock.now()
    user.password_is_public = password == DEMO_PASSWORD
    user.save(update_fields=["password", "must_change_password", "password_changed_at", "password_is_public"])
    ended = _end_sessions(user)
    if leave_event:
        _record(actor, "accounts.set_password", user, facts={"sessions_ended": ended})
    login_log.log(LoginEventKind.PASSWORD_SET, user=user, request=request)
    return password


@transaction.atomic
def change_password(
    user_id: int,
    password: str,
    *,
    actor: Actor,
    keep_session_key: str | None = None,
    request: HttpRequest | None = None,
) -> None:
    """The owner chooses a new password. Ends their other sessions.

    Raises ValidationError where the rules refuse it. Locks the user's row.
    """
    user = _locked(user_id)
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.password_changed_at = clock.now()
    user.password_is_public = False
    user.save(update_fields=["password", "must_change_password", "password_changed_at", "password_is_public"])
    ended = _end_sessions(user, keep=keep_session_key)
    _record(actor, "accounts.change_password", user, facts={"sessions_ended": ended})
    login_log.log(LoginEventKind.PASSWORD_CHANGED, user=user, request=request)


@transaction.atomic
def deactivate_user(user_id: int, *, actor: Actor, leave_event: bool = True) -> User:
    """Close a login: its sessions end, its tokens no longer hold. Closing a closed one changes nothing."""
    user = _locked(user_id)
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        ended = _end_sessions(user)
        revoked = ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=clock.now())
        if leave_event:
            _record(actor, "accounts.deactivate_user", user, facts={"sessions_ended": ended, "tokens_revoked": revoked})
    return user


@transaction.atomic
def reactivate_user(user_id: int, *, actor: Actor, leave_event: bool = True) -> User:
    """Reopen a login. Its tokens stay revoked."""
    user = _locked(user_id)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        if leave_event:
            _record(actor, "accounts.reactivate_user", user)
    return user


@transaction.atomic
def end_session(session: UserSession, *, actor: Actor) -> None:
    """Log one browser out. Ending a session that has gone changes nothing."""
    user = _locked(session.user_id)
    if UserSession.objects.filter(pk=session.pk).delete()[0]:
        Session.objects.filter(session_key=session.session_key).delete()
        _record(actor, "accounts.end_session", user, facts={"ip": session.ip, "browser": session.user_agent})


@transaction.atomic
def end_all_sessions(
    user_id: int, *, actor: Actor, keep_session_key: str | None = None, request: HttpRequest | None = None
) -> int:
    """Log somebody out everywhere, except in the session named. Returns how many sessions ended."""
    user = _locked(user_id)
    ended = _end_sessions(user, keep=keep_session_key)
    if ended:
        _record(actor, "accounts.end_all_sessions", user, facts={"sessions_ended": ended})
        login_log.log(LoginEventKind.SESSIONS_ENDED, user=user, request=request)
    return ended


@transaction.atomic
def issue_token(user_id: int, *, name: str, actor: Actor, expires_at: datetime | None = None) -> tuple[ApiToken, str]:
    """A key for a program, and its secret, which nobody can read again. Raises LoginIsClosed, TokenWouldBeExpired."""
    user = _locked(user_id)
    if not user.is_active:
        raise errors.LoginIsClosed
    if expires_at is not None and expires_at <= clock.now():
        raise errors.TokenWouldBeExpired
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    raw = f"{TOKEN_START}_{prefix}_{secret}"
    token = ApiToken(
        user=user, name=name.strip(), prefix=prefix, digest=sha256(raw.encode()).hexdigest(), expires_at=expires_at
    )
    token.full_clean()
    token.save(force_insert=True)
    until = expires_at.isoformat() if expires_at else None
    _record(actor, "accounts.issue_token", user, facts={"token": token.name, "prefix": prefix, "expires_at": until})
    return token, raw


@transaction.atomic
def revoke_token(token_id: int, *, actor: Actor) -> ApiToken:
    """The key no longer opens anything. Revoking twice changes nothing. Locks the token's row."""
    token = ApiToken.objects.select_related("user").select_for_update(of=("self",), no_key=True).get(pk=token_id)
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        _record(actor, "accounts.revoke_token", token.user, facts={"token": token.name, "prefix": token.prefix})
    return token


def set_language(user_id: int, language: str, *, actor: Actor) -> User:
    """Raises ValidationError for a language that settings.LANGUAGES does not have."""
    return _set_preference(user_id, "language", language, actor=actor)


def set_theme(user_id: int, theme: str, *, actor: Actor) -> User:
    """Raises ValidationError for a theme that is none of models.Theme."""
    return _set_preference(user_id, "theme", theme, actor=actor)


@transaction.atomic
def reset_factors(user_id: int, *, actor: Actor, request: HttpRequest | None = None, leave_event: bool = True) -> int:
    """Take away somebody's second steps and passkeys, who has lost them. Returns how many. Ends their sessions."""
    user = _locked(user_id)
    factors = Authenticator.objects.filter(user=user)
    kinds = sorted(factors.values_list("type", flat=True))
    if kinds:
        factors.delete()
        ended = _end_sessions(user)
        if leave_event:
            _record(actor, "accounts.reset_factors", user, facts={"factors": kinds, "sessions_ended": ended})
        login_log.log(LoginEventKind.FACTOR_REMOVED, user=user, request=request, detail=" + ".join(kinds))
    return len(kinds)


@transaction.atomic
def set_policy(
    *,
    min_length: int,
    password_period_days: int | None,
    idle_session_minutes: int | None,
    actor: Actor,
    leave_event: bool = True,
) -> AccountPolicy:
    """What the company wants of passwords and sessions. Raises ValidationError for figures out of range.

    A longer minimum holds from the next change of each password; nobody is thrown out for a password chosen before.
    """
    policy, _created = AccountPolicy.objects.select_for_update(no_key=True).get_or_create(pk=1)
    wanted = {
        "min_length": min_length,
        "password_period_days": password_period_days,
        "idle_session_minutes": idle_session_minutes,
    }
    changes = {key: [getattr(policy, key), value] for key, value in wanted.items() if getattr(policy, key) != value}
    if changes:
        for key, value in wanted.items():
            setattr(policy, key, value)
        policy.full_clean()
        policy.save(update_fields=list(changes))
        if leave_event:
            record(actor, "accounts.set_policy", changes=changes)
    return policy


@transaction.atomic
def _set_preference(user_id: int, field: str, value: str, *, actor: Actor) -> User:
    user = _locked(user_id)
    before = getattr(user, field)
    if before != value:
        setattr(user, field, value)
        user.clean_fields(exclude=[f.name for f in User._meta.fields if f.name != field])
        user.save(update_fields=[field])
        _record(actor, f"accounts.set_{field}", user, changes={field: [before, value]})
    return user


def _locked(user_id: int) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user_id)


def _end_sessions(user: User, *, keep: str | None = None) -> int:
    """Both the list that people see and Django's own store, which is what lets a browser in."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=keep or "")
    keys = list(sessions.values_list("session_key", flat=True))
    sessions.delete()
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def _record(
    actor: Actor,
    kind: str,
    user: User,
    *,
    facts: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> None:
    record(actor, kind, subject=("accounts.user", user.pk, str(user)), facts=facts, changes=changes)
