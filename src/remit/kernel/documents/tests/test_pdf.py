"""Papers that are printed: the words on them can be found again, whatever was typed into the data."""

import io
import struct
import zlib
from typing import Any

import pdfplumber
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.kernel.documents.errors import BadPaperData
from remit.kernel.documents.rendering import pdf


def png(width: int = 40, height: int = 16) -> bytes:
    """A black picture of that size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def words_of(paper: bytes) -> str:
    with pdfplumber.open(io.BytesIO(paper)) as read:
        return "".join(page.extract_text() for page in read.pages).replace(" ", "").replace("\n", "")


def sheet(**changes: Any) -> dict[str, Any]:
    step = {
        "position": "客服总监",
        "name": "高岚",
        "decision": "同意",
        "at": "2026年11月24日 10:30",
        "day": "2026.11.24",
    }
    return {
        "company": "恒远健康科技有限公司",
        "number": "SP-2026-00131",
        "title": "支付经济补偿 ¥800",
        "status": "已核准",
        "requester": {"name": "林晓岚", "position": "客户服务部经理", "at": "2026年11月23日 11:20"},
        "action": "经济补偿",
        "reason": "",
        "clause": "",
        "facts": [["金额", "¥800.00"]],
        "route": [{**step, "note": "按此办理", "behalf": "代 总经理 高远山", "seal": "已核准"}],
        "result": "",
        "reference": "SP-2026-00131",
        "seal": {"word": "已核准", "name": "高岚", "position": "客服总监", "date": "2026.11.24"},
        **changes,
    }


def matrix(positions: int = 3, **changes: Any) -> dict[str, Any]:
    cell = {"main": "≤ ¥100", "notes": ["限本组"], "propose": False}
    return {
        "company": "恒远健康科技有限公司",
        "as_of": "截至 2026年11月23日",
        "note": "",
        "positions": [{"title": f"岗位{n}", "department": "客户服务部"} for n in range(positions)],
        "groups": [{"label": "人员", "rows": [{"action": "奖励员工", "name": "staff.reward", "cells": [cell, *[None] * (positions - 1)]}]}],
        **changes,
    }  # fmt: skip


def test_an_approval_sheet_says_who_decided_what() -> None:
    words = words_of(pdf.render("approval-sheet", sheet()))
    assert "审批单" in words
    assert "代总经理高远山" in words
    assert "¥800.00" in words
    assert "第1页·共1页" in words


def test_a_request_that_nobody_decided_yet_is_printed_too() -> None:
    assert "尚未送出" in words_of(pdf.render("approval-sheet", sheet(route=[], seal=None, reason="误工")))


def test_a_matrix_of_many_positions_goes_on_over_pages() -> None:
    with pdfplumber.open(io.BytesIO(pdf.render("authority-matrix", matrix(16)))) as read:
        assert len(read.pages) == 3
        assert read.pages[0].width > read.pages[0].height
        assert all("奖励员工" in page.extract_text() for page in read.pages)
        assert "岗位15" in read.pages[2].extract_text()


def test_an_empty_matrix_says_so() -> None:
    assert "没有可显示的授权" in words_of(pdf.render("authority-matrix", matrix(0, groups=[])))


def test_traditional_and_rare_characters_are_printed_and_found() -> None:
    rare = "陳龘靐㐀𠮷𰻞叠彁號數據"
    assert rare in words_of(pdf.render("approval-sheet", sheet(title=rare)))
    assert rare in words_of(pdf.render("approval-sheet", sheet(title=rare, language="zh-hant")))


@settings(max_examples=15)
@given(st.text(alphabet="#[]*_$`\\@<>=-+/~\"'{}() abc客", max_size=40))
def test_what_was_typed_is_never_read_as_markup(typed: str) -> None:
    paper = pdf.render("approval-sheet", sheet(title="甲" + typed + "乙", facts=[[typed or "空", typed]]))
    assert "".join(f"甲{typed}乙".split()) in words_of(paper)


def test_the_same_data_give_the_same_bytes() -> None:
    assert pdf.render("approval-sheet", sheet()) == pdf.render("approval-sheet", sheet())


def test_only_our_own_fonts_are_used() -> None:
    with pdfplumber.open(io.BytesIO(pdf.render("approval-sheet", sheet()))) as read:
        fonts = {char["fontname"] for char in read.pages[0].chars}
    assert fonts
    assert all("NotoSansCJK" in font for font in fonts)


def test_missing_data_and_unknown_templates_are_named() -> None:
    incomplete = sheet()
    del incomplete["requester"]
    with pytest.raises(BadPaperData, match="requester"):
        pdf.render("approval-sheet", incomplete)
    with pytest.raises(BadPaperData, match="settings"):
        pdf.render("../settings", {})


def test_too_much_for_one_paper_is_refused_before_it_is_set() -> None:
    with pytest.raises(BadPaperData):
        pdf.render("approval-sheet", sheet(title="长" * 2_000_000))


@pytest.mark.parametrize("picture", [b"", b"GIF89a", png()[:20], png(5000, 1), png(0, 4), png() + b"\0" * 1_000_001])
def test_a_signature_that_is_no_small_png_is_refused(picture: bytes) -> None:
    with pytest.raises(BadPaperData):
        pdf.render("approval-sheet", sheet(), images={"signature.png": picture})


def test_a_broken_png_with_a_good_header_is_refused_by_name() -> None:
    data = {
        "language": "zh-hans", "company": "", "title": "甲", "note": "", "reference": "", "header": [], "purpose": "",
        "duties": [], "authority": [], "kpis": [], "declaration": "", "effective": "", "archive": "",
        "signatures": [{"role": "审核人", "signed": {
            "name": "高岚", "position": "", "date": "", "day": "", "method": "", "word": "已审核", "image": "s.png"}}],
    }  # fmt: skip
    assert pdf.render("confirmation", data, images={"s.png": png()}).startswith(b"%PDF")
    with pytest.raises(BadPaperData, match="confirmation"):
        pdf.render("confirmation", data, images={"s.png": png()[:40] + b"\xff" * 30})
