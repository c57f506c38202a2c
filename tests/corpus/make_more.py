"""More of the corpus's binary documents, for make.py: forms merged in every direction, scorecards, a table of limits, two languages."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.corpus.deterministic import without_times
from tests.corpus.make_word import save

HERE = Path(__file__).parent


# ---------------------------------------------------------------- a form whose labels are merged down the left

PHARMA: tuple[Mapping[str, Any], ...] = (
    {
        "title": "质量控制主任", "department": "质量管理部", "up": "质量总监", "down": "检验员、留样管理员",
        "summary": "依照药典和注册标准组织全厂物料与成品的检验，确保放行数据真实可靠。",
        "duties": [
            "组织原辅料、包装材料、中间产品和成品的取样与检验，成品检验须在收样后5个工作日内出具报告。",
            "每日审核检验原始记录与图谱，发现超标结果立即启动调查。",
            "每半年组织一次检验员比对试验，不合格者停岗培训。",
            "编制年度验证计划中与实验室有关的部分并督促实施。",
            "管理标准品、滴定液和毒性试剂，实行双人双锁。",
            "每月10日前向质量总监提交检验质量趋势分析。",
            "配合药监部门现场检查，缺陷项目于30日内提交整改报告。",
        ],
        "rights": [
            "有权拒收不符合质量标准的原辅料和包装材料", "有权对检验员的录用、转岗提出建议",
            "单次3000元以下的试剂耗材应急采购审批权", "有权暂停使用超过校准期限的仪器",
        ],
        "wanted": {"学历": "药学、分析化学或相关专业本科以上", "经验": "五年以上药品检验工作经验，其中两年以上管理经验",
                   "知识": "熟悉新版GMP及中国药典", "其他": "中级以上技术职称优先"},
        "kpis": [("检验报告及时率", "30%", "≥98%"), ("检验差错次数", "30%", "0次"), ("外部审计严重缺陷数", "25%", "≤1项"), ("培训计划完成率", "15%", "100%")],
    },
    {
        "title": "留样管理员", "department": "质量管理部", "up": "质量控制主任", "down": "无",
        "summary": "保管好各批留样，为质量追溯提供实物依据。",
        "duties": [
            "按规定的数量和条件接收、登记、存放留样。",
            "每周两次查看留样室温湿度并做好记录。",
            "重点留样每季度目检一次，异常的24小时内报质量控制主任。",
            "到期留样每年集中销毁一次，销毁须有两人在场签字。",
        ],
        "rights": ["有权拒绝无手续人员进入留样室"],
        "wanted": {"学历": "中专以上学历", "经验": "一年以上药厂工作经历", "其他": "做事细致，责任心强"},
        "kpis": [("留样完整率", "60%", "100%"), ("台账差错率", "40%", "<2‰")],
    },
)  # fmt: skip


def pharma() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "瑞康制药有限公司   文件编号：RK-HR-017   版本：B/1"
    document.add_paragraph("瑞康制药职务说明书汇编")
    for form in PHARMA:
        document.add_paragraph(f"{form['title']}职务说明书")
        _pharma_form(document, form)
        document.add_paragraph()
    save(document, "pharma_quality.docx")


def _pharma_form(document: Document, form: Mapping[str, Any]) -> None:
    kpis: list[tuple[str, str, str]] = form["kpis"]
    blocks: list[tuple[str, list[tuple[str, str]]]] = [
        ("工作职责", [(str(index), text) for index, text in enumerate(form["duties"], start=1)]),
        ("权限", [(str(index), text) for index, text in enumerate(form["rights"], start=1)]),
        ("任职资格", list(form["wanted"].items())),
    ]
    size = 4 + sum(len(lines) for _, lines in blocks) + 1 + len(kpis) + 1
    table = document.add_table(size, 5, style="Table Grid")
    row = 4
    fields = (
        ("职务名称", form["title"], "职务编号", f"RK-{len(form['duties']):02}"),
        ("隶属部门", form["department"], "直接上级", form["up"]),
        ("直接下属", form["down"], "定员", "1"),
    )
    for index, cells in enumerate(fields):
        for column, text in enumerate(cells, start=1):
            table.cell(index, column).text = text
    table.cell(0, 0).merge(table.cell(2, 0)).text = "基本信息"
    table.cell(3, 0).text = "职务概要"
    table.cell(3, 1).merge(table.cell(3, 4)).text = form["summary"]
    for label, lines in blocks:
        first = row
        for mark, text in lines:
            table.cell(row, 1).text = mark
            table.cell(row, 2).merge(table.cell(row, 4)).text = text
            row += 1
        table.cell(first, 0).merge(table.cell(row - 1, 0)).text = label
    first = row
    for name, weight, target in [("指标", "权重", "目标"), *kpis]:
        table.cell(row, 1).merge(table.cell(row, 2)).text = name
        table.cell(row, 3).text, table.cell(row, 4).text = weight, target
        row += 1
    table.cell(first, 0).merge(table.cell(row - 1, 0)).text = "考核指标"
    table.cell(row, 0).text = "审批"
    table.cell(row, 1).merge(table.cell(row, 4)).text = "编制：      审核：      批准：      日期："


# ---------------------------------------------------------------- rules with a table of limits


def grants() -> None:
    document = docx.Document()
    document.add_heading("售后服务授权管理规定", 0)
    for line in (
        "第一章 总则",
        "第一条 为加快客户问题的处理，明确各级人员的审批权限，制定本规定。",
        "第二条 本规定适用于公司售后服务系统。",
        "第二章 各岗位职责",
        "第三条 服务专员职责",
        "（一）核实客户诉求，收集照片、订单等凭据；",
        "（二）提出处理方案并在一个工作日内提交审批；",
        "（三）执行审批结果并告知客户；",
        "（四）每周整理赔付台账。",
        "第四条 服务经理职责",
        "（一）审核服务专员提交的方案；",
        "（二）每月分析赔付原因并向服务总监报告；",
        "（三）抽查赔付凭据，发现弄虚作假的追究责任。",
        "第三章 审批权限",
        "第五条 各级审批权限如下表：",
    ):
        document.add_paragraph(line)
    _table(
        document,
        (
            ("序号", "事项", "服务专员", "服务经理", "服务总监", "总经理"),
            ("1", "现金赔付", "200元以内", "1000元以内", "5000元以内", "5000元以上"),
            ("2", "退货退款", "500元以内", "3000元以内", "20000元以内", "20000元以上"),
            ("3", "价格折让", "—", "5%以内", "10%以内", "10%以上"),
            ("4", "员工请假", "—", "3天以内", "7天以内", "7天以上"),
        ),
    )
    document.add_paragraph("第四章 附则")
    document.add_paragraph("第六条 本规定由客户服务部负责解释，自发布之日起施行。")
    save(document, "after_sales_grants.docx")


def _table(document: Document, rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text


# ---------------------------------------------------------------- two languages


def bilingual() -> None:
    document = docx.Document()
    document.add_heading("Job Description 职位说明书", 0)
    _table(
        document,
        (
            ("Job Title\n职位名称", "Customer Success Manager\n客户成功经理", "Department\n部门", "Customer Success\n客户成功部"),
            ("Report to\n汇报上级", "Head of Customer Success\n客户成功负责人", "Subordinates\n下属", "CSM Associate\n客户成功专员"),
            ("Location\n工作地点", "Suzhou 苏州", "Date\n日期", "2024-03"),
        ),
    )  # fmt: skip
    document.add_paragraph("Job Purpose 职位目的")
    document.add_paragraph("Drive adoption and renewal of enterprise accounts. 推动企业客户的使用深度与续约。")
    lists = {
        "Responsibilities 岗位职责": (
            "Own onboarding of new accounts and complete go-live within 30 days. 负责新客户上线，30天内完成交付启用。",
            "Host quarterly business reviews with key accounts. 每季度与重点客户召开业务回顾会。",
            "Respond to escalations within 4 hours. 升级问题4小时内响应。",
            "Maintain the health score of each account every week. 每周维护各客户健康度评分。",
            "Coach CSM associates on playbooks. 辅导客户成功专员执行标准动作。",
        ),
        "Authorities 岗位权限": (
            "Approve service credits up to RMB 5,000 per case. 有权批准单笔5000元以内的服务补偿。",
            "Approve leave of up to 2 days for subordinates. 有权批准下属2天以内休假。",
        ),
        "Qualifications 任职资格": (
            "Bachelor's degree or above. 本科及以上学历。",
            "3+ years of SaaS customer success experience. 三年以上SaaS客户成功经验。",
            "Fluent in English. 英语流利。",
        ),
    }
    for heading, lines in lists.items():
        document.add_paragraph().add_run(heading).bold = True
        for index, line in enumerate(lines, start=1):
            document.add_paragraph(f"{index}. {line}")
    document.add_paragraph().add_run("KPIs 考核指标").bold = True
    _table(
        document,
        (
            ("KPI 指标", "Weight 权重", "Target 目标值"),
            ("Gross retention 客户留存率", "40%", "≥92%"),
            ("Onboarding on time 按期上线率", "30%", "≥90%"),
            ("NPS 净推荐值", "30%", "≥45"),
        ),
    )
    save(document, "saas_bilingual.docx")


# ---------------------------------------------------------------- scorecards, each with other words for its columns

SHOP: tuple[tuple[str, str, str, Sequence[str], Sequence[Sequence[Any]]], ...] = (
    ("天猫店长", "店铺运营部", "运营总监", ("序号", "KPI指标", "权重", "目标值", "数据来源", "评分规则"), (
        (1, "月度销售额达成率", 0.35, "≥100%", "ERP", "完成得满分，每低1%扣1分"), (2, "广告投入产出比", 0.2, "≥3.5", "直通车后台", "完成得满分，每低1%扣1分"),
        (3, "商品动销率", 0.2, "≥85%", "生意参谋", "完成得满分，每低1%扣1分"), (4, "退款率", 0.15, "<8%", "生意参谋", "完成得满分，每低1%扣1分"),
        (5, "违规扣分", 0.1, "0分", "商家后台", "完成得满分，每低1%扣1分"), ("合计", None, 1),
    )),
    ("售前客服", "客户服务中心", "客服主管", ("考核维度", "考核项目", "权重(%)", "目标", "考核周期", "备注"), (
        ("业绩", "询单转化率", 30, "≥45%", "月"), (None, "平均响应时长", 25, "≤30秒", "月"),
        ("服务", "客户满意率", 25, "95%以上", "月"), (None, "差错率", 20, "<5‰", "月"), ("合计", None, 100),
    )),
    ("仓储主管", "物流部", "物流经理", ("指标类别", "指标名称", "所占比重", "达标值", "未达标扣分", "考核人"), (
        ("效率", "发货及时率", "40%", "≥99%", "每低1%扣2分", "物流经理"), (None, "库存准确率", "30%", "≥99.8%", "每低0.1%扣2分", "物流经理"),
        ("质量", "错发漏发次数", "20%", "≤3次", "每多1次扣5分", "物流经理"), (None, "安全事故", "10%", "0起", "一票否决", "物流经理"), ("合计", None, "100%"),
    )),
)  # fmt: skip


def shop() -> None:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, department, superior, head, rows in SHOP:
        sheet: Worksheet = workbook.create_sheet(title)
        sheet.append([f"{title}绩效考核表"])
        sheet.append([f"被考核岗位：{title}", None, f"所属部门：{department}", None, f"直接上级：{superior}"])
        for merged in ("A1:F1", "A2:B2", "C2:D2", "E2:F2"):
            sheet.merge_cells(merged)
        sheet.append(list(head))
        for row in rows:
            sheet.append(list(row))
            if isinstance(row[2], float):
                sheet.cell(sheet.max_row, 3).number_format = "0%"
        if head[0] != "序号":
            sheet.merge_cells("A4:A5")
            sheet.merge_cells("A6:A7")
        sheet.append(["被考核人签字：", None, None, "考核人签字："])
    buffer = io.BytesIO()
    workbook.save(buffer)
    (HERE / "shop_scorecards.xlsx").write_bytes(without_times(buffer.getvalue()))
