"""The OpenAPI description against the API itself: thousands of odd calls, and never a 500 or an answer that isn't described."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.cast import Firm

from remit.api.router import api
from remit.api.tests.conftest import token_of
from remit.wsgi import application

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """As Django's own test client does: a request must not close the connection of the test that it runs in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["as-described", "odd"])
def test_no_call_is_answered_otherwise_than_described(firm: Firm, one_connection: None, mode: GenerationMode) -> None:
    headers = {"Authorization": f"Bearer {token_of(firm, '周岚')}"}
    description = schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    called = 0
    for found in description.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()

        @seed(1)
        @settings(max_examples=12, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def call(case: schemathesis.Case[Any]) -> None:
            nonlocal called
            called += 1
            with transaction.atomic():  # what one call does must not stand in the way of the next
                case.call_and_validate(headers=headers, checks=CHECKS)
                transaction.set_rollback(True)

        with contextlib.suppress(Unsatisfiable):  # an operation without parameters can't be called oddly
            call()
    assert called > 100


def test_every_operation_tells_how_it_may_fail() -> None:
    schema = api.get_openapi_schema()
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            assert {400, 401, 403, 404, 409, 422} <= set(map(int, operation["responses"])), f"{method} {path}"
            assert operation["security"], f"{method} {path} asks for no login"
