"""Where the parts of a procedure stand when it is drawn: one layout for the picture on the page and for BPMN.

Steps stand in a row in the order of the file. Ways forward run straight or above the row, ways back below it; ends that are reached
early hang below their step. Units are pixels; y grows downwards. Pure.
"""

from dataclasses import dataclass
from typing import Final

from remit.kernel.procedures.format import Outcome, ProcedureSpec, Step

TASK: Final = (132, 64)
GATEWAY: Final = 30
EVENT: Final = 34
PITCH: Final = 232
LANE: Final = 22  # between two ways that run beside each other


@dataclass(frozen=True, slots=True)
class Box:
    id: str
    kind: str  # start, task, gateway, end
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


def lay_out(spec: ProcedureSpec) -> Layout:
    return _Layer(spec).run()


class _Layer:
    def __init__(self, spec: ProcedureSpec) -> None:
        self.spec = spec
        self.order = {step.id: at for at, step in enumerate(spec.steps)}
        skips = sum(1 for step in spec.steps for one in step.outcomes if self._skips(step, one))
        self.top = 24 + LANE * skips
        self.boxes: dict[str, Box] = {}
        self.ways: list[Way] = []
        self.above = self.below = 0
        self.floor = 0.0

    def _skips(self, step: Step, outcome: Outcome) -> bool:
        return outcome.next in self.order and self.order[outcome.next] > self.order[step.id] + 1

    def run(self) -> Layout:
        row = self.top + TASK[1] / 2
        self._put("start", "start", 20, row - EVENT / 2, EVENT, EVENT)
        for at, step in enumerate(self.spec.steps):
            x = 96 + at * PITCH
            self._put(step.id, "task", x, self.top, *TASK)
            if len(step.outcomes) > 1:
                self._put(gateway_id(step), "gateway", x + TASK[0] + 20, row - GATEWAY / 2, GATEWAY, GATEWAY)
        last = len(self.spec.steps) - 1
        under: dict[int, int] = {}
        for end in self.spec.ends:
            sources = [
                at for at, step in enumerate(self.spec.steps) if any(one.next == end.id for one in step.outcomes)
            ]
            in_row = any(box.kind == "end" and box.y < row for box in self.boxes.values())
            if max(sources) == last and not in_row:
                self._put(end.id, "end", 96 + (last + 1) * PITCH, row - EVENT / 2, EVENT, EVENT)
                continue
            at = sources[0]
            under[at] = under.get(at, 0) + 1
            x, y = 96 + at * PITCH + TASK[0] + 18, self.top + TASK[1] + 20 + 60 * (under[at] - 1)
            self._put(end.id, "end", x, y, EVENT, EVENT)
        self.floor = self.top + TASK[1] + (24 + 60 * max(under.values(), default=0))
        self._lead()
        width = max(box.x + box.width for box in self.boxes.values()) + 90
        return Layout(self.boxes, self.ways, width, self.floor + LANE * self.below + 30)

    def _put(self, key: str, kind: str, x: float, y: float, width: float, height: float) -> None:
        self.boxes[key] = Box(key, kind, x, y, width, height)

    def _lead(self) -> None:
        first = self.spec.steps[0].id
        self._way("start", first, None)
        for step in self.spec.steps:
            if len(step.outcomes) == 1:
                self._way(step.id, step.outcomes[0].next, None)
                continue
            self._way(step.id, gateway_id(step), None)
            for outcome in step.outcomes:
                self._way(gateway_id(step), outcome.next, outcome)

    def _way(self, source: str, target: str, outcome: Outcome | None) -> None:
        points = self._points(self.boxes[source], self.boxes[target])
        name = f"{source}_{outcome.id}" if outcome else f"{source}_on"
        self.ways.append(Way(name, source, target, tuple(points), outcome))

    def _points(self, a: Box, b: Box) -> list[tuple[float, float]]:
        (ax, ay), (bx, by) = a.middle, b.middle
        if b.kind == "end" and b.y > self.top + TASK[1]:
            return [(ax, a.y + a.height), (ax, by), (b.x, by)] if ax < b.x - 1 else [(ax, a.y + a.height), (ax, b.y)]
        if b.x < a.x:  # back, below everything
            self.below += 1
            y = self.floor + LANE * self.below
            # Ways that come back to one step reach it side by side.
            landing = b.x + 14 * (1 + sum(1 for way in self.ways if way.target == b.id and len(way.points) > 2))
            return [(ax, a.y + a.height), (ax, y), (landing, y), (landing, b.y + b.height)]
        between = [box for box in self.boxes.values() if box.kind == "task" and a.x < box.x < b.x]
        if not between:
            return [(a.x + a.width, ay), (b.x, by)]
        self.above += 1
        y = self.top - LANE * self.above
        return [(ax, a.y), (ax, y), (bx, y), (bx, b.y)]
