"""A manager holds two versions of a charter side by side: what came, went, changed or moved, and what it means."""

from hypothesis import given, settings
from hypothesis import strategies as st

from remit.kernel.charters.compare import Change, compare
from remit.kernel.charters.diffing import moved_places, word_diff
from remit.kernel.charters.format import CharterSpec, charter_from_yaml
from remit.kernel.charters.tests.charter_strategies import charters
from remit.kernel.charters.wording import Labels

LABELS = Labels({"staff.reward": "奖励员工", "service.gift": "赠送赠品"}, {("staff.reward", "explained"): "说明原因"})
CHARTER = """\
title: 客服部经理
purpose: 处理好客户的不满
duties:
  - {id: d1, text: 每周汇总投诉并上报客服总监, every: week}
  - {id: d2, text: 建立并保管客户档案}
  - {id: d3, text: 组织客户回访}
authority:
  - id: a1
    text: 对本组员工有100元以内的奖励权
    grants:
      - action: staff.reward
        limits: {amount: <= 100 CNY}
        scope: own_group
        then: [{report_to: 客服部总监, within: 1 workday}]
kpis:
  - {id: k1, name: 投诉率, weight: 40 %, target: < 0.5 %}
  - {id: k2, name: 满意度, weight: 60 %}
qualifications: [大专及以上]
"""


def changes(*replacements: tuple[str, str]) -> list[Change]:
    text = CHARTER
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return list(compare(charter_from_yaml(CHARTER), charter_from_yaml(text), LABELS))


def brief(found: list[Change]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(change.kind, change.part, change.id, change.meaning) for change in found]


def test_a_raised_limit_is_said_in_words() -> None:
    [change] = changes(("100元以内", "200元以内"), ("<= 100 CNY", "<= 200 CNY"))
    assert brief([change]) == [("changed", "authority", "a1", ("金额上限 ≤ ¥100 → ≤ ¥200",))]
    assert [(segment.kind, segment.text) for segment in change.words] == [
        ("same", "对本组员工有"),
        ("removed", "100"),
        ("added", "200"),
        ("same", "元以内的奖励权"),
    ]


def test_at_most_and_below_are_different_limits() -> None:
    assert changes(("<= 100 CNY", "< 100 CNY"))[0].meaning == ("金额上限 ≤ ¥100 → < ¥100",)
    assert changes(("{amount: <= 100 CNY}", "{}"))[0].meaning == ("金额上限 ≤ ¥100 → 无",)


def test_scope_right_and_what_has_to_follow_are_said_too() -> None:
    [change] = changes(
        ("scope: own_group", "scope: own_department\n        right: propose"),
        ("{report_to: 客服部总监, within: 1 workday}", "{countersigned_by: [总经理, superior]}"),
        ("limits:", "conditions: {explained: [true]}\n        limits:"),
    )
    assert change.meaning == (
        "权利 决定权 → 建议权",
        "条件 无 → 说明原因",
        "范围 本组 → 本部门",
        "事后 1 个工作日内报告客服部总监 → 3 个工作日内由总经理、直属上级会签",
    )


def test_a_grant_that_comes_or_goes_is_named() -> None:
    extra = (
        "      - {action: service.gift, windows: [{period: month, per: customer, measure: count, max: <= 3 count}]}\n"
    )
    assert changes(("kpis:", extra + "kpis:"))[0].meaning == ("新增授权 赠送赠品：每月每客户累计 ≤ 3 次",)
    [change] = changes(("action: staff.reward", "action: service.gift"))
    assert change.meaning == (
        "新增授权 赠送赠品：金额 ≤ ¥100；本组；1 个工作日内报告客服部总监",
        "取消授权 奖励员工：金额 ≤ ¥100；本组；1 个工作日内报告客服部总监",
    )


def test_a_duty_that_came_one_that_went_and_one_that_changed() -> None:
    found = changes(
        ("  - {id: d2, text: 建立并保管客户档案}\n", ""),
        (
            "  - {id: d3, text: 组织客户回访}",
            "  - {id: d3, text: 组织每月客户回访, every: month, within: 2 days}\n  - {id: d4, text: 安排夜班}",
        ),
    )
    assert brief(found) == [
        ("removed", "duty", "d2", ()),
        ("changed", "duty", "d3", ("频次 无 → 每月", "期限 无 → 2 天")),
        ("added", "duty", "d4", ()),
    ]
    assert found[0].before == "建立并保管客户档案"
    assert found[0].after is None


def test_new_numbers_of_the_same_clauses_are_no_change() -> None:
    renumbered = [("id: d1", "id: x1"), ("id: d2", "id: d1"), ("id: d3", "id: d2")]
    assert changes(*renumbered) == []


def test_a_clause_with_a_new_number_and_new_words_is_still_recognised() -> None:
    [change] = changes(("id: d1, text: 每周汇总投诉并上报客服总监", "id: d9, text: 每周汇总全部投诉并上报客服总监"))
    assert brief([change]) == [("changed", "duty", "d9", ())]


def test_only_what_left_its_order_has_moved() -> None:
    first = "  - {id: d1, text: 每周汇总投诉并上报客服总监, every: week}\n"
    last = "  - {id: d3, text: 组织客户回访}\n"
    assert brief(changes((first, ""), (last, last + first))) == [("moved", "duty", "d1", ())]
    assert moved_places({0: 2, 1: 0, 2: 1, 3: 3}) == {0}
    assert moved_places({0: 0, 5: 1}) == set()


def test_header_kpis_and_qualifications_are_compared() -> None:
    found = changes(
        ("purpose: 处理好客户的不满", "department: 客户服务部"),
        ("weight: 40 %, target: < 0.5 %", "weight: 30 %, target: < 0.4 %"),
        ("weight: 60 %", "weight: 70 %"),
        ("[大专及以上]", "[{kind: education, text: 大专及以上}]"),
    )
    assert [(change.kind, change.label, change.meaning) for change in found] == [
        ("added", "所属部门", ()),
        ("removed", "岗位目的", ()),
        ("changed", "指标 k1", ("权重 40 % → 30 %", "目标 < 0.5 % → < 0.4 %")),
        ("changed", "指标 k2", ("权重 60 % → 70 %",)),
        ("changed", "教育背景", ("类别 其他要求 → 教育背景",)),
    ]


@settings(max_examples=40)
@given(charters)
def test_a_charter_does_not_differ_from_itself(charter: CharterSpec) -> None:
    assert compare(charter, charter) == ()


@settings(max_examples=25)
@given(charters, charters)
def test_every_clause_of_both_versions_is_accounted_for(old: CharterSpec, new: CharterSpec) -> None:
    duties = [change for change in compare(old, new) if change.part == "duty"]
    came = sum(change.kind == "added" for change in duties)
    went = sum(change.kind == "removed" for change in duties)
    assert len(old.duties) - went == len(new.duties) - came


@given(st.text(alphabet="客户服务abc 12。\n", max_size=60), st.text(alphabet="客户服务abc 12。\n", max_size=60))
def test_the_pieces_read_as_the_old_and_as_the_new_text(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == new


def test_long_texts_are_compared_by_sentences() -> None:
    old = "".join(f"第{n}条规定应当遵守。" for n in range(400))
    pieces = word_diff(old, old.replace("第200条规定", "第200条新规定"))
    assert [piece.text for piece in pieces if piece.kind != "same"] == [
        "第200条规定应当遵守。",
        "第200条新规定应当遵守。",
    ]
