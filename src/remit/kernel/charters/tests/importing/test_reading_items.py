"""What is understood of an item: rhythm, deadline, bound, right, figure, requirement, binding."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.charters.importing.draft import BoundFound, Every, Target, Within, WithinUnit
from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.charters.importing.reading.bindings import propose_binding
from remit.kernel.charters.importing.reading.deadline import find_within
from remit.kernel.charters.importing.reading.frequency import find_every, heading_rhythm
from remit.kernel.charters.importing.reading.headings import is_plain_title
from remit.kernel.charters.importing.reading.kpi import figure_of, parse_share, parse_target
from remit.kernel.charters.importing.reading.limits import find_limits
from remit.kernel.charters.importing.reading.numerals import parse_number
from remit.kernel.charters.tests.importing.reading_help import duties, only, powers, read_text, text_source

_DIGITS = "零一二三四五六七八九"


def _in_han(number: int) -> str:
    """1..9999 as a Chinese numeral, the way it is written: 一百零五, 二十, 一千零一十."""
    words, zero = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            words += ("零" if zero and words else "") + _DIGITS[digit] + name
            zero = False
        elif words:
            zero = True
    return words


@given(st.integers(1, 9999))
def test_every_chinese_numeral_up_to_ten_thousand_is_read(number: int) -> None:
    assert parse_number(_in_han(number)) == number


@given(st.integers(1, 9999))
def test_a_numeral_with_wan_counts_ten_thousands(number: int) -> None:
    assert parse_number(f"{number}万") == number * 10_000
    assert parse_number(_in_han(number) + "万") == number * 10_000


@pytest.mark.parametrize(
    ("text", "value"),
    [("两千", 2000), ("十二", 12), ("1,500", 1500), ("半", Decimal("0.5")), ("1.5万", 15000), ("二〇二四", 2024)],
)
def test_numerals_as_people_write_them(text: str, value: Decimal) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize("text", ["", "元", "三元", "百分之五", "1-2", "9" * 50])
def test_what_is_no_number(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("每天清点库存", "day"),
        ("做到日清月结", "day"),
        ("每个工作日上报出勤", "day"),
        ("每周一召开例会", "week"),
        ("提交周报表", "week"),
        ("每日、每周检查卫生", "day"),
        ("每两周走访一次", "half-month"),
        ("发布半月通报", "half-month"),
        ("每月底结账", "month"),
        ("制定月度培训计划", "month"),
        ("于次月5日前报送", "month"),
        ("每季度盘点", "quarter"),
        ("每半年考核一次", "half-year"),
        ("编制年度预算", "year"),
        ("办理车辆年检", "year"),
        ("定期检查、及时整改", None),
        ("登记现金日记账", None),
        ("组织节假日值班", None),
        ("处理日常事务", None),
        ("工作年限的核定", None),
        ("三年一度的评审", None),
    ],
)
def test_rhythms(text: str, every: Every | None) -> None:
    assert find_every(text) == every


def test_a_heading_over_a_list_gives_its_items_the_rhythm() -> None:
    position = only(
        read_text("店员岗位职责\n1.每天：\na)打扫店面。\nb)清点现金。\n2.每周：\na)更换陈列。\n3.退休人员返聘事宜。")
    )
    assert [duty.every for duty in position.duties] == ["day", "day", "week", None]
    assert heading_rhythm("每月工作:") == "month"
    assert heading_rhythm("每月应当完成的各项工作") is None


@pytest.mark.parametrize(
    ("text", "n", "unit"),
    [
        ("三天之内回复", "3", "day"),
        ("应在24小时内到达", "24", "hour"),
        ("2个工作日内办结", "2", "workday"),
        ("一周内完成整改", "1", "week"),
        ("半小时以内通知", "0.5", "hour"),
        ("处理时间不超过30分钟", "30", "minute"),
        ("3-5天内答复", "5", "day"),
        ("一个月内归档", "1", "month"),
    ],
)
def test_deadlines(text: str, n: str, unit: WithinUnit) -> None:
    assert find_within(text) == Within(Decimal(n), unit)


@pytest.mark.parametrize(
    "text", ["及时回复", "24小时值班", "每天内部检查", "请假三天以内由组长批准", "部门内部沟通", "10分钟前到岗"]
)
def test_no_deadlines(text: str) -> None:
    assert find_within(text) is None


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("有权审批500元以下的费用", [("500", "CNY", "<")]),
        ("有权审批500元（含）以下的费用".replace("（", "(").replace("）", ")"), [("500", "CNY", "<=")]),
        ("100元以内的赔付", [("100", "CNY", "<=")]),
        ("不超过2万元的采购", [("20000", "CNY", "<=")]),
        ("低于一千块的报销", [("1000", "CNY", "<")]),
        ("单笔¥300以内的退款", [("300", "CNY", "<=")]),
        ("可打9折", [("10", "%", "<=")]),
        ("最低八五折", [("15", "%", "<=")]),
        ("8.5折以上的优惠", [("15", "%", "<=")]),
        ("价格5%以内的浮动", [("5", "%", "<=")]),
        ("三天以内的请假", [("3", "day", "<=")]),
        ("录用5人以下的临时工", [("5", "count", "<")]),
        ("可打九折，并给予200元以内的补偿".replace("，", ","), [("10", "%", "<="), ("200", "CNY", "<=")]),
        ("有权给予100-300元的奖励", [("300", "CNY", "<=")]),
        ("1000元以上的须报批", []),
        ("有权调整排班", []),
        ("两种方案任选其一", []),
    ],
)
def test_bounds(text: str, bounds: list[tuple[str, str, str]]) -> None:
    assert [(str(bound.max.normalize().__format__("f")), bound.unit, bound.op) for bound in find_limits(text)] == bounds


@given(st.integers(1, 99_999_999), st.sampled_from(["元以内", "元以下", "元之内"]))
def test_any_amount_of_money_is_a_bound(amount: int, words: str) -> None:
    assert find_limits(f"有权减免{amount}{words}的费用") == (
        BoundFound(Decimal(amount), "CNY", "<" if "以下" in words else "<="),
    )


def test_permissions_with_everything_that_bounds_them() -> None:
    position = only(
        read_text("""门店经理的权限：
1、在确有质量问题的情况下，有权为顾客退货（事后由区域经理、经办人签字，并认定责任人）。
2、对本组员工有50元以内的处罚权，处罚结果上报区域经理。
3、对本部门人员的晋升有建议权。
4、遇到本权限以外的问题立即向区域经理汇报。""")
    )
    quality, penalty, promotion = position.authority
    assert quality.conditions == ("确有质量问题",)
    assert quality.finding
    assert "区域经理" in quality.countersigned_by
    assert (penalty.scope, penalty.report_to) == ("own_group", ("区域经理",))
    assert penalty.limits == (BoundFound(Decimal(50), "CNY", "<="),)
    assert (promotion.right, promotion.scope) == ("propose", "own_department")
    assert duties(position) == ["遇到本权限以外的问题立即向区域经理汇报"]


def test_a_numbered_duty_that_confers_a_power_stands_in_both_lists() -> None:
    position = only(read_text("值班员岗位职责\n1、巡查楼层。\n2、经理不在时行使经理职权。"))
    assert len(duties(position)) == 2
    assert powers(position) == ["经理不在时行使经理职权"]


@pytest.mark.parametrize(
    ("cell", "op", "value"),
    [
        ("≥95%", ">=", "0.95"),
        ("<5‰为3", "<", "0.005"),
        ("98%以上", ">=", "0.98"),
        ("3%以内", "<=", "0.03"),
        ("100%", "=", "1"),
        ("不少于4次", ">=", "4"),
        ("≤2件/月", "<=", "2"),
    ],
)
def test_targets_in_cells(cell: str, op: str, value: str) -> None:
    assert parse_target(cell) == Target(op, Decimal(value))  # type: ignore[arg-type]  # op is one of the five


@pytest.mark.parametrize("cell", ["", "见附件", "按公司规定", "根据统计"])
def test_cells_without_a_target(cell: str) -> None:
    assert parse_target(cell) is None


@pytest.mark.parametrize(
    ("text", "share"), [("30%", "0.3"), ("0.25", "0.25"), ("40", "0.4"), ("15分", "0.15"), ("无", None), ("300", None)]
)
def test_weights(text: str, share: str | None) -> None:
    assert parse_share(text) == (Decimal(share) if share else None)


def test_a_sentence_names_its_figure() -> None:
    found = figure_of("确保工单及时率达到95%以上")
    assert found is not None
    assert (found[0], found[3]) == ("工单及时率", Target(">=", Decimal("0.95")))
    assert figure_of("确保工单及时处理") is None


def test_targets_among_the_goals_of_a_post_are_figures_too() -> None:
    position = only(
        read_text("配送主管岗位目标\n1、准时送达率保持在98%以上；\n2、每年完成3个改进项目；\n3、提升员工满意度。")
    )
    assert len(position.duties) == 3
    assert [(kpi.text, kpi.target) for kpi in position.kpis] == [
        ("准时送达率", Target(">=", Decimal("0.98"))),
        ("改进项目", Target("=", Decimal(3))),
    ]


def test_an_unnumbered_run_of_requirements_is_split_a_numbered_one_is_not() -> None:
    run = only(read_text("司机岗位职责\n1、开车。\n任职资格：\n经验：\n五年驾龄，熟悉本地道路，能吃苦耐劳，并持有A照"))
    assert [item.text for item in run.qualifications] == ["五年驾龄", "熟悉本地道路", "能吃苦耐劳，并持有A照"]
    numbered = only(read_text("司机岗位职责\n1、开车。\n任职资格：\n1、五年驾龄，熟悉本地道路。"))
    assert [item.text for item in numbered.qualifications] == ["五年驾龄，熟悉本地道路"]


def test_prose_is_split_at_sentences_and_definitions_are_left_out() -> None:
    position = only(
        read_text(
            "讲师岗位职责\n讲师是培训中心最重要的岗位之一。负责编写教案并授课。每月对学员进行一次测评。讲师需要具备良好的表达能力，以保证授课效果。"
        )
    )
    assert duties(position) == ["负责编写教案并授课", "每月对学员进行一次测评"]
    assert [item.text for item in position.qualifications] == ["具备良好的表达能力"]
    assert all(duty.confidence < 0.8 for duty in position.duties)


def test_superiors_and_subordinates_from_the_words_of_the_duties() -> None:
    draft = read_text("""客房部岗位职责
一、经理
1、对总经理负责，主持客房部工作。
二、楼层主管
1、在部门经理领导下，管理楼层服务员。
2、指导楼层服务员的工作。
3、完成领导交办的其他工作。""")
    manager, floor = draft.positions
    assert manager.reports_to == ("总经理",)
    assert floor.reports_to == ("经理",)
    assert floor.supervises == ("楼层服务员",)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("每周汇总投诉", "routine"),
        ("24小时内上门维修", "procedure"),
        ("保证差错率低于1%", "metric"),
        ("审核各班组的报表", "control"),
        ("登记客户档案", "record"),
        ("受理客户投诉", "procedure"),
        ("爱岗敬业，服从安排", "norm"),
        ("搬运家具", None),
    ],
)
def test_bindings_come_with_a_reason(text: str, kind: str | None) -> None:
    binding = propose_binding(text, find_every(text), find_within(text))
    assert (binding.kind if binding else None) == kind
    assert binding is None or binding.reason.endswith("。")


def test_reading_the_same_source_twice_gives_the_same_draft() -> None:
    source = text_source("保安队长岗位职责\n1、每天查岗。\n2、有权处以20元以下罚款。")
    assert read_charters(source) == read_charters(source)


def test_a_duty_is_no_plain_title() -> None:
    assert not is_plain_title("负责接待")
    assert is_plain_title("接待员")
