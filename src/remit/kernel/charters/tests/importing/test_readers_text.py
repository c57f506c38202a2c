"""A clerk drops in what an old system exported, or pastes from a window: the words arrive, whatever the bytes were."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.charters.importing.readers import read_bytes, read_text
from remit.kernel.charters.importing.readers.charset import codec_for
from remit.kernel.charters.importing.source import UnreadableDocument
from remit.kernel.charters.tests.importing.packages import grid, promise_holds, texts

HANS = "客户服务部经理负责处理重大投诉，每周召开一次例会。"
HANT = "客戶服務部經理負責處理重大投訴，每週召開一次例會。"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (HANS, "utf-8", "utf-8"),
        (HANS, "utf-8-sig", "utf-8"),
        (HANS, "utf-16", "utf-16"),
        ("ABC 12\n" + HANS, "utf-16-le", "utf-16-le"),
        ("ABC 12\n" + HANS, "utf-16-be", "utf-16-be"),
        (HANS, "gbk", "gb18030"),
        (HANS + "㐀", "gb18030", "gb18030"),
        (HANT, "big5", "big5hkscs"),
        (HANT + "嘅", "big5hkscs", "big5hkscs"),
        ("客户,金额\n恒远,100", "gbk", "gb18030"),
        ("plain ascii", "ascii", "utf-8"),
    ],
)
def test_the_encoding_is_found(text: str, written: str, found: str) -> None:
    source = read_bytes(text.encode(written), "岗位.txt")
    assert source.text.replace("\n\n", "\n") == text
    assert source.encoding == found


def test_big_endian_utf_16_with_a_mark_and_a_cut_off_utf_8_are_read() -> None:
    assert read_bytes(codecs.BOM_UTF16_BE + HANS.encode("utf-16-be"), "a.txt").text == HANS
    assert read_bytes(HANS.encode()[:-1], "a.txt").text == HANS[:-1]


def test_the_person_can_overrule_the_detection() -> None:
    short = "備註".encode("big5")
    assert read_bytes(short, "a.txt", encoding="big5").text == "備註"
    with pytest.raises(UnreadableDocument) as refusal:
        read_bytes(short, "a.txt", encoding="martian")
    assert refusal.value.code == "encoding"


def test_names_of_encodings_as_people_write_them() -> None:
    assert (codec_for("GB2312"), codec_for(" gbk "), codec_for("Big5"), codec_for("UTF-8")) == (
        "gb18030", "gb18030", "big5hkscs", "utf-8",
    )  # fmt: skip
    assert codec_for("rot13") is None
    assert codec_for("") is None


@given(st.text(st.sampled_from(sorted(set(HANS + "职责权限岗位一二三四五"))), min_size=12, max_size=60))
def test_any_run_of_daily_characters_survives_gbk(text: str) -> None:
    assert read_bytes(text.encode("gbk"), "a.txt").text == text


def test_lines_are_paragraphs_and_an_empty_line_stays_an_empty_line() -> None:
    source = read_text("客服主管\r\n  1、接待\r\n\r\n\r\n收银员\n\t1、收银\n", "粘贴")
    assert texts(source) == ["客服主管", "1、接待", "收银员", "1、收银"]
    assert source.text == "客服主管\n1、接待\n\n收银员\n1、收银"
    assert promise_holds(source)


def test_a_table_pasted_from_a_word_processor_is_a_table_again() -> None:
    source = read_text("考核表\n指标\t权重\n满意度\t60%\n投诉率\t40%\n以上按季考核", "粘贴")
    assert [block.kind for block in source.blocks] == ["paragraph", "table", "paragraph"]
    assert [part[-1] for part in grid(source)] == ["指标", "权重", "满意度", "60%", "投诉率", "40%"]
    indented = read_text("\t1、接待\n\t2、登记", "粘贴")
    assert [block.kind for block in indented.blocks] == ["paragraph", "paragraph"]


def test_a_csv_is_one_table_whatever_separates_its_values() -> None:
    quoted = read_bytes('岗位,"职责"\n客服,"接待,登记\n回访"\n'.encode("gbk"), "岗位.csv")
    assert [part[-1] for part in grid(quoted)] == ["岗位", "职责", "客服", "接待,登记\n回访"]
    assert promise_holds(quoted)
    assert [part[-1] for part in grid(read_bytes(b"a;b\n1,5;2", "a.csv"))] == ["a", "b", "1,5", "2"]


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_and_the_offsets_hold(text: str) -> None:
    try:
        source = read_text(text, "粘贴")
    except UnreadableDocument as refusal:
        assert refusal.code in {"empty", "no_text"}
    else:
        assert promise_holds(source)
        assert "\0" not in source.text


MARKDOWN = """\
# 客服部 **经理**

版本：<b>2</b>，见[附件](http://x/y)。
第二行
接着写

一级标题
====

1. 每天巡查，
   并登记
2) 每周`汇总`
   - 子项 \\*注\\*

| 指标 | 权重 |
|:---|---:|
| 满意度 | 60\\|% |
| 投诉率 |

```
代码 # 不是标题
```
---
> 引用
<!-- 看不见 -->
"""


def test_markdown_keeps_headings_numbers_tables_and_drops_its_marks() -> None:
    source = read_bytes(MARKDOWN.encode(), "手册.md")
    assert [(block.kind, block.level, block.text) for block in source.blocks] == [
        ("heading", 1, "客服部 经理"),
        ("paragraph", 0, "版本：2，见附件。"),
        ("paragraph", 0, "第二行接着写"),
        ("heading", 1, "一级标题"),
        ("paragraph", 1, "1. 每天巡查，并登记"),
        ("paragraph", 1, "2) 每周汇总"),
        ("paragraph", 2, "• 子项 *注*"),
        ("table", 0, "指标\t权重\n满意度\t60|%\n投诉率"),
        ("paragraph", 0, "代码 # 不是标题"),
        ("paragraph", 0, "引用"),
    ]
    assert promise_holds(source)


@given(st.text(st.sampled_from("#-*`|>1.) \n客服[](x)\\<!\t=~"), max_size=200))
def test_any_markdown_is_read_or_refused_and_the_offsets_hold(text: str) -> None:
    try:
        assert promise_holds(read_bytes(text.encode(), "a.md"))
    except UnreadableDocument as refusal:
        assert refusal.code in {"empty", "no_text"}
