"""One's own pages: profile, security, sessions, tokens, recent logins. The login pages themselves are allauth's views."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.accounts import access, actions, queries
from remit.kernel.accounts.web.forms import PreferencesForm, TokenForm
from remit.kernel.accounts.web.rows import LoginRow, SessionRow

LOGINS_PER_PAGE = 50


@require_GET
def profile(request: HttpRequest) -> HttpResponse:
    user = access.user_of(request)
    form = PreferencesForm(initial={"language": user.language, "theme": user.theme})
    return render(request, "accounts/profile.html", {"user": user, "form": form})


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Takes either field alone too: the theme switch of the top bar sends no language."""
    user = access.user_of(request)
    chosen = {name: request.POST[name] for name in ("language", "theme") if name in request.POST}
    form = PreferencesForm({"language": user.language, "theme": user.theme} | chosen)
    if not form.is_valid():
        return render(request, "accounts/profile.html", {"user": user, "form": form}, status=422)
    actor = access.actor_of(request)
    actions.set_language(user.pk, form.cleaned_data["language"], actor=actor)
    actions.set_theme(user.pk, form.cleaned_data["theme"], actor=actor)
    response = HttpResponseRedirect(_back(request, "accounts:profile"))
    # The login page, where nobody is known yet, then speaks the same language.
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        form.cleaned_data["language"],
        max_age=31_536_000,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    with override(form.cleaned_data["language"]):
        messages.success(request, _("Saved."))
    return response


@require_GET
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    user = access.user_of(request)
    policy = queries.current_policy()
    context = {
        "user": user,
        "factors": queries.factors_of(user),
        "session_count": len(queries.sessions_of(user)),
        "password_due_at": queries.password_due_at(user, policy),
    }
    return render(request, "accounts/security.html", context)


@require_GET
@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    current = request.session.session_key
    rows = [SessionRow.of(session, current) for session in queries.sessions_of(access.user_of(request))]
    return render(request, "accounts/session_list.html", {"sessions": rows})


@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    session = access.own_session(access.user_of(request), session_id)
    actions.end_session(session, actor=access.actor_of(request))
    messages.success(request, _("That browser is logged out."))
    return redirect("accounts:sessions")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    ended = actions.end_all_sessions(
        access.user_of(request).pk,
        actor=access.actor_of(request),
        keep_session_key=request.session.session_key,
        request=request,
    )
    sentence = ngettext("%(count)d other browser is logged out.", "%(count)d other browsers are logged out.", ended)
    messages.success(request, sentence % {"count": ended})
    return redirect("accounts:sessions")


@require_http_methods(["GET", "POST"])
@never_cache
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator]  # allauth carries no types
def tokens(request: HttpRequest) -> HttpResponse:
    """The list; POST issues one and shows its secret in the answer itself, for no address shows it again."""
    user = access.user_of(request)
    form = TokenForm(request.POST) if request.method == "POST" else TokenForm()
    issued, secret = None, ""
    if form.is_bound and form.is_valid():
        issued, secret = actions.issue_token(
            user.pk, name=form.cleaned_data["name"], expires_at=form.expires_at(), actor=access.actor_of(request)
        )
        form = TokenForm()
    context = {"tokens": queries.tokens_of(user), "form": form, "issued": issued, "secret": secret}
    return render(request, "accounts/token_list.html", context, status=422 if form.errors else 200)


@require_POST
def token_revocation(request: HttpRequest, token_id: int) -> HttpResponse:
    token = access.own_token(access.user_of(request), token_id)
    actions.revoke_token(token.pk, actor=access.actor_of(request))
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": token.name})
    return redirect("accounts:tokens")


@require_GET
def logins(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
    # One more than a page: its presence says that there is a next page.
    events = queries.logins_of(access.user_of(request), before_id=before_id, limit=LOGINS_PER_PAGE + 1)
    page = events[:LOGINS_PER_PAGE]
    older = f"{request.path}?before={page[-1].pk}" if len(events) > LOGINS_PER_PAGE else ""
    newest = request.path if before_id is not None else ""
    rows = [LoginRow.of(event) for event in page]
    return render(request, "accounts/login_list.html", {"events": rows, "older_url": older, "newest_url": newest})


def _back(request: HttpRequest, name: str) -> str:
    """Where the form says it came from, if that is a page of ours; else the page of that name."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else reverse(name)
