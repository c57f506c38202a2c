"""Every address of the house with who may. tests/test_urls.py walks it; an address that is missing here fails there.

Four kinds of people come by. **Nobody** is logged out. The **stranger** (何平) works in another company of the group: of the first
company nothing exists for him. The **colleague** (吴越, cashier) works in the same company and holds no authority in the matter.
The last is whoever **may**: named on each line.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.urls import reverse

from tests.world import World

STRANGER: Final = "何平"
COLLEAGUE: Final = "吴越"

Facts = Callable[[World], Mapping[str, Any]]


# An address without a number in it.
ALONE: Final[Mapping[str, str]] = {}


def nothing(_world: World) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class Address:
    """One address with one method, and the status that each kind of people gets.

    `name` is the name of the URL, or "METHOD /api/…" as the API describes itself. `at` fills the address in: a name of a World's
    field, or a literal after "=". `nobody` None stands for "sent to the login" (pages) or 401 (API).
    """

    name: str
    who: str
    method: Literal["GET", "POST"] = "GET"
    may: int = 200
    colleague: int = 200
    stranger: int = 200
    nobody: int | None = None
    at: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    facts: Facts = nothing
    is_json: bool = False

    def url(self, world: World) -> str:
        filled = {key: _filled(world, text) for key, text in self.at.items()}
        if self.is_api:
            path = self.name.split(" ", 1)[1]
            for key, value in filled.items():
                path = path.replace(f"{{{key}}}", str(value))
            return path + self.query
        return reverse(self.name, kwargs=filled) + self.query

    @property
    def is_api(self) -> bool:
        return " /api/" in self.name

    def __str__(self) -> str:
        return self.name if self.is_api else f"{self.method} {self.name}{self.query}"


def _filled(world: World, text: str) -> Any:
    """A literal after "=", a field of the world, or "banking.sent" in one of its tables."""
    if text.startswith("="):
        return text[1:]
    name, _dot, key = text.partition(".")
    found = getattr(world, name)
    return found[key] if key else found


def page(name: str, who: str = "高岚", query: str = "", **more: Any) -> Address:
    """A page that everybody has, each with his own things on it."""
    return Address(name, who, query=query, **more)


def alike(name: str, status: int) -> Address:
    """A page that answers everybody who is logged in in the same way."""
    return Address(name, "高岚", may=status, colleague=status, stranger=status)


def record(name: str, who: str, *, at: Mapping[str, str] = ALONE) -> Address:
    """A page of one record: strangers and colleagues without a part in it are told that it is not there."""
    return Address(name, who, colleague=404, stranger=404, at=at)


def in_company(name: str, **more: Any) -> Address:
    """What a post is for is no secret within the company; in another one it is not there."""
    return Address(name, more.pop("who", "周岚"), stranger=404, **more)


def deed(
    name: str,
    who: str,
    facts: Facts = nothing,
    *,
    colleague: int = 404,
    stranger: int = 404,
    may: int = 302,
    at: Mapping[str, str] = ALONE,
) -> Address:
    """A form that is sent about a record."""
    return Address(name, who, "POST", may=may, colleague=colleague, stranger=stranger, at=at, facts=facts)


def call(name: str, who: str, **more: Any) -> Address:
    method: Literal["GET", "POST"] = "POST" if name.startswith("POST") else "GET"
    return Address(name, who, method, is_json=True, **more)
