"""A personnel department's Word file comes in as its pages read: numbers, merged cells, boxes, the last revision."""

from pathlib import Path

import pytest

from remit.kernel.charters.importing.readers import read_bytes
from remit.kernel.charters.importing.source import UnreadableDocument
from remit.kernel.charters.tests.importing.packages import (
    TYPES,
    abstract,
    cell,
    docx_of,
    grid,
    level,
    num,
    p,
    promise_holds,
    table,
    texts,
    zipped,
)

CHAPTERS = abstract(
    0,
    level(0, "chineseCounting", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3."),
    level(3, "decimal", "%3.%4"),
    level(4, "decimalEnclosedCircle", "%5"),
    level(5, "lowerLetter", "%6)"),
)


def test_all_levels_of_a_list_show_their_numbers_and_start_again_below_a_higher_one() -> None:
    body = "".join(p(f"第{index}层", number=(1, index)) for index in range(6))
    body += (
        p("又一章", number=(1, 0)) + p("又一节", number=(1, 1)) + p("再一节", number=(1, 1)) + p("小项", number=(1, 2))
    )
    source = read_bytes(docx_of(body, numbering=CHAPTERS + num(1, 0)), "岗位.docx")
    assert [block.number for block in source.blocks] == [
        "一、", "（一）", "1.", "1.1", "①", "a)", "二、", "（一）", "（二）", "1.",
    ]  # fmt: skip
    assert texts(source)[0] == "一、第0层"
    assert texts(source)[2] == "1. 第2层"
    assert [block.level for block in source.blocks][:3] == [1, 2, 3]
    assert promise_holds(source)


def test_lists_that_share_a_definition_go_on_unless_they_are_told_to_start_again() -> None:
    numbering = abstract(0, level(0, "decimal", "%1.")) + num(1, 0) + num(2, 0) + num(3, 0, restart_level=0)
    body = p("甲", number=(1, 0)) + p("乙", number=(1, 0)) + p("丙", number=(2, 0)) + p("丁", number=(3, 0))
    body += p("戊", number=(3, 0))
    source = read_bytes(docx_of(body, numbering=numbering), "a.docx")
    assert [block.number for block in source.blocks] == ["1.", "2.", "3.", "1.", "2."]


def test_a_level_that_never_restarts_counts_through_and_a_legal_one_counts_in_digits() -> None:
    numbering = abstract(
        0,
        level(0, "chineseCounting", "第%1章"),
        level(1, "decimal", "%1.%2", '<w:lvlRestart w:val="0"/><w:isLgl/>'),
    )
    body = "".join(p("x", number=(1, index)) for index in (0, 1, 1, 0, 1))
    source = read_bytes(docx_of(body, numbering=numbering + num(1, 0)), "a.docx")
    assert [block.number for block in source.blocks] == ["第一章", "1.1", "1.2", "第二章", "2.3"]


def test_a_list_that_hangs_on_a_style_numbers_the_style_s_paragraphs() -> None:
    numbering = abstract(
        0,
        level(0, "chineseCounting", "%1、", '<w:pStyle w:val="Chapter"/>'),
        level(1, "decimal", "%2.", '<w:pStyle w:val="Item"/>'),
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{base}<w:pPr>{properties}</w:pPr></w:style>'
        for key, name, base, properties in (
            ("Chapter", "heading 1", "", '<w:numPr><w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/>'),
            ("Item", "条目", "", '<w:numPr><w:numId w:val="1"/></w:numPr>'),
            ("Child", "小条目", '<w:basedOn w:val="Item"/>', ""),
        )
    )
    body = p("总则", style="Chapter") + p("甲", style="Item") + p("乙", style="Item") + p("细则", style="Chapter")
    body += (
        p("丙", style="Item")
        + '<w:p><w:pPr><w:pStyle w:val="Item"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr><w:r><w:t>无号</w:t></w:r></w:p>'
    )
    source = read_bytes(docx_of(body, numbering=numbering + num(1, 0), styles=styles), "a.docx")
    assert texts(source) == ["一、总则", "1. 甲", "2. 乙", "二、细则", "1. 丙", "无号"]
    assert [block.kind for block in source.blocks][:2] == ["heading", "paragraph"]


def test_a_list_defined_through_a_numbering_style_is_followed_to_its_definition() -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="House"/></w:abstractNum>'
        + abstract(1, level(0, "upperRoman", "%1."))
        + num(1, 0)
        + num(2, 1)
    )
    styles = '<w:style w:type="numbering" w:styleId="House"><w:name w:val="House"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
    source = read_bytes(docx_of(p("甲", number=(1, 0)) * 4, numbering=numbering, styles=styles), "a.docx")
    assert [block.number for block in source.blocks] == ["I.", "II.", "III.", "IV."]


def test_merged_cells_stand_once_with_their_spans() -> None:
    body = table(
        (cell(p("考核"), merge="restart"), cell(p("指标"), span=2)),
        (cell(p(""), merge="continue"), cell(p("满意度")), cell(p("30%"))),
        (cell(p(""), merge="continue"), cell(p("投诉率")), cell(p("70%"))),
        (cell(p("备注")), cell(p("按季"), span=2)),
    )
    source = read_bytes(docx_of(body), "a.docx")
    assert grid(source) == [
        (0, 0, 3, 1, "考核"), (0, 1, 1, 2, "指标"), (1, 1, 1, 1, "满意度"), (1, 2, 1, 1, "30%"),
        (2, 1, 1, 1, "投诉率"), (2, 2, 1, 1, "70%"), (3, 0, 1, 1, "备注"), (3, 1, 1, 2, "按季"),
    ]  # fmt: skip
    assert source.text == "考核\t指标\n满意度\t30%\n投诉率\t70%\n备注\t按季"
    assert promise_holds(source)


def test_a_nested_table_follows_its_own_and_a_frame_of_one_cell_is_no_table() -> None:
    inner = table((cell(p("内一")), cell(p("内二"))))
    framed = read_bytes(docx_of(table((cell(p("框中文字") + inner),))), "a.docx")
    assert [(block.kind, block.text) for block in framed.blocks] == [("paragraph", "框中文字"), ("table", "内一\t内二")]
    nested = read_bytes(docx_of(table((cell(p("左")), cell(p("右") + inner + p("下"))))), "a.docx")
    assert grid(nested, 0) == [(0, 0, 1, 1, "左"), (0, 1, 1, 1, "右\n下")]
    assert grid(nested, 1) == [(0, 0, 1, 1, "内一"), (0, 1, 1, 1, "内二")]


def test_numbers_inside_cells_are_counted_in_the_order_of_the_page() -> None:
    numbering = abstract(0, level(0, "decimal", "%1、")) + num(1, 0)
    body = table((cell(p("职责")), cell(p("接待", number=(1, 0)) + p("回访", number=(1, 0))))) + p(
        "归档", number=(1, 0)
    )
    source = read_bytes(docx_of(body, numbering=numbering), "a.docx")
    assert grid(source)[1][-1] == "1、接待\n2、回访"
    assert texts(source)[1] == "3、归档"


def test_only_the_last_revision_is_read() -> None:
    body = (
        '<w:p><w:r><w:t>每月</w:t></w:r><w:del w:id="1"><w:r><w:delText>旧</w:delText></w:r></w:del>'
        '<w:ins w:id="2"><w:r><w:t>新</w:t></w:r></w:ins><w:r><w:t>报告</w:t></w:r></w:p>'
        '<w:p><w:pPr><w:rPr><w:del w:id="3"/></w:rPr></w:pPr><w:r><w:t>前半句，</w:t></w:r></w:p>' + p("后半句。")
    )
    moved = '<w:p><w:moveFrom w:id="4"><w:r><w:t>搬走</w:t></w:r></w:moveFrom></w:p><w:p><w:moveTo w:id="5"><w:r><w:t>搬来</w:t></w:r></w:moveTo></w:p>'
    assert texts(read_bytes(docx_of(body + moved), "a.docx")) == ["每月新报告", "前半句，后半句。", "搬来"]


def test_boxes_and_content_controls_are_read_once_and_in_place() -> None:
    box = f"<w:txbxContent>{p('框里的话')}</w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
        f"<w:sdt><w:sdtContent>{p('控件里的话')}</w:sdtContent></w:sdt>"
        "<w:p><w:sdt><w:sdtContent><w:r><w:t>行内控件</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    )
    assert texts(read_bytes(docx_of(body), "a.docx")) == ["正文", "框里的话", "控件里的话", "行内控件"]


def test_what_the_page_does_not_show_is_left_out() -> None:
    contents = '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/></w:style>'
    body = (
        p("一、职责 ........ 3", style="TOC1")
        + "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:t>可见</w:t></w:r></w:p>"
        + '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>域值</w:t></w:r></w:p>'
        + "<w:p><w:ruby><w:rt><w:r><w:t>xiao</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>销售</w:t></w:r></w:rubyBase></w:ruby></w:p>"
    )
    assert texts(read_bytes(docx_of(body, styles=contents), "a.docx")) == ["可见", "域值", "销售"]


def test_soft_line_breaks_part_lines_and_tabs_stay() -> None:
    body = "<w:p><w:r><w:t>一、职责</w:t><w:br/><w:t>1、接待</w:t><w:tab/><w:t>登记</w:t></w:r></w:p>"
    assert texts(read_bytes(docx_of(body), "a.docx")) == ["一、职责", "1、接待\t登记"]


def test_headings_by_style_by_outline_and_by_bold_looks() -> None:
    styles = '<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/></w:style><w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
    outline = '<w:p><w:pPr><w:outlineLvl w:val="2"/></w:pPr><w:r><w:t>大纲</w:t></w:r></w:p>'
    body = (
        p("书名", style="T")
        + p("节", style="2")
        + outline
        + p("权限", bold=True)
        + p("有权批准一切；", bold=True)
        + p("正文")
    )
    source = read_bytes(docx_of(body, styles=styles), "a.docx")
    assert [(block.kind, block.level) for block in source.blocks] == [
        ("heading", 1), ("heading", 2), ("heading", 3), ("heading", 0), ("paragraph", 0), ("paragraph", 0),
    ]  # fmt: skip


def test_a_strict_open_xml_file_reads_like_any_other() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    document = f'<w:document xmlns:w="{strict}"><w:body>{p("严格")}</w:body></w:document>'
    source = read_bytes(zipped({"[Content_Types].xml": TYPES, "word/document.xml": document}), "a.docx")
    assert texts(source) == ["严格"]


def test_entities_that_multiply_are_refused_and_outside_ones_never_fetched(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "' + "哈" * 50 + '">'
    bomb += "".join(f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in zip("abcdef", "bcdefg", strict=True))
    with pytest.raises(UnreadableDocument) as refusal:
        read_bytes(docx_of(p("文&g;字"), prolog=bomb + "]>"), "a.docx")
    assert refusal.value.code == "damaged"
    secret = tmp_path / "secret.txt"
    secret.write_text("机密", encoding="utf-8")
    outside = f'<!DOCTYPE x [<!ENTITY s SYSTEM "{secret.as_uri()}">]>'
    assert "机密" not in read_bytes(docx_of(p("文&s;字") + p("尾"), prolog=outside), "a.docx").text
