"""People of an import and the positions that they hold: new, changed, unchanged, wrong."""

import datetime as dt

from remit.kernel.organization.importing.reading import Row
from remit.kernel.organization.importing.state import AppointmentNow, PersonNow, Planned, PositionNow, State
from remit.kernel.organization.importing.structure_plan import Faults, difference
from remit.kernel.organization.importing.tables import APPOINTMENTS, PEOPLE, Fault
from remit.kernel.organization.rules import peak

PERSON_KEYS = ("name", "mobile", "email", "left_on")


def plan_people(rows: list[Row], state: State, plan: Planned, found: list[Fault]) -> None:
    faults = Faults(PEOPLE, found)
    for row in faults.once(rows, "employee_no"):
        company = state.units.get(row["company"])
        if company is None or company.kind != "company":
            faults.add(row, "company", f"没有编号为“{row['company']}”的公司。")
            continue
        now = state.people.get(row["employee_no"])
        if now is None:
            _new_person(faults, row, state, plan)
            continue
        changes = difference(now, row, PERSON_KEYS, {"mobile": "", "email": ""})
        _judge_old_person(faults, row, now)
        if changes:
            for key, (_old, new) in changes.items():
                setattr(now, key, new)
            plan.changed.append((row, changes))
        else:
            plan.unchanged += 1


def _new_person(faults: Faults, row: Row, state: State, plan: Planned) -> None:
    company, joined_on, left_on = state.units[row["company"]], row.get("joined_on") or state.on, row.get("left_on")
    if company.closed_on is not None:
        faults.add(row, "company", f"“{company.name}”已停用。")
    if left_on is not None and left_on < joined_on:
        faults.add(row, "left_on", "离职日期早于入职日期。")
    state.people[row["employee_no"]] = PersonNow(
        row["name"], row["company"], joined_on, left_on, row.get("mobile") or "", row.get("email") or ""
    )
    plan.added.append(row)


def _judge_old_person(faults: Faults, row: Row, now: PersonNow) -> None:
    if row["company"] != now.company:
        faults.add(row, "company", f"此人属于公司 {now.company};换公司请先离职,再用新工号入职。")
    if row.get("joined_on") not in (None, now.joined_on):
        faults.add(row, "joined_on", f"已登记的入职日期是 {now.joined_on},不能改。")
    left_on = row.get("left_on")
    if left_on is None:
        if now.left_on is not None and "left_on" in row:
            faults.add(row, "left_on", f"已于 {now.left_on} 离职;返聘请用新工号入职。")
    elif now.left_on is not None and left_on != now.left_on:
        faults.add(row, "left_on", f"已登记的离职日期是 {now.left_on},不能改。")
    elif left_on < now.joined_on:
        faults.add(row, "left_on", "离职日期早于入职日期。")


# --- appointments ------------------------------------------------------------------------------------------------------------


def plan_appointments(rows: list[Row], state: State, plan: Planned, found: list[Fault]) -> None:
    faults = Faults(APPOINTMENTS, found)
    touched: list[tuple[Row, AppointmentNow]] = []
    for row in faults.once(rows, "person", "position"):
        person, position = state.people.get(row["person"]), state.positions.get(row["position"])
        if person is None:
            faults.add(row, "person", f"没有工号“{row['person']}”。")
        if position is None:
            faults.add(row, "position", f"没有编号为“{row['position']}”的岗位。")
        if person is None or position is None:
            continue
        mine = state.appointments.setdefault(row["person"], [])
        now = next((one for one in mine if one.position == row["position"] and _is_meant(one, row)), None)
        if now is not None:
            touched += _old_appointment(faults, row, now, plan)
            continue
        start = row.get("start") or max(state.on, person.joined_on, position.opened_on)
        new = AppointmentNow(row["position"], row["person"], start, row.get("end"), _is_main(row, mine))
        if any(one.position == new.position and one.overlaps(start, new.end) for one in mine):
            faults.add(row, "start", "此人那段时间已任此岗,只能改已有的任职。")
            continue
        mine.append(new)
        plan.added.append({**row, "start": start, "is_main": new.is_main})
        touched.append((row, new))
    for row, one in touched:
        _judge_spans(faults, row, one, state.people[one.person], state.positions[one.position])
    _judge_mains(faults, touched, state)
    _judge_places(faults, touched, state)


def _is_meant(one: AppointmentNow, row: Row) -> bool:
    """A row without a start means the appointment that is running."""
    return row.get("start") is None or one.start == row["start"]


def _is_main(row: Row, others: list[AppointmentNow]) -> bool:
    """Said, or else the first position of the person that is running."""
    if isinstance(row.get("is_main"), bool):
        return bool(row["is_main"])
    return not any(one.is_main for one in others)


def _old_appointment(faults: Faults, row: Row, now: AppointmentNow, plan: Planned) -> list[tuple[Row, AppointmentNow]]:
    changes = difference(now, row, ("end", "is_main"), {})
    if "end" in row and row["end"] is None and now.end is not None:
        faults.add(row, "end", f"此任职已定于 {now.end} 结束;要续任,请另加一行从那天开始。")
    if "end" in changes and now.end is not None and changes["end"][1] > now.end:
        faults.add(row, "end", f"此任职已定于 {now.end} 结束,不能改晚;要续任,请另加一行从那天开始。")
    if not changes:
        plan.unchanged += 1
        return []
    for key, (_old, new) in changes.items():
        setattr(now, key, new)
    plan.changed.append((row, changes))
    return [(row, now)]


def _judge_spans(faults: Faults, row: Row, one: AppointmentNow, person: PersonNow, position: PositionNow) -> None:
    if one.end is not None and one.end <= one.start:
        faults.add(row, "end", "结束日期要晚于开始日期(结束当日不再任职)。")
    if one.pk is not None:
        return
    if one.start < person.joined_on:
        faults.add(row, "start", f"早于此人的入职日期 {person.joined_on}。")
    if person.left_on is not None and (one.end is None or one.end > person.left_on):
        faults.add(row, "end", f"此人 {person.left_on} 离职,任职最晚到那天结束。")
    if one.start < position.opened_on:
        faults.add(row, "start", f"早于岗位的设立日期 {position.opened_on}。")
    if position.closed_on is not None and (one.end is None or one.end > position.closed_on):
        faults.add(row, "position", f"“{position.title}”已撤销。")


def _judge_mains(faults: Faults, touched: list[tuple[Row, AppointmentNow]], state: State) -> None:
    """Two rows of the file that both say 主岗. A new main position quietly takes the place of one that is not in the file."""
    mains: dict[str, Row] = {}
    for row, one in touched:
        if one.is_main and (one.end is None or one.end > state.on):
            if one.person in mains and row.get("is_main") is True:
                faults.add(row, "is_main", f"此人在第 {mains[one.person]['row']} 行已有主岗,只能有一个。")
            mains.setdefault(one.person, row)
    for _row, one in touched:
        company = state.company_of(state.positions[one.position].unit)
        if one.pk is None and company is not None and company != state.people[one.person].company:
            faults.add(_row, "position", "此人属于另一个公司,不能在这个公司任职。")


def _judge_places(faults: Faults, touched: list[tuple[Row, AppointmentNow]], state: State) -> None:
    wanted = {one.position for _row, one in touched}
    spans: dict[str, list[tuple[dt.date, dt.date | None]]] = {}
    for some in state.appointments.values():
        for one in some:
            if one.position in wanted:
                spans.setdefault(one.position, []).append((one.start, one.end))
    most = {code: peak(of_one, dt.date.min, None) for code, of_one in spans.items()}
    for row, one in touched:
        places = state.positions[one.position].headcount
        if most[one.position] > places:
            faults.add(row, "position", f"编制 {places} 人,照此最多时有 {most[one.position]} 人任职。")
