"""What happens around every view: no NUL gets through, and the view knows who acts."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from remit.kernel.accounts.access import actor_for as own_actor
from remit.kernel.authority.loading import one_look
from remit.kernel.organization.queries import actor_for, person_of
from remit.web.errors import answer_refusal, bad_request, is_refusal
from remit.web.http import Request

GetResponse = Callable[[HttpRequest], HttpResponse]

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def refuse_nul_bytes(get_response: GetResponse) -> GetResponse:
    """400 for a NUL character in the address, the cookies or a form.

    PostgreSQL has no such character: each would be a 500 somewhere deep in a query. A JSON body is the API's to check.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return bad_request(request) if _has_nul(request) else get_response(request)

    return middleware


def _has_nul(request: HttpRequest) -> bool:
    if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    # A quoted cookie may hold an escaped NUL, and the session's key goes straight into a query.
    if any("\x00" in value for value in request.COOKIES.values()):
        return True
    if request.method != "POST" or request.content_type not in FORM_TYPES:
        return False
    fields = (text for key, values in request.POST.lists() for text in (key, *map(str, values)))
    files = (
        text for key, uploads in request.FILES.lists() for text in (key, *(upload.name or "" for upload in uploads))
    )
    return any("\x00" in text for text in (*fields, *files))


def know_the_person(get_response: GetResponse) -> GetResponse:
    """Sets `request.person` and `request.actor` for somebody who is logged in, and turns refusals into sentences.

    One query. A request that only reads is answered from one version of the authority in force. A login without a person (an administrator from outside) acts under its own name and holds no position.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        known = cast(Request, request)
        known.person = None
        if known.user.is_authenticated:
            known.person = person_of(known.user)
            known.actor = (
                actor_for(known.person, "web") if known.person is not None else own_actor(known.user, door="web")
            )
            if known.user.language != translation.get_language():
                # A login speaks its language in every browser, whatever that browser asks for.
                translation.activate(known.user.language)
                known.LANGUAGE_CODE = known.user.language
        if request.method not in ("GET", "HEAD"):
            return get_response(request)
        with one_look():
            return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal that a view let through is an answer. The API words its own."""
        if request.path.startswith("/api/") or not is_refusal(error):
            return None
        return answer_refusal(request, error)

    # Django looks for hooks as attributes of whatever a middleware factory returns.
    cast(Any, middleware).process_exception = process_exception
    return middleware
