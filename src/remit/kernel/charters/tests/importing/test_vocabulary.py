"""Matching the sentences of a charter to the actions that the system knows."""

from hypothesis import given
from hypothesis import strategies as st

from remit.kernel.charters.importing.vocabulary import ActionWords, match_actions

_VOCABULARY = (
    ActionWords("goods.exchange", "换货", ("换货", "调换", "更换+产品")),
    ActionWords("goods.return", "退货", ("退货", "退掉", "退换货")),
    ActionWords("gift.give", "赠送礼品", ("赠品", "赠送+礼品")),
    ActionWords("staff.reward", "奖惩员工", ("奖励+处罚", "奖惩")),
)


def test_a_sentence_names_its_action_with_a_reason() -> None:
    (name, confidence, reason), *others = match_actions("有权立即为顾客调换商品", _VOCABULARY)
    assert name == "goods.exchange"
    assert 0 < confidence < 1
    assert "调换" in reason
    assert "换货" in reason
    assert others == []


def test_the_action_with_more_of_its_words_comes_first() -> None:
    names = [name for name, _, _ in match_actions("可退货、退掉残品，并赠送赠品", _VOCABULARY)]
    assert names[0] == "goods.return"
    assert "gift.give" in names


def test_both_words_of_a_pair_have_to_appear() -> None:
    assert match_actions("给予员工奖励", _VOCABULARY) == []
    assert [name for name, _, _ in match_actions("给予员工奖励或处罚", _VOCABULARY)] == ["staff.reward"]


def test_what_the_clause_denies_does_not_count() -> None:
    assert match_actions("不得擅自退货", _VOCABULARY) == []
    assert [name for name, _, _ in match_actions("不得拖延，应立即退货", _VOCABULARY)] == ["goods.return"]


def test_traditional_signs_and_wide_letters_match() -> None:
    assert [name for name, _, _ in match_actions("可贈送禮品", _VOCABULARY)] == ["gift.give"]


def test_nothing_fits() -> None:
    assert match_actions("主持部门会议", _VOCABULARY) == []
    assert match_actions("退货", ()) == []


@given(st.text(max_size=80), st.lists(st.text(max_size=6), max_size=4))
def test_any_text_and_any_words_give_ordered_confidences(text: str, words: list[str]) -> None:
    found = match_actions(text, (*_VOCABULARY, ActionWords("any", "任意", tuple(words))))
    confidences = [confidence for _, confidence, _ in found]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 < confidence <= 1 for confidence in confidences)
