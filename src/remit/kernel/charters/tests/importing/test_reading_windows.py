"""Cumulative limits and what has to follow a use: read from a clause, proposed as part of its grant."""

import pytest

from remit.kernel.charters.drafted_grants import KnownAction, KnownFact, grants_from_draft
from remit.kernel.charters.importing.reading.authority import countersigned_by, time_to_follow
from remit.kernel.charters.importing.reading.windows import find_windows
from remit.kernel.charters.tests.importing.reading_help import only, read_text

GIFT = KnownAction(
    "remedy.gift",
    "赠送赠品",
    ("赠送",),
    {"customer": KnownFact("text", "客户", per=True), "amount": KnownFact("money", "金额")},
)


@pytest.mark.parametrize(
    ("clause", "windows"),
    [
        ("有权赠送50元以内的礼品,同一客户一年不超过三次", ["year <= 3 count per customer"]),
        ("有权给予同一会员每季度累计不超过1000元的补偿", ["quarter <= 1000 CNY per customer"]),
        ("单笔500元以内,当月合计3000元以内的折让权", ["month <= 3000 CNY"]),
        ("年度累计5万元以下的采购审批权", ["year < 50000 CNY"]),
        ("每次不超过500元,每天最多3次", ["day <= 3 count"]),
    ],
)
def test_what_adds_up_is_a_limit_of_its_own(clause: str, windows: list[str]) -> None:
    found = [
        f"{one.period} {one.bound.op} {one.bound.max:.0f} {one.bound.unit}{' per customer' * one.per_customer}"
        for one in find_windows(clause)
    ]
    assert found == windows


@pytest.mark.parametrize(
    "clause", ["三天内补偿100元以内", "两个月内不超过500元", "有权批准一天以内的请假", "每年12月调价权"]
)
def test_a_deadline_is_no_period(clause: str) -> None:
    assert find_windows(clause) == ()


def test_a_clause_brings_its_limit_its_count_and_its_signature() -> None:
    paper = only(
        read_text("客服专员岗位职责\n一、岗位职责\n1、接待来访客户。\n2、登记台账。\n二、权限\n"
                  "1、有权赠送50元以内的礼品，同一客户一年不超过三次，事后两个工作日内由客服部经理签字确认。")
    )  # fmt: skip
    [clause] = paper.authority
    drafted = grants_from_draft(clause, {GIFT.name: GIFT})
    [grant] = drafted.grants
    assert grant.limits == {"amount": "<= 50 CNY"}
    assert [(w.period, w.measure, w.per, w.max) for w in grant.windows] == [("year", "count", "customer", "<= 3 count")]
    assert [(then.countersigned_by, then.within) for then in grant.then] == [(("客服部经理",), "2 workdays")]
    assert not any("暂按" in look for look in drafted.looks)


def test_what_an_action_cannot_count_is_told_to_the_reviewer() -> None:
    paper = only(
        read_text(
            "客服专员岗位职责\n一、岗位职责\n1、接待客户。\n2、登记。\n二、权限\n1、有权赠送礼品，同一客户每年不超过三次。"
        )
    )
    bare = KnownAction("remedy.gift", "赠送赠品", ("赠送",), {"amount": KnownFact("money", "金额")})
    drafted = grants_from_draft(paper.authority[0], {bare.name: bare})
    assert drafted.grants[0].windows == ()
    assert "累计限额“<= 3 count”用不到“赠送赠品”上" in drafted.looks


def test_who_signs_and_by_when() -> None:
    words = "有权给予客户100元以内的经济补偿,事后三个工作日内由客服部经理签字确认"
    span = time_to_follow(words)
    assert (countersigned_by(words), span and (int(span.n), span.unit)) == (("客服部经理",), (3, "workday"))
    assert countersigned_by("事后总经理、销售人、当事人三方签字") == ("总经理", "销售人", "当事人")
