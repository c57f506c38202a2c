"""Departments are renamed, moved and closed, posts change, and any past day can still be asked. What makes no sense is a sentence."""

import datetime as dt
from typing import Any

import pytest
from tests.cast import LONG_AGO, Firm, build_firm

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.organization import actions
from remit.kernel.organization.models import Position, PositionSpell, ReportingLine, Unit, UnitSpell
from remit.kernel.organization.queries import find_position, search_positions, structure_on, today

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LAST_MONTH = today() - dt.timedelta(days=30)


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def change(position: Position, start: dt.date, **new: Any) -> dict[str, Any]:
    now = {
        "title": position.title, "unit": position.unit, "headcount": position.headcount, "is_head": position.is_head,
        "superior": position.superior, "second_superior": position.second_superior,
    }  # fmt: skip
    return actions.change_position(position, start=start, **{**now, **new})


# --- units -------------------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("S-008")
def test_a_department_is_renamed_and_moved_and_last_month_still_tells_how_it_was(firm: Firm) -> None:
    office = Unit.objects.get(code="GM")
    team = actions.open_unit(parent=firm.service, kind="team", name="回访组", code="KF-1", start=LONG_AGO)
    changed = actions.change_unit(firm.service, name="客户体验部", parent=office, start=LAST_MONTH)
    assert changed == {"name": ["客户服务部", "客户体验部"], "parent": ["恒信健康", "总经办"]}
    team.refresh_from_db()
    assert team.path == f"{office.path}{firm.service.pk}/{team.pk}/"
    assert team.pk in structure_on(today()).subtree(office.pk)
    then, now = structure_on(LAST_MONTH - DAY), structure_on(LAST_MONTH)
    assert (then.units[firm.service.pk].name, now.units[firm.service.pk].name) == ("客户服务部", "客户体验部")
    assert team.pk not in then.subtree(office.pk)
    assert team.pk in now.subtree(office.pk)


def test_a_slip_is_corrected_on_the_same_day_without_a_trace(firm: Firm) -> None:
    actions.change_unit(firm.service, name="客户休验部", parent=firm.health, start=LAST_MONTH)
    actions.change_unit(firm.service, name="客户体验部", parent=firm.health, start=LAST_MONTH)
    spells = list(UnitSpell.objects.filter(unit=firm.service).order_by("start").values_list("name", "start", "end"))
    assert spells == [("客户服务部", LONG_AGO, LAST_MONTH), ("客户体验部", LAST_MONTH, None)]


def test_nothing_changes_and_nothing_is_written(firm: Firm) -> None:
    assert actions.change_unit(firm.service, name="客户服务部", parent=firm.health, start=today()) == {}
    assert change(firm.positions["出纳"], today()) == {}
    assert UnitSpell.objects.filter(unit=firm.service).count() == 1


@pytest.mark.parametrize(
    ("kind", "under"),
    [
        ("group", "group"),
        ("group", "top"),
        ("company", "service"),
        ("department", "team"),
        ("team", "group"),
        ("company", "top"),
    ],
)
def test_what_can_not_stand_there(firm: Firm, kind: str, under: str) -> None:
    team = actions.open_unit(parent=firm.service, kind="team", name="一组", code="T", start=LONG_AGO)
    parents = {"group": firm.group, "top": None, "service": firm.service, "team": team}
    with pytest.raises(RuleBroken):
        actions.open_unit(parent=parents[under], kind=kind, name="新", code="N", start=today())


@pytest.mark.parametrize(
    "given",
    [{"code": "KF"}, {"name": "财务部"}, {"name": "长" * 121}, {"code": "C" * 41}, {"start": LONG_AGO - DAY}],
)
def test_a_unit_is_not_opened(firm: Firm, given: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        actions.open_unit(
            **{"parent": firm.health, "kind": "department", "name": "新部", "code": "N", "start": today(), **given}
        )


def test_a_unit_is_not_moved_where_it_can_not_go(firm: Firm) -> None:
    team = actions.open_unit(parent=firm.service, kind="team", name="一组", code="T", start=LONG_AGO)
    closed = actions.open_unit(parent=firm.health, kind="department", name="旧部", code="OLD", start=LONG_AGO)
    actions.close_unit(closed, end=today())
    for parent in (team, firm.service, firm.property, None, closed):
        with pytest.raises(RuleBroken):
            actions.change_unit(firm.service, name="客户服务部", parent=parent, start=today())
    with pytest.raises(RuleBroken, match=r"财务部"):
        actions.change_unit(firm.service, name="财务部", parent=firm.health, start=today())
    with pytest.raises(RuleBroken):
        actions.change_unit(firm.service, name="新名", parent=firm.health, start=today() + DAY)
    with pytest.raises(RuleBroken):
        actions.change_unit(closed, name="新名", parent=firm.health, start=today())
    assert Unit.objects.get(pk=firm.service.pk).name == "客户服务部"


def test_a_change_never_lies_before_the_last_one(firm: Firm) -> None:
    actions.change_unit(firm.service, name="客户体验部", parent=firm.health, start=LAST_MONTH)
    with pytest.raises(RuleBroken):
        actions.change_unit(firm.service, name="客户部", parent=firm.health, start=LAST_MONTH - DAY)


def test_a_unit_closes_when_it_is_empty(firm: Firm) -> None:
    for unit in (firm.service, firm.health, firm.property):
        with pytest.raises(RuleBroken):
            actions.close_unit(unit, end=today())
    spare = actions.open_unit(parent=firm.health, kind="department", name="筹备组", code="CB", start=LAST_MONTH)
    with pytest.raises(RuleBroken):
        actions.close_unit(spare, end=LAST_MONTH - DAY)
    actions.close_unit(spare, end=today())
    assert spare.pk in structure_on(today() - DAY).units
    assert spare.pk not in structure_on(today()).units
    with pytest.raises(RuleBroken):
        actions.close_unit(spare, end=today())
    again = actions.open_unit(parent=firm.health, kind="department", name="筹备组", code="CB2", start=today())
    assert again.name == "筹备组", "the name of a closed unit is free"


# --- positions ---------------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("S-188")
def test_a_post_answers_to_two_leaders_and_to_one_again(firm: Firm) -> None:
    cashier, director, president = (firm.positions[name] for name in ("出纳", "财务总监", "总经理"))
    change(cashier, LAST_MONTH, second_superior=president)
    now = structure_on(today())
    assert [above.id for above in now.superiors(cashier.pk)][:2] == [director.pk, president.pk]
    assert cashier.pk in now.subordinates(president.pk)
    assert structure_on(LAST_MONTH - DAY).positions[cashier.pk].second_superior_id is None
    firm.do("周岚", "organization.change_position", position=cashier.pk, no_second_superior=True, start=today())
    assert structure_on(today()).positions[cashier.pk].second_superior_id is None
    assert structure_on(today() - DAY).positions[cashier.pk].second_superior_id == president.pk


def test_a_post_is_renamed_and_moved_and_found_by_its_new_name(firm: Firm) -> None:
    post = firm.positions["健康顾问"]
    assert change(post, LAST_MONTH, title="客户顾问", unit=firm.finance).keys() == {"title", "unit"}
    assert list(search_positions("khgw")) == [post]
    assert list(search_positions("健康顾问")) == []
    assert structure_on(LAST_MONTH - DAY).positions[post.pk].title == "健康顾问"
    assert structure_on(LAST_MONTH).positions[post.pk].unit_id == firm.finance.pk
    assert PositionSpell.objects.filter(position=post).count() == 2


def test_lines_never_go_in_a_circle(firm: Firm) -> None:
    president, adviser, cashier = (firm.positions[name] for name in ("总经理", "健康顾问", "出纳"))
    for new in ({"superior": adviser}, {"superior": president}):
        with pytest.raises(RuleBroken):
            change(president, today(), **new)
    change(president, today(), superior=None)
    with pytest.raises(RuleBroken):
        change(adviser, today(), second_superior=firm.positions["客服部经理"])
    change(cashier, today(), second_superior=adviser)
    with pytest.raises(RuleBroken):
        change(firm.positions["客服部总监"], today(), second_superior=cashier)


def test_lines_of_a_day_never_overlap(firm: Firm) -> None:
    post, president = firm.positions["健康顾问"], firm.positions["总经理"]
    change(post, LAST_MONTH, superior=president)
    with pytest.raises(RuleBroken):
        change(post, LAST_MONTH - DAY, superior=firm.positions["客服部总监"])
    change(post, LAST_MONTH, superior=firm.positions["客服部总监"])
    lines = list(
        ReportingLine.objects.filter(position=post).order_by("start").values_list("superior__title", "start", "end")
    )
    assert lines == [("客服部经理", LONG_AGO, LAST_MONTH), ("客服部总监", LAST_MONTH, None)]


@pytest.mark.parametrize("given", [{"headcount": 0}, {"headcount": 10_000}, {"title": "长" * 121}, {"code": "P-01"},
                                   {"start": LONG_AGO - DAY}])  # fmt: skip
def test_a_post_is_not_opened(firm: Firm, given: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        actions.open_position(**{"unit": firm.service, "title": "新岗", "code": "N", "start": today(), **given})


def test_a_post_is_not_changed_so(firm: Firm) -> None:
    adviser = firm.positions["健康顾问"]
    for new in ({"headcount": 1}, {"unit": firm.property}, {"second_superior": adviser.superior}):
        with pytest.raises(RuleBroken):
            change(adviser, today(), **new)
    with pytest.raises(RuleBroken):
        change(adviser, today() + DAY, title="明天的名字")
    change(adviser, today(), headcount=2)


def test_a_post_closes_when_nobody_holds_it_and_nobody_answers_to_it(firm: Firm) -> None:
    director, cashier = firm.positions["财务总监"], firm.positions["出纳"]
    with pytest.raises(RuleBroken):
        actions.close_position(cashier, end=today())
    actions.end_appointment(position=cashier, person=firm["吴越"], end=today())
    actions.end_appointment(position=director, person=firm["韩涛"], end=today())
    with pytest.raises(RuleBroken):
        actions.close_position(director, end=today())
    with pytest.raises(RuleBroken):
        actions.close_position(cashier, end=today() - DAY)
    in_a_week = today() + dt.timedelta(days=7)
    actions.close_position(cashier, end=in_a_week)
    assert find_position("出纳") == cashier, "it is there until the day comes"
    assert cashier.pk not in structure_on(in_a_week).positions
    with pytest.raises(RuleBroken):
        actions.close_position(cashier, end=in_a_week)


def test_a_second_leader_holds_a_post_open(firm: Firm) -> None:
    spare = actions.open_position(unit=firm.service, title="顾问总监", code="SP", start=LONG_AGO)
    change(firm.positions["健康顾问"], today(), second_superior=spare)
    with pytest.raises(RuleBroken):
        actions.close_position(spare, end=today())
