"""The Word documents of the corpus, for make.py. Built with python-docx, and with XML where it has no words for a thing."""

import io
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from tests.corpus.deterministic import without_times

HERE = Path(__file__).parent


def multi_level_list(document: Document, list_id: int = 90) -> int:
    """Define a list 一、 → 1. → （1） as Word's own dialog would, and return its numId: `list_id`."""
    numbering = document.part.numbering_part.element
    levels = [("chineseCounting", "%1、"), ("decimal", "%2."), ("decimal", "（%3）")]
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{list_id}"><w:multiLevelType w:val="multilevel"/>'
    for index, (kind, text) in enumerate(levels):
        abstract += (
            f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        )
    first_number = numbering.find("{*}num")
    first_number.addprevious(parse_xml(abstract + "</w:abstractNum>"))
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{list_id}"><w:abstractNumId w:val="{list_id}"/></w:num>'),
    )
    return list_id


def restarted(document: Document, number: int, *, base: int = 90, level: int = 1) -> int:
    """Another list with the same looks that starts at 1 again."""
    document.part.numbering_part.element.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{base}"/>'
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )
    return number


def numbered(paragraph: Paragraph, list_id: int, level: int) -> None:
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')
    )


def fill(cell: _Cell, lines: Iterable[str], list_id: int | None = None) -> None:
    for index, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
        paragraph.add_run(line)
        if list_id is not None:
            numbered(paragraph, list_id, 1)


def save(document: Document, name: str) -> None:
    buffer = io.BytesIO()
    document.save(buffer)
    (HERE / name).write_bytes(without_times(buffer.getvalue()))


def hotel_form(document: Document, lists: Iterable[int], form: Mapping[str, Any]) -> None:
    """One position as personnel departments print it: a table with merged cells and automatic numbers inside."""
    duties, rights, wanted = lists
    kpis: list[tuple[str, str, str]] = form["kpis"]
    table = document.add_table(7 + len(kpis) + 1, 4, style="Table Grid")
    heads = (("岗位名称", "title", "所属部门", "department"), ("直接上级", "up", "直接下级", "down"))
    for row, (first, one, second, two) in enumerate(heads):
        for column, text in enumerate((first, form[one], second, form[two])):
            table.cell(row, column).text = str(text)
    wide = (
        ("岗位目的", [form["purpose"]], None),
        ("工作职责", form["duties"], duties),
        ("工作权限", form["rights"], rights),
    )
    for row, (label, lines, list_id) in enumerate(wide, start=2):
        table.cell(row, 0).text = label
        fill(table.cell(row, 1).merge(table.cell(row, 3)), lines, list_id)
    last = 5 + len(kpis)
    table.cell(5, 0).merge(table.cell(last, 0)).text = "考核指标"
    for row, cells in enumerate([("指标名称", "权重", "目标值"), *kpis], start=5):
        for column, text in enumerate(cells, start=1):
            table.cell(row, column).text = text
    table.cell(last + 1, 0).text = "任职资格"
    fill(table.cell(last + 1, 1).merge(table.cell(last + 1, 3)), form["wanted"], wanted)
    table.cell(last + 2, 0).text = "签字"
    table.cell(last + 2, 1).merge(table.cell(last + 2, 3)).text = "任职人：            日期：    年  月  日"


HOTEL: tuple[Mapping[str, Any], ...] = (
    {
        "title": "前厅部经理", "department": "前厅部", "up": "房务总监", "down": "大堂副理、接待主管、礼宾领班",
        "purpose": "统筹前厅各班组的接待与服务，使住店客人从抵店到离店的每个环节都顺畅",
        "duties": [
            "主持前厅部每日班前会，通报当天的抵离店名单和重要客人。",
            "每周检查一次客房预订与超额预订情况，提出次周房价建议。",
            "编制前厅部年度人员编制和费用预算，报房务总监审批。",
            "对住客的重大投诉亲自出面处理，并在24小时内书面答复。",
            "督导接待、礼宾、总机各岗位执行服务规程。",
            "每月组织一次服务案例培训，并留存签到与考核记录。",
        ],
        "rights": [
            "有权批准房价八折以内的临时优惠。",
            "有权对投诉客人给予800元以内的账单减免。",
            "有权批准下属3天以内的请假。",
            "对前厅部人员的任免有建议权。",
        ],
        "kpis": [("住客满意度", "35%", "≥96%"), ("投诉及时处理率", "25%", "100%"), ("平均房价达成率", "25%", "≥98%"), ("员工流失率", "15%", "≤20%")],
        "wanted": ["大专以上学历，酒店管理或旅游专业优先。", "五年以上高星级酒店前厅工作经验。", "英语口语流利，能处理外宾投诉。"],
    },
    {
        "title": "大堂副理", "department": "前厅部", "up": "前厅部经理", "down": "无",
        "purpose": "代表酒店在大堂受理客人的意见，协调各部门当场解决",
        "duties": [
            "当值期间每两小时巡视一次大堂、停车场和公共卫生间。",
            "受理客人投诉，10分钟内到场，并填写大堂副理日志。",
            "迎送重要客人，入住后一小时内致电问候。",
            "每天将客人意见汇总，于次日晨会前交前厅部经理。",
            "协助保安部处理醉酒、失窃等突发事件。",
        ],
        "rights": ["可当场赠送果盘或免费洗衣，价值不超过150元。", "可减免客人一天以内的延迟退房费。"],
        "kpis": [("当场解决率", "60%", "≥85%"), ("日志完整率", "40%", "100%")],
        "wanted": ["身高形象符合酒店要求。", "两年以上接待经验。", "熟悉酒店管理系统。"],
    },
)  # fmt: skip


def hotel() -> None:
    document = docx.Document()
    multi_level_list(document)
    document.add_heading("云栖湖畔酒店前厅部岗位说明书", 0)
    document.sections[0].header.paragraphs[0].text = "云栖湖畔酒店 · 内部文件"
    chapter = 100
    for form in HOTEL:
        heading = document.add_paragraph(str(form["title"]))
        numbered(heading, 90, 0)
        lists = [restarted(document, chapter + step) for step in range(3)]
        hotel_form(document, lists, form)
        document.add_paragraph()
        chapter += 10
    save(document, "hotel_front_office.docx")


def hospital() -> None:
    document = docx.Document()
    document.add_heading("患者服务中心岗位职责", 1)
    document.add_paragraph("（门诊部〔2024〕第18号文附件）")
    document.add_heading("患者服务中心职责", 2)
    for line in (
        "1. 统一受理门诊、住院患者的咨询、预约和投诉。",
        "2. 每月向院办公室报送患者意见分析报告。",
        "3. 组织出院患者随访，随访率不低于90%。",
        "4. 管理轮椅、平车等便民设施。",
    ):
        document.add_paragraph(line)
    document.add_heading("患者服务中心主任岗位职责", 2)
    paragraph = document.add_paragraph("1. 在门诊部主任领导下，主持患者服务中心工作。")
    paragraph.add_run().add_break(WD_BREAK.LINE)
    paragraph.add_run("2. 每季度分析一次投诉原因，提出改进措施并督促科室落实。")
    for line in (
        "3. 接到重大医疗投诉后，2小时内上报医务科和分管院长。",
        "4. 制订导诊护士、投诉接待专员的排班和培训计划。",
        "5. 每周带队到各诊区巡查一次候诊秩序。",
    ):
        document.add_paragraph(line)
    document.add_paragraph().add_run("权限").bold = True
    for line in (
        "（1）有权调配中心的人员和便民设施。",
        "（2）有权批准200元以内的患者慰问品。",
        "（3）对责任科室的投诉扣分有建议权。",
    ):
        document.add_paragraph(line)
    document.add_heading("导诊护士岗位职责", 2)
    document.add_paragraph(
        "导诊护士须提前十五分钟到岗，检查自助机和叫号屏。热情接待来诊患者，准确分诊，优先照顾急危重症和行动不便者。"
        "每日统计本诊区的候诊人数与平均等候时间。发现患者病情突变，立即呼叫急诊并就地协助抢救。"
    )
    document.add_heading("投诉接待专员岗位职责", 2)
    for line in (
        "1. 接待来访、来电、来信投诉，当场登记并出具受理回执；",
        "2. 受理后1个工作日内转交责任科室，7个工作日内答复投诉人；",
        "3. 建立投诉档案，一案一卷，每年末移交档案室；",
        "4. 对已答复的投诉逐一回访；",
        "5. 完成中心主任交办的其他任务。",
    ):
        document.add_paragraph(line)
    document.add_paragraph().add_run("任职条件").bold = True
    for line in (
        "1. 医学、护理或法律专业大专以上学历；",
        "2. 三年以上临床或医患沟通工作经验；",
        "3. 情绪稳定，善于倾听。",
    ):
        document.add_paragraph(line)
    save(document, "hospital_patient_service.docx")


def fitness() -> None:
    """A confirmation to be signed: a content control, a text box, and tracked changes that were never accepted."""
    document = docx.Document()
    document.add_heading("岗位职责确认书", 0)
    document.add_paragraph("动力方舟健身（滨江店）")
    document.add_paragraph("岗位：会籍顾问      姓名：            入职日期：")
    document.add_heading("一、岗位职责", 2)
    lines = (
        "向会籍主管汇报工作，完成当月会籍销售任务。",
        "新会员办卡后三天内电话回访，了解首次训练的感受。",
        "每天在客户系统里登记到访、来电和跟进情况。",
        "会员卡到期前主动提醒续费。",
        "每周参加一次产品和话术演练。",
    )
    for index, line in enumerate(lines, start=1):
        document.add_paragraph(f"{index}、{line}")
    changed = document.add_paragraph("6、")
    changed._p.append(
        parse_xml(
            f'<w:del {nsdecls("w")} w:id="1" w:author="HR"><w:r><w:delText>协助教练打扫器械区。</w:delText></w:r></w:del>'
        )
    )
    changed._p.append(
        parse_xml(
            f'<w:ins {nsdecls("w")} w:id="2" w:author="HR"><w:r><w:t>协助店长做好会员活动的报名和签到。</w:t></w:r></w:ins>'
        )
    )
    document.add_heading("二、岗位权限", 2)
    for line in (
        "1、可赠送意向客户7天以内的体验卡。",
        "2、可给予团购客户会费5%以下的优惠。",
        "3、转卡、退费须报会籍主管审批，本人无权决定。",
    ):
        document.add_paragraph(line)
    document.add_heading("三、考核办法", 2)
    table = document.add_table(4, 3, style="Table Grid")
    rows = (
        ("考核项目", "分值占比", "达标线"),
        ("会籍销售额完成率", "50%", "≥100%"),
        ("续卡率", "30%", "≥60%"),
        ("回访完成率", "20%", "=100%"),
    )
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.element.body.insert(
        len(document.element.body) - 1,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>本人已阅读并理解以上职责，愿意遵照执行。</w:t></w:r></w:p>"
            "</w:sdtContent></w:sdt>"
        ),
    )
    document.add_paragraph("签字：                年    月    日")
    save(document, "fitness_confirmation.docx")


def exhibition() -> None:
    """Typed in a hurry: items run on in one paragraph, titles stand before a colon, headings differ from text in bold only."""
    document = docx.Document()
    document.add_paragraph().add_run("博览通会展公司客户部岗位职责").bold = True
    document.add_paragraph().add_run("一、部门职责").bold = True
    document.add_paragraph(
        "客户部的任务主要是招揽参展商，并在展前、展中、展后为其提供服务。1、建立参展商资料库，每半年更新一次；"
        "2、汇总各项目的收付款进度，每月五日前报财务部；3、参展商投诉由专人受理，两日内给出处理意见；"
        "4、与设计部、搭建部保持沟通，及时传达客户的修改意见。"
    )
    document.add_paragraph().add_run("二、客户总监岗位职责").bold = True
    document.add_paragraph(
        "1、在总经理领导下主持客户部工作，完成年度销售目标；2、每周一上午主持项目碰头会，检查各项目进度；"
    )
    document.add_paragraph("3、拜访重要参展商，维护高层关系；4、指导项目经理编写提案和报价。")
    document.add_paragraph("权限：1、对项目经理的任免有建议权；2、有权签批单笔8000元以内的差旅和招待费用。")
    document.add_paragraph().add_run("三、项目经理岗位职责").bold = True
    for line in (
        "1．对客户总监负责，独立承担两个以上展会项目。",
        "2．接到参展商询价后一个工作日内报价。",
        "3．布展期间每日巡场，协调搭建与用电。",
        "4．展会结束后一周内提交项目总结和费用决算。",
        "5．安排客户助理的日常工作。",
    ):
        document.add_paragraph(line)
    document.add_paragraph("权限：布展现场可自行决定500元以下的零星支出。")
    document.add_paragraph().add_run("四、客户助理岗位职责").bold = True
    list_id = multi_level_list(document)
    for line in (
        "协助项目经理整理合同、图纸和往来函件；",
        "每天上午十点前发送前一日的项目简报；",
        "预订展会期间的酒店和车辆；",
        "完成部门领导交办的其他事务。",
    ):
        numbered(document.add_paragraph(line), list_id, 1)
    document.add_paragraph("任职要求：中专以上文化程度；会使用制图软件；能吃苦，能加班。")
    save(document, "exhibition_agency.docx")


def factory() -> None:
    """After-sales of a machine builder, in Word's own list styles, then saved as Word 97–2003 by LibreOffice."""
    target = HERE / "factory_after_sales.doc"
    office = shutil.which("soffice")
    if target.exists() or office is None:
        return
    document = docx.Document()
    multi_level_list(document)
    document.add_heading("恒力机床有限公司售后服务部岗位职责", 1)
    parts = (
        ("售后服务部经理", (
            "主管售后服务部工作，对营销副总经理负责。", "制定年度备件储备计划，每半年盘点一次。", "每月主持质量反馈会，邀请技术部和生产部参加。",
            "客户停机故障四小时内确定处理方案。", "审批服务工程师的出差和费用报销。",
        )),
        ("驻厂服务工程师", (
            "在售后服务部经理的领导下，承担驻点客户设备的安装、调试和保养。", "每日填写设备点检表，由客户签字确认。",
            "接到报修后两小时内到达客户现场。", "每月末提交驻点工作月报。", "培训客户的操作人员，直至其独立操作。", "保守客户的图纸和工艺秘密。",
        )),
        ("备件管理员", (
            "办理备件的入库、出库和退换手续。", "每周核对一次备件账卡，做到账物相符。", "紧急备件当天发出，一般备件三个工作日内发出。",
            "低于安全库存的备件及时提出采购申请。", "完成部门经理安排的其他工作。",
        )),
    )  # fmt: skip
    for index, (title, duties) in enumerate(parts):
        numbered(document.add_paragraph(title), 90, 0)
        list_id = multi_level_list(document, 91 + index)  # LibreOffice writes a restarted list as two
        for duty in duties:
            numbered(document.add_paragraph(duty), list_id, 1)
    document.add_paragraph("附：售后服务部经理考核指标")
    table = document.add_table(4, 4, style="Table Grid")
    rows = (
        ("序号", "指标", "权重", "目标"),
        ("1", "一次修复率", "40%", "≥90%"),
        ("2", "备件及时率", "30%", "≥95%"),
        ("3", "客户投诉件数", "30%", "≤5"),
    )
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "factory_after_sales.docx")
        document.save(str(source))
        subprocess.run([office, "--headless", "--convert-to", "doc", "--outdir", str(HERE), str(source)], check=True)
