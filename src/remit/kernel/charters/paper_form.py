"""The data of a charter's paper as the classic Word form.

It is laid out so that it reads as forms of this kind do, by people and by our importer: clauses numbered in their own column,
a rhythm alone in its cell, the KPIs and the limits as tables of their own.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from remit.kernel.documents.rendering.docx_form import Form, FormCell, FormTable

# label | number | text | second label | text | rhythm
WIDTHS_MM: Final = (28, 12, 47, 24, 41, 22)
REQUIREMENT_WIDTHS_MM: Final = (28, 28, 118)
KPI_WIDTHS_MM: Final = (12, 48, 22, 32, 60)
_AFTER_LABEL: Final = len(WIDTHS_MM) - 1

Row = list[FormCell]


def charter_form(data: Mapping[str, Any]) -> Form:
    """`data` as `paper_data.charter_data` makes it."""
    return Form(
        title="职务说明书",
        above=data["company"],
        note=data["note"],
        footer=data["reference"],
        tables=[
            FormTable(WIDTHS_MM, list(_main_rows(data))),
            FormTable(KPI_WIDTHS_MM, list(_kpi_rows(data["kpis"], data["weights_note"])), caption="考核指标"),
            FormTable(REQUIREMENT_WIDTHS_MM, list(_requirement_rows(data["requirements"]))),
            FormTable(WIDTHS_MM, list(_closing_rows(data))),
        ],
    )


def _main_rows(data: Mapping[str, Any]) -> Iterator[Row]:
    for (left, left_value), (right, right_value) in data["header"]:
        yield [_label(left), FormCell(left_value, across=2), _label(right), FormCell(right_value, across=2)]
    if data["purpose"]:
        yield _line("岗位目的", data["purpose"])
    yield from _section("工作内容", list(_duty_rows(data["duties"])))
    authority = [[_number(row), FormCell(row["text"], across=_AFTER_LABEL - 1)] for row in data["authority"]]
    yield from _section("权限", authority)


def _requirement_rows(parts: list[dict[str, Any]]) -> Iterator[Row]:
    for part in parts:
        yield from _section(part["label"], [[_label(kind), FormCell(text)] for kind, text in part["rows"]])


def _closing_rows(data: Mapping[str, Any]) -> Iterator[Row]:
    # From here on nothing is a duty: readers of such forms know the heading 其他 by that.
    yield [_label("其他", across=len(WIDTHS_MM))]
    for label, text in data["other"]:
        yield _line(label, text)
    yield from _section("授权限额", list(_limit_rows(data["authority"])))
    for one in data["signatures"]:
        yield _line(one["role"], "\n　　　　　　　　　　　　日期：")


def _label(text: str, *, across: int = 1, down: int = 1) -> FormCell:
    return FormCell(text, across=across, down=down, label=True)


def _line(label: str, text: str) -> Row:
    return [_label(label), FormCell(text, across=_AFTER_LABEL)]


def _section(label: str, rows: list[Row]) -> Iterator[Row]:
    """Rows with one label cell beside them all."""
    for at, row in enumerate(rows):
        yield [_label(label, down=len(rows)), *row] if at == 0 else row


def _duty_rows(groups: list[dict[str, Any]]) -> Iterator[Row]:
    for group in groups:
        if group["label"]:
            yield [FormCell(group["label"], across=_AFTER_LABEL)]
        for row in group["rows"]:
            if row["every"]:
                yield [_number(row), FormCell(row["text"], across=3), FormCell(row["every"], align="center")]
            else:
                yield [_number(row), FormCell(row["text"], across=4)]


def _kpi_rows(kpis: list[dict[str, Any]], note: str) -> Iterator[Row]:
    if not kpis:
        return
    yield [_label("序号"), _label("指标"), _label("权重"), _label("目标值"), _label("定义与来源")]
    for row in kpis:
        figures = [FormCell(row["weight"], align="right"), FormCell(row["target"], align="right")]
        yield [_number(row), FormCell(row["name"]), *figures, FormCell(row["definition"])]
    if note:
        yield [FormCell(note, across=len(KPI_WIDTHS_MM))]


def _limit_rows(clauses: list[dict[str, Any]]) -> Iterator[Row]:
    """What the system enforces for each clause that has it."""
    limited = [row for row in clauses if row["limits"] or row["conditions"]]
    if limited:
        yield [_label("条款"), _label("限额", across=2), _label("条件与事后", across=2)]
    for row in limited:
        limits, conditions = "\n".join(row["limits"]) or "—", "\n".join(row["conditions"]) or "—"
        yield [_number(row), FormCell(limits, across=2), FormCell(conditions, across=2)]


def _number(row: Mapping[str, Any]) -> FormCell:
    return FormCell(row["number"], align="center")
