"""What is wrong with a plan beyond its schema: a procedure that is not there, an intake form that it leaves empty. By line."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from remit.kernel.procedures.format import ProcedureSpec
from remit.kernel.procedures.plans.format import EARLIER, PlanSpec
from remit.lib.yaml_reader import Document, Fault, load, validate

Place = tuple[str | int, ...]


def read_file(path: Path) -> PlanSpec:
    """By its schema alone. Raises BadYaml with every fault."""
    return validate(PlanSpec, load(path.read_bytes(), str(path)))


def check(spec: PlanSpec, document: Document, procedures: Mapping[str, ProcedureSpec]) -> Iterator[Fault]:
    """`procedures` are those of the pack and of the packs that it requires."""

    def fault(place: Place, message: str, hint: str = "") -> Fault:
        line, column = document.where(place)
        return Fault(document.file, line, column, ".".join(map(str, place)), message, hint)

    known = f"可用：{'、'.join(sorted(procedures))}。"
    procedure = procedures.get(spec.procedure)
    if procedure is None:
        yield fault(("procedure",), f"没有“{spec.procedure}”这个流程。", known)
        return
    earlier = (spec.on.case_ended if spec.on else None) or ""
    if spec.on and earlier:
        if earlier not in procedures:
            yield fault(("on", "case_ended"), f"没有“{earlier}”这个流程。", known)
        else:
            ends = {end.id for end in procedures[earlier].ends}
            for at, outcome in enumerate(spec.on.outcomes):
                if outcome not in ends:
                    yield fault(("on", "outcomes", at), f"“{earlier}”没有“{outcome}”这个结束。")
    fields = {field.name: field for field in procedure.intake.fields}
    for name, text in spec.answers.items():
        if name not in fields:
            yield fault(("answers", name), f"受理表单里没有“{name}”。", f"可用：{'、'.join(fields)}。")
            continue
        field = fields[name]
        if text.startswith("@"):
            taken = (
                {*EARLIER, *(f"@{name}" for name in procedures[earlier].all_fields())}
                if earlier in procedures
                else set()
            )
            if text not in taken:
                hint = (
                    f"可用：{'、'.join(sorted(taken))}。"
                    if taken
                    else "只有 on: {case_ended: …} 的计划才能引用前一件事项。"
                )
                yield fault(("answers", name), f"前一件事项没有“{text}”。", hint)
        elif field.kind == "choice" and text not in {choice.key for choice in field.choices}:
            yield fault(("answers", name), f"“{text}”不是“{name}”的选项。")
        elif field.kind not in ("choice", "text", "long_text"):
            yield fault(("answers", name), f"“{name}”是 {field.kind}，计划只能填文字与选项。")
    for field in fields.values():
        if field.required and not field.when and field.name not in spec.answers:
            yield fault(
                ("answers",),
                f"受理表单的“{field.name}”必填，计划里要写明。",
                "写在 answers 下，或把它改成 required: false。",
            )
