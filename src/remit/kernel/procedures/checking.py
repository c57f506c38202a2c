"""What is wrong with a procedure beyond its schema: steps that nothing leads to, loops without exit, names that nothing bears.

Every fault with its line, all at once.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path

from remit.kernel.procedures.branches import forks_of
from remit.kernel.procedures.format import (
    NUMBER,
    SUBJECT,
    WITH_FIELD,
    FormField,
    Performer,
    ProcedureSpec,
    Repeat,
    Step,
    Telephone,
)
from remit.kernel.procedures.public.checking import faults_of
from remit.kernel.procedures.telephone import SPOKEN, placeholders
from remit.lib.calendars import WorkingCalendar, parse_duration
from remit.lib.shifts import ALL_DAY
from remit.lib.yaml_reader import BadYaml, Document, Fault, load, validate

_SPOKEN_HINT = f"可用：{'、'.join(SPOKEN)}，以及表单里的字段名。"
# What a report can count or quote.
REPORTED = ("choice", "yes_no", "text", "long_text", "list")
Place = tuple[str | int, ...]
# Facts by action: name → whether it must be given. What packs and the kernel declare.
Known = Mapping[str, Mapping[str, bool]]


def read_procedure(text: str | bytes, file: str, known: Known | None = None) -> tuple[ProcedureSpec, Document]:
    """Raises BadYaml with every fault. Without `known` the names of actions are not looked at."""
    document = load(text, file)
    spec = validate(ProcedureSpec, document)
    if faults := check(spec, document, known):
        raise BadYaml(faults)
    return spec, document


def read_file(path: Path, known: Known | None = None) -> ProcedureSpec:
    return read_procedure(path.read_bytes(), str(path), known)[0]


def check(spec: ProcedureSpec, document: Document, known: Known | None = None) -> list[Fault]:
    """Empty where nothing is wrong."""
    return sorted(_Check(spec, document, known).faults())


class _Check:
    def __init__(self, spec: ProcedureSpec, document: Document, known: Known | None) -> None:
        self.spec, self.document, self.known = spec, document, known
        self.fields = spec.all_fields()
        self.steps = {step.id for step in spec.steps}
        self.ends = {end.id for end in spec.ends}

    def fault(self, place: Place, message: str, hint: str = "") -> Fault:
        line, column = self.document.where(place)
        return Fault(self.document.file, line, column, ".".join(map(str, place)), message, hint)

    def faults(self) -> Iterator[Fault]:
        yield from self._names()
        yield from self._fields()
        for at, step in enumerate(self.spec.steps):
            yield from self._step(("steps", at), step)
        yield from self._ends()
        yield from self._ways()
        yield from self._branches()
        yield from self._terms()
        yield from (self.fault(*one) for one in faults_of(self.spec))
        if self.spec.satisfaction:
            yield from self._performer(("satisfaction", "by"), self.spec.satisfaction.by)

    def _names(self) -> Iterator[Fault]:
        seen: set[str] = {"intake"}
        for kind in ("steps", "ends"):
            for at, thing in enumerate(getattr(self.spec, kind)):
                if thing.id in seen:
                    yield self.fault(
                        (kind, at, "id"), f"“{thing.id}”已经用过了：步骤与结束各有自己的 id，intake 留给受理。"
                    )
                seen.add(thing.id)
        first = self.spec.first_response
        if first and first.step not in {*self.steps, "intake"}:
            yield self.fault(("first_response", "step"), f"没有“{first.step}”这个步骤。", self._steps_known())
        if self.spec.reopening and self.spec.reopening.at not in self.steps:
            yield self.fault(("reopening", "at"), f"没有“{self.spec.reopening.at}”这个步骤。", self._steps_known())
        if self.spec.day:
            kinds = {name: field.kind for name, field in self.fields.items()}
            if kinds.get(self.spec.day.at) != "moment":
                yield self.fault(("day", "at"), f"“{self.spec.day.at}”不是 moment 字段。")
            if self.spec.day.where and kinds.get(self.spec.day.where) != "text":
                yield self.fault(("day", "where"), f"“{self.spec.day.where}”不是 text 字段。")
        if self.spec.class_field and self.spec.class_field not in self.fields:
            yield self.fault(("class_field",), f"没有“{self.spec.class_field}”这个字段。")
        if self.spec.repeat:
            yield from self._repeat(self.spec.repeat)
        for at, name in enumerate(self.spec.report):
            if name not in self.fields or self.fields[name].kind not in REPORTED:
                yield self.fault(("report", at), f"“{name}”不是选择、是否或文字字段，报表里放不了。")

    def _repeat(self, repeat: Repeat) -> Iterator[Fault]:
        """Whoever comes again is known by his file, and by fields of the intake."""
        if self.spec.subject != "party":
            yield self.fault(("repeat",), "repeat 按客户认定再次发生，要求 subject: party。")
        asked = {field.name: field.kind for field in self.spec.intake.fields}
        for at, name in enumerate(repeat.same):
            if asked.get(name) not in ("choice", "text"):
                yield self.fault(("repeat", "same", at), f"“{name}”不是受理表单里的选择或文字字段。")

    def _telephone(self, place: Place, step: Step, telephone: Telephone) -> Iterator[Fault]:
        """No more questions than the step allows itself; the moment that was agreed is one of the case's."""
        asked = sum(1 for field in step.fields if field.say)
        if asked > telephone.questions:
            yield self.fault(
                (*place, "fields"), f"话术有 {asked} 问，超过上限 {telephone.questions}：回访内容不宜过多。"
            )
        if telephone.agreed and telephone.agreed not in {name for name, f in self.fields.items() if f.kind == "moment"}:
            yield self.fault((*place, "telephone", "agreed"), f"“{telephone.agreed}”不是 moment 字段。")

    def _steps_known(self) -> str:
        return f"可用：{'、'.join(step.id for step in self.spec.steps)}。"

    def _fields(self) -> Iterator[Fault]:
        """Each form: no name twice in it; across forms a name keeps its kind."""
        kinds: dict[str, str] = {}
        forms: list[tuple[Place, tuple[FormField, ...]]] = [(("intake", "fields"), self.spec.intake.fields)]
        forms += [(("steps", at, "fields"), step.fields) for at, step in enumerate(self.spec.steps)]
        for place, fields in forms:
            here: set[str] = set()
            for at, field in enumerate(fields):
                if field.name in here:
                    yield self.fault((*place, at, "name"), f"同一张表单里有两个“{field.name}”。")
                here.add(field.name)
                if kinds.setdefault(field.name, field.kind) != field.kind:
                    yield self.fault(
                        (*place, at, "kind"), f"“{field.name}”在别处是 {kinds[field.name]}，一个名字只有一种。"
                    )
                yield from self._field((*place, at), field, {one.name for one in fields})

    def _field(self, place: Place, field: FormField, form: set[str]) -> Iterator[Fault]:
        if (field.kind == "choice") != bool(field.choices):
            yield self.fault(place, "choices 只属于 kind: choice，而且不能为空。")
        if (field.kind == "pick") != bool(field.of):
            yield self.fault(place, "of 只属于 kind: pick，指明从哪个列表字段里选。")
        if field.kind != "place" and not field.typed:
            yield self.fault((*place, "typed"), "typed 只属于 kind: place：false 表示不接受手工填写的地点。")
        if field.to_customer and field.kind not in ("text", "long_text"):
            yield self.fault((*place, "to_customer"), "to_customer 只属于文字字段。")
        if field.kind != "photo" and field.taken_within:
            yield self.fault((*place, "taken_within"), "taken_within 只属于 kind: photo。")
        if field.of and (field.of not in self.fields or self.fields[field.of].kind != "list"):
            yield self.fault((*place, "of"), f"“{field.of}”不是列表字段。")
        if field.min is not None and field.max is not None and field.min > field.max:
            yield self.fault((*place, "max"), "max 不能小于 min。")
        for language, text in field.say.by_language().items() if field.say else ():
            for name in placeholders(text) - {*SPOKEN, *self.fields}:
                yield self.fault((*place, "say", language), f"话术里的“{{{name}}}”没有对应的字段。", _SPOKEN_HINT)
        for name in field.when:
            if name not in form:
                yield self.fault((*place, "when"), f"同一张表单里没有“{name}”。")

    def _step(self, place: Place, step: Step) -> Iterator[Fault]:
        for at, performer in enumerate(step.by):
            yield from self._performer((*place, "by", at), performer)
        for at, performer in enumerate(step.tell):
            yield from self._performer((*place, "tell", at), performer)
        if step.wait == "any" and not step.wait_for:
            yield self.fault((*place, "wait"), "wait 只属于写了 wait_for 的步骤。")
        own = {field.name for field in step.fields}
        for at, outcome in enumerate(step.outcomes):
            if not isinstance(outcome.next, str) and len(set(outcome.next)) < max(2, len(outcome.next)):
                yield self.fault(
                    (*place, "outcomes", at, "next"), "并行的路至少两条，各不相同；只有一条就直接写它的名字。"
                )
            for target in outcome.targets:
                if target not in self.steps | self.ends:
                    hint = (
                        f"可用：{'、'.join([one.id for one in self.spec.steps] + [one.id for one in self.spec.ends])}。"
                    )
                    yield self.fault((*place, "outcomes", at, "next"), f"没有“{target}”这个步骤或结束。", hint)
            if outcome.id in {one.id for one in step.outcomes[:at]}:
                yield self.fault((*place, "outcomes", at, "id"), f"这一步已有结果“{outcome.id}”。")
            for name in outcome.when.keys() - own:
                yield self.fault((*place, "outcomes", at, "when"), f"这一步的表单里没有“{name}”。")
        yield from self._timeline(place, step)
        if step.telephone:
            yield from self._telephone(place, step, step.telephone)
        for at, deed in enumerate(step.actions):
            for name in [*deed.when, *(source for source in deed.facts.values() if not source.startswith(("@", "=")))]:
                if name not in self.fields:
                    yield self.fault((*place, "actions", at), f"没有“{name}”这个字段。", "固定的值写成 =值。")
            for source in deed.facts.values():
                if source.startswith("@") and source not in (SUBJECT, NUMBER):
                    yield self.fault(
                        (*place, "actions", at, "facts"), f"不认识“{source}”。", f"可用：{SUBJECT}、{NUMBER}。"
                    )
            if self.known is not None:
                yield from self._deed((*place, "actions", at), deed.name, set(deed.facts))

    def _timeline(self, place: Place, step: Step) -> Iterator[Fault]:
        """What goes into the customer's file stands in the step's own form, and the case has to be about a customer."""
        own = {field.name: field.kind for field in step.fields}
        for nth, entry in enumerate(step.timeline):
            here: Place = (*place, "timeline", nth)
            if self.spec.subject != "party":
                yield self.fault(here, "timeline 写进客户的往来记录，要求 subject: party。")
            for name in entry.fields:
                if own.get(name) in (None, "file", "photo"):
                    yield self.fault((*here, "fields"), f"这一步的表单里没有“{name}”这样的文字字段。")
            if entry.at and own.get(entry.at) != "moment":
                yield self.fault((*here, "at"), f"这一步的表单里没有叫“{entry.at}”的 moment 字段。")
            if entry.next_step and own.get(entry.next_step) not in ("text", "long_text"):
                yield self.fault((*here, "next_step"), f"这一步的表单里没有叫“{entry.next_step}”的文字字段。")

    def _deed(self, place: Place, name: str, given: set[str]) -> Iterator[Fault]:
        assert self.known is not None  # noqa: S101 - asked by the caller
        if name not in self.known:
            yield self.fault((*place, "name"), f"没有“{name}”这个业务动作。")
            return
        facts = self.known[name]
        for missing in sorted(fact for fact, required in facts.items() if required and fact not in given):
            yield self.fault((*place, "facts"), f"“{name}”还需要“{missing}”。")
        for unknown in sorted(given - facts.keys()):
            yield self.fault(
                (*place, "facts", unknown), f"“{name}”没有“{unknown}”这项事实。", f"可用：{'、'.join(facts)}。"
            )

    def _performer(self, place: Place, performer: Performer) -> Iterator[Fault]:
        if bool(performer.position) == bool(performer.relation):
            yield self.fault(place, "办理人要么写 position（岗位），要么写 relation（与事项的关系），二者取一。")
        needs = performer.relation in WITH_FIELD
        if needs != bool(performer.field):
            yield self.fault(place, "field 只属于 head_of（哪个部门字段）与 person_in（哪个人员字段）。")
        wanted = {"head_of": "unit", "person_in": "person"}.get(performer.relation or "")
        if (
            wanted
            and performer.field
            and (performer.field not in self.fields or self.fields[performer.field].kind != wanted)
        ):
            yield self.fault((*place, "field"), f"“{performer.field}”不是 {wanted} 字段。")

    def _ends(self) -> Iterator[Fault]:
        for at, end in enumerate(self.spec.ends):
            for nth, gate in enumerate(end.gates):
                place: Place = ("ends", at, "gates", nth)
                if bool(gate.field) == bool(gate.step):
                    yield self.fault(place, "关口要么看 field（字段），要么看 step（步骤），二者取一。")
                if gate.field and gate.field not in self.fields:
                    yield self.fault((*place, "field"), f"没有“{gate.field}”这个字段。")
                if gate.step and gate.step not in self.steps:
                    yield self.fault((*place, "step"), f"没有“{gate.step}”这个步骤。", self._steps_known())

    def _ways(self) -> Iterator[Fault]:
        """From the first step every step is reached, and from every step an end."""
        ways = {step.id: {key for outcome in step.outcomes for key in outcome.targets} for step in self.spec.steps}
        reached, todo = set[str](), [self.spec.steps[0].id]
        if self.spec.reopening:
            todo.append(self.spec.reopening.at)
        while todo:
            here = todo.pop()
            if here not in reached:
                reached.add(here)
                todo += ways.get(here, ())
        ending: set[str] = set(self.ends)
        while more := {step for step, following in ways.items() if step not in ending and following & ending}:
            ending |= more
        for at, step in enumerate(self.spec.steps):
            if step.id not in reached:
                yield self.fault(
                    ("steps", at, "id"), f"没有任何结果通向“{step.id}”。", "在某个结果里写 next，或删去这一步。"
                )
            if step.id not in ending:
                yield self.fault(("steps", at, "outcomes"), f"从“{step.id}”出发到不了任何结束，事项会永远转圈。")
        for at, end in enumerate(self.spec.ends):
            if end.id not in reached:
                yield self.fault(("ends", at, "id"), f"没有任何结果通向结束“{end.id}”。")

    def _branches(self) -> Iterator[Fault]:
        """Branches keep apart and come together in one step; whoever waits can be reached by all that it waits for."""
        forks = {(fork.step, fork.outcome): fork for fork in forks_of(self.spec)}
        for at, step in enumerate(self.spec.steps):
            for nth, outcome in enumerate(step.outcomes):
                fork = forks.get((step.id, outcome.id))
                if fork is not None and fork.join is None:
                    yield self.fault(
                        ("steps", at, "outcomes", nth, "next"),
                        "这几条并行的路走不到一处：每条路要各走各的步骤，最后都进入同一个写了 wait_for 的步骤，中途不能结束。",
                    )
                for key in outcome.targets:
                    target = self.spec.step(key)
                    if target is not None and target.wait_for and step.id not in target.wait_for:
                        yield self.fault(
                            ("steps", at, "outcomes", nth, "next"), f"“{key}”的 wait_for 里没有“{step.id}”。"
                        )
            if step.wait_for:
                yield from self._join(("steps", at), step)
        inside = {key for fork in forks.values() if fork.join for key in fork.inside}
        if self.spec.reopening and self.spec.reopening.at in inside:
            yield self.fault(("reopening", "at"), "不能从并行的一条路中间重新开始：另一条路没有人走。")

    def _join(self, place: Place, step: Step) -> Iterator[Fault]:
        for at, key in enumerate(step.wait_for):
            last = self.spec.step(key)
            if last is None:
                yield self.fault((*place, "wait_for", at), f"没有“{key}”这个步骤。", self._steps_known())
            elif not any(step.id in outcome.targets for outcome in last.outcomes):
                yield self.fault((*place, "wait_for", at), f"“{key}”没有任何结果通向“{step.id}”。")
        if not any(fork.join == step.id for fork in forks_of(self.spec)):
            yield self.fault(
                (*place, "wait_for"), f"“{step.id}”永远等不齐：它等的步骤不是同一处分开的几条并行的路的最后一步。"
            )

    def _terms(self) -> Iterator[Fault]:
        """No single step may have more time than the whole case."""
        calendar = WorkingCalendar()
        start = dt.datetime(2026, 3, 2, 9, tzinfo=calendar.zone)  # a Monday without holidays near it
        whole = parse_duration(self.spec.within).due(ALL_DAY if self.spec.is_all_day() else calendar, start)
        for at, step in enumerate(self.spec.steps):
            if parse_duration(step.within).due(ALL_DAY if self.spec.is_all_day(step) else calendar, start) > whole:
                yield self.fault(("steps", at, "within"), f"这一步的期限比整个事项（{self.spec.within}）还长。")
