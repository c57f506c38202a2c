"""Makes the corpus's binary documents again: `python -m tests.corpus.make`. The text ones are kept as they were typed.

The same input gives the same bytes, except for the .doc, which LibreOffice writes with the time in it; it is made only
where LibreOffice is installed and the file is missing. The .xls needs xlwt, which the project does not depend on.
"""

import importlib
import importlib.util
import io
from collections.abc import Iterable
from pathlib import Path

import typst
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from tests.corpus.deterministic import without_times
from tests.corpus.make_more import bilingual, grants, pharma, shop
from tests.corpus.make_nested import postpartum
from tests.corpus.make_word import exhibition, factory, fitness, hospital, hotel

HERE = Path(__file__).parent


# ---------------------------------------------------------------- PDF

SCHOOL = r"""
#set document(date: none)
#set text(font: "Noto Sans CJK SC", size: 10.5pt, lang: "zh", region: "cn")
#set par(justify: true)
#set page(paper: "a4", margin: 2.6cm, header: align(center, text(size: 9pt)[启明双语学校 招生与家长服务部 岗位职责]),
  footer: align(center, text(size: 9pt, context [第 #counter(page).display() 页 共 #counter(page).final().first() 页])))
#align(center, text(size: 18pt, weight: "bold")[招生与家长服务部岗位职责])
#show heading: set text(size: 13pt)
= 一、招生主任
*直接上级：*分管副校长 #h(2em) *直接下级：*课程顾问、家校联络老师

*岗位目的：*在学校招生政策之内组织全年招生，保证生源数量和质量，维护学校在家长中的声誉。

*岗位职责*

1、制定年度招生方案、宣传计划和经费预算，经校务会批准后执行，并对执行中的偏差及时提出调整意见，确保各学部的招生计划如期完成；

2、每周召开招生例会，检查课程顾问的邀约、到访和签约数据，对连续两周未达标的人员进行面谈和辅导；

3、组织校园开放日和入学测评，每学期不少于四场；

4、审核录取名单和学费减免申请，报分管副校长批准；

5、受理家长对招生工作的投诉，五个工作日内书面回复；

6、每季度向校务会提交一次生源分析报告，内容包括咨询渠道、转化率、放弃原因和同类学校的收费情况；

7、完成分管副校长交办的其他工作。

*岗位权限*

（1）有权批准单个家庭2000元以内的学费优惠；

（2）有权决定开放日的流程和人员分工；

（3）有权批准课程顾问一天以内的调休；

（4）对课程顾问的聘用和转正有建议权。

*考核指标*
#table(columns: (1fr, 3fr, 1fr, 1fr), align: center,
  [序号], [指标名称], [权重], [目标值],
  [1], [招生计划完成率], [50%], [≥100%],
  [2], [到访签约转化率], [25%], [≥30%],
  [3], [家长投诉率], [15%], [\<1%],
  [4], [招生费用预算执行率], [10%], [≤100%])
= 二、课程顾问
*直接上级：*招生主任

*岗位职责*

1、接听招生热线，接待家长来访，按学校统一口径介绍课程、师资和收费，不夸大、不承诺升学结果；

2、网络咨询十分钟内回复，来访家长离校后二十四小时内跟进一次；

3、每天下班前把咨询记录录入招生系统；

4、协助招生主任筹备开放日和入学测评；

5、整理新生档案，开学后两周内移交教务处。

*任职资格*

1、本科以上学历，教育或市场营销专业；

2、普通话二级甲等以上，英语四级以上；

3、有教育机构咨询工作经验者优先。
= 三、家校联络老师
*直接上级：*招生主任

*岗位职责*

1、每月与所负责班级的家长至少联系一次，了解学生在家表现和家长意见；

2、家长反映的问题，当日转交班主任，三日内向家长反馈处理情况；

3、组织家长委员会的换届和活动，每学年末向学校提交家长委员会工作总结；

4、编写每周家校简报，经招生主任审阅后发送家长；

5、做好家长来访的登记和陪同。
"""


def school() -> None:
    spec = importlib.util.find_spec("manimgx_fonts_cjk")
    if spec is None or spec.origin is None:
        raise SystemExit("the font package manimgx-fonts-cjk is not installed")
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[Path(spec.origin).parent])
    (HERE / "school_admissions.pdf").write_bytes(typst.compile(SCHOOL.encode(), font_paths=fonts))


# ---------------------------------------------------------------- Excel


def scorecard(
    sheet: Worksheet, head: tuple[str, str, str], kpis: Iterable[tuple[str, float, str, str]], duties: Iterable[str]
) -> None:
    """A scorecard as banks keep it: title across, who, duties below each other, then the weighted indicators."""
    title, department, superior = head
    sheet.merge_cells("A1:E1")
    sheet["A1"] = f"{title}岗位职责与绩效考核表"
    sheet["A1"].font, sheet["A1"].alignment = Font(bold=True, size=14), Alignment(horizontal="center")
    sheet.append(["岗位", title, "所属部门", department])
    sheet.append(["直接上级", superior, "考核周期", "季度"])
    for index, duty in enumerate(duties):
        sheet.append(["岗位职责" if index == 0 else None, duty])
        sheet.merge_cells(start_row=4 + index, start_column=2, end_row=4 + index, end_column=5)
    last = sheet.max_row
    sheet.merge_cells(start_row=4, start_column=1, end_row=last, end_column=1)
    sheet.append(["序号", "考核指标", "权重", "目标值", "计算方法"])
    for index, (name, weight, target, formula) in enumerate(kpis, start=1):
        sheet.append([index, name, weight, target, formula])
        sheet.cell(sheet.max_row, 3).number_format = "0%"
    sheet.append([None, "合计", 1, None, None])
    sheet.cell(sheet.max_row, 3).number_format = "0%"


def bank() -> None:
    workbook = Workbook()
    first = workbook.active
    if not isinstance(first, Worksheet):
        raise TypeError("a new workbook has one sheet")
    first.title = "对公客户经理"
    scorecard(
        first,
        ("对公客户经理", "公司业务部", "公司业务部总经理"),
        (
            ("日均存款增量完成率", 0.3, "≥100%", "实际增量÷计划增量"),
            ("不良贷款率", 0.25, "≤1.2%", "不良余额÷贷款余额"),
            ("贷后检查按时率", 0.2, "≥98%", "按时完成笔数÷应完成笔数"),
            ("新开有效户", 0.15, "≥12", "季度新增日均存款10万元以上的户数"),
            ("客户投诉率", 0.1, "<0.5%", "有责投诉÷服务客户数"),
        ),
        (
            "1. 维护所管户企业的存贷款和结算业务，每月至少走访一次授信客户。",
            "2. 收集授信资料，五个工作日内完成贷前调查报告。",
            "3. 按季开展贷后检查，发现风险信号立即报告公司业务部总经理。",
            "4. 贷款到期前一个月通知客户准备还款资金。",
            "5. 编报每周营销进度表。",
        ),
    )
    scorecard(
        workbook.create_sheet("大堂经理"),
        ("大堂经理", "营业部", "营业部主任"),
        (
            ("客户满意度", 0.4, "≥98%", "神秘人检查得分"),
            ("平均等候时间", 0.3, "≤15", "叫号系统统计，单位为分钟"),
            ("电子渠道分流率", 0.3, ">80%", "电子渠道笔数÷总笔数"),
        ),
        (
            "1. 每日营业前检查叫号机、自助设备和便民设施。",
            "2. 引导分流客户，协助客户使用自助设备。",
            "3. 客户抱怨当场安抚，10分钟内无法解决的报营业部主任。",
            "4. 每月汇总客户意见簿，提出改进建议。",
        ),
    )
    notes = workbook.create_sheet("填表说明")
    notes["A1"] = "本表由人力资源部统一印制"
    notes["A2"] = "目标值每年初由分行下达"
    buffer = io.BytesIO()
    workbook.save(buffer)
    (HERE / "bank_scorecards.xlsx").write_bytes(without_times(buffer.getvalue()))


STATIONS = (
    ("站点主管", "片区经理", (
        "每日早会安排派送路线和人员。", "每周核对代收货款，账实不符的当日查明。", "客户投诉延误或破损的，2小时内联系客户。",
        "每月末上报车辆维修费用。", "行使站点用工的调配权力，缺员时可临时抽调快递员。",
    )),
    ("快递员", "站点主管", ("派件前电话联系客户，约定送达时间。", "代收货款当日交回站点。", "每天收车后检查车辆并填写行车记录。")),
    ("客服文员", "站点主管", ("登记查询和投诉，每日下班前报站点主管。", "问题件24小时内跟进并录入系统。", "完成站点主管交办的其他工作。")),
)  # fmt: skip


def stations() -> None:
    """A list of all duties in the old binary format, positions merged over their rows; made only where xlwt is installed."""
    if importlib.util.find_spec("xlwt") is None:
        return
    xlwt = importlib.import_module("xlwt")
    workbook = xlwt.Workbook(encoding="utf-8")
    sheet = workbook.add_sheet("职责清单")
    sheet.write_merge(0, 0, 0, 3, "青禾快递片区站点岗位职责清单")
    for column, head in enumerate(("岗位", "直接上级", "序号", "岗位职责")):
        sheet.write(1, column, head)
    row = 2
    for title, superior, duties in STATIONS:
        sheet.write_merge(row, row + len(duties) - 1, 0, 0, title)
        sheet.write_merge(row, row + len(duties) - 1, 1, 1, superior)
        for index, duty in enumerate(duties, start=1):
            sheet.write(row, 2, index)
            sheet.write(row, 3, duty)
            row += 1
    workbook.save(str(HERE / "courier_stations.xls"))


# ---------------------------------------------------------------- RTF

WATER = (
    "{b}江源自来水公司营业所岗位职责",
    "{b}一、营业所所长",
    "营业所所长在客户服务部主任的领导下，全面负责营业所的抄表、收费和客户接待工作。每天查看窗口排队情况，高峰时段增开窗口；"
    "每月五日前汇总上月水费回收情况，报客户服务部主任。对欠费三个月以上的用户，组织上门催缴。所长有权批准滞纳金减免，每户不超过100元；"
    "有权批准职工两日以内的事假。",
    "{b}二、抄表员",
    "抄表员按规定的路线和日期抄表，做到不估抄、不漏抄。发现水表故障或用水异常，应于24小时内报告营业所所长。"
    "每两个月入户核对一次用户信息。向用户当面解释水量，送达水费通知单。",
    "{b}三、窗口营业员",
    "窗口营业员受理报装、过户、销户和缴费业务，资料齐全的，3个工作日内办结。每日结账，票款相符。"
    "对来访用户实行首问负责，不推诿。停水信息提前一天公告，并答复用户询问。",
)


def escaped(text: str) -> str:
    """As Chinese Word writes it: every character in two hexadecimal bytes of GBK."""
    return "".join(
        char if char.isascii() and char not in "\\{}" else "".join(f"\\'{byte:02x}" for byte in char.encode("gbk"))
        for char in text
    )


def waterworks() -> None:
    body = ""
    for line in WATER:
        weight = r"\b" if line.startswith("{b}") else ""
        body += rf"\pard{{\f0{weight} {escaped(line.removeprefix('{b}'))}\par}}" + "\r\n"
    head = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}}" + "\r\n"
    (HERE / "waterworks_branch.rtf").write_bytes((head + body + "}").encode("ascii"))


if __name__ == "__main__":
    for make in (
        hotel,
        hospital,
        fitness,
        exhibition,
        factory,
        school,
        bank,
        stations,
        waterworks,
        pharma,
        grants,
        bilingual,
        shop,
        postpartum,
    ):
        make()
