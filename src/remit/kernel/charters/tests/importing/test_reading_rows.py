"""Tables that say one thing a row, or nothing of anybody's charge, and what a table says in two languages."""

from decimal import Decimal

from remit.kernel.charters.importing.draft import Target, Within
from remit.kernel.charters.importing.readers import read_bytes
from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.charters.tests.importing.packages import cell, docx_of, p, table
from remit.kernel.charters.tests.importing.reading_help import SourceWriter, duties, only, powers


def test_rows_of_one_item_each_with_its_rhythm_and_its_time_beside_it() -> None:
    rows = SourceWriter().table(
        [
            ["岗位名称", "巡线员"],
            ["序号", "工作模块", "工作内容", "频次", "时限", "备注"],
            ["1", "巡检", "沿线检查井盖与标牌", "每月25日前", None, "雨天加密"],
            ["2", None, "受理占压举报并到场查看", "发生时", "2小时内", None],
            ["3", "档案", "登记巡线记录", "每日", None, None],
            ["直接上级", "管网主管"],
        ]
    )
    position = only(read_charters(rows.source()))
    assert duties(position) == ["沿线检查井盖与标牌", "受理占压举报并到场查看", "登记巡线记录"]
    assert [duty.every for duty in position.duties] == ["month", None, "day"]
    assert [duty.within for duty in position.duties] == [None, Within(Decimal(2), "hour"), None]
    assert position.reports_to == ("管网主管",)


def test_a_table_inside_a_form_is_read_where_it_stands() -> None:
    inner = table(
        (cell(p("序号")), cell(p("工作内容")), cell(p("频次"))),
        (cell(p("1")), cell(p("核对到货数量")), cell(p("每日"))),
        (cell(p("2")), cell(p("盘点呆滞物料")), cell(p("每季度"))),
    )
    form = table(
        (cell(p("岗位名称")), cell(p("收货员"))),
        (cell(p("工作职责")), cell(p("") + inner + p(""))),
        (cell(p("任职资格")), cell(p("1、中专以上学历。"))),
    )
    position = only(read_charters(read_bytes(docx_of(form), "收货员.docx")))
    assert [(duty.text, duty.every) for duty in position.duties] == [
        ("核对到货数量", "day"),
        ("盘点呆滞物料", "quarter"),
    ]
    assert [item.text for item in position.qualifications] == ["中专以上学历"]


def test_what_a_row_says_in_english_beside_the_chinese_is_said_once() -> None:
    rows = SourceWriter().table(
        [
            ["Job Title 职位名称", "Duty Manager 值班经理"],
            [("Key Responsibilities 主要职责", 2)],
            ["1. Greet every guest of the house within two minutes.", "1. 两分钟内迎候每位客人。"],
            ["2. Audit.", "2. 复核当日账单。"],
            [("Qualifications 任职资格", 2)],
            ["- College diploma", "- 大专学历"],
            ["Microsoft Office", "熟练使用"],
        ]
    )
    position = only(read_charters(rows.source()))
    assert duties(position)[0] == "两分钟内迎候每位客人"
    assert "复核当日账单" in duties(position)
    assert not any("Greet" in text for text in duties(position))
    assert [item.text for item in position.qualifications] == ["大专学历", "Microsoft Office", "熟练使用"]


def test_a_list_of_prices_among_the_duties_charges_nobody() -> None:
    paper = (
        SourceWriter()
        .line("停车收费员岗位职责")
        .line("1、按公示标准计收停车费。")
        .line("2、每班结束后上交票款。")
        .table([["收费项目", "计费单位", "收费标准"], ["月卡", "元/月", "300"], ["临停", "元/小时", "5"]])
        .line("岗位权限")
        .line("1、有权减免20元以内的临停费。")
    )
    position = only(read_charters(paper.source()))
    assert duties(position) == ["按公示标准计收停车费", "每班结束后上交票款"]
    assert powers(position) == ["有权减免20元以内的临停费"]


def test_a_table_of_limits_in_traditional_signs() -> None:
    paper = SourceWriter().table(
        [["事項", "課長", "經理"], ["贈品核發", "500元以內", "3,000元以內"], ["退款核准", "—", "20,000元以內"]]
    )
    found = read_charters(paper.source()).positions
    assert [(position.title, powers(position)) for position in found] == [
        ("课长", ["赠品核发500元以内"]),
        ("经理", ["赠品核发3,000元以内", "退款核准20,000元以内"]),
    ]


def test_duties_follow_a_table_of_limits_that_named_the_posts_first() -> None:
    paper = (
        SourceWriter()
        .table([["审批事项", "班长", "主任"], ["加班", "3人以内", "10人以内"], ["领料", "200元以内", "2000元以内"]])
        .table([["岗位", "序号", "职责内容"], ["班长", "1", "组织班前会"], ["主任", "1", "编制月度检修计划"]])
    )
    found = read_charters(paper.source()).positions
    assert [(position.title, duties(position), len(position.authority)) for position in found] == [
        ("班长", ["组织班前会"], 2),
        ("主任", ["编制月度检修计划"], 2),
    ]


def test_of_a_target_and_a_stretch_the_target_counts() -> None:
    paper = (
        SourceWriter()
        .line("考核指标表——售票主管")
        .table(
            [
                ["考核指标", "权重", ("目标", 2)],
                [None, None, "目标值", "挑战值"],
                ["售票差错率", "40%", "≤0.3%", "0"],
                ["日均客流", "60%", "≥800人", "≥1000人"],
            ]
        )
    )
    position = only(read_charters(paper.source()))
    assert position.title == "售票主管"
    assert [(kpi.text, kpi.target) for kpi in position.kpis] == [
        ("售票差错率", Target("<=", Decimal("0.003"))),
        ("日均客流", Target(">=", Decimal(800))),
    ]


def test_posts_written_downwards_with_the_names_of_their_sections_beside_them() -> None:
    paper = SourceWriter().table(
        [
            ["岗位", "类别", "内容"],
            ["站\n务\n班\n长", "职\n责", "1、每日巡站一遍。"],
            [None, None, "2、24小时内答复投诉。"],
            [None, "权\n限", "1、200元以下差错可当场处理。"],
            ["检票员", "职\n责", "1、查验车票。"],
            [None, "权\n限", "无"],
        ]
    )
    first, second = read_charters(paper.source()).positions
    assert (first.title, duties(first)) == ("站务班长", ["每日巡站一遍", "24小时内答复投诉"])
    assert powers(first) == ["200元以下差错可当场处理"]
    assert (second.title, duties(second), powers(second)) == ("检票员", ["查验车票"], [])
