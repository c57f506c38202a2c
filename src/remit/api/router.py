"""The API as one object: who may call, the operations, one error shape, and an OpenAPI description that tells the truth."""

from collections.abc import Mapping
from typing import Any, Final

from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from remit.api import errors
from remit.api.caller import SessionAuth, TokenAuth
from remit.api.endpoints import actions, cases, charters, organization, parties, records
from remit.api.parsing import StrictParser

DESCRIPTION: Final = """Every business action of Remit, through the same gate as its pages: authority decided, transaction opened, work
done, event written. Lists show what the caller may see, newest first, in pages. Amounts are text, never floats."""


class ReadableJson(JSONRenderer):
    """Chinese as it is written, not as escapes: half the bytes, and a log that can be read."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class RemitAPI(NinjaAPI):
    def get_openapi_schema(self, **more: Any) -> OpenAPISchema:
        """ninja describes the answers that an operation declares; these are the ones that any operation may give besides."""
        schema = super().get_openapi_schema(**more)
        schema["components"].setdefault("schemas", {})["Problem"] = errors.Problem.json_schema()
        content = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for path in schema["paths"].values():
            for operation in path.values():
                for status, description in errors.COMMON.items():
                    operation["responses"].setdefault(status, {"description": description, "content": content})
        return schema


api = RemitAPI(
    title="Remit",
    version="1",
    description=DESCRIPTION,
    auth=[TokenAuth(), SessionAuth()],
    parser=StrictParser(),
    renderer=ReadableJson(),
    docs_url=None,  # its viewer loads scripts from elsewhere, which our CSP forbids; docs/api.md explains the API
    urls_namespace="api",
)
errors.register(api)
for router in (actions.router, records.router, organization.router, charters.router, parties.router, cases.router):
    api.add_router("", router)


def urls() -> tuple[list[URLPattern | URLResolver], str, str]:
    """For urls.py. Every view is marked as open for LoginRequiredMiddleware: the API asks by itself, and answers 401, not a page."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            vars(pattern.callback)["login_required"] = False
    return patterns, app_name, namespace
