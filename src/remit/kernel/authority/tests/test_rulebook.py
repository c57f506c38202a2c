"""The compiled rulebook says what the plain reference says, whatever the organization, the grants and the facts."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.kernel.authority.reference import Reference
from remit.kernel.authority.rulebook import ActingRule, ActionShape, GrantRule, Rulebook
from remit.kernel.organization.structure import PositionOn, Structure, UnitOn
from remit.lib.limits import Bound, Op, Unit

DAY = dt.date(2026, 11, 23)
NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
ACTIONS = ["staff.reward", "staff.transfer", "remedy.refund", "remedy.gift"]
SHAPES = {
    "staff.reward": ActionShape("staff"),
    "staff.transfer": ActionShape("post", "position"),
    "remedy.gift": ActionShape(owner="customer_owner"),
}
AMOUNTS = [Decimal(n) for n in (0, 50, 100, 101, 499, 500, 501, 5000)]


@st.composite
def structures(draw: st.DrawFn) -> Structure:
    """A group with two companies, a few departments and teams, positions in lines that only lead to earlier ones."""
    units = {1: UnitOn(1, "集团", "group", None, None)}
    for number in range(2, draw(st.integers(3, 7))):
        kind = draw(st.sampled_from(["company", "department", "team"])) if number > 2 else "company"
        parent = 1 if kind == "company" else draw(st.integers(2, number - 1))
        company = number if kind == "company" else units[parent].company_id
        units[number] = UnitOn(number, f"单位{number}", kind, parent, company)
    positions: dict[int, PositionOn] = {}
    for number in range(1, draw(st.integers(5, 10))):
        unit = draw(st.sampled_from(sorted(units)))
        above = st.sampled_from(sorted(positions)) if positions else st.none()
        second = draw(st.none() | above) if number % 3 == 0 else None
        # Mostly one holder each, in order, so that lines are long; now and then nobody, or two, or one in two positions.
        holders = tuple(draw(st.sampled_from([(number % 7 + 1,)] * 6 + [(), (1, 2), (number % 7 + 1, 3)])))
        positions[number] = PositionOn(
            number, f"岗位{number}", unit, units[unit].company_id, False, 3, draw(above), second, holders
        )
    return Structure(DAY, units, positions, {n: f"人{n}" for n in range(1, 8)})


@st.composite
def grants(draw: st.DrawFn, structure: Structure) -> list[GrantRule]:
    found = []
    for number in range(draw(st.integers(6, 16))):
        limits: list[tuple[str, Bound]] = []
        if draw(st.booleans()):
            op = draw(st.sampled_from([Op.LESS, Op.AT_MOST]))
            limits.append(("amount", Bound(draw(st.sampled_from(AMOUNTS)), Unit.AMOUNT, op, "CNY")))
        conditions = (("defect", frozenset([True])),) if draw(st.integers(0, 4)) == 0 else ()
        found.append(
            GrantRule(
                id=number + 1,
                position_id=draw(st.sampled_from(sorted(structure.positions))),
                action=draw(st.sampled_from([*ACTIONS, "staff.reward", "staff.*", "remedy.*", "*", "*"])),
                right=draw(st.sampled_from(["decide", "decide", "propose"])),
                limits=tuple(limits),
                conditions=conditions,
                scope=draw(
                    st.sampled_from(
                        ["anywhere", "anywhere", "own_group", "own_department", "own_company", "own_customers"]
                    )
                ),
                start=draw(st.sampled_from([None, None, DAY, DAY + dt.timedelta(days=1)])),
                end=draw(st.sampled_from([None, None, DAY, DAY + dt.timedelta(days=1)])),
            )
        )
    return found


@st.composite
def actings(draw: st.DrawFn, structure: Structure) -> list[ActingRule]:
    found = []
    for number in range(draw(st.integers(0, 6))):
        position = draw(st.sampled_from(sorted(structure.positions.values(), key=lambda p: p.id)))
        principal = draw(st.sampled_from(position.holders)) if position.holders else None
        deputy = draw(st.sampled_from([n for n in range(1, 8) if n not in position.holders]))
        bound = (("amount", Bound(Decimal(100), Unit.AMOUNT, Op.AT_MOST, "CNY")),)
        scope: Any = draw(st.sampled_from([(), (("staff.*", ()),), (("remedy.refund", bound),)]))
        start = draw(
            st.sampled_from([NOW - dt.timedelta(days=1), NOW - dt.timedelta(days=1), NOW, NOW + dt.timedelta(hours=1)])
        )
        later = start + dt.timedelta(days=9)
        end = draw(st.sampled_from([later, later, NOW] if start < NOW else [later]))
        found.append(ActingRule(number + 1, position.id, deputy, principal, start, end, scope))
    return found


FACTS = st.fixed_dictionaries(
    {"amount": st.sampled_from(AMOUNTS), "staff": st.integers(1, 7)},
    optional={
        "defect": st.booleans(),
        "post": st.integers(1, 8),
        "customer_owner": st.integers(1, 7),
    },
)


@settings(max_examples=400)
@given(data=st.data())
def test_it_decides_as_the_reference_does(data: st.DataObject) -> None:
    structure = data.draw(structures())
    given_grants, given_actings = data.draw(grants(structure)), data.draw(actings(structure))
    book = Rulebook(structure, given_grants, tuple(given_actings), SHAPES, NOW, NOW + dt.timedelta(hours=1))
    plain = Reference(structure, given_grants, given_actings, SHAPES, NOW)
    for _question in range(12):
        person, action = data.draw(st.integers(1, 7)), data.draw(st.sampled_from(ACTIONS))
        facts = data.draw(FACTS)
        verdict = book.decide(person, action, facts)
        answer = (verdict.outcome, verdict.grant.id if verdict.grant else None, verdict.approver_position_id)
        assert answer == plain.decide(person, action, facts)
        assert all(approver != person for approver, _acting in verdict.approvers), "nobody approves his own request"


def test_strictly_below_is_not_at_most() -> None:
    structure = Structure(
        DAY, {1: UnitOn(1, "公司", "company", None, 1)}, {1: PositionOn(1, "总监", 1, 1, True, 1, holders=(1,))}
    )
    below = GrantRule(1, 1, "remedy.refund", limits=(("amount", Bound(Decimal(500), Unit.AMOUNT, Op.LESS, "CNY")),))
    book = Rulebook(structure, [below], (), {}, NOW, NOW)
    assert book.decide(1, "remedy.refund", {"amount": Decimal("499.99")}).outcome == "granted"
    assert book.decide(1, "remedy.refund", {"amount": Decimal("500.00")}).outcome == "refused"


def test_a_family_covers_its_members_and_nothing_beside() -> None:
    structure = Structure(
        DAY, {1: UnitOn(1, "公司", "company", None, 1)}, {1: PositionOn(1, "经理", 1, 1, True, 1, holders=(1,))}
    )
    book = Rulebook(structure, [GrantRule(1, 1, "staff.*")], (), {}, NOW, NOW)
    assert book.decide(1, "staff.reward", {}).outcome == "granted"
    assert book.decide(1, "staffing.reward", {}).outcome == "refused"
    assert book.decide(1, "staff", {}).outcome == "refused"


def test_which_deputyship_is_used_does_not_hang_on_those_of_others() -> None:
    """7 deputises at 岗位1 and at 岗位3, in this order; that somebody else deputises at 岗位3 before changes nothing."""
    posts = {n: PositionOn(n, f"岗位{n}", 1, 1, False, 1, holders=(n + 1,)) for n in (1, 3)}
    structure = Structure(DAY, {1: UnitOn(1, "公司", "company", None, 1)}, posts)
    given = [GrantRule(2, 1, "remedy.refund"), GrantRule(8, 3, "remedy.refund")]
    end = NOW + dt.timedelta(days=9)
    his = [ActingRule(4, 1, 7, 2, NOW, end, ()), ActingRule(5, 3, 7, 4, NOW, end, ())]
    another = ActingRule(1, 3, 6, 4, NOW, end, ())
    for actings_in_force in (his, [another, *his]):
        book = Rulebook(structure, given, tuple(actings_in_force), SHAPES, NOW, end)
        grant = book.decide(7, "remedy.refund", {"amount": Decimal(1)}).grant
        assert grant is not None and grant.id == 2
