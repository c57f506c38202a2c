"""Headings and labels in the looks that they have on portals, in handbooks and in Taiwan."""

from decimal import Decimal

import pytest

from remit.kernel.charters.importing.draft import Target, Within
from remit.kernel.charters.importing.reading.headings import classify
from remit.kernel.charters.tests.importing.reading_help import duties, only, powers, read_text


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("岗位考核指标表——票务主管", "票务主管"),
        ("岗位说明书（票务主管）", "票务主管"),
        ("票务主管（3名）岗位职责", "票务主管"),
        ("票务主管岗位作业指导书", "票务主管"),
    ],
)
def test_a_heading_names_its_post_before_or_behind(line: str, name: str) -> None:
    heading = classify(line.replace("（", "(").replace("）", ")"))
    assert heading is not None
    assert (heading.kind, heading.name) == ("position", name)


@pytest.mark.parametrize("line", ["岗位职责——服务至上", "工作内容(见附表)"])
def test_what_stands_behind_a_topic_and_is_no_post_names_none(line: str) -> None:
    heading = classify(line)
    assert heading is None or heading.kind != "position"


def test_formal_numerals_count_chapters_and_a_second_word_for_both_means_the_powers() -> None:
    text = (
        "服務課職務說明書\n壹、課長\n部門：營業處服務課  直屬主管：協理\n職責\n1. 綜理課務。\n2. 每季辦理講習。\n"
        "權責\n• 得核准專員一日以內之請假。\n• 得致贈五百元以內之禮品。\n貳、專員\n部門：營業處服務課\n職責\n1. 受理客訴。\n2. 彙整週報。"
    )
    first, second = read_text(text).positions
    assert (first.title, second.title) == ("课长", "专员")
    assert len(first.duties) == 2
    assert [power.limits[0].max for power in first.authority] == [Decimal(1), Decimal(500)]
    assert second.authority == ()


def test_bars_and_brackets_make_headings_and_labels() -> None:
    text = (
        "▌接线员\n〔上　　级〕值班长\n〔工作职责〕\n（1）记录来电；\n（2）生成工单；\n〔考核〕\n接通率≥98％　　权重60％\n差错率≤1％　　权重40％\n"
        "▌值班长\n【直接下级】接线员\n【工作职责】\n（1）抽听录音；\n（2）每日召开交接会。"
    )
    first, second = read_text(text).positions
    assert (first.title, first.reports_to, duties(first)) == ("接线员", ("值班长",), ["记录来电", "生成工单"])
    assert [(kpi.text, kpi.weight, kpi.target) for kpi in first.kpis] == [
        ("接通率", Decimal("0.6"), Target(">=", Decimal("0.98"))),
        ("差错率", Decimal("0.4"), Target("<=", Decimal("0.01"))),
    ]
    assert (second.title, second.supervises) == ("值班长", ("接线员",))


def test_a_section_that_names_its_post_and_holds_its_words_on_the_same_line() -> None:
    text = "馆长职责\n1、主持馆务。\n2、每周检查一次安全。\n馆长的权限：有权调整开放时间；三千元以下的开支由馆长审批。"
    position = only(read_text(text))
    assert len(position.duties) == 2
    assert powers(position) == ["有权调整开放时间", "三千元以下的开支由馆长审批"]


def test_whom_the_holder_works_under_is_no_duty() -> None:
    position = only(read_text("校医职责\n在校长领导下工作。\n1、做好晨检。\n2、每学年组织一次体检。"))
    assert position.reports_to == ("校长",)
    assert [(duty.text, duty.every) for duty in position.duties] == [("做好晨检", None), ("每学年组织一次体检", "year")]


def test_a_field_that_no_list_knows_ends_the_field_before_it() -> None:
    position = only(read_text("岗位名称：备件员\n汇报对象：备件经理    办公电话：8012\n工作内容\n1、收货。\n2、发货。"))
    assert position.reports_to == ("备件经理",)


def test_a_time_limit_that_is_named_as_one() -> None:
    position = only(read_text("督办员岗位职责\n1、签收时限为派单后40分钟，逾期电话催办。\n2、回访办结工单。"))
    assert position.duties[0].within == Within(Decimal(40), "minute")


def test_the_plain_words_of_a_wiki_name_the_same_sections() -> None:
    text = (
        "支持工程师岗位说明\n汇报给：支持组长\n我们做什么\n1、处理工单。\n2、写值班日志。\n可以自己定的事\n"
        "1、延长客户的试用期，最长14天。\n2、单个客户200元以内的代金券。\n怎么算做得好\n1、满意度≥95%。"
    )
    position = only(read_text(text))
    assert duties(position) == ["处理工单", "写值班日志"]
    assert [(bound.max, bound.unit) for power in position.authority for bound in power.limits] == [
        (Decimal(14), "day"),
        (Decimal(200), "CNY"),
    ]
    assert [kpi.text for kpi in position.kpis] == ["满意度"]


def test_what_closes_a_regulation_is_about_the_paper() -> None:
    text = (
        "第一条 维修工的职责：\n（一）两小时内联系用户。\n（二）保管备件。\n第二条 维修工的权限：\n（一）有权拒绝违章指挥。\n"
        "第三条 本规定由维修部负责解释，自印发之日起执行。"
    )
    position = only(read_text(text))
    assert duties(position) == ["两小时内联系用户", "保管备件"]
    assert powers(position) == ["有权拒绝违章指挥"]


def test_letters_in_brackets_number_items() -> None:
    position = only(
        read_text("職銜：禮賓主任\n主要職責\n(a) 每日主持早會。\n(b) 安排接送。\n權限\n(a) 可批准兩天以內的假期。")
    )
    assert (position.title, duties(position)) == ("礼宾主任", ["每日主持早会", "安排接送"])
    assert powers(position) == ["可批准两天以内的假期"]


def test_the_head_of_an_institution_and_the_deputy_in_charge_keep_their_titles() -> None:
    text = "流通部主任岗位职责\n1.在馆长领导下，主持流通部工作。\n2.向主管副总经理汇报工作。"
    assert only(read_text(text)).reports_to == ("馆长", "主管副总经理")


def test_stems_number_what_stands_under_a_chapter() -> None:
    text = (
        "總務處職務分工\n一、總務主任\n（甲）職責\n1、綜理處務。\n2、每月召開處務會議。\n（乙）權限\n1、五千元以內之支出得先行支付。\n"
        "二、出納組長\n（甲）職責\n1、每日結帳。\n2、發放薪資。"
    )
    first, second = read_text(text).positions
    assert (first.title, first.department, duties(first)) == ("总务主任", "总务处", ["综理处务", "每月召开处务会议"])
    assert powers(first) == ["五千元以内之支出得先行支付"]
    assert (second.title, duties(second)) == ("出纳组长", ["每日结帐", "发放薪资"])


def test_a_procedure_names_duties_and_powers_and_goes_on_to_its_steps() -> None:
    text = (
        "投诉处理程序\n4 职责和权限\n4.1 客服经理\na) 组织调查；\nb) 批准3万元以下的索赔；\n4.2 检验员\na) 三天内复检样品；\nb) 保存记录。\n"
        "5 工作程序\n5.1 受理\n5.1.1 检验员填写投诉单。\n6 相关记录\n投诉登记表"
    )
    first, second = read_text(text).positions
    assert duties(first) == ["组织调查", "批准3万元以下的索赔"]
    assert powers(first) == ["批准3万元以下的索赔"]
    assert duties(second) == ["三天内复检样品", "保存记录"]


def test_what_leads_in_a_list_is_no_duty_and_what_may_float_is_bounded() -> None:
    text = (
        "抢修值班长岗位责任\n抢修值班长是当班第一责任人。其主要责任是：\n• 派出抢修人员；\n• 填写日志。\n"
        "权限\n• 报价可在标准价基础上下浮5%；\n• 影响不超过50户的，可先停后报。"
    )
    position = only(read_text(text))
    assert duties(position) == ["派出抢修人员", "填写日志"]
    assert [[(bound.max, bound.unit) for bound in power.limits] for power in position.authority] == [
        [(Decimal(5), "%")],
        [(Decimal(50), "count")],
    ]
