"""What a user would lose: the customer who is in the list under another script, width or reading."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib.text import (
    fold,
    has_traditional,
    pinyin,
    relative_day_label,
    remaining_label,
    sort_key,
    to_simplified,
    to_traditional,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＢＣ 公司", "abc公司"),
        ("應收帳款", "应收账款"),
        ("应收帐款", "应收账款"),
        (" 中国\u3000移动 ", "中国移动"),
        ("中国\u200b移动\ufeff", "中国移动"),
        ("１２３", "123"),
        ("㈱", "(株)"),
    ],
)
def test_what_a_reader_takes_for_the_same_folds_to_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(alphabet=st.sampled_from("應收帳款账 恒遠精密ＡａΩİß机械１\u3000\u200b(（后後髮發乾干"), max_size=20))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters()))
def test_no_text_breaks_folding_or_reading(text: str) -> None:
    folded = fold(text)
    folded.encode()  # can be stored, whatever came in
    assert "\0" not in folded
    assert pinyin(text).variants[0] == pinyin(text)[:2]


def test_scripts_convert_by_phrase() -> None:
    assert to_simplified("應收帳款與頭髮") == "应收帐款与头发"
    assert to_traditional("账款、头发、后天") == "賬款、頭髮、後天"
    assert has_traditional("台灣客戶") and not has_traditional("中国客户 ABC")


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("曾小明", "zengxiaoming", "zxm"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("區文輝", "ouwenhui", "owh"),
        ("任重", "renzhong", "rz"),
        ("解晓东", "xiexiaodong", "xxd"),
        ("万俟卨", "moqixie", "mqx"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("尉缭", "weiliao", "wl"),
        ("长孙无忌", "zhangsunwuji", "zswj"),
        ("吕布", "lvbu", "lb"),
    ],
)
def test_surnames_are_read_as_surnames(name: str, full: str, initials: str) -> None:
    assert pinyin(name, person=True)[:2] == (full, initials)


def test_companies_are_read_by_their_words() -> None:
    assert pinyin("重庆银行").full == "chongqingyinhang"
    assert pinyin("ABC银行3号楼")[:2] == ("abcyinhang3haolou", "abcyh3hl")
    assert pinyin("单氏集团").full == "danshijituan"  # no person: the character's usual reading


def test_every_reading_of_the_first_character_is_known() -> None:
    assert ("cengxiaoming", "cxm") in pinyin("曾小明", person=True).variants
    assert {"shanfang", "danfang", "chanfang"} <= {full for full, _ in pinyin("单芳", person=True).variants}
    assert pinyin("") == ("", "", (("", ""),))


def test_names_are_ordered_by_pinyin_and_figures_by_value() -> None:
    names = ["张三", "连城", "李安", "阿里", "李四", "曾国", "2号楼", "10号楼", "ABC"]
    in_order = sorted(names, key=lambda name: sort_key(name, person=True))
    assert in_order == ["2号楼", "10号楼", "阿里", "ABC", "李安", "李四", "连城", "曾国", "张三"]
    assert sort_key("李") < sort_key("李安") and sort_key("李") != sort_key("里")


def test_days_near_today_have_names() -> None:
    today = date(2026, 11, 23)
    labels = [relative_day_label(today + timedelta(days=days), today) for days in (-2, -1, 0, 1, 2, 42)]
    assert labels == ["11月21日 星期六", "昨天", "今天", "明天", "11月25日 星期三", "2027年1月4日 星期一"]
    assert relative_day_label(date(2027, 1, 1), date(2026, 12, 31)) == "明天"


@pytest.mark.parametrize(
    ("remaining", "label"),
    [
        (timedelta(hours=1, minutes=20, seconds=59), "剩 1 小时 20 分"),
        (timedelta(days=2, hours=3, minutes=59), "剩 2 天 3 小时"),
        (timedelta(days=2, minutes=5), "剩 2 天"),
        (timedelta(hours=2), "剩 2 小时"),
        (timedelta(minutes=45), "剩 45 分"),
        (timedelta(seconds=30), "剩不到 1 分"),
        (timedelta(), "剩不到 1 分"),
        (-timedelta(seconds=30), "已超不到 1 分"),
        (-timedelta(days=2, hours=3), "已超 2 天 3 小时"),
        (-timedelta(minutes=61), "已超 1 小时 1 分"),
    ],
)
def test_what_remains_is_said_in_two_units(remaining: timedelta, label: str) -> None:
    assert remaining_label(remaining) == label
