"""What an author loses when a file is read loosely: a time that becomes a number, a key that vanishes, a fault without a line."""

import datetime as dt
from decimal import Decimal

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, field_validator

from remit.lib import yaml_reader
from remit.lib.yaml_reader import BadYaml, Document, load, located, validate


class Step(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str = Field(min_length=1, max_length=5)
    days: int = 1


class Procedure(BaseModel):
    model_config = ConfigDict(extra="forbid")
    title: str
    active: bool = True
    share: Decimal = Decimal(0)
    start: dt.date | None = None
    steps: tuple[Step, ...] = ()
    by_role: dict[str, Step] = {}

    @field_validator("steps")
    @classmethod
    def names_differ(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        for at, step in enumerate(steps):
            if step.name in [earlier.name for earlier in steps[:at]]:
                raise located(f"步骤“{step.name}”重复了。", at, "name")
        return steps


def faults_of(text: str | bytes, model: type[BaseModel] = Procedure) -> list[tuple[int, int, str, str]]:
    with pytest.raises(BadYaml) as caught:
        validate(model, load(text, "a.yaml"))
    return [(fault.line, fault.column, fault.path, fault.message_zh + fault.hint) for fault in caught.value.faults]


def test_scalars_stay_text() -> None:
    text = "open: 18:30\nanswer: NO\non: 010\nnothing: ~\nday: 2026-11-23\nquoted: ''\n"
    assert load(text, "a.yaml").data == {
        "open": "18:30", "answer": "NO", "on": "010", "nothing": "~", "day": "2026-11-23", "quoted": "",
    }  # fmt: skip


def test_the_schema_decides_the_types() -> None:
    text = 'title: "010"\nactive: false\nshare: 0.10\nstart: 2026-11-23\nsteps:\n  - {name: 受理, days: 2}\n'
    read = validate(Procedure, load(text, "a.yaml"))
    assert read.title == "010"
    assert read.active is False
    assert str(read.share) == "0.10"
    assert read.start == dt.date(2026, 11, 23)
    assert read.steps[0].days == 2


def test_a_key_left_empty_counts_as_not_given() -> None:
    read = validate(Procedure, load("title: a\nsteps:\nstart:\n", "a.yaml"))
    assert read.steps == ()
    assert faults_of("steps: []\ntitle:\n") == [(2, 7, "title", "缺少“title”。")]


def test_every_node_knows_its_place() -> None:
    document = load("title: 甲\nsteps:\n  - name: 乙\n    days: 3\n", "a.yaml")
    assert document.where(("title",)) == (1, 8)
    assert document.where(("steps", 0, "days")) == (4, 11)
    assert document.where(("steps", 0, "days"), key=True) == (4, 5)
    assert document.where(("steps", 0, "elsewhere")) == (3, 5)


def test_all_faults_come_at_once_with_their_places() -> None:
    text = "titel: 甲\nactive: maybe\nsteps:\n  - {nam: 乙, days: 三}\n  - name: 一二三四五六\n"
    assert faults_of(text) == [
        (1, 1, "titel", "不认识的键“titel”。是不是“title”？"),
        (1, 1, "title", "缺少“title”。"),
        (2, 9, "active", "这里要写 true 或 false。"),
        (4, 5, "steps[0].name", "缺少“name”。"),
        (4, 6, "steps[0].nam", "不认识的键“nam”。是不是“name”？"),
        (4, 20, "steps[0].days", "这里要写整数。"),
        (5, 11, "steps[1].name", "太长：最多 5 个字。"),
    ]


def test_an_unknown_key_inside_a_map_of_things_is_found_too() -> None:
    assert faults_of("title: 甲\nby_role:\n  clerk: {name: 乙, dayz: 3}\n") == [
        (3, 20, "by_role.clerk.dayz", "不认识的键“dayz”。是不是“days”？")
    ]


def test_a_validator_can_point_below_itself() -> None:
    assert faults_of("title: 甲\nsteps:\n- name: 乙\n- name: 丙\n- name: 乙\n") == [
        (5, 9, "steps[2].name", "步骤“乙”重复了。")
    ]


def test_the_wrong_shape_is_said_in_words() -> None:
    assert faults_of("- a\n") == [(1, 1, "", "这里要写一组“键: 值”。")]
    assert faults_of("title: [a]\nsteps: 一\n") == [
        (1, 8, "title", "这里要写文字。"),
        (2, 8, "steps", "这里要写列表，每项以“- ”开头。"),
    ]


def test_repeated_keys_are_refused_wherever_they_stand() -> None:
    text = "title: 甲\nsteps:\n  - {name: 乙, name: 丙}\ntitle: 丁\n"
    assert faults_of(text) == [
        (3, 15, "steps[0].name", "键“name”重复了：第 3 行已经有了。请只留一个。"),
        (4, 1, "title", "键“title”重复了：第 1 行已经有了。请只留一个。"),
    ]


def test_a_repeated_key_is_found_even_where_the_first_was_empty() -> None:
    assert faults_of("title:\ntitle: 甲\n")[0][:3] == (2, 1, "title")


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\nb: *x\n",
        "a: !!int 1\n",
        "a: !!python/object/apply:os.system [ls]\n",
        "? [a, b]\n: c\n",
        "a: 1\n---\nb: 2\n",
        "",
    ],
)
def test_what_no_charter_needs_is_refused(text: str) -> None:
    with pytest.raises(BadYaml):
        load(text, "a.yaml")


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(20)
    )
    with pytest.raises(BadYaml, match="锚点"):
        load(bomb, "a.yaml")


def test_depth_and_size_have_an_end() -> None:
    assert isinstance(load("[" * 50 + "]" * 50, "a.yaml").data, list)
    with pytest.raises(BadYaml, match="嵌套超过 50 层"):
        load("[" * 51 + "]" * 51, "a.yaml")
    with pytest.raises(BadYaml, match="嵌套超过 50 层"):
        load("[" * 400_000, "a.yaml")
    with pytest.raises(BadYaml, match="超过 1 MB"):
        load("a: " + "字" * 400_000, "a.yaml")


def test_a_file_that_is_not_utf8_is_named_so() -> None:
    with pytest.raises(BadYaml, match="不是 UTF-8 编码"):
        load("标题: 甲".encode("gbk"), "a.yaml")
    assert load("标题: 甲".encode("utf-8-sig"), "a.yaml").data == {"标题": "甲"}


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("title: 甲\nsteps: a: b\n", 2, "冒号"),
        ("title: 甲\n\tsteps: []\n", 2, "制表符"),
        ("title: '甲\n", 2, "引号"),
        ("steps: [a, b\n", 2, "括号"),
        ("a:\n  b: 1\n c: 2\n", 3, "缩进"),
        ("title: 甲\nb: \x01\n", 2, "控制字符"),
    ],
)
def test_broken_syntax_says_the_line_and_the_remedy(text: str, line: int, word: str) -> None:
    with pytest.raises(BadYaml) as caught:
        load(text, "a.yaml")
    fault = caught.value.faults[-1]
    assert abs(fault.line - line) <= 1
    assert word in fault.message_zh + fault.hint


def test_the_parser_in_python_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "title: 18:30\nsteps:\n  - {name: NO, days: 010}\n"
    fast = load(text, "a.yaml")
    monkeypatch.setattr(yaml_reader, "LOADER", yaml.SafeLoader)
    slow = load(text, "a.yaml")
    assert (fast.data, fast.places) == (slow.data, slow.places)


@given(st.text(max_size=80) | st.text(alphabet="[]{}:,-&*!?|>'\"#%@ \n\tab1", max_size=60))
def test_no_text_does_anything_but_read_or_refuse(text: str) -> None:
    try:
        assert isinstance(load(text, "a.yaml"), Document)
    except BadYaml as error:
        assert error.faults
