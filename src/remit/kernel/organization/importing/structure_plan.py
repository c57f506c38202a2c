"""Units and positions of an import: new, changed, unchanged, wrong."""

from collections.abc import Mapping
from typing import Any

from remit.kernel.organization.importing.reading import Row
from remit.kernel.organization.importing.state import Planned, PositionNow, State, UnitNow
from remit.kernel.organization.importing.tables import POSITIONS, UNITS, Fault, TableFormat
from remit.kernel.organization.rules import PARENT_KINDS, peak


class Faults:
    """Collects faults of one table by column key."""

    def __init__(self, table: TableFormat, found: list[Fault]) -> None:
        self.table, self.found = table, found

    def add(self, row: Row, key: str, message: str) -> None:
        self.found.append(Fault(self.table.title, row["row"], self.table.header_of(key) if key else "", message))

    def once(self, rows: list[Row], *keys: str) -> list[Row]:
        """The rows whose needed cells are there, each key once; a second one is a fault."""
        seen: dict[tuple[Any, ...], int] = {}
        good = []
        for row in rows:
            identity = tuple(row.get(key) for key in keys)
            if None in identity:
                continue
            if identity in seen:
                self.add(row, keys[0], f"与第 {seen[identity]} 行重复。")
                continue
            seen[identity] = row["row"]
            needed = [column.key for column in self.table.columns if not column.may_be_empty]
            if all(row.get(key) is not None for key in needed):
                good.append(row)
        return good


def difference(now: Any, row: Row, keys: tuple[str, ...], empty: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Old and new by key, of the columns that the file has. `empty` maps a key to what a blank cell means; else it says nothing."""
    changes: dict[str, tuple[Any, Any]] = {}
    for key in keys:
        if key not in row or (row[key] is None and key not in empty):
            continue
        new = empty[key] if row[key] is None else row[key]
        if getattr(now, key) != new:
            changes[key] = (getattr(now, key), new)
    return changes


def walk_up(start: str, above: Mapping[str, tuple[str | None, ...]]) -> bool:
    """Whether something stands, by whatever way, above itself."""
    todo, seen = list(above.get(start, ())), set[str]()
    while todo:
        code = todo.pop()
        if code == start:
            return True
        if code is not None and code not in seen:
            seen.add(code)
            todo.extend(above.get(code, ()))
    return False


# --- units -------------------------------------------------------------------------------------------------------------------


def plan_units(rows: list[Row], state: State, plan: Planned, found: list[Fault]) -> None:
    faults = Faults(UNITS, found)
    good = faults.once(rows, "code")
    companies = {code: state.company_of(code) for code in state.units}
    touched = []
    for row in good:
        now = state.units.get(row["code"])
        if now is None:
            state.units[row["code"]] = UnitNow(
                row["name"], row["kind"], row.get("parent"), row.get("opened_on") or state.on
            )
            plan.added.append(row)
            touched.append(row)
            continue
        changes = difference(now, row, ("name", "parent"), {"parent": None})
        _judge_old_unit(faults, row, now, bool(changes), state)
        if changes:
            now.name, now.parent = row["name"], changes["parent"][1] if "parent" in changes else now.parent
            plan.changed.append((row, changes))
            touched.append(row)
        else:
            plan.unchanged += 1
    above = {code: (unit.parent,) for code, unit in state.units.items()}
    for row in touched:
        _judge_place(faults, row, state, companies, above)
    _judge_names(faults, touched, state)


def _judge_old_unit(faults: Faults, row: Row, now: UnitNow, is_changed: bool, state: State) -> None:
    if row["kind"] != now.kind:
        faults.add(row, "kind", "已有单位的类型不能改;请另设新单位。")
    if row.get("opened_on") not in (None, now.opened_on):
        faults.add(row, "opened_on", f"已有单位的设立日期是 {now.opened_on},不能改。")
    if is_changed and now.closed_on is not None:
        faults.add(row, "code", f"“{now.name}”已于 {now.closed_on} 停用。")
    elif is_changed and now.changed_on > state.on:
        faults.add(row, "", f"上一次变更自 {now.changed_on} 起生效,不能在它之前再变。")


def _judge_place(
    faults: Faults,
    row: Row,
    state: State,
    companies: dict[str, str | None],
    lines: Mapping[str, tuple[str | None, ...]],
) -> None:
    code, unit = row["code"], state.units[row["code"]]
    if unit.parent is None:
        if unit.kind != "group":
            faults.add(row, "parent", "除集团外,每个单位都要有上级。")
        elif any(other.kind == "group" and other_code != code for other_code, other in state.units.items()):
            faults.add(row, "kind", "只能有一个集团。")
        return
    above = state.units.get(unit.parent)
    if above is None:
        faults.add(row, "parent", f"没有编号为“{unit.parent}”的单位。")
        return
    if above.kind not in PARENT_KINDS[unit.kind]:
        faults.add(row, "parent", f"这一类单位不能设在“{above.name}”之下。")
    if above.closed_on is not None:
        faults.add(row, "parent", f"“{above.name}”已停用。")
    if unit.pk is None and unit.opened_on < above.opened_on:
        faults.add(row, "opened_on", f"早于上级单位“{above.name}”的设立日期 {above.opened_on}。")
    if walk_up(code, lines):
        faults.add(row, "parent", "上下级绕成了一圈。")
    elif code in companies and state.company_of(code) != companies[code]:
        faults.add(row, "parent", "单位不能移到另一个公司;请在那个公司另设。")


def _judge_names(faults: Faults, touched: list[Row], state: State) -> None:
    """Two open units of one name under the same parent."""
    holders: dict[tuple[str | None, str], list[str]] = {}
    for code, unit in state.units.items():
        if unit.closed_on is None:
            holders.setdefault((unit.parent, unit.name), []).append(code)
    for row in touched:
        unit = state.units[row["code"]]
        twins = [code for code in holders.get((unit.parent, unit.name), []) if code != row["code"]]
        if twins:
            faults.add(row, "name", f"同一上级下已有“{unit.name}”(编号 {twins[0]})。")


# --- positions ---------------------------------------------------------------------------------------------------------------

POSITION_KEYS = ("title", "unit", "headcount", "is_head", "superior", "second_superior")


def plan_positions(rows: list[Row], state: State, plan: Planned, found: list[Fault]) -> None:
    faults = Faults(POSITIONS, found)
    touched = []
    for row in faults.once(rows, "code"):
        now = state.positions.get(row["code"])
        if row["unit"] not in state.units:
            faults.add(row, "unit", f"没有编号为“{row['unit']}”的单位。")
            continue
        if now is None:
            state.positions[row["code"]] = PositionNow(
                row["title"], row["unit"], row.get("headcount") or 1, bool(row.get("is_head")), row.get("superior"),
                row.get("second_superior"), row.get("opened_on") or state.on,
            )  # fmt: skip
            plan.added.append(row)
            touched.append(row)
            continue
        changes = difference(now, row, POSITION_KEYS, {"superior": None, "second_superior": None, "is_head": False})
        _judge_old_position(faults, row, now, changes, state)
        if changes:
            for key, (_old, new) in changes.items():
                setattr(now, key, new)
            plan.changed.append((row, changes))
            touched.append(row)
        else:
            plan.unchanged += 1
    above = {code: (p.superior, p.second_superior) for code, p in state.positions.items()}
    for row in touched:
        _judge_position(faults, row, state, above)


def _judge_old_position(
    faults: Faults, row: Row, now: PositionNow, changes: dict[str, tuple[Any, Any]], state: State
) -> None:
    if row.get("opened_on") not in (None, now.opened_on):
        faults.add(row, "opened_on", f"已有岗位的设立日期是 {now.opened_on},不能改。")
    if "unit" in changes and state.company_of(now.unit) != state.company_of(row["unit"]):
        faults.add(row, "unit", "岗位不能移到另一个公司;请在那个公司另设。")
    if changes and now.closed_on is not None:
        faults.add(row, "code", f"“{now.title}”已于 {now.closed_on} 撤销。")
    elif changes and now.changed_on > state.on:
        faults.add(row, "", f"上一次变更自 {now.changed_on} 起生效,不能在它之前再变。")
    if "headcount" in changes:
        spans = [(a.start, a.end) for some in state.appointments.values() for a in some if a.position == row["code"]]
        held = peak(spans, state.on, None)
        if held > changes["headcount"][1]:
            faults.add(row, "headcount", f"现有 {held} 人任职,编制不能少于在岗人数。")


def _judge_position(faults: Faults, row: Row, state: State, above: Mapping[str, tuple[str | None, ...]]) -> None:
    position = state.positions[row["code"]]
    unit = state.units[position.unit]
    if unit.closed_on is not None:
        faults.add(row, "unit", f"“{unit.name}”已停用。")
    if position.pk is None and position.opened_on < unit.opened_on:
        faults.add(row, "opened_on", f"早于单位“{unit.name}”的设立日期 {unit.opened_on}。")
    for key in ("superior", "second_superior"):
        code = getattr(position, key)
        if code is None:
            continue
        leader = state.positions.get(code)
        if leader is None:
            faults.add(row, key, f"没有编号为“{code}”的岗位。")
        elif leader.closed_on is not None:
            faults.add(row, key, f"“{leader.title}”已撤销。")
    if position.second_superior is not None:
        if position.superior is None:
            faults.add(row, "superior", "有第二上级时,先要有第一上级。")
        elif position.second_superior == position.superior:
            faults.add(row, "second_superior", "两个上级不能是同一个岗位。")
    if walk_up(row["code"], above):
        faults.add(row, "superior", "汇报线绕成了一圈。")
