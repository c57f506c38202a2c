"""What holds for every document: no crash, exact spans, confidences that mean something, time that grows with the text."""

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remit.kernel.charters.importing.gold import to_gold
from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.charters.importing.reading.script import fold, simplify
from remit.kernel.charters.importing.source import Block, Cell, Source
from remit.kernel.charters.tests.importing.reading_help import SourceWriter, all_spans, read_text, text_source

_FRAGMENTS = st.sampled_from(
    """客服主管岗位职责|岗位名称：|客服部|权限|任职要求：|1、|2、|（一）|一、|3.|(1)|负责处理客户投诉，|每周汇总。|有权给予100元以内的奖励。|三天之内|直接上级|
考核指标|权重|30%|≥95%|目标值|第2篇：|11负责|1、1负责|12编制报表|完成领导交办的其他工作。|技巧：|是公司的窗口。|學習(xué)|- 3 -|l|● |工作描述|每天：|。|；|：|（|“|9折|
www.example.com|管理办法|说明书|店长|经理|出纳21协助|\n|\n\n|\t|   |a)|①|<b>|相关推荐|KPI|指标|1|2""".replace(
        "\n1、", "1、"
    ).split("|")
)
_TEXTS = st.lists(_FRAGMENTS, max_size=60).map("".join)


@given(_TEXTS)
@settings(max_examples=150)
def test_spans_lie_in_the_text_and_hold_the_items_words(text: str) -> None:
    source = text_source(text)
    draft = read_charters(source)
    for start, end in all_spans(draft):
        assert 0 <= start <= end <= len(source.text)
    for position in draft.positions:
        for item in (*position.duties, *position.authority, *position.kpis, *position.qualifications):
            assert item.spans
            assert all(start < end for start, end in item.spans)
            assert list(item.spans) == sorted(item.spans)
            assert item.original == "".join(source.text[start:end] for start, end in item.spans)
            assert 0 < item.confidence <= 1
            # What the item says stands in its original, but for white space and the script.
            words = "".join(fold(item.text).split())
            assert words == "".join(fold(simplify(item.original)[0]).split()).replace("学_", "学习")
            assert position.span[0] <= item.spans[0][0]


@given(st.text(max_size=400))
@settings(max_examples=150)
def test_no_text_breaks_the_reading(text: str) -> None:
    draft = read_text(text)
    json.dumps(to_gold(draft))


@given(
    st.lists(st.lists(st.one_of(st.none(), _FRAGMENTS, st.text(max_size=12)), min_size=1, max_size=5), max_size=8),
    _TEXTS,
)
@settings(max_examples=120)
def test_no_table_breaks_the_reading(rows: list[list[str | None]], before: str) -> None:
    source = SourceWriter().line(before.replace("\n", " ") or "x").table(rows).source()
    draft = read_charters(source)
    assert all(0 <= start <= end <= len(source.text) for start, end in all_spans(draft))


def test_odd_sources_are_read_without_a_word() -> None:
    overlapping = Source(
        "x",
        "x/x",
        "客服主管岗位职责",
        (Block("paragraph", "客服", 0, 2), Block("table", "", 0, 8, cells=(Cell(0, 0, "", 3, 3),))),
    )
    for source in (Source("", "", "", ()), Source("x", "x/x", "客服主管岗位职责\n1、接待。", ()), overlapping):
        read_charters(source)
    assert read_charters(Source("x", "x/x", "客服主管岗位职责\n1、接待来宾。", ())).positions[0].title == "客服主管"


def test_a_numbered_item_is_surer_than_a_sentence_of_prose() -> None:
    position = read_text("门卫岗位职责\n1、登记来客。\n夜间应当每两小时巡逻一次厂区。").positions[0]
    numbered, prose = position.duties
    assert numbered.confidence > prose.confidence


def test_the_gold_form_has_plain_numbers() -> None:
    gold = to_gold(read_text("店长岗位职责\n1、三天之内答复。\n权限：\n1、有权减免50元以内的费用。\n2、可打8.5折。"))
    position = gold["positions"][0]
    assert position["duties"] == [{"text": "三天之内答复", "every": None, "within": {"n": 3, "unit": "day"}}]
    assert [item["limits"] for item in position["authority"]] == [
        [{"max": 50, "unit": "CNY"}],
        [{"max": 15, "unit": "%"}],
    ]
    assert gold["script"] == "hans"
    assert json.loads(json.dumps(gold)) == gold


_HOSTILE: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "(" * n,
    "one line": lambda n: "负责客户管理工作," * (n // 9),
    "sentences": lambda n: "客服主管岗位职责1、负责客户。2、处理投诉。" * (n // 22),
    "numbered lines": lambda n: "\n".join(f"{i}、负责第{i}项客户工作。" for i in range(n // 15)),
    "digits": lambda n: "9" * n,
    "lost decimals": lambda n: "1、1负责一1.2" * (n // 10),
    "short lines": lambda n: "客\n" * (n // 4),
    "colons": lambda n: "岗位:" * (n // 3),
    "open brackets": lambda n: "1、客户(\n" + "负责处理,\n" * (n // 6),
    "titles": lambda n: "客服部经理" * (n // 5),
    "amounts": lambda n: "客服主管权限\n" + "有权批准500元以内" * (n // 10),
    "figures": lambda n: "客服主管考核指标\n" + "满意度98%以上" * (n // 8),
    "quotes": lambda n: "“客户。" * (n // 4),
    "ones": lambda n: "1、" * (n // 2),
    "sentences that go on": lambda n: "客服主管岗位职责\n负责接待" + ";使得客户满意" * (n // 7),
    "names of figures": lambda n: "客服主管考核指标\n" + "客户满意度," * (n // 6),
    "blanks": lambda n: "岗位名称 客 " * (n // 7),
}


def seconds_to_read(source: Source) -> float:
    """Processor time, the best of three: what else the machine does, and memory that is tidied up meanwhile, only ever adds to it."""

    def once() -> float:
        started = time.process_time()
        read_charters(source)
        return time.process_time() - started

    return min(once() for _attempt in range(3))


@pytest.mark.parametrize("kind", _HOSTILE)
def test_time_grows_with_the_length_of_the_text(kind: str) -> None:
    read_text("客服主管岗位职责\n1、预热。")
    small, large = (seconds_to_read(text_source(_HOSTILE[kind](size))) for size in (8_000, 64_000))
    # Eight times the text: linear is eight times the time, quadratic sixty-four. The floor keeps noise out of tiny times.
    assert large < 24 * max(small, 0.004), (small, large)


def test_a_table_as_long_as_readers_allow_is_read_in_linear_time() -> None:
    def table(rows: int) -> Source:
        lines = [[f"客服{i}号专员", "1、接待。2、登记。", "无"] for i in range(rows)]
        return SourceWriter().table([["岗位", "职责", "权限"], *lines]).source()

    assert len(read_charters(table(1600)).positions) == 1600
    small, large = (seconds_to_read(table(rows)) for rows in (200, 1600))
    assert large < 24 * max(small, 0.01), (small, large)
