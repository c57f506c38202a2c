"""Rich text from WordPad, WPS and old personnel systems."""

from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.charters.importing.readers import read_bytes
from remit.kernel.charters.importing.source import UnreadableDocument
from remit.kernel.charters.tests.importing.packages import grid, promise_holds, texts


def hexed(text: str, codec: str = "gbk") -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode(codec))


def rtf(body: str, head: str = r"\ansi\ansicpg936") -> bytes:
    return ("{\\rtf1" + head + " " + body + "}").encode("ascii")


def test_chinese_in_both_spellings_and_by_the_font_s_charset() -> None:
    unicode = "".join(f"\\u{ord(char)}?" for char in "客服")
    assert texts(read_bytes(rtf(f"{unicode}{hexed('主管')}\\par"), "a.rtf")) == ["客服主管"]
    fonts = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset134 SimSun;}{\f2\fcharset136 MingLiU;}}"
    mixed = fonts + r"\f1 " + hexed("经理") + r"\f2 " + hexed("經理", "big5") + r"\par"
    assert texts(read_bytes(rtf(mixed, r"\ansi\ansicpg1252"), "a.rtf")) == ["经理經理"]
    rare = r"\u-10179?\u-8704?"
    assert texts(read_bytes(rtf(rare + r"\par"), "a.rtf")) == ["😀"]


def test_uc_says_how_many_bytes_stand_in_for_an_unknown_character() -> None:
    assert texts(read_bytes(rtf(r"\uc2\u23458 ab\u26381\'b7\'fe\uc0\u37096 c\par"), "a.rtf")) == ["客服部c"]


def test_what_is_no_text_is_passed_over() -> None:
    noise = (
        r"{\info{\title x}}{\*\generator y;}{\stylesheet{\s1 heading 1;}}{\header z}{\pict\bin4 {{{{}{\colortbl;\red0;}"
        r"{\field{\*\fldinst HYPERLINK}{\fldrslt link}}{\v hidden}"
    )
    assert texts(read_bytes(rtf(noise + r" text\~\emdash \{x\}\par"), "a.rtf")) == ["link text —{x}"]


def test_numbers_headings_and_line_breaks() -> None:
    body = (
        r"\pard\outlinelevel0 Head\par\pard{\listtext 1.\tab}\ilvl1 one\par{\pntext 2.\tab}two\line more\par"
        r"\pard\b Duties\b0\par plain\par"
    )
    source = read_bytes(rtf(body), "a.rtf")
    assert [(block.kind, block.number, block.text) for block in source.blocks] == [
        ("heading", "", "Head"), ("paragraph", "1.", "1. one"), ("paragraph", "2.", "2. two"), ("paragraph", "", "more"),
        ("heading", "", "Duties"), ("paragraph", "", "plain"),
    ]  # fmt: skip
    assert promise_holds(source)


def test_a_style_makes_a_heading_and_a_deletion_is_gone() -> None:
    styles = r"{\stylesheet{\s0 Normal;}{\s2\outlinelevel1 heading 2;}}"
    body = styles + r"\pard\s2 Duties\par\pard\s0 kept {\deleted gone}\par"
    source = read_bytes(rtf(body), "a.rtf")
    assert [(block.kind, block.level, block.text) for block in source.blocks] == [
        ("heading", 2, "Duties"), ("paragraph", 0, "kept"),
    ]  # fmt: skip


def test_a_number_inside_a_cell_does_not_end_the_table() -> None:
    body = r"\trowd\cellx1000\pard\intbl{\listtext\pard 1.\tab}one\par{\listtext\pard 2.\tab}two\cell b\cell\row\pard end\par"
    assert [part[-1] for part in grid(read_bytes(rtf(body), "a.rtf"))] == ["1. one\n2. two", "b"]


def test_tables_with_merged_cells() -> None:
    body = (
        r"\trowd\clvmgf\cellx1000\cellx2000\cellx3000\pard\intbl a\par a2\cell b\cell c\cell\row"
        r"\trowd\clvmrg\cellx1000\cellx3010\intbl \cell d\cell\row"
        r"\trowd\clmgf\cellx1000\clmrg\cellx2000\cellx3000\intbl e\cell\cell f\cell\row\pard after\par"
    )
    source = read_bytes(rtf(body), "a.rtf")
    assert grid(source) == [
        (0, 0, 2, 1, "a\na2"), (0, 1, 1, 1, "b"), (0, 2, 1, 1, "c"), (1, 1, 1, 2, "d"), (2, 0, 1, 2, "e"), (2, 2, 1, 1, "f"),
    ]  # fmt: skip
    assert texts(source)[-1] == "after"
    assert promise_holds(source)


@given(st.lists(st.sampled_from(["{", "}", "\\par ", "\\cell ", "\\row ", "\\trowd ", "\\cellx900 ", "\\intbl ", "\\u23458?",
                                 "\\'bf\\'cd", "\\'zz", "\\bin3 ", "\\*", "x", "\\uc9 ", "\\f1 ", "{\\listtext 1.}", "\\u99999999 "]), max_size=40))  # fmt: skip
def test_any_rtf_is_read_or_refused_and_the_offsets_hold(parts: list[str]) -> None:
    try:
        assert promise_holds(read_bytes(rtf("".join(parts)), "a.rtf"))
    except UnreadableDocument as refusal:
        assert refusal.code == "no_text"
