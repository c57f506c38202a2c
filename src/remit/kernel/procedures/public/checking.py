"""What is wrong with what a procedure shows to customers: fields that are not there, or that are nobody else's business."""

from collections.abc import Iterator
from typing import Final

from remit.kernel.procedures.format import ForCustomer, FormField, ProcedureSpec

Place = tuple[str | int, ...]
# What a customer can answer without knowing the house.
ASKED_OF_CUSTOMERS: Final = (
    "text",
    "long_text",
    "choice",
    "yes_no",
    "date",
    "moment",
    "count",
    "money",
    "list",
    "photo",
)
# What may be told to him: never a colleague's name, and no paper.
TOLD_TO_CUSTOMERS: Final = (
    "text", "long_text", "choice", "yes_no", "date", "moment", "count", "money", "percent", "days", "list", "pick",
)  # fmt: skip


def faults_of(spec: ProcedureSpec) -> Iterator[tuple[Place, str, str]]:
    """(where, what, hint) of each."""
    if spec.intake.public is not None:
        yield from _intake(spec)
    fields = spec.all_fields()
    for at, step in enumerate(spec.steps):
        if step.customer is not None:
            own = {field.name: field for field in step.fields}
            yield from _told(("steps", at, "customer"), step.customer, fields)
            name = step.customer.confirms
            if name is not None and (name not in own or own[name].kind != "yes_no"):
                yield ("steps", at, "customer", "confirms"), f"这一步的表单里没有叫“{name}”的 yes_no 字段。", ""
    for at, end in enumerate(spec.ends):
        if end.customer is not None:
            yield from _told(("ends", at, "customer"), end.customer, fields)
            if end.customer.confirms is not None:
                yield ("ends", at, "customer", "confirms"), "结束之后没有什么要确认的：confirms 写在步骤里。", ""


def _told(place: Place, customer: ForCustomer, fields: dict[str, FormField]) -> Iterator[tuple[Place, str, str]]:
    for at, name in enumerate(customer.tells):
        if name not in fields or fields[name].kind not in TOLD_TO_CUSTOMERS:
            yield (
                (*place, "tells", at),
                f"“{name}”不是能告诉客户的字段。",
                f"可用的类型：{'、'.join(TOLD_TO_CUSTOMERS)}。",
            )


def _intake(spec: ProcedureSpec) -> Iterator[tuple[Place, str, str]]:
    public, fields = spec.intake.public, {field.name: field for field in spec.intake.fields}
    assert public is not None  # noqa: S101 - asked by the caller
    place: Place = ("intake", "public")
    for at, name in enumerate(public.fields):
        if name not in fields:
            yield (*place, "fields", at), f"受理表单里没有“{name}”。", f"可用：{'、'.join(fields)}。"
        elif fields[name].kind not in ASKED_OF_CUSTOMERS:
            yield (
                (*place, "fields", at),
                f"“{name}”不能让客户自己填。",
                f"可用的类型：{'、'.join(ASKED_OF_CUSTOMERS)}。",
            )
    if public.contact is not None and (
        public.contact not in fields or fields[public.contact].kind not in ("text", "long_text")
    ):
        yield (*place, "contact"), f"受理表单里没有叫“{public.contact}”的文字字段。", ""
    for name, value in public.set.items():
        if name not in fields:
            yield (*place, "set", name), f"受理表单里没有“{name}”。", f"可用：{'、'.join(fields)}。"
        elif fields[name].kind == "choice" and value not in {choice.key for choice in fields[name].choices}:
            yield (*place, "set", name), f"“{name}”没有“{value}”这个选项。", ""
        elif (fields[name].kind == "yes_no") != isinstance(value, bool):
            yield (*place, "set", name), f"“{name}”不能定为“{value}”。", ""
    given = [*public.fields, *public.set, *filter(None, [public.contact])]
    for name in {name for name in given if given.count(name) > 1}:
        yield place, f"“{name}”在 fields、set、contact 里只能出现一次。", ""
    for field in spec.intake.fields:
        if field.required and not field.when and field.name not in given:
            yield place, f"必填的“{field.name}”客户看不到，也没有定下来。", "写进 fields，或用 set 定下它的值。"
