"""Tables: the classic form, a table of posts, tables of figures with and without their grid."""

from decimal import Decimal

from remit.kernel.charters.importing.draft import Target
from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.charters.tests.importing.reading_help import SourceWriter, duties, only, powers, read_text


def _classic_form() -> SourceWriter:
    return SourceWriter().table(
        [
            ["岗位名称", ("维修主管", 2), "岗位编号", "WX-2"],
            ["所属部门", ("工程部", 2), "岗位定员", "1人"],
            ["直接上级", ("工程部经理", 2), "薪资等级别", "六"],
            ["直接下级", ("水电工、空调技工", 2), "分析日期", "2022年"],
            [("本职:保证设备正常运行", 5)],
            [("职责与工作任务:", 5)],
            ["职责一", ("职责表述:负责设备的维修管理", 3), "工作时间百分比:40%"],
            ["工作任务", ("每月编制设备保养计划", 3), "频次:每月"],
            [None, ("接到报修后2小时内安排维修", 3), "日常"],
            ["职责二", ("职责表述:负责备件管理", 3), "20%"],
            ["工作任务", ("登记备件台账", 3), "每日"],
            [("权力:", 5)],
            [("1000元以下备件的采购审批权", 5)],
            [("对下属员工的奖惩建议权", 5)],
            [("工作协作关系:", 5)],
            ["内部协调关系", ("客房部、餐饮部", 4)],
            [("任职资格:", 5)],
            ["教育水平", ("中专以上", 4)],
            ["经验", ("五年以上维修经验,其中两年管理经验", 4)],
            [("其他:", 5)],
            ["使用工具/设备", ("电脑、电话", 4)],
            [("考核指标:", 5)],
            [("设备完好率、报修及时率", 5)],
        ]
    )


def test_the_classic_form() -> None:
    position = only(read_charters(_classic_form().source()))
    assert (position.title, position.department) == ("维修主管", "工程部")
    assert (position.reports_to, position.supervises) == (("工程部经理",), ("水电工", "空调技工"))
    assert position.purpose == "保证设备正常运行"
    assert duties(position) == [
        "负责设备的维修管理",
        "每月编制设备保养计划",
        "接到报修后2小时内安排维修",
        "负责备件管理",
        "登记备件台账",
    ]
    assert [duty.every for duty in position.duties] == [None, "month", None, None, "day"]
    assert powers(position) == ["1000元以下备件的采购审批权", "对下属员工的奖惩建议权"]
    assert [item.text for item in position.qualifications] == ["中专以上", "五年以上维修经验,其中两年管理经验"]
    assert [kpi.text for kpi in position.kpis] == ["设备完好率", "报修及时率"]


def test_two_forms_are_two_positions() -> None:
    writer = _classic_form().table(
        [["岗位名称", "水电工"], ["所属部门", "工程部"], ["工作内容", "1、巡检管线。\n2、排除故障。"]]
    )
    assert [(p.title, len(p.duties)) for p in read_charters(writer.source()).positions] == [
        ("维修主管", 5),
        ("水电工", 2),
    ]


def test_a_table_of_posts_is_a_position_a_row() -> None:
    source = (
        SourceWriter()
        .table(
            [
                ["序号", "部门", "岗位", "工作职责", "权限", "任职要求"],
                ["1", "餐饮部", "领班", "1.安排餐台;2.每日检查卫生;3.处理客诉", "可赠送50元以内的果盘", "中专以上"],
                ["2", None, "传菜员", "传送菜品\n收拾餐具", None, None],
            ]
        )
        .source()
    )
    leader, runner = read_charters(source).positions
    assert (leader.title, leader.department, duties(leader)) == (
        "领班",
        "餐饮部",
        ["安排餐台", "每日检查卫生", "处理客诉"],
    )
    assert powers(leader) == ["可赠送50元以内的果盘"]
    assert [item.text for item in leader.qualifications] == ["中专以上"]
    assert (runner.title, runner.department, duties(runner)) == ("传菜员", "餐饮部", ["传送菜品", "收拾餐具"])


def test_a_table_of_figures_belongs_to_the_position_over_it() -> None:
    source = (
        SourceWriter()
        .line("坐席代表", "heading", 1)
        .line("岗位职责")
        .line("1、接听来电。")
        .table(
            [
                ["序号", "考核指标", "指标定义", "权重", "目标值"],
                ["1", "接通率", "接通数/来电数", "60%", "≥90%"],
                ["2", "投诉率", "投诉数/接通数", "40%", "<1%"],
                ["合计", None, None, "100%", None],
            ]
        )
        .source()
    )
    position = only(read_charters(source))
    assert [(kpi.text, kpi.weight, kpi.target, kpi.definition) for kpi in position.kpis] == [
        ("接通率", Decimal("0.6"), Target(">=", Decimal("0.9")), "接通数/来电数"),
        ("投诉率", Decimal("0.4"), Target("<", Decimal("0.01")), "投诉数/接通数"),
    ]


def test_a_workbook_of_figures_has_a_position_a_sheet() -> None:
    writer = SourceWriter("考核.xlsx")
    for name in ("销售顾问", "销售内勤"):
        writer.line(name, "heading", 1).table(
            [["KPI", "权重(%)", "目标"], ["计划完成率", "70", "100%"], ["报表及时率", "30", "95%"]]
        )
    draft = read_charters(writer.source())
    assert [p.title for p in draft.positions] == ["销售顾问", "销售内勤"]
    assert [kpi.weight for kpi in draft.positions[1].kpis] == [Decimal("0.7"), Decimal("0.3")]


def test_figures_by_post_in_one_table() -> None:
    source = (
        SourceWriter()
        .table(
            [
                ["岗位", "考核指标", "权重"],
                ["店长", "销售额", "50%"],
                [None, "毛利率", "50%"],
                ["收银员", "差错率", "100%"],
            ]
        )
        .source()
    )
    assert [(p.title, [kpi.text for kpi in p.kpis]) for p in read_charters(source).positions] == [
        ("店长", ["销售额", "毛利率"]),
        ("收银员", ["差错率"]),
    ]


def test_a_table_of_figures_that_lost_its_grid() -> None:
    position = only(
        read_text("""仓库主管岗位目标
1、做好库存管理。
考核指标
序号
指标名称
权重
目标值
1
账实相符率
60%
≥99%
2
发货差错率
40%
<2‰""")
    )
    assert [(kpi.text, kpi.weight, kpi.target) for kpi in position.kpis] == [
        ("账实相符率", Decimal("0.6"), Target(">=", Decimal("0.99"))),
        ("发货差错率", Decimal("0.4"), Target("<", Decimal("0.002"))),
    ]


def test_a_form_with_empty_values_invents_nothing() -> None:
    source = (
        SourceWriter()
        .table(
            [["岗位名称", None, "所属部门", None], ["直接上级", None, "直接下级", None], ["工作职责", None, None, None]]
        )
        .source()
    )
    assert read_charters(source).positions == ()


def test_rows_of_wide_blanks_are_rows_of_a_table() -> None:
    position = only(
        read_text("店员岗位职责\n1、理货。\n绩效指标\n销售完成率    60%    ≥100%\n顾客满意度    40%    ≥90分")
    )
    assert [(kpi.text, kpi.weight, kpi.target) for kpi in position.kpis] == [
        ("销售完成率", Decimal("0.6"), Target(">=", Decimal(1))),
        ("顾客满意度", Decimal("0.4"), Target(">=", Decimal(90))),
    ]


def test_figures_with_their_shares_in_a_sentence() -> None:
    position = only(
        read_text("店员岗位职责\n1、理货。\n考核指标\n1、回款率（权重30%）：目标值≥95%\n2、及时率40%，好评率60%。")
    )
    assert [(kpi.text, kpi.weight) for kpi in position.kpis] == [
        ("回款率", Decimal("0.3")),
        ("及时率", Decimal("0.4")),
        ("好评率", Decimal("0.6")),
    ]


def _bounds(text_and_limits: list[tuple[str, str]], form: list[list[object]]) -> None:
    position = only(read_charters(SourceWriter().table(form).source()))  # type: ignore[arg-type]  # cells as they come
    found = [
        (item.text, ", ".join(f"{bound.op} {bound.max:.0f} {bound.unit}" for bound in item.limits))
        for item in position.authority
    ]
    assert found == text_and_limits


def test_a_form_with_a_limit_beside_each_matter() -> None:
    _bounds(
        [("客户补偿500", "<= 500 CNY"), ("礼品赠送0.2万须报客服总监备案", "<= 2000 CNY"), ("临时用工", "")],
        [
            ["岗位名称", ("客服主管", 4)],
            ["工作内容", ("1、受理投诉。\n2、组织回访。", 4)],
            ["权限", "序号", "授权事项", "限额(元)", "事后报告"],
            [None, "1", "客户补偿", "500", "—"],
            [None, "2", "礼品赠送", "0.2万", "须报客服总监备案"],
            [None, "3", "临时用工", "—", "无"],
            ["任职人签字", ("日期：", 4)],
        ],
    )


def test_limits_that_only_point_at_clauses_are_no_clauses() -> None:
    _bounds(
        [("有权给予客户300元以内的补偿", "<= 300 CNY"), ("有权建议调换本组员工", "")],
        [
            ["岗位名称", ("客服主管", 3)],
            ["权限", ("1、有权给予客户300元以内的补偿\n2、有权建议调换本组员工", 3)],
            ["授权限额", "条款", "限额", "条件与事后"],
            [None, "1", "金额 ≤ ¥300", "1 个工作日内报告客服总监"],
            [None, "2", "建议权", "限本组"],
            ["行政部", ("日期：", 3)],
        ],
    )


def test_amounts_in_a_form_that_grants_nothing_are_no_limits() -> None:
    _bounds([], [["岗位名称", ("客服主管", 2)], ["工作内容", "项目", "金额"], [None, "接听客户来电并登记", "500"]])
