#!/usr/bin/env python3
"""Write the job-description file that the customer-service pack brings as an example: as Word, and as a GBK text.

    tools/example_documents.py            # into src/remit/packs/customer-service/example/

It is as untidy as such files are: automatic numbers that restart, a heading that is only bold, a table of figures, a merged cell,
full-width blanks, a department's address in the middle of nowhere, a page foot. The words are our own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from docx.text.paragraph import Paragraph

EXAMPLE: Final = Path(__file__).resolve().parent.parent / "src/remit/packs/customer-service/example"
NAME: Final = "客服部岗位职责"
OUTLINE: Final = 91  # numId of 一、 1. （1）


@dataclass(frozen=True)
class Post:
    title: str
    superior: str
    duties: tuple[str, ...]
    rights: tuple[str, ...]
    wanted: tuple[str, ...]
    figures: tuple[tuple[str, str, str], ...] = ()


POSTS: Final = (
    Post(
        "投诉专员",
        "客服部经理",
        (
            "每日上午九点半之前查看前一天转来的投诉，逐件登记并告知客户受理编号",
            "一般投诉在2个工作日内给出处理意见，重大投诉当天报客服部经理",
            "每周五整理本周投诉原因，填写投诉原因分析表",
            "处理完毕后三天内电话回访客户，记录客户是否满意",
            "保管投诉档案，未经批准不得外借",
            "对待客户耐心诚恳，不推诿",
        ),
        (
            "产品确有质量问题的，有权当场为客户调换",
            "有权给予客户100元以内的经济补偿，事后三个工作日内由客服部经理签字确认",
            "有权赠送50元以内的礼品，同一客户一年不超过三次",
            "超出以上权限的，立即报客服部经理",
        ),
        ("大专以上学历，市场营销或心理学专业优先", "一年以上客户服务经验", "普通话标准，会使用电子表格"),
        (("投诉按时办结率", "50%", "≥98%"), ("回访满意率", "30%", "≥95%"), ("投诉档案差错", "20%", "≤1件")),
    ),
    Post(
        "会员回访组长",
        "客服部经理",
        (
            "每天早上分配当天的回访名单，做到人人数量均衡",
            "每月25日前制定下月回访计划，报客服部经理审批",
            "每天抽听组员五个回访录音，发现问题当天纠正",
            "每季度组织一次会员活动，活动结束一周内提交总结",
            "负责组员的考勤，月底汇总报人事行政部",
            "带教新组员，试用期满前提出转正意见",
        ),
        (
            "有权对组员给予50元以内的奖励或处罚，并报客服部经理备案",
            "有权批准组员一天以内的请假",
            "有权调整组员的回访名单和班次",
            "对组员的任免有建议权",
        ),
        ("中专以上学历", "两年以上电话回访经验，带过三人以上的小组"),
        (("三日回访率", "60%", "≥98%"), ("录音抽检合格率", "40%", "≥95%")),
    ),
    Post(
        "售后服务主管",
        "客服部总监",
        (
            "受理门店转来的退换货，当日核对实物与单据",
            "每周一与仓库核对退回货品，账实不符的查明原因",
            "每月5日前向客服部总监提交退换货月报",
            "监督售后人员按流程办理，发现违规及时制止",
            "参与制定退换货管理办法，每年修订一次",
        ),
        (
            "客户坚持退货的，有权批准1000元以内的退货",
            "有权审批本部门500元以内的报销",
            "有权决定展示样机的更换",
            "对不配合的门店有权提出处罚建议",
        ),
        ("大专以上学历，三年以上售后管理经验", "熟悉消费者权益保护法规"),
        (("退换货差错率", "40%", "<5‰"), ("客户满意度", "40%", "≥98%"), ("月报按时率", "20%", "100%")),
    ),
)  # fmt: skip


def write_word(path: Path) -> None:
    document = docx.Document()
    _define_outline(document)
    document.styles["Normal"].font.size = Pt(10.5)
    document.add_paragraph().add_run(f"{NAME}（2026年修订稿）").bold = True
    document.add_paragraph("　　为明确责任、提高效率，特制定本职责，自发文之日起执行，各岗位须签字确认。")
    for number, post in enumerate(POSTS):
        _write_post(document, post, OUTLINE + 1 + number)
    document.add_paragraph("人事行政部编印　　电话：0571-8888 0000")
    document.save(str(path))


def _define_outline(document: Document) -> None:
    numbering = document.part.numbering_part.element
    levels = [("chineseCounting", "%1、"), ("decimal", "%2."), ("decimal", "（%3）")]
    text = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{OUTLINE}"><w:multiLevelType w:val="multilevel"/>'
    for level, (kind, shape) in enumerate(levels):
        text += f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shape}"/></w:lvl>'
    numbering.find("{*}num").addprevious(parse_xml(text + "</w:abstractNum>"))
    for offset in range(len(POSTS) + 1):
        restart = '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride>' if offset else ""
        head = f'<w:num {nsdecls("w")} w:numId="{OUTLINE + offset}"><w:abstractNumId w:val="{OUTLINE}"/>'
        numbering.append(parse_xml(f"{head}{restart}</w:num>"))


def _write_post(document: Document, post: Post, list_id: int) -> None:
    heading = document.add_paragraph()
    heading.add_run(f"{post.title}岗位职责").bold = True
    _number(heading, OUTLINE, 0)
    document.add_paragraph(f"岗位名称：{post.title}　　直接上级：{post.superior}　　所属部门：客户服务部")
    for name, lines in (("岗位职责：", post.duties), ("工作权限：", post.rights), ("任职要求：", post.wanted)):
        document.add_paragraph(name).runs[0].bold = True
        for line in lines:
            _number(document.add_paragraph(f"{line}；" if line is not lines[-1] else f"{line}。"), list_id, 1)
        list_id = _restarted(document, list_id)
    document.add_paragraph("考核指标：").runs[0].bold = True
    table = document.add_table(len(post.figures) + 2, 3, style="Table Grid")
    table.cell(0, 0).merge(table.cell(0, 2)).text = f"{post.title}季度考核表"
    for row, cells in enumerate((("考核指标", "权重", "目标值"), *post.figures), 1):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text


def _number(paragraph: Paragraph, list_id: int, level: int) -> None:
    numbers = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(numbers))


def _restarted(document: Document, after: int) -> int:
    """A list of the same looks that begins at 1 again."""
    numbering = document.part.numbering_part.element
    new = after + 100
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{new}"><w:abstractNumId w:val="{OUTLINE}"/>'
            '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        )
    )
    return new


def write_text(path: Path) -> None:
    """As an old machine would have saved it: GBK, CRLF, numbers typed by hand, a figure table drawn with blanks."""
    path.write_bytes("\r\n".join(_text_lines()).encode("gbk"))


def _text_lines() -> Iterable[str]:
    yield f"{NAME}"
    yield ""
    for number, post in zip("一二三", POSTS, strict=True):
        yield f"{number}、{post.title}岗位职责"
        yield f"直接上级：{post.superior}"
        for name, lines in (("岗位职责", post.duties), ("工作权限", post.rights), ("任职要求", post.wanted)):
            yield f"【{name}】"
            yield from (f"　　{index}、{line}。" for index, line in enumerate(lines, 1))
        yield "【考核指标】"
        yield from (f"　　{name}　　权重{weight}　　目标{target}" for name, weight, target in post.figures)
        yield ""


if __name__ == "__main__":
    EXAMPLE.mkdir(exist_ok=True)
    write_word(EXAMPLE / f"{NAME}.docx")
    write_text(EXAMPLE / f"{NAME}.txt")
