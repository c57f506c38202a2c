"""Pages of document portals, saved archives, and exports of job sites that call themselves .doc."""

from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.charters.importing.readers import read_bytes
from remit.kernel.charters.importing.source import UnreadableDocument
from remit.kernel.charters.tests.importing.packages import grid, promise_holds, texts

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>范文</title><style>p{{}}</style></head><body>
<script>document.write("广告")</script><nav>首页</nav>
<h2>客服<br>主管</h2><p>负责客户
服务 部</p><div>每天<b>巡查</b><p>内层</p>尾巴</div>
<p style="display:none">看不见</p><p hidden>也看不见</p>
<ol start="3"><li>接待<li value="7"><p>回访</p><ul><li>登记</li></ul></li><li>归档</ol><ol type="a"><li>甲</ol>
<p><strong>岗位权限</strong></p><p><strong>有权批准；</strong></p>
<ruby>销<rt>xiao</rt></ruby>售<footer>版权所有</footer></body></html>"""


def test_a_page_is_read_as_it_shows() -> None:
    source = read_bytes(PAGE.format(charset="utf-8").encode(), "a.html")
    assert [(block.kind, block.text) for block in source.blocks] == [
        ("heading", "客服"), ("heading", "主管"), ("paragraph", "负责客户服务 部"), ("paragraph", "每天巡查"),
        ("paragraph", "内层"), ("paragraph", "尾巴"), ("paragraph", "3. 接待"), ("paragraph", "7. 回访"),
        ("paragraph", "• 登记"), ("paragraph", "8. 归档"), ("paragraph", "a. 甲"), ("heading", "岗位权限"),
        ("paragraph", "有权批准；"), ("paragraph", "销售"),
    ]  # fmt: skip
    assert [block.level for block in source.blocks if block.number] == [1, 1, 2, 1, 1]
    assert promise_holds(source)


def test_the_charset_comes_from_the_bytes_then_the_page_then_the_words() -> None:
    gbk = read_bytes(PAGE.format(charset="gb2312").encode("gbk"), "招聘.doc")
    assert (gbk.media_type, gbk.encoding, gbk.blocks[0].text) == ("text/html", "gb18030", "客服")
    assert read_bytes(PAGE.format(charset="gb2312").encode(), "a.html").encoding == "utf-8"
    assert read_bytes(PAGE.format(charset="martian").encode("gbk"), "a.html").encoding == "gb18030"
    wide = PAGE.format(charset="utf-16").encode("utf-16")
    assert read_bytes(wide, "a.html").blocks[0].text == "客服"


def test_a_data_table_keeps_its_merged_cells_and_a_layout_table_dissolves() -> None:
    data = "<table><tr><th rowspan=2>考核<th>指标<th>权重<tr><td colspan=2>满意度<br>60%<tr><td>备注<td><td>无</table>"
    source = read_bytes(f"<html><table><tr><td>左栏<td><p>正文</p>{data}</table>".encode(), "a.html")
    assert texts(source)[:2] == ["左栏", "正文"]
    assert grid(source) == [
        (0, 0, 2, 1, "考核"), (0, 1, 1, 1, "指标"), (0, 2, 1, 1, "权重"), (1, 1, 1, 2, "满意度\n60%"),
        (2, 0, 1, 1, "备注"), (2, 1, 1, 1, ""), (2, 2, 1, 1, "无"),
    ]  # fmt: skip
    assert promise_holds(source)


def test_a_saved_web_archive_is_read_through_its_encodings() -> None:
    words = "<html><body><p>客服主管岗位职责</p></body></html>"
    archive = (
        b"From: <Saved by Browser>\r\nSubject: =?utf-8?B?5a6i5pyN?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; type="text/html"; boundary="--B"\r\n\r\n----B\r\n'
        b"Content-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + b"".join(b"=%02X" % byte for byte in words.encode("gbk"))
        + b"\r\n----B\r\nContent-Type: image/png\r\n\r\nxx\r\n----B--\r\n"
    )
    source = read_bytes(archive, "保存的网页.doc")
    assert texts(source) == ["客服主管岗位职责"]


@given(st.lists(st.sampled_from(["<p>", "</p>", "<table>", "<tr>", "<td>", "</table>", "<ol>", "<li>", "</ol>", "<br>", "<h1>",
                                 "</h1>", "<b>", "客服", " ", "\n", "&amp;", "<td rowspan=0 colspan=9999>", "<!--", "-->", "<"]), max_size=40))  # fmt: skip
def test_any_soup_of_tags_is_read_or_refused_and_the_offsets_hold(parts: list[str]) -> None:
    try:
        assert promise_holds(read_bytes(("<html><body>" + "".join(parts)).encode(), "a.html"))
    except UnreadableDocument as refusal:
        assert refusal.code == "no_text"


def test_a_page_nested_very_deep_does_not_break_the_reader() -> None:
    assert "客服" in read_bytes(("<html>" + "<div>" * 20 + "客服" + "<div>" * 50_000).encode(), "a.html").text
