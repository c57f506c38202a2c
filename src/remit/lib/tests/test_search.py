"""What a user would lose: the name that they typed the beginning of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remit.lib.pinyin_tables import SYLLABLES
from remit.lib.search import SearchQuery, matches, query_tokens, score, search_tokens
from remit.lib.text import fold, initials_of, join_syllables, readings

NAMES = st.text(
    alphabet=st.sampled_from("曾单重行长乐恒远精密机械有限公司王海波小明西安方案女吕安欧阳ABCo3'（） "),
    min_size=1,
    max_size=12,
).filter(lambda name: bool(fold(name)))


def finds(query: SearchQuery, name: str, person: bool = False) -> bool:
    """What the database does with a question: the index by its tokens, then LIKE for the literals."""
    tokens = search_tokens(name, person)

    def has(token: str) -> bool:
        if token.endswith(":*") and len(token) > 2:
            return any(stored.startswith(token[:-2]) for stored in tokens)
        return token in tokens

    in_index = all(any(all(map(has, wanted)) for wanted in alternatives) for alternatives in query.groups)
    return in_index and all(literal in fold(name).replace("'", "") for literal in query.literals)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("中国移动", "中国移动通信集团"),
        ("移动", "中国移动通信集团"),
        ("移", "中国移动通信集团"),
        ("zgyd", "中国移动通信集团"),
        ("zhongguo", "中国移动通信集团"),
        ("zhonggu", "中国移动通信集团"),
        ("yidong", "中国移动通信集团"),
        ("ydtx", "中国移动通信集团"),
        ("z", "中国移动通信集团"),
        ("zhongguoyidongtongx", "中国移动通信集团"),
        ("中國 yidong", "中国移动通信集团"),
        ("中国yd", "中国移动通信集团"),
        ("xian", "西安方案公司"),
        ("xi'an", "西安方案公司"),
        ("xianfangan", "西安方案公司"),
        ("fangan", "西安方案公司"),
        ("fangannongsi", "反感农司"),
        ("有限公司", "恒远精密有限公司"),
        ("恒远有限公司", "恒远有限公司"),
        ("abc", "ABC银行"),
        ("ＡＢＣ银", "ABC银行"),
        ("abcyh", "ABC银行"),
        ("obrien", "O'Brien"),
        ("3号", "3号楼"),
        ("应收帐款", "應收账款部"),
        ("lvbu", "吕布"),
        ("lübu", "吕布"),
    ],
)
def test_a_name_is_found_however_it_is_typed(typed: str, name: str) -> None:
    assert finds(query_tokens(typed), name)
    assert matches(typed, name)


@pytest.mark.parametrize(
    "typed", ["zeng", "zengxiaoming", "zxm", "zengxm", "zxming", "cxm", "ceng", "曾x", "小明", "xm", "zen"]
)
def test_a_person_is_found_by_every_reading(typed: str) -> None:
    assert finds(query_tokens(typed), "曾小明", person=True)
    assert matches(typed, "曾小明", person=True)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("移中", "中国移动"),
        ("联通", "中国移动"),
        ("zgdx", "中国移动"),
        ("yidongzhong", "中国移动"),
        ("恒精恒", "精恒精"),
    ],
)
def test_other_names_are_not_found(typed: str, name: str) -> None:
    assert not finds(query_tokens(typed), name)
    assert not matches(typed, name)


@given(NAMES, st.booleans(), st.data())
def test_every_piece_of_a_name_finds_it(name: str, person: bool, data: st.DataObject) -> None:
    folded = fold(name)
    start = data.draw(st.integers(0, len(folded) - 1))
    piece = folded[start : data.draw(st.integers(start + 1, len(folded)))]
    assert finds(query_tokens(piece), name, person), piece
    assert matches(piece, name, person), piece


@given(NAMES, st.booleans(), st.data())
def test_every_beginning_of_a_reading_finds_the_name(name: str, person: bool, data: st.DataObject) -> None:
    reading = data.draw(st.sampled_from(readings(name, person)))
    if not reading or any(part not in SYLLABLES for part in reading):
        return  # Latin words between syllables are typed apart
    spelled = join_syllables(reading)
    typed = spelled[: data.draw(st.integers(1, len(spelled)))]
    assert matches(typed, name, person), typed
    assert matches(initials_of(reading), name, person)


@given(st.text(max_size=30))
def test_no_text_breaks_the_question(typed: str) -> None:
    query = query_tokens(typed)
    assert bool(query.groups) == bool(query.tsquery())
    assert score(typed, "恒远精密") in range(101)


def test_the_question_is_quoted_for_the_database() -> None:
    assert query_tokens("恒远精密").tsquery() == "('恒远' & '远精' & '精密')"
    assert query_tokens("hengyu").tsquery().count("'phengyu':*") == 1
    assert query_tokens("a:*").tsquery() == "('a' | 'pa':*) & (':*')"
    assert query_tokens("\\&|!").tsquery() == "('\\\\&' & '&|' & '|!')"
    assert query_tokens("  ").tsquery() == ""


def test_company_endings_narrow_only_when_nothing_else_does() -> None:
    assert query_tokens("恒远有限公司").groups == ((("恒远", "远有"),),)
    assert query_tokens("有限公司").groups == ((("有限", "限公", "公司"),),)


def test_better_answers_come_first() -> None:
    names = ["移动支付", "中国移动", "联通移动厅", "伊东", "中国移动通信"]
    assert sorted(names, key=lambda name: -score("中国移动", name))[:2] == ["中国移动", "中国移动通信"]
    by_pinyin = sorted(names, key=lambda name: -score("yidong", name))
    assert by_pinyin[:2] == ["伊东", "移动支付"]
    assert score("wang", "王海", person=True) > score("wang", "吴昂", person=True)
    assert not finds(query_tokens("wang"), "吴昂", person=True)  # the index would drown in such
    assert score("", "中国移动") == 100
    assert score("xiaoming 曾", "曾小明", person=True) > 0
    assert score("xiaoming 王", "曾小明", person=True) == 0


def test_the_tokens_of_a_long_name_are_bounded() -> None:
    assert len(search_tokens("恒远精密机械" * 1000)) < 200
    assert query_tokens("a" * 10_000).tsquery().count("'") < 400
