"""Tables that say by their columns what is decided and measured, and what stands around them in a form."""

from decimal import Decimal

import pytest

from remit.kernel.charters.importing.draft import DraftPosition, Target, Within
from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.charters.tests.importing.reading_help import SourceWriter, duties, only, powers, read_text

Granted = dict[str, list[tuple[str, list[tuple[Decimal, str]]]]]


def granted(positions: tuple[DraftPosition, ...]) -> Granted:
    return {
        position.title: [(item.text, [(bound.max, bound.unit) for bound in item.limits]) for item in position.authority]
        for position in positions
    }


def test_a_table_of_limits_gives_every_post_its_own() -> None:
    writer = SourceWriter().line("费用审批权限表", "heading", 1)
    writer.table(
        [
            ["序号", "审批事项", "店长", "区域经理", "总经理"],
            ["1", "顾客补偿", "200元以内", "2000元以内", "不限"],
            ["2", "员工请假", "1天以内", "3天以内", "3天以上"],
            ["3", "价格折让", "—", "5%以内", "√"],
        ]
    )
    assert granted(read_charters(writer.source()).positions) == {
        "店长": [("顾客补偿200元以内", [(Decimal(200), "CNY")]), ("员工请假1天以内", [(Decimal(1), "day")])],
        "区域经理": [
            ("顾客补偿2000元以内", [(Decimal(2000), "CNY")]),
            ("员工请假3天以内", [(Decimal(3), "day")]),
            ("价格折让5%以内", [(Decimal(5), "%")]),
        ],
        "总经理": [("顾客补偿不限", []), ("员工请假3天以上", []), ("价格折让", [])],
    }


def test_posts_may_stand_at_the_left_and_the_unit_in_the_caption() -> None:
    writer = SourceWriter().line("授权额度", "heading", 1)
    writer.table(
        [
            [("各岗位额度(单位:元)", 3)],
            ["岗位", "现金补偿", "代金券"],
            ["客服坐席", "/", "100"],
            ["值班组长", "300", "500"],
        ]
    )
    assert granted(read_charters(writer.source()).positions) == {
        "客服坐席": [("代金券100", [(Decimal(100), "CNY")])],
        "值班组长": [("现金补偿300", [(Decimal(300), "CNY")]), ("代金券500", [(Decimal(500), "CNY")])],
    }


def test_what_posts_are_paid_is_no_authority() -> None:
    writer = SourceWriter().line("门店薪资", "heading", 1)
    writer.table([["岗位", "基本工资", "提成"], ["店长", "5000元", "3%"], ["店员", "3000元", "1%"]])
    assert read_charters(writer.source()).positions == ()


def test_limits_join_the_charter_of_a_post_that_was_read_before() -> None:
    writer = SourceWriter()
    for words in ("售后经理岗位职责", "1、审核赔付方案。", "2、每周抽查凭据。", "审批权限"):
        writer.line(words)
    writer.table(
        [["事项", "售后经理", "总监"], ["赔付", "1000元以内", "5000元以内"], ["退货", "2000元以内", "9000元以内"]]
    )
    writer.line("本表由财务部解释。")
    first, second = read_charters(writer.source()).positions
    assert (first.title, duties(first)) == ("售后经理", ["审核赔付方案", "每周抽查凭据"])
    assert powers(first) == ["赔付1000元以内", "退货2000元以内"]
    assert (second.title, powers(second)) == ("总监", ["赔付5000元以内", "退货9000元以内"])


def test_figures_inside_a_form_end_where_the_form_goes_on() -> None:
    writer = SourceWriter().table(
        [
            ["岗位名称", "检验员", "所属部门", "质量部"],
            ["工作职责", ("1、每日检验来料。\n2、填写检验报告。", 3)],
            ["考核指标", "考核项目", "分值占比", "达标线"],
            [None, "漏检次数", "60%", "0次"],
            [None, "报告及时率", "40%", "≥98%"],
            ["任职资格", ("中专以上学历", 3)],
            ["本人确认", ("签名:        日期:", 3)],
        ]
    )
    position = only(read_charters(writer.source()))
    assert [(kpi.text, kpi.weight, kpi.target) for kpi in position.kpis] == [
        ("漏检次数", Decimal("0.6"), Target("=", Decimal(0))),
        ("报告及时率", Decimal("0.4"), Target(">=", Decimal("0.98"))),
    ]
    assert [item.text for item in position.qualifications] == ["中专以上学历"]
    assert duties(position) == ["每日检验来料", "填写检验报告"]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (("Indicator 指标", "Weight 权重", "Target 目标值"), ("差错率", "30%", "<5‰")),
        (("考核项目", "权重(%)", "目标"), ("差错率", "30", "<5‰")),
        (("指标名称", "所占比重", "达标值"), ("差错率", "0.3", "＜5‰")),
    ],
)
def test_scorecards_name_their_columns_as_they_like(head: tuple[str, ...], row: tuple[str, ...]) -> None:
    writer = SourceWriter().table(
        [
            [("售前客服绩效考核表", 3)],
            ["被考核岗位:售前客服", ("直接上级:客服主管", 2)],
            head,
            row,
            ["合计", "100%", None],
            ["被考核人签字:", ("考核人签字:", 2)],
        ]
    )
    position = only(read_charters(writer.source()))
    assert (position.title, position.reports_to) == ("售前客服", ("客服主管",))
    assert [(kpi.text, kpi.weight, kpi.target) for kpi in position.kpis] == [
        ("差错率", Decimal("0.3"), Target("<", Decimal("0.005")))
    ]


def test_rhythm_and_deadline_come_from_their_columns() -> None:
    writer = SourceWriter().table(
        [
            ["岗位", "序号", "工作职责", "频次", "完成时限"],
            ["调度员", "1", "检查车辆年检到期情况", "每半月", None],
            [None, "2", "回单交调度室", None, "24小时内"],
            [None, "3", "跟踪在途车辆", "每个工作日", None],
        ]
    )
    position = only(read_charters(writer.source()))
    assert [(duty.text, duty.every, duty.within) for duty in position.duties] == [
        ("检查车辆年检到期情况", "half-month", None),
        ("回单交调度室", None, Within(Decimal(24), "hour")),
        ("跟踪在途车辆", "day", None),
    ]


def test_a_cell_that_names_the_items_beside_it_is_no_duty() -> None:
    writer = SourceWriter().table(
        [
            ["岗位名称", ("理赔主管", 2)],
            ["主要职责", "团队管理", "1、排布班次。"],
            [None, None, "2、评定绩效。"],
            [None, None, "3、组织培训。"],
            [None, "案件管理", "1、审核定损单。"],
        ]
    )
    assert duties(only(read_charters(writer.source()))) == ["排布班次", "评定绩效", "组织培训", "审核定损单"]


def test_a_later_heading_goes_on_with_the_same_charter() -> None:
    paper = read_text(
        "门店店长岗位职责\n1、主持早会。\n2、巡店三次。\n店长权限\n1、可给予顾客八八折以内的折扣。\n2、转店须报总部,本人无权决定。\n"
        "收银员岗位职责\n1、收款。\n2、交接备用金。\n附:店长考核指标\n1、营业额完成率不低于95%(60%)\n2、投诉次数不超过2次(40分)"
    )
    head, cashier = paper.positions
    assert (head.title, cashier.title) == ("门店店长", "收银员")
    assert powers(head) == ["可给予顾客八八折以内的折扣"]
    assert duties(head)[-1] == "转店须报总部,本人无权决定"
    assert [(kpi.text, kpi.weight, kpi.target) for kpi in head.kpis] == [
        ("营业额完成率", Decimal("0.6"), Target(">=", Decimal("0.95"))),
        ("投诉次数", Decimal("0.4"), Target("<=", Decimal(2))),
    ]


def test_a_deputy_is_somebody_else() -> None:
    paper = read_text("店长岗位职责\n1、主持早会。\n2、巡店三次。\n副店长权限\n1、有权批准店员一天以内的请假。")
    assert [(position.title, len(position.authority)) for position in paper.positions] == [("店长", 0), ("副店长", 1)]


def test_a_page_number_inside_a_sentence_goes() -> None:
    position = only(
        read_text(
            "客服主管岗位职责\n1、及时处理客户投- 3 -诉。\n2、办理停机,第 2 页 共 5 页复机业务。\n3、热线010-88-12345保持畅通。"
        )
    )
    assert duties(position) == ["及时处理客户投诉", "办理停机,复机业务", "热线010-88-12345保持畅通"]


def test_duties_after_a_table_of_limits_belong_to_the_same_post() -> None:
    writer = SourceWriter().table(
        [["授权事项", "客户经理", "支行行长"], ["罚息减免", "500元以内", "5000元以内"], ["利率下浮", "无", "5%以内"]]
    )
    for words in ("支行行长岗位职责", "1、审查调查报告。", "2、每月召开风险例会。"):
        writer.line(words)
    positions = {position.title: position for position in read_charters(writer.source()).positions}
    assert duties(positions["支行行长"]) == ["审查调查报告", "每月召开风险例会"]
    assert powers(positions["支行行长"]) == ["罚息减免5000元以内", "利率下浮5%以内"]
    assert len(positions) == 2


def test_what_needs_another_ones_leave_is_no_authority() -> None:
    position = only(
        read_text(
            "计划员岗位权限\n1、有权调整靠泊顺序。\n2、调整超过四小时的,报值班主任批准。\n3、超出权限的事项,应在15分钟内报告值班主任。"
        )
    )
    assert powers(position) == ["有权调整靠泊顺序"]
    assert len(position.duties) == 2
