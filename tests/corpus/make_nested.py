"""A Word form with tables inside its cells, for make.py: duties with their rhythm beside them, weighted figures."""

from collections.abc import Mapping, Sequence
from typing import Any

import docx
from docx.table import Table, _Cell

from tests.corpus.make_word import save

FORMS: tuple[Mapping[str, Any], ...] = (
    {
        "fields": (("岗位名称", "母婴管家主管", "岗位编号", "YZ-KF-02"), ("所属部门", "客户服务部", "直接上级", "门店总经理"),
                   ("直接下级", "母婴管家、产后顾问", "岗位定员", "1人")),
        "purpose": "统筹入住客户从签约到离所的全程服务，使客户满意并愿意转介绍。",
        "duties": (
            ("入住服务", "客户入住当天组织接房会，逐项交接服务清单", "随时"),
            ("入住服务", "巡房了解产妇和新生儿情况，记入巡房本", "每日两次"),
            ("客诉处理", "接到客户投诉30分钟内到房间处理，当日向门店总经理报告", "发生时"),
            ("团队管理", "召开管家例会，通报服务差错", "每周一次"),
            ("团队管理", "编制排班表并与护理部核对", "每月25日前"),
            ("客户维系", "离所客户满月、百天时上门或电话回访", "按节点"),
        ),
        "rights": ("对服务失误可给予客户1000元以内的项目补偿", "可批准管家2天以内的调休", "对管家的录用和转正有建议权"),
        "kpis": (("客户满意度", "40%", "≥95%"), ("转介绍签约数", "30%", "每月不少于3单"), ("投诉结案率", "30%", "100%")),
        "wanted": ("护理、酒店管理等相关专业大专及以上学历", "三年以上母婴或高端服务行业经验", "持有健康证", "善于倾听，抗压能力强"),
    },
    {
        "fields": (("岗位名称", "产后顾问", "岗位编号", "YZ-KF-05"), ("所属部门", "客户服务部", "直接上级", "母婴管家主管"),
                   ("直接下级", "无", "岗位定员", "2人")),
        "purpose": "为离所客户提供产后修复咨询与预约。",
        "duties": (
            ("咨询预约", "接听咨询电话，登记客户信息", "每日"),
            ("咨询预约", "客户到店前一日确认预约项目与时间", "发生时"),
            ("档案", "整理客户档案，次月5日前交主管归档", "每月"),
            ("其他", "参与节假日亲子活动的策划", "不定期"),
        ),
        "rights": ("可为老客户办理9.5折优惠",),
        "kpis": (("预约到店率", "60%", "≥80%"), ("档案完整率", "40%", "＞98%")),
        "wanted": ("中专以上学历", "一年以上客服经验", "普通话标准"),
    },
)  # fmt: skip


def rows_into(cell: _Cell, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    inner = cell.add_table(len(rows) + 1, len(head))
    for index, row in enumerate([head, *rows]):
        for column, text in enumerate(row):
            inner.cell(index, column).text = text
    return inner


def merged_where_equal(table: Table, column: int) -> None:
    """One cell for neighbours with the same words, as the names of groups are drawn."""
    for row in range(len(table.rows) - 1, 1, -1):
        upper, lower = table.cell(row - 1, column), table.cell(row, column)
        if upper.text == lower.text:
            words, lower.text = upper.text, ""
            upper.merge(lower).text = words


def postpartum() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "悦子母婴护理会所　岗位说明书　受控文件"
    for form in FORMS:
        document.add_paragraph("岗 位 说 明 书")
        table = document.add_table(8, 6, style="Table Grid")
        for row, (one, value, two, other) in enumerate(form["fields"]):
            table.cell(row, 0).text, table.cell(row, 3).text = one, two
            table.cell(row, 1).merge(table.cell(row, 2)).text = value
            table.cell(row, 4).merge(table.cell(row, 5)).text = other
        wide = [table.cell(row, 1).merge(table.cell(row, 5)) for row in range(3, 8)]
        for row, label in enumerate(("设岗目的", "工作职责", "工作权限", "绩效考核", "任职资格"), start=3):
            table.cell(row, 0).text = label
        wide[0].text = form["purpose"]
        numbered = [(str(index), *duty) for index, duty in enumerate(form["duties"], start=1)]
        merged_where_equal(rows_into(wide[1], ("序号", "工作模块", "工作内容", "频次"), numbered), 1)
        wide[2].text = "\n".join(f"{index}）{right}；" for index, right in enumerate(form["rights"], start=1))
        rows_into(wide[3], ("考核指标", "权重", "目标"), form["kpis"])
        wide[4].text = "\n".join(f"{index}、{want}。" for index, want in enumerate(form["wanted"], start=1))
        document.add_paragraph()
    save(document, "postpartum_care.docx")
