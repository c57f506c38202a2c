"""Papers of people who write no official ones: posts run in with their duties, spoken headings, relations in passing."""

from decimal import Decimal

import pytest

from remit.kernel.charters.importing.draft import BoundFound, Target
from remit.kernel.charters.tests.importing.reading_help import all_spans, duties, only, powers, read_text

NOTICE = """关于明确客户服务中心岗位分工的通知
各部门：
现将各岗位分工明确如下：
中心主任王建国：主持中心全面工作，审批5000元以下的客户补偿，每季度向总经理述职。
副主任李梅：协助主任工作，分管投诉和回访；投诉须在48小时内办结。
投诉专员：受理各渠道投诉，1小时内首次联系客户；每周五提交投诉周报。
本通知自2026年1月1日起施行。"""

CHAT = """【岗位】门店客服组长
【汇报给】区域客服经理
【带人】客服专员 6 名
—— 你要做的事 ——
· 每天早会布置当日回访名单
· 顾客在店投诉，10分钟内到场
—— 你说了算的事 ——
· 单笔300元以下的退款
· 组员调休一天以内
—— 看什么 ——
· 好评率 ≥ 96%，占40%
· 首响时间 ≤ 3分钟，占30%
—— 想要什么样的人 ——
· 两年以上零售客服经验"""

FIELDS = """物业服务中心主任
所属：城南项目部
领导：项目总经理
分管：客服主管、工程主管
工作事项
1 组织编制年度服务方案，11月底前报项目总经理
2 突发事件15分钟到达现场
可以决定
1. 减免违约金，每户不超过200元
要达到
物业费收缴率 95%
压降投诉数 0
条件
本科，物业管理五年以上"""


def test_a_notice_that_gives_each_post_a_paragraph() -> None:
    draft = read_text(NOTICE)
    assert [position.title for position in draft.positions] == ["中心主任", "副主任", "投诉专员"]
    head, deputy, clerk = draft.positions
    assert head.reports_to == ("总经理",)
    assert [item.limits for item in head.authority] == [(BoundFound(Decimal(5000), "CNY", "<"),)]
    assert duties(head) == ["主持中心全面工作，审批5000元以下的客户补偿，每季度向总经理述职"]
    assert duties(deputy)[0] == "协助主任工作，分管投诉和回访"
    assert duties(clerk) == ["受理各渠道投诉，1小时内首次联系客户", "每周五提交投诉周报"]
    assert all(0 <= start < end <= len(NOTICE) for start, end in all_spans(draft))


def test_under_a_proper_heading_a_post_and_a_colon_name_whom_the_holder_deals_with() -> None:
    draft = read_text(
        "客服主管岗位职责\n1、负责排班。\n2、负责质检。\n工作关系\n客服经理：汇报排班结果和人员情况。\n财务主管：核对每月退款和赔付金额。"
    )
    assert only(draft).title == "客服主管"


def test_fields_in_brackets_behind_the_heading() -> None:
    draft = read_text(
        "一、大堂副理（上级：前厅部经理；下级：接待员、礼宾员）\n1. 每天巡视公共区域。\n2. 受理投诉。\n二、接待员（上级：大堂副理）\n1. 三分钟内办妥入住手续。"
    )
    manager, clerk = draft.positions
    assert (manager.title, manager.reports_to, manager.supervises) == (
        "大堂副理",
        ("前厅部经理",),
        ("接待员", "礼宾员"),
    )
    assert (clerk.title, clerk.reports_to, duties(clerk)) == ("接待员", ("大堂副理",), ["三分钟内办妥入住手续"])


def test_spoken_headings_part_duties_powers_figures_and_requirements() -> None:
    position = only(read_text(CHAT))
    assert (position.title, position.reports_to, position.supervises) == (
        "门店客服组长",
        ("区域客服经理",),
        ("客服专员",),
    )
    assert len(duties(position)) == 2
    assert powers(position) == ["单笔300元以下的退款", "组员调休一天以内"]
    assert [(kpi.text, kpi.weight, kpi.target) for kpi in position.kpis] == [
        ("好评率", Decimal("0.4"), Target(">=", Decimal("0.96"))),
        ("首响时间", Decimal("0.3"), Target("<=", Decimal(3))),
    ]
    assert [one.text for one in position.qualifications] == ["两年以上零售客服经验"]


def test_a_title_over_fields_of_whatever_name_is_a_heading() -> None:
    position = only(read_text(FIELDS))
    assert (position.title, position.department, position.reports_to) == (
        "物业服务中心主任",
        "城南项目部",
        ("项目总经理",),
    )
    assert position.supervises == ("客服主管", "工程主管")
    assert [duty.every for duty in position.duties] == ["year", None], "November is no month of every month"
    assert [(kpi.text, kpi.target) for kpi in position.kpis] == [
        ("物业费收缴率", Target("=", Decimal("0.95"))),
        ("压降投诉数", Target("=", Decimal(0))),
    ]


@pytest.mark.parametrize(
    ("text", "superior"),
    [
        ("受站务长直接领导，管理检票员。", "站务长"),
        ("受安全科长领导，负责道路秩序。", "安全科长"),
        ("工单管理员由热线主管领导，负责派单。", "热线主管"),
    ],
)
def test_whom_a_holder_answers_to_in_passing(text: str, superior: str) -> None:
    assert only(read_text(f"值班员岗位职责\n1、{text}\n2、每日清点备品。")).reports_to == (superior,)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("有权责令违规班车停班半天，情节严重的报站长批准停班三天", BoundFound(Decimal("0.5"), "day", "<=")),
        ("可当场减免旅客退票费五十元以下", BoundFound(Decimal(50), "CNY", "<")),
        ("审批护士调班、半天以内的事假，一天以上报护理部主任", BoundFound(Decimal("0.5"), "day", "<=")),
        ("可以对违反服务用语的话务员一次处罚20元", BoundFound(Decimal(20), "CNY", "<=")),
    ],
)  # fmt: skip
def test_a_power_among_the_duties_stands_in_both_lists(text: str, bound: BoundFound) -> None:
    position = only(read_text(f"值班长岗位职责\n1、负责当班秩序。\n2、{text}。\n3、每日清点备品。"))
    assert [(item.text, item.limits) for item in position.authority] == [(text, (bound,))]
    assert text in duties(position)
    assert all(duty.within is None for duty in position.duties), "half a day of leave is no deadline"


def test_what_exceeds_a_power_is_no_power() -> None:
    position = only(
        read_text(
            "大堂副理岗位职责\n1、受理投诉。\n2、每日巡视。\n权限\n1、三百元以内的餐饮减免。\n2、超出的，请示前厅部经理。"
        )
    )
    assert powers(position) == ["三百元以内的餐饮减免"]


def test_a_standard_of_work_in_prose_is_read_as_duties() -> None:
    position = only(
        read_text(
            "监控员工作标准\n监控员受监控中心主任领导。负责监控设备的日常操作，每月底上报一次统计表。发现异常情况在五分钟内报告监控中心主任。"
        )
    )
    assert len(duties(position)) == 3
    assert position.reports_to == ("监控中心主任",)


def test_the_firm_before_a_department_is_left_out() -> None:
    draft = read_text("康宁护理院 护理部\n责任护士\n上级主管：护士长\n1. 负责所管床位。\n2. 出院后七日内电话随访。")
    assert only(draft).department == "护理部"
