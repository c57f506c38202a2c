"""Request bodies, read strictly: what PostgreSQL or Python could not hold is refused here and never met as a 500."""

import json
from typing import Any, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from ninja.errors import HttpError
from ninja.parser import Parser

from remit.kernel.authority.facts import is_storable


class StrictParser(Parser):
    """JSON without NaN, without NUL and half characters, without numbers that have thousands of digits, not nested for sport."""

    def parse_body(self, request: HttpRequest) -> Any:
        try:
            found = json.loads(request.body, parse_constant=_refuse)
        except RequestDataTooBig as error:
            raise HttpError(413, "The body is too large; documents are sent to /api/imports.") from error
        except (ValueError, RecursionError) as error:
            raise HttpError(400, "The body is not JSON that can be read.") from error
        if not is_storable(found):
            raise HttpError(400, "The body holds a character or a number that cannot be stored, or is nested too deep.")
        return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
