"""What an import would change, and everything that is wrong with it. Reads the database in sets; changes nothing."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from remit.kernel.organization.importing.people_plan import plan_appointments, plan_people
from remit.kernel.organization.importing.reading import Row, Rows
from remit.kernel.organization.importing.state import State, load_state
from remit.kernel.organization.importing.structure_plan import plan_positions, plan_units
from remit.kernel.organization.importing.tables import BY_KEY, TABLES, Fault

PERSONAL: Final = frozenset({"mobile", "email"})


@dataclass(slots=True)
class TablePlan:
    """One table's share: rows to add, rows to change with old and new values by column key, and how many stay as they are."""

    added: list[Row] = field(default_factory=list)
    changed: list[tuple[Row, dict[str, tuple[Any, Any]]]] = field(default_factory=list)
    unchanged: int = 0


@dataclass(slots=True)
class Plan:
    """`on` is the day from which changes hold. A plan with faults is not carried out."""

    on: dt.date
    state: State
    tables: dict[str, TablePlan]
    faults: list[Fault]

    @property
    def is_empty(self) -> bool:
        return not any(table.added or table.changed for table in self.tables.values())

    def counts(self) -> dict[str, dict[str, int]]:
        return {
            kind: {"added": len(table.added), "changed": len(table.changed), "unchanged": table.unchanged}
            for kind, table in self.tables.items()
        }

    def lines(self, at_most: int) -> list[str]:
        """Row by row what happens, for the event: "单位 KF 客户服务部:名称 旧 → 新"."""
        lines = []
        for kind, table in self.tables.items():
            title = BY_KEY[kind].title
            lines += [f"{title} + {label_of(kind, row)}" for row in table.added[:at_most]]
            for row, changes in table.changed[:at_most]:
                told = "、".join(_told(BY_KEY[kind].header_of(key), key, *pair) for key, pair in changes.items())
                lines.append(f"{title} {label_of(kind, row)}:{told}")
        return lines[:at_most]


def label_of(kind: str, row: Mapping[str, Any]) -> str:
    if kind == "appointments":
        return f"{row['person']} → {row['position']}"
    number = row["employee_no"] if kind == "people" else row["code"]
    return f"{number} {row['title'] if kind == 'positions' else row['name']}"


def _told(header: str, key: str, old: Any, new: Any) -> str:
    """An event is kept for ever and read by others: it tells that a number changed, not which it was."""
    return f"{header} 已改" if key in PERSONAL else f"{header} {_show(old)} → {_show(new)}"


def _show(value: Any) -> str:
    return (
        {True: "是", False: "否", None: "空"}.get(value, str(value)) if isinstance(value, bool | None) else str(value)
    )


def make_plan(rows: Rows, *, on: dt.date, faults: Iterable[Fault] = ()) -> Plan:
    """Compare the rows with what there is. `faults` are those of reading; the plan adds its own, sorted as in the file."""
    found = list(faults)
    plan = Plan(on, load_state(on), {table.key: TablePlan() for table in TABLES}, found)
    for kind, planner in (
        ("units", plan_units),
        ("positions", plan_positions),
        ("people", plan_people),
        ("appointments", plan_appointments),
    ):
        planner(rows.get(kind, []), plan.state, plan.tables[kind], found)
    order = {table.title: place for place, table in enumerate(TABLES)}
    plan.faults = sorted(set(found), key=lambda fault: (order.get(fault.sheet, -1), fault.row, fault.column))
    return plan
