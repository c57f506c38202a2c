"""On every page: is this login still in order? And in its owner's language."""

import time
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from remit.kernel.accounts import login_log
from remit.kernel.accounts.models import LoginEventKind, User
from remit.kernel.accounts.queries import current_policy
from remit.lib import clock

# How often a session's use is noted and the policy read. Not each request: that would be two more queries for every page.
NOTE_STEP_SECONDS: Final = 60
SEEN_KEY: Final = "accounts_seen_at"
PASSWORD_DUE_KEY: Final = "accounts_password_due"  # noqa: S105 - a key of the session; the password page reads it

# What somebody whose password is due may still reach.
REACHABLE_WHILE_DUE: Final = frozenset(
    {
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "accounts:preferences",
    }
)


View = TypeVar("View", bound=Callable[..., Any])


def without_use(view: View) -> View:
    """Mark a view that a page asks for by itself: it keeps no session alive of somebody who has left his desk."""
    cast(Any, view).is_without_use = True
    return view


class LoginInOrder:
    """Ends sessions at rest, leads to the password page while a new one is due, switches to the person's language.

    Stands below the session, authentication and message middlewares, and below LocaleMiddleware, whose guess it overrides.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or ""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        user = request.user
        now = int(time.time())
        seen_at = int(request.session.get(SEEN_KEY, now))
        if SEEN_KEY not in request.session or now - seen_at >= NOTE_STEP_SECONDS:
            policy = current_policy()
            if policy.idle_session_minutes and now - seen_at > policy.idle_session_minutes * 60:
                return _end_for_rest(request, user, policy.idle_session_minutes)
            if getattr(view, "is_without_use", False):
                return None
            request.session[SEEN_KEY] = now
            request.session[PASSWORD_DUE_KEY] = user.password_is_due(policy.password_period_days, clock.now())
            UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=clock.now())
        if user.must_change_password or request.session.get(PASSWORD_DUE_KEY):
            match = request.resolver_match
            if match is None or match.view_name not in REACHABLE_WHILE_DUE:
                return _lead_to(request, reverse("account_change_password"))
        return None


def _end_for_rest(request: HttpRequest, user: User, minutes: int) -> HttpResponseBase:
    login_log.log(LoginEventKind.IDLE_OUT, user=user, request=request)
    request.is_ended_for_rest = True  # type: ignore[attr-defined]  # tells login_log that this logout is written already
    logout(request)
    messages.info(request, _("You were logged out after %(minutes)d minutes of rest.") % {"minutes": minutes})
    return _lead_to(request, reverse("account_login"))


def _lead_to(request: HttpRequest, url: str) -> HttpResponseBase:
    """A redirect that brings the person back afterwards; for htmx as a header, or it would swap the page into a fragment."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect_to_login(request.get_full_path(), url) if request.method == "GET" else HttpResponseRedirect(url)
