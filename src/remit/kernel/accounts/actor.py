"""Who acts, and through which door. Every verb of every room takes one, keyword-only, and never looks for it elsewhere."""

from dataclasses import dataclass, replace
from typing import Literal, Self

Door = Literal["web", "api", "cli", "import", "job"]
ActorKind = Literal["person", "agent", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at a door, an agent that holds a position, or the system's own timer.

    `person_id` is the organization's person (None for the system); `position_id` narrows an act to one of the person's
    positions (None: whichever covers it).
    """

    kind: ActorKind
    name: str
    door: Door
    person_id: int | None = None
    user_id: int | None = None
    position_id: int | None = None

    def at(self, door: Door) -> Self:
        """The same actor through another door, as an import that a person started in the browser."""
        return replace(self, door=door)


def system(name: str) -> Actor:
    """The system itself, named for what it does: `system("climb overdue requests")`."""
    return Actor(kind="system", name=name, door="job")
