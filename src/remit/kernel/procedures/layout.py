"""Where the parts of a procedure stand when it is drawn: one layout for the picture on the page and for BPMN.

Steps stand in a row in the order of the file, branches one below the other between their fork and their join. Ways forward run
straight or above the row, ways back below it; ends that are reached early hang below their step. Units are pixels; y grows
downwards. Pure.
"""

from dataclasses import dataclass
from typing import Final

from remit.kernel.procedures.branches import Fork, forks_of
from remit.kernel.procedures.format import Outcome, ProcedureSpec, Step

TASK: Final = (132, 64)
GATEWAY: Final = 30
EVENT: Final = 34
PITCH: Final = 232
LANE: Final = 22  # between two ways that run beside each other
ROOM: Final = 50  # for the gateway before a join
FORK_ROOM: Final = 76  # for a fork after a choice, and the name of the outcome between them


@dataclass(frozen=True, slots=True)
class Box:
    id: str
    kind: str  # start, task, gateway, fork, join, end
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Way:
    """From one box to another along straight pieces. `outcome` is None where there is only one way on."""

    id: str
    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    boxes: dict[str, Box]
    ways: list[Way]
    width: float
    height: float


def gateway_id(step: Step) -> str:
    return f"{step.id}_way"


def fork_id(step: Step, outcome: Outcome) -> str:
    return f"{step.id}_{outcome.id}_fork"


def join_id(step: Step) -> str:
    return f"{step.id}_join"


def lay_out(spec: ProcedureSpec) -> Layout:
    return _Layer(spec).run()


def places_of(spec: ProcedureSpec) -> dict[str, tuple[int, int]]:
    """Column and row of each step: in file order along the first row, the branches of a fork side by side in rows of their own."""
    forks = {(fork.step, fork.outcome): fork for fork in forks_of(spec) if fork.join}
    inner = {key for fork in forks.values() for key in fork.inside}
    places: dict[str, tuple[int, int]] = {}

    def put(steps: list[Step], column: int, row: int) -> tuple[int, int]:
        """(the column after the last, how many rows they take)."""
        rows = 1
        for step in steps:
            if step.id in places:
                continue
            places[step.id] = (column, row)
            column += 1
            for outcome in step.outcomes:
                fork = forks.get((step.id, outcome.id))
                if fork is not None:
                    column, taken = branch(fork, column, row)
                    rows = max(rows, taken)
        return column, rows

    def branch(fork: Fork, column: int, row: int) -> tuple[int, int]:
        widest, below = column, 0
        for steps in fork.branches:
            deeper = {key for other in forks.values() if other.step in steps for key in other.inside}
            own = [step for step in spec.steps if step.id in steps - deeper]
            end, rows = put(own, column, row + below)
            widest, below = max(widest, end), below + rows
        return widest, below

    put([step for step in spec.steps if step.id not in inner], 0, 0)
    return places


class _Layer:
    def __init__(self, spec: ProcedureSpec) -> None:
        self.spec = spec
        self.places = places_of(spec)
        self.lefts = self._lefts()
        self.under = self._hanging()
        skips = sum(1 for step in spec.steps for one in step.outcomes for key in one.targets if self._skips(step, key))
        self.top = 24 + LANE * skips
        self.pitch = TASK[1] + 36 + 60 * max(self.under.values(), default=0)
        self.boxes: dict[str, Box] = {}
        self.ways: list[Way] = []
        self.above = self.below = 0
        self.floor = self.top + self.pitch * max(row for _column, row in self.places.values()) + TASK[1]
        self.floor += 24 + 60 * max(self.under.values(), default=0)

    def _lefts(self) -> list[float]:
        """Where each column begins: a fork after a choice, and a join, take room of their own."""
        columns = max(column for column, _row in self.places.values()) + 2
        more = [0.0] * columns
        for step in self.spec.steps:
            column = self.places[step.id][0]
            if step.wait_for:
                more[column] = ROOM
            if len(step.outcomes) > 1 and any(len(one.targets) > 1 for one in step.outcomes):
                more[column + 1] += FORK_ROOM
        return [96 + at * PITCH + sum(more[: at + 1]) for at in range(columns)]

    def _skips(self, step: Step, target: str) -> bool:
        beyond = max(column for column, _row in self.places.values()) + 1
        if target not in self.places and target != self.in_row:
            return False
        (column, row), (to, to_row) = self.places[step.id], self.places.get(target, (beyond, 0))
        return row == to_row == 0 and to > column + 1

    def _hanging(self) -> dict[str, int]:
        """How many ends hang below each step; the one that the last step leads to stands in the row."""
        last = max(self.spec.steps, key=lambda step: self.places[step.id])
        hanging: dict[str, int] = {}
        self.in_row = next((one.targets[0] for one in last.outcomes if self.spec.end(one.targets[0])), "")
        for end in self.spec.ends:
            if end.id != self.in_row:
                source = next(
                    step.id for step in self.spec.steps if any(end.id in one.targets for one in step.outcomes)
                )
                hanging[source] = hanging.get(source, 0) + 1
        return hanging

    def run(self) -> Layout:
        row = self.top + TASK[1] / 2
        self._put("start", "start", 20, row - EVENT / 2, EVENT, EVENT)
        for step in self.spec.steps:
            self._put_step(step)
        hung: dict[str, int] = {}
        for end in self.spec.ends:
            if end.id == self.in_row:
                self._put(end.id, "end", self.lefts[-1], row - EVENT / 2, EVENT, EVENT)
                continue
            source = next(step.id for step in self.spec.steps if any(end.id in one.targets for one in step.outcomes))
            hung[source] = hung.get(source, 0) + 1
            box = self.boxes[source]
            self._put(end.id, "end", box.x + TASK[0] + 18, box.y + TASK[1] + 20 + 60 * (hung[source] - 1), EVENT, EVENT)
        self._lead()
        width = max(box.x + box.width for box in self.boxes.values()) + 90
        return Layout(self.boxes, self.ways, width, self.floor + LANE * self.below + 30)

    def _put_step(self, step: Step) -> None:
        column, at = self.places[step.id]
        x, y = self.lefts[column], self.top + self.pitch * at
        middle = y + TASK[1] / 2 - GATEWAY / 2
        if step.wait_for:
            self._put(join_id(step), "join", x - GATEWAY - 20, middle, GATEWAY, GATEWAY)
        self._put(step.id, "task", x, y, *TASK)
        right = x + TASK[0] + 20
        if len(step.outcomes) > 1:
            self._put(gateway_id(step), "gateway", right, middle, GATEWAY, GATEWAY)
            right += FORK_ROOM
        for outcome in step.outcomes:
            if len(outcome.targets) > 1:
                self._put(fork_id(step, outcome), "fork", right, middle, GATEWAY, GATEWAY)

    def _put(self, key: str, kind: str, x: float, y: float, width: float, height: float) -> None:
        self.boxes[key] = Box(key, kind, x, y, width, height)

    def _lead(self) -> None:
        self._way("start", self.spec.steps[0].id, None)
        for step in self.spec.steps:
            if step.wait_for:
                self._way(join_id(step), step.id, None)
            source, outcomes = step.id, step.outcomes
            if len(outcomes) > 1:
                source = gateway_id(step)
                self._way(step.id, source, None)
            for outcome in outcomes:
                named = outcome if len(outcomes) > 1 else None
                if len(outcome.targets) == 1:
                    self._way(source, self._entry(outcome.targets[0]), named)
                    continue
                self._way(source, fork_id(step, outcome), named)
                for target in outcome.targets:
                    self._way(fork_id(step, outcome), self._entry(target), None)

    def _entry(self, key: str) -> str:
        step = self.spec.step(key)
        return join_id(step) if step is not None and step.wait_for else key

    def _way(self, source: str, target: str, outcome: Outcome | None) -> None:
        points = self._points(self.boxes[source], self.boxes[target])
        name = f"{source}_{outcome.id}" if outcome else f"{source}_{target}_on"
        self.ways.append(Way(name, source, target, tuple(points), outcome))

    def _way_back(self, a: Box, b: Box, start: float, landing: float) -> float:
        """Below everything; within a branch that others lie below, in the gap under its own row."""
        lower = [box for box in self.boxes.values() if box.kind == "task" and box.y > max(a.y, b.y) + TASK[1]]
        if any(box.x <= x <= box.x + box.width for box in lower for x in (start, landing)):
            return max(a.y + a.height, b.y + b.height) + LANE
        self.below += 1
        return self.floor + LANE * self.below

    @staticmethod
    def _down_to_end(a: Box, b: Box) -> list[tuple[float, float]]:
        """To an end that hangs below: straight, from the left, or from the right underneath its name."""
        (ax, _ay), (bx, by) = a.middle, b.middle
        bottom = a.y + a.height
        if ax > b.x + b.width:
            under = b.y + b.height + LANE / 2
            return [(ax, bottom), (ax, under), (bx, under), (bx, b.y + b.height)]
        return [(ax, bottom), (ax, by), (b.x, by)] if ax < b.x - 1 else [(ax, bottom), (ax, b.y)]

    def _points(self, a: Box, b: Box) -> list[tuple[float, float]]:
        (ax, ay), (bx, by) = a.middle, b.middle
        if b.kind == "end" and b.y > ay:
            return self._down_to_end(a, b)
        if a.kind == "fork" and by > ay:
            return [(ax, a.y + a.height), (ax, by), (b.x, by)]
        if b.kind == "join" and ay > by:
            return [(a.x + a.width, ay), (bx, ay), (bx, b.y + b.height)]
        if b.x < a.x:  # back
            # Ways that come back to one step reach it side by side.
            landing = b.x + 14 * (1 + sum(1 for way in self.ways if way.target == b.id and len(way.points) > 2))
            y = self._way_back(a, b, ax, landing)
            return [(ax, a.y + a.height), (ax, y), (landing, y), (landing, b.y + b.height)]
        tasks = [box for box in self.boxes.values() if box.kind == "task"]
        between = [box for box in tasks if a.x < box.x < b.x and box.y <= ay <= box.y + box.height]
        if not between or ay > self.top + TASK[1]:
            return [(a.x + a.width, ay), (b.x, by)]
        self.above += 1
        y = self.top - LANE * self.above
        return [(ax, a.y), (ax, y), (bx, y), (bx, b.y)]
