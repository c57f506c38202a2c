"""The action registry: every verb that changes business state, declared once.

Two kinds. A *coded* action is a Python function of some room, declared with `@action`. A *declared* action comes from a pack or a
charter's general request (`DeclaredAction` rows): facts and a name, whose whole effect is the entry in the register of matters.
Web, API, command line, imports and agents find both here and nowhere else.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias, TypeVar

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.facts import Fact, Facts, Label, to_json
from remit.kernel.authority.rulebook import ActionShape
from remit.kernel.organization.models import Person

T = TypeVar("T")


def _of_type(name: str, value: object, wanted: type[T]) -> T:
    if not isinstance(value, wanted):
        raise TypeError(f"the fact {name} is {value!r}, not {wanted.__name__}; is the action's declaration right?")
    return value


@dataclass(frozen=True, slots=True)
class Call:
    """What an action's function gets: the facts, who acts, in whose right, and when. Authority has been decided."""

    action: "ActionType"
    facts: Facts
    actor: Actor
    person: Person | None  # None: the system, or set-up before there are people
    at: dt.datetime
    position_id: int | None = None
    behalf_id: int | None = None  # the principal for whom a deputy acts
    request_id: int | None = None  # the approved request that is being carried out

    # The facts by the type that their kind gives them. Parsing has seen to the kinds; a slip here is a mistake in an action.

    def id_of(self, name: str) -> int:
        """A person, position, unit or record, by its primary key."""
        return _of_type(name, self.facts.get(name), int)

    def id_or_none(self, name: str) -> int | None:
        return self.id_of(name) if self.facts.get(name) is not None else None

    def text(self, name: str) -> str:
        """A text; empty where an optional one was not given."""
        return _of_type(name, self.facts.get(name) or "", str)

    def day(self, name: str) -> dt.date:
        return _of_type(name, self.facts.get(name), dt.date)

    def day_or_none(self, name: str) -> dt.date | None:
        return self.day(name) if self.facts.get(name) is not None else None

    def moment(self, name: str) -> dt.datetime:
        return _of_type(name, self.facts.get(name), dt.datetime)

    def count(self, name: str, default: int) -> int:
        return _of_type(name, default if self.facts.get(name) is None else self.facts[name], int)

    def is_yes(self, name: str) -> bool:
        return self.facts.get(name) is True

    def mapping(self, name: str) -> dict[str, Any]:
        """A fact of kind data that holds an object; empty where it was not given or holds something else."""
        value = self.facts.get(name)
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class Done:
    """What an action did: the subject of its event, and what changed (JSON values)."""

    subject: tuple[str, object, str]
    changes: Mapping[str, Any] = field(default_factory=dict)
    company_id: int | None = None


class Run(Protocol):
    def __call__(self, call: Call) -> Done: ...


# A right that no charter has to give: what everybody may do about his own things. Answers with the rule's sentence, or None.
Inherent: TypeAlias = Callable[[Person, Facts], str | None]


@dataclass(frozen=True, slots=True)
class ActionType:
    """One action. `name` is dotted, its family first: "staff.reward". `words` help the importer to recognise it in a text."""

    name: str
    label: Label
    facts: Mapping[str, Fact]
    run: Run
    inherent: Inherent | None = None
    words: tuple[str, ...] = ()
    origin: str = "kernel"
    # Changes what decisions rest on: taken one at a time, with every decision waiting. An approval asks its request.
    changes_authority: bool | Callable[[Facts], bool] = False

    def takes_authority_lock(self, facts: Facts) -> bool:
        return self.changes_authority if isinstance(self.changes_authority, bool) else self.changes_authority(facts)

    @property
    def shape(self) -> ActionShape:
        concerned = next((fact for fact in self.facts.values() if fact.concerns), None)
        owner = next((fact.name for fact in self.facts.values() if fact.owner), None)
        kind = concerned.kind if concerned and concerned.kind in ("position", "unit") else "person"
        return ActionShape(concerned.name if concerned else None, kind, owner)

    def to_json(self, facts: Facts) -> dict[str, Any]:
        """The facts as they are kept: canonical, and without the secret ones."""
        return to_json({name: value for name, value in facts.items() if not self.facts[name].secret})

    @property
    def family(self) -> str:
        return self.name.split(".", 1)[0]

    @property
    def is_general(self) -> bool:
        return self.family == "general"


CODED: dict[str, ActionType] = {}


def action(
    name: str,
    label: Label,
    *facts: Fact,
    inherent: Inherent | None = None,
    words: tuple[str, ...] = (),
    changes_authority: bool | Callable[[Facts], bool] = False,
) -> Callable[[Run], Run]:
    """Declare the decorated function as the action `name`. Its facts are given in the order in which a form shows them."""

    def declare(run: Run) -> Run:
        if name in CODED:
            raise ValueError(f"the action {name} is declared twice")
        by_name = {fact.name: fact for fact in facts}
        CODED[name] = ActionType(name, label, by_name, run, inherent, words, changes_authority=changes_authority)
        return run

    return declare
