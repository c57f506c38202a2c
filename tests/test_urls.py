"""Every address of the house, asked by every kind of person: nobody slips in, nobody sees what is another company's.

The addresses are found, not listed: one without a line in tests/addresses.py fails. Each visit is undone before the next.
"""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pdfplumber
import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from python_calamine import CalamineWorkbook

from remit.api.router import api
from remit.kernel.authority.loading import forget_cached
from remit.kernel.authority.models import Matter, Request
from tests.addresses import ADDRESSES, COLLEAGUE, OPEN, STRANGER, Address
from tests.browsing import browser_of
from tests.world import CUSTOMER, IMPORTED, World, build_world, program_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return build_world()


# --- nothing is missing --------------------------------------------------------------------------------------------------------


def names_of(resolver: URLResolver, before: tuple[str, ...] = ()) -> Iterator[str]:
    """The full name of every page; the API's are taken from its own description."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name: nothing can link to it, and nothing tests it"
            yield ":".join([*before, entry.name])
        elif entry.namespace != api.urls_namespace:
            yield from names_of(entry, (*before, entry.namespace) if entry.namespace else before)


def test_every_page_has_a_line() -> None:
    listed = {address.name for address in ADDRESSES if not address.is_api}
    found = set(names_of(get_resolver()))
    assert sorted(found - listed) == [], "add them to tests/addresses.py, with who may"
    assert sorted(listed - found) == [], "they are gone; take their lines away"


def test_every_operation_of_the_api_has_a_line() -> None:
    paths = api.get_openapi_schema()["paths"]
    found = {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}
    listed = {address.name for address in ADDRESSES if address.is_api}
    assert sorted(found - listed) == [], "add them to tests/addresses.py, with who may"
    assert sorted(listed - found) == [], "they are gone; take their lines away"


# --- visits --------------------------------------------------------------------------------------------------------------------


@contextmanager
def undone(address: Address) -> Iterator[None]:
    """What is changed inside is gone afterwards, and so is what the process compiled from it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    if address.method == "POST":
        forget_cached()


def visit(address: Address, world: World, client: Client) -> HttpResponseBase:
    url = address.url(world)
    if address.method == "GET":
        return client.get(url)
    if address.is_json:
        return client.post(url, dict(address.facts(world)), content_type="application/json")
    return client.post(url, dict(address.facts(world)))


def visitor(world: World, name: str, address: Address) -> Client:
    return program_of(world, name) if address.is_api else browser_of(world.firm, name)


def text_of(response: HttpResponseBase) -> str:
    """Everything that somebody can read in an answer: page, JSON, spreadsheet, paper."""
    content = response.getvalue()
    kind = response.get("Content-Type", "")
    if "json" in kind:
        return json.dumps(json.loads(content), ensure_ascii=False)
    if "spreadsheet" in kind:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names])
    if "pdf" in kind:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            return "\n".join(page.extract_text() for page in pdf.pages)
    return bytes(content).decode() + response.get("Location", "")


def faults(world: World, kind: str) -> Iterator[str]:
    """Visit every address as one kind of person; a line for each answer that is not the one in the table."""
    for address in ADDRESSES:
        name = {"colleague": COLLEAGUE, "stranger": STRANGER}.get(kind, address.who)
        wanted = getattr(address, kind)
        with undone(address):
            status = visit(address, world, visitor(world, name, address)).status_code
        if status != wanted:
            yield f"{address} as {name}: {status}, not {wanted}"


def test_who_may_gets_an_answer(world: World) -> None:
    wrong = list(faults(world, "may"))
    assert not wrong, "\n".join(wrong)


def test_a_colleague_without_authority_is_told_or_asks(world: World) -> None:
    wrong = list(faults(world, "colleague"))
    assert not wrong, "\n".join(wrong)


def test_who_is_logged_out_is_sent_to_the_login(world: World) -> None:
    wrong = []
    for address in ADDRESSES:
        with undone(address):
            response = visit(address, world, Client())
        where = response.get("Location", "")
        if address.nobody is not None:
            is_right = response.status_code == address.nobody
        elif address.is_api:
            is_right = response.status_code == 401
        else:
            is_right = response.status_code == 302 and where.startswith("/login/?next=")
        wrong += [] if is_right else [f"{address}: {response.status_code} {where}"]
    assert not wrong, "\n".join(wrong)


# Made-up names stand in them, some of them those of the cast.
SAMPLES = {"organization:import-template"}


# --- another company -----------------------------------------------------------------------------------------------------------


def others_words(world: World) -> list[str]:
    """What stands in the first company's records and must not be read in the second one."""
    people = [person.name for person in world.firm.people.values() if person.name != STRANGER]
    numbers = [request.number for request in Request.objects.all()] + [matter.number for matter in Matter.objects.all()]
    return [*people, *numbers, CUSTOMER, IMPORTED, "投诉专员", "出纳", "客服部经理", "保险柜"]


def test_a_stranger_reads_nothing_of_another_company(world: World) -> None:
    secret, wrong = others_words(world), []
    for address in ADDRESSES:
        with undone(address):
            response = visit(address, world, visitor(world, STRANGER, address))
            read = "" if address in OPEN or address.name in SAMPLES else text_of(response)
        if response.status_code != address.stranger:
            wrong.append(f"{address}: {response.status_code}, not {address.stranger}")
        wrong += [f"{address} shows “{word}”" for word in secret if word in read]
    assert not wrong, "\n".join(wrong)


def test_a_login_that_belongs_to_nobody_breaks_no_page(world: World) -> None:
    """An administrator from outside: sees no record, and every page has an answer for him."""
    root = get_user_model().objects.create(username="root", language="zh-hans")
    secret, wrong = others_words(world), []
    for address in ADDRESSES:
        if address.is_api or address in OPEN or address.name in SAMPLES:
            continue
        client = Client()
        with undone(address):
            client.force_login(root)
            response = visit(address, world, client)
            read = text_of(response)
        wrong += [f"{address}: {response.status_code}"] if response.status_code >= 500 else []
        wrong += [f"{address} shows “{word}”" for word in secret if word in read]
    assert not wrong, "\n".join(wrong)
