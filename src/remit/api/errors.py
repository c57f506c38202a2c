"""One shape for every refusal: {"code": for programs, "sentence": for people, "data": details}. The status says how bad."""

from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as BadShape

from remit.kernel.accounts.errors import AccountsError
from remit.kernel.authority.facts import BadFacts
from remit.lib.refusals import Refusal


class Problem(Schema):
    """Why a call was not carried out. Nothing was changed."""

    code: str
    sentence: str
    data: dict[str, Any] = Field(default_factory=dict)


class ApiError(Exception):
    """A refusal of the API itself: a wrong cursor, a login without a person."""

    def __init__(self, status: int, code: str, sentence: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence, self.data = status, code, sentence, data or {}


# What any operation may answer besides its own; ninja documents only what is declared.
COMMON: Final = {
    400: "The call can't be read: broken JSON, a character that can't be stored.",
    401: "No token, or one that no longer holds.",
    403: "Your authority does not reach, and nobody can be asked; or the session's CSRF token is missing.",
    404: "There is no such thing, or it is not yours to see.",
    405: "This address does not take this method.",
    409: "It was decided or changed in the meantime.",
    413: "The file is too large.",
    422: "The values do not fit, or a rule forbids it.",
}


def register(api: NinjaAPI) -> None:
    """Every foreseen exception becomes a Problem. What is not foreseen stays a 500 and is logged."""

    def answer(request: HttpRequest, status: int, code: str, sentence: str, data: Any = None) -> HttpResponse:
        return api.create_response(request, {"code": code, "sentence": sentence, "data": data or {}}, status=status)

    @api.exception_handler(ApiError)
    def api_error(request: HttpRequest, error: ApiError) -> HttpResponse:
        return answer(request, error.status, error.code, error.sentence, error.data)

    @api.exception_handler(Refusal)
    def refusal(request: HttpRequest, error: Refusal) -> HttpResponse:
        return answer(request, error.status, error.code, error.sentence, _plain(error.data))

    @api.exception_handler(BadFacts)
    def bad_facts(request: HttpRequest, error: BadFacts) -> HttpResponse:
        return answer(request, 422, "bad_facts", str(error), error.faults)

    @api.exception_handler(AccountsError)
    def accounts_error(request: HttpRequest, error: AccountsError) -> HttpResponse:
        return answer(request, int(error.status), error.code, str(error))

    @api.exception_handler(BadShape)
    def bad_shape(request: HttpRequest, error: BadShape) -> HttpResponse:
        faults = {".".join(map(str, fault["loc"])): str(fault["msg"]) for fault in error.errors}
        return answer(request, 422, "bad_shape", _("The call does not have the shape that the API describes."), faults)

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return answer(request, 422, "invalid", " ".join(error.messages))

    @api.exception_handler(AuthenticationError)
    def not_logged_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        response = answer(request, 401, "not_logged_in", _("Log in, or send a token."))
        response["WWW-Authenticate"] = "Bearer"
        return response

    @api.exception_handler(Http404)
    @api.exception_handler(ObjectDoesNotExist)
    def not_found(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(request, 404, "not_found", _("There is no such item."))

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        codes = {400: "bad_request", 403: "forbidden", 429: "too_many"}
        return answer(request, error.status_code, codes.get(error.status_code, "refused"), str(error))


def _plain(data: dict[str, Any]) -> dict[str, Any]:
    """Only what JSON has: a refusal may carry rows for the page."""
    return {name: value for name, value in data.items() if isinstance(value, str | int | bool | list | dict | None)}
