"""Error pages and refusals. A page never says more to a stranger than that there is nothing here."""

import json
import logging
import secrets
from http import HTTPStatus
from typing import Protocol, TypeGuard

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.web.uploads import UploadTooLarge

logger = logging.getLogger(__name__)

# What a program is told where no page is drawn; the operation's own refusals have sentences of their own.
_PROBLEMS = {
    HTTPStatus.BAD_REQUEST: gettext_lazy("The call cannot be read."),
    HTTPStatus.NOT_FOUND: gettext_lazy("There is nothing at this address."),
    HTTPStatus.FORBIDDEN: gettext_lazy("You may not do this."),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_lazy("Something went wrong here."),
}


class Refusal(Protocol):
    """What the rooms' errors have in common: a code, an HTTP status and one whole sentence that says what to do next."""

    code: str
    status: int
    sentence: str | Promise


def is_refusal(error: object) -> TypeGuard[Refusal]:
    return isinstance(error, Exception) and all(hasattr(error, name) for name in ("code", "status", "sentence"))


def answer_refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
    """A refused action, told on a page of its own, or as a toast when htmx asked (the form stays as it was)."""
    status = int(error.status)
    if status == HTTPStatus.NOT_FOUND:
        return page_not_found(request)
    logger.info("refused %s at %s", error.code, request.path)
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=status)
        response["HX-Reswap"] = "none"
        response["HX-Trigger"] = json.dumps({"toast": {"text": str(error.sentence), "tone": "danger"}})
        return response
    return render(
        request,
        "web/refused.html",
        {"sentence": error.sentence, "back": _way_back(request)},
        status=status,
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page was open too long, or that another site sent. A new token is set, so sending again works."""
    get_token(request)
    logger.warning("form refused at %s: %s", request.path, reason)
    return render(request, "403_csrf.html", {"back": _way_back(request)}, status=HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, UploadTooLarge):
        return _error(request, "400.html", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"sentence": str(exception)})
    return _error(request, "400.html", HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The sentence of a PermissionDenied is shown if it has one: write it for the person who reads it."""
    sentence = str(exception) if isinstance(exception, PermissionDenied) else ""
    return _error(request, "403.html", HTTPStatus.FORBIDDEN, {"sentence": sentence, "back": _way_back(request)})


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same words for what isn't there and for what isn't for you."""
    return _error(request, "404.html", HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """Shows a number that the operator finds in the log beside the traceback."""
    reference = secrets.token_hex(4)
    logger.error("error page %s at %s", reference, request.path)
    return _error(request, "500.html", HTTPStatus.INTERNAL_SERVER_ERROR, {"reference": reference})


def _error(
    request: HttpRequest, template: str, status: HTTPStatus, context: dict[str, object] | None = None
) -> HttpResponse:
    """An error page that asks the database nothing: it may be the database that fails. A program gets the API's shape."""
    told = context or {}
    if request.path_info.startswith("/api/"):
        sentence = str(told.get("sentence") or _PROBLEMS.get(status, status.phrase))
        data = {"reference": told["reference"]} if "reference" in told else {}
        return JsonResponse(
            {"code": status.name.lower(), "sentence": sentence, "data": data},
            status=status,
            json_dumps_params={"ensure_ascii": False},
        )
    try:
        return render(request, template, {"status": int(status), **told}, status=status)
    except (TemplateDoesNotExist, TemplateSyntaxError):
        logger.exception("error page %s could not be drawn", template)
        return HttpResponse(_("Something went wrong here."), status=status, content_type="text/plain; charset=utf-8")


def _way_back(request: HttpRequest) -> str:
    """The page from which a form came, if it is one of ours; else nothing."""
    referer = request.headers.get("Referer", "")
    here = f"{request.scheme}://{request.get_host()}/"
    return referer if referer.startswith(here) else ""
