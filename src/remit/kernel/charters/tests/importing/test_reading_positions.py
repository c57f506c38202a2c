"""Where a position begins, what it is called, and what belongs to it."""

import pytest

from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.charters.importing.reading.headings import classify, is_title, section_of, split_title
from remit.kernel.charters.tests.importing.reading_help import SourceWriter, duties, only, powers, read_text


def test_each_heading_with_items_is_a_position_and_the_department_goes_its_own_way() -> None:
    draft = read_text("""前厅部接待主管岗位职责
1、安排接待员的班次。
2、每日核对房态。
前厅部经理岗位职责
1、主持前厅部的工作。""")
    assert [(p.title, p.department) for p in draft.positions] == [("接待主管", "前厅部"), ("前厅部经理", "前厅部")]
    assert duties(draft.positions[0]) == ["安排接待员的班次", "每日核对房态"]


def test_numbered_titles_in_one_department_are_positions() -> None:
    draft = read_text("""仓储部岗位职责
一、主管
1. 分派仓库的工作。
2. 审核出库单。
二、库管员
1. 登记出入库台账。
三、搬运
1. 装卸货物。""")
    assert [p.title for p in draft.positions] == ["主管", "库管员", "搬运"]
    assert {p.department for p in draft.positions} == {"仓储部"}


def test_a_department_described_as_a_whole_is_a_position_of_its_name() -> None:
    position = only(read_text("售后部部门职责\n1、受理维修申请。\n2、建立维修档案。"))
    assert (position.title, position.department) == ("售后部", "售后部")


def test_a_list_that_starts_again_is_another_position_of_the_same_heading() -> None:
    draft = read_text("""财务科岗位职责
1、编制预算。
2、审核报销单。
3、保管凭证。
1、办理收款。
2、登记日记账。
3、核对库存现金。""")
    assert [p.title for p in draft.positions] == ["财务科", "财务科"]
    assert [len(p.duties) for p in draft.positions] == [3, 3]


def test_the_same_position_twice_stands_twice() -> None:
    text = "采购员岗位职责\n1、询价比价。\n2、跟进到货。\n"
    assert [p.title for p in read_text(text + "仓管员岗位职责\n1、点收货物。\n" + text).positions] == [
        "采购员",
        "仓管员",
        "采购员",
    ]


def test_a_heading_without_duties_is_no_position() -> None:
    assert [p.title for p in read_text("店长岗位职责\n收银员岗位职责\n1、收款找零。").positions] == ["收银员"]


def test_requirements_alone_make_no_position_and_the_draft_says_so() -> None:
    draft = read_text("文员任职要求\n1、大专学历。")
    assert draft.positions == ()
    assert "岗位" in draft.warnings[0]


def test_a_form_line_by_line_gives_title_department_and_superior() -> None:
    position = only(
        read_text("""岗位说明书
岗位名称：
理赔专员
岗位编号：
直接上级：
理赔部经理
所属部门：
理赔部
岗位目的：
让客户及时得到赔付。
工作内容：
1. 受理理赔申请；
2. 两个工作日内答复客户；
权限：
1. 300元以内的赔付决定权。
任职资格：
学历：
大专以上
经验：
两年以上理赔经验""")
    )
    assert (position.title, position.department, position.reports_to) == ("理赔专员", "理赔部", ("理赔部经理",))
    assert position.purpose == "让客户及时得到赔付"
    assert duties(position) == ["受理理赔申请", "两个工作日内答复客户"]
    assert powers(position) == ["300元以内的赔付决定权"]
    assert [item.text for item in position.qualifications] == ["大专以上", "两年以上理赔经验"]


def test_two_fields_on_one_line_are_two_fields() -> None:
    position = only(read_text("职位名称：护理员 所属部门：护理部 主要岗位职责：\n1、照料老人起居。"))
    assert (position.title, position.department) == ("护理员", "护理部")


def test_a_form_with_single_blanks_between_its_columns() -> None:
    position = only(
        read_text("岗位名称 巡检员 岗位编号 A-7\n所在部门 设备部 直接上级 设备部经理\n工作职责\n1、每班巡检一次。")
    )
    assert (position.title, position.department, position.reports_to) == ("巡检员", "设备部", ("设备部经理",))


def test_an_untitled_charter_takes_the_name_of_its_file() -> None:
    assert (
        only(read_text("工作内容：\n1、回访会员。\n2、处理退换货。", name="会员专员岗位职责.docx")).title == "会员专员"
    )


def test_markdown_headings_with_bare_titles() -> None:
    source = (
        SourceWriter()
        .line("支持部岗位说明", "heading", 1)
        .line("支持工程师", "heading", 2)
        .line("岗位职责", "heading", 3)
        .line("- 解答用户的问题")
        .line("- 每周整理常见问题")
        .line("支持经理", "heading", 2)
        .line("岗位职责", "heading", 3)
        .line("- 安排值班")
        .source()
    )
    draft = read_charters(source)
    assert [(p.title, p.department, len(p.duties)) for p in draft.positions] == [
        ("支持工程师", "支持部", 2),
        ("支持经理", "支持部", 1),
    ]


def test_what_is_no_charter_is_left_out_until_the_next_position() -> None:
    draft = read_text("""车队调度岗位职责
1、安排车辆。
车辆管理办法
一、车辆的登记
1、新车须在三日内登记。
司机岗位职责
1、按时出车。""")
    assert [(p.title, duties(p)) for p in draft.positions] == [("车队调度", ["安排车辆"]), ("司机", ["按时出车"])]


def test_talk_scripts_inside_a_charter_are_no_duties() -> None:
    position = only(
        read_text("""电话客服岗位职责
1、接听客户来电。
接听电话的技巧：
1、微笑。
2、语速适中。
注意事项：
1、通话后填写记录。""")
    )
    assert duties(position) == ["接听客户来电", "通话后填写记录"]


def test_headings_that_lost_their_line_break_are_found() -> None:
    draft = read_text(
        "会展部岗位职责会展专员：\n1、布置会场。\n2、登记来宾。会展助理：\n1、准备物料。\n第二篇：讲解员岗位职责讲解员是展馆的窗口，负责讲解展品。"
    )
    assert [p.title for p in draft.positions] == ["会展专员", "会展助理", "讲解员"]


def test_pages_out_of_order_come_back_to_their_position() -> None:
    position = only(
        read_text("""质检部检验组长职务说明书
(3)每周汇总不良品数据；
权限：
(1)不合格品的判退权；
质检部检验组长职务说明书
职务名称：
检验组长
直属上级：
质检部经理
工作内容：
(1)安排检验任务；
(2)复核检验记录；""")
    )
    assert position.title == "检验组长"
    assert set(duties(position)) == {"每周汇总不良品数据", "安排检验任务", "复核检验记录"}
    assert powers(position) == ["不合格品的判退权"]


@pytest.mark.parametrize(
    ("name", "context", "expected"),
    [
        ("客房部楼层主管", None, ("楼层主管", "客房部")),
        ("客房部经理", None, ("客房部经理", "客房部")),
        ("客房部经理助理", None, ("客房部经理助理", "客房部")),
        ("物流事业部车队组长", None, ("车队组长", "物流事业部")),
        ("财务部出纳", "集团财务部", ("出纳", "集团财务部")),
        ("护士长", "内科", ("护士长", "内科")),
    ],
)
def test_a_department_before_a_full_title_goes_but_stays_before_a_bare_rank(
    name: str, context: str | None, expected: tuple[str, str | None]
) -> None:
    assert split_title(name, context) == expected


@pytest.mark.parametrize(
    "text", ["客户经理", "质检员", "药师", "大堂副理", "主管", "管理员", "行政前台", "保安队长", "CRM工程师", "部主任"]
)
def test_titles(text: str) -> None:
    assert is_title(text)


@pytest.mark.parametrize("text", ["完成工作", "全体员工", "有关人员", "岗位职责", "信息汇总", "客户满意度"])
def test_no_titles(text: str) -> None:
    assert not is_title(text)


@pytest.mark.parametrize(
    ("text", "section"),
    [
        ("岗位职责", "duties"),
        ("【工作内容】", "duties"),
        ("本岗位的任职要求", "qualification"),
        ("Responsibilities 工作职责", "duties"),
        ("权  限:", "authority"),
        ("关键绩效指标(KPI)", "kpi"),
        ("工作环境", "aside"),
        ("客户管理", None),
    ],
)
def test_sections(text: str, section: str | None) -> None:
    assert section_of(text) == section


def test_a_sentence_is_no_heading() -> None:
    for text in ["协助主管完成其他工作职责。", "调配本部门人员的权力", "客服主管负责排班，并审核记录"]:
        heading = classify(text)
        assert heading is None or heading.kind not in ("position", "department"), text


def test_advertisements_under_each_other_are_positions() -> None:
    draft = read_text("""【招聘】实施顾问
岗位职责：
1、部署系统；
任职要求：
1、大专以上学历；
薪资福利：面议
【招聘】测试工程师
工作内容：
编写测试用例
任职要求：
熟悉测试工具""")
    assert [(p.title, len(p.duties), len(p.qualifications)) for p in draft.positions] == [
        ("实施顾问", 1, 1),
        ("测试工程师", 1, 1),
    ]


def test_a_notice_in_prose_names_its_posts() -> None:
    draft = read_text("""关于明确岗位职责的通知
一、配送站长
配送站长负责站点管理，其主要职责包括：每天安排线路；审核司机的里程；对超时订单2小时内说明原因。
二、配送司机
按时送达货物。不得私自改变线路。""")
    assert [(p.title, len(p.duties)) for p in draft.positions] == [("配送站长", 4), ("配送司机", 2)]
    assert duties(draft.positions[0])[:2] == ["配送站长负责站点管理", "每天安排线路"]


def test_bilingual_fields_and_sections() -> None:
    position = only(
        read_text("""Position Title 职位名称: Concierge 礼宾员
Reports To 汇报对象: Chief Concierge 礼宾主管
Duties and Responsibilities 工作职责
1. Handle luggage. 搬运行李。""")
    )
    assert (position.title, position.reports_to) == ("礼宾员", ("礼宾主管",))
    assert len(position.duties) == 1


def test_the_wording_of_taiwan() -> None:
    position = only(
        read_text(
            "職稱：品保課長\n部門：製造部\n直屬主管：廠長\n工作職掌：\n一、每月稽核供應商。\n權限：\n一、得退回不良品。"
        )
    )
    assert (position.title, position.department, position.reports_to) == ("品保课长", "制造部", ("厂长",))
    assert position.duties[0].every == "month"
    assert powers(position) == ["得退回不良品"]


def test_a_word_that_only_begins_like_a_department_stays_whole() -> None:
    paper = read_text(
        "一、投诉处理专员岗位职责\n1、受理投诉。\n2、做记录。\n二、科技推广员岗位职责\n1、组织宣讲。\n2、发放资料。"
    )
    assert [(one.title, one.department) for one in paper.positions] == [("投诉处理专员", None), ("科技推广员", None)]
