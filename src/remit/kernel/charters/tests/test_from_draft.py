"""A document was read; what becomes of its sentences when they turn into a charter, and what a person has to look at."""

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from remit.kernel.authority.spec import GrantSpec
from remit.kernel.charters.drafted_grants import (
    DraftedGrants,
    KnownAction,
    KnownFact,
    general_action,
    grants_from_draft,
)
from remit.kernel.charters.format import (
    AuthoritySpec,
    DutySpec,
    KpiSpec,
    QualificationSpec,
    charter_from_yaml,
    charter_to_yaml,
)
from remit.kernel.charters.from_draft import Converted, charter_from_draft
from remit.kernel.charters.importing.draft import (
    BoundFound,
    DraftAuthority,
    DraftDuty,
    DraftKpi,
    DraftPosition,
    DraftQualification,
    ProposedBinding,
    Target,
    Within,
)

ACTIONS = {
    action.name: action
    for action in (
        KnownAction("staff.reward", "奖励员工", ("奖励权", "给予+奖励"), {"amount": KnownFact("money", "金额"), "staff": KnownFact("person", "员工", ("当事人",))}),
        KnownAction("staff.penalty", "处罚员工", ("处罚权", "给予+处罚"), {"amount": KnownFact("money", "金额")}),
        KnownAction(
            "complaint.compensate",
            "经济补偿",
            ("经济补偿", "补偿+客户"),
            {
                "amount": KnownFact("money", "金额"),
                "defect_proven": KnownFact("yes_no", "质量问题", ("确有质量问题",)),
                "seller": KnownFact("person", "销售人"),
                "staff": KnownFact("person", "当事人"),
            },
        ),
        KnownAction("sales.discount", "打折", ("折扣权", "打折"), {"share": KnownFact("percent", "折扣"), "deposit": KnownFact("percent", "定金比例")}),
        KnownAction("staff.transfer", "调离员工", ("调离+员工",), {"staff": KnownFact("person", "员工")}),
    )
}  # fmt: skip


def clause(text: str, *limits: BoundFound, **more: object) -> DraftAuthority:
    return DraftAuthority(text, ((0, len(text)),), 0.9, text, limits=limits, **more)  # type: ignore[arg-type]  # each test names real fields


def drafted(text: str, *limits: BoundFound, **more: object) -> DraftedGrants:
    return grants_from_draft(clause(text, *limits, **more), ACTIONS)


def cny(amount: int, op: str = "<=") -> BoundFound:
    return BoundFound(Decimal(amount), "CNY", op)  # type: ignore[arg-type]  # "<" or "<="


def test_a_limit_goes_to_the_fact_of_its_kind() -> None:
    result = drafted("有权给予客户500元以下的经济补偿", cny(500, "<"))
    [grant] = result.grants
    assert grant.action == "complaint.compensate"
    assert grant.limits == {"amount": "< 500 CNY"}
    assert result.looks == ()
    assert result.confidence > 0.7


def test_reward_or_penalty_are_two_grants_with_one_limit() -> None:
    result = drafted("对本组员工有给予100元以内的奖励或处罚的权力", cny(100), scope="own_group")
    assert {grant.action: (grant.limits["amount"], grant.scope) for grant in result.grants} == {
        "staff.reward": ("<= 100 CNY", "own_group"),
        "staff.penalty": ("<= 100 CNY", "own_group"),
    }
    assert any("几个动作" in look for look in result.looks)


def test_conditions_become_facts_and_what_has_none_is_said() -> None:
    result = drafted("确有质量问题时可给予客户经济补偿", conditions=("确有质量问题", "在节假日"))
    assert result.grants[0].conditions == {"defect_proven": [True]}
    assert "条件“在节假日”没有对应的事实，系统不会据此把关" in result.looks
    assert drafted("没有质量问题时可给予客户经济补偿", conditions=("没有质量问题",)).grants[0].conditions == {
        "defect_proven": [False]
    }


def test_what_has_to_follow_names_positions_people_and_the_superior() -> None:
    result = drafted(
        "可给予客户经济补偿，报上级，事后总经理、销售人、当事人签字，鉴定责任人",
        report_to=("上级领导",),
        countersigned_by=("总经理", "销售人", "当事人"),
        finding=True,
    )
    reported, signed, found = result.grants[0].then
    assert reported.report_to == "superior"
    assert signed.countersigned_by == ("总经理", "fact:seller", "fact:staff")
    assert found.finding_by == "superior"
    assert "由谁鉴定责任人，请确认" in result.looks


def test_a_right_to_propose_stays_one() -> None:
    [grant] = drafted("有权申请将本组员工调离", right="propose", scope="own_group").grants
    assert (grant.action, grant.right) == ("staff.transfer", "propose")


def test_two_limits_on_one_fact_are_never_guessed_loosely() -> None:
    result = drafted("有奖励权，一般100元以内，特殊300元以内", cny(300), cny(100))
    assert result.grants[0].limits == {"amount": "<= 100 CNY"}
    assert "条文里有几个限额，暂取较严的一个" in result.looks


def test_a_limit_that_could_bound_two_facts_goes_to_the_one_named() -> None:
    ten = BoundFound(Decimal(10), "%")
    assert drafted("打折的折扣权不超过10%", ten).grants[0].limits == {"share": "<= 10 %"}
    unclear = drafted("可打折或减收，10%以内", ten)
    assert any("限制的是哪一项" in look for look in unclear.looks)


def test_a_limit_without_a_fact_is_said_not_dropped_silently() -> None:
    result = drafted("有权将员工调离，3天以内", BoundFound(Decimal(3), "day"))
    assert result.grants[0].limits == {}
    assert "限额“<= 3 day”用不到“调离员工”上" in result.looks


def test_what_no_action_fits_becomes_a_general_request_with_its_limits() -> None:
    result = drafted("有权决定展位调整，金额2000元以内", cny(2000), conditions=("展会期间",))
    [grant] = result.grants
    [general] = result.general
    assert grant.action == general.name
    assert general.name.startswith("general.")
    assert grant.limits == {"amount": "<= 2000 CNY"}
    assert grant.conditions == {"condition_1": [True]}
    assert general.facts["condition_1"].label == "展会期间"
    assert result.confidence < 0.5
    assert any("一般申请" in look for look in result.looks)


def test_one_matter_has_one_name_in_every_charter() -> None:
    manager = general_action(clause("有权决定2000元以内的展位调整", cny(2000)))
    director = general_action(clause("有权决定1万元以内的展位调整", cny(10000)))
    other = general_action(clause("有权决定2000元以内的场地租用", cny(2000)))
    assert manager.name == director.name
    assert manager.name != other.name


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=60))
def test_any_words_make_a_name_that_a_grant_accepts(text: str) -> None:
    GrantSpec(action=general_action(clause(text)).name)


def position(**parts: object) -> Converted:
    return charter_from_draft(DraftPosition("客服经理", "客户服务部", (0, 9), (0, 4), 0.9, **parts), ACTIONS)  # type: ignore[arg-type]  # each test names real fields


def test_a_draft_becomes_a_charter_that_can_be_written_and_read() -> None:
    converted = position(
        reports_to=("客服总监", "客服总监"),
        supervises=("健康顾问",),
        purpose="处理客户的不满",
        duties=(
            DraftDuty(
                "每周汇总投诉",
                ((0, 6),),
                0.9,
                "每周汇总投诉",
                every="week",
                binding=ProposedBinding("routine", "写明每周"),
            ),
            DraftDuty("三天内回访", ((7, 12),), 0.5, "三天内回访", within=Within(Decimal(3), "day")),
        ),
        authority=(clause("有权给予客户500元以下的经济补偿", cny(500, "<")),),
        kpis=(
            DraftKpi(
                "投诉率", ((0, 3),), 0.9, "投诉率<0.5%", weight=Decimal("0.4"), target=Target("<", Decimal("0.005"))
            ),
        ),
        qualifications=(
            DraftQualification("大专及以上学历", ((0, 7),), 0.9),
            DraftQualification("两年以上客服经验", ((0, 8),), 0.9),
        ),
    )
    spec = converted.spec
    assert spec.reports_to == ("客服总监",)
    assert [(duty.every, duty.within) for duty in spec.duties] == [("week", None), (None, "3 days")]
    assert [(line.kind, line.text) for line in spec.qualifications] == [
        ("education", "大专及以上学历"),
        ("experience", "两年以上客服经验"),
    ]
    assert spec.kpis[0].target == "< 0.5 %"
    assert spec.kpis[0].direction == "lower"
    assert charter_from_yaml(charter_to_yaml(spec)) == spec
    assert converted.looks == ("原文各项权重合计为 40 %，不是 100 %",)
    assert [item.looks for item in converted.items if item.part == "duty"] == [
        (),
        ("没有看出由什么让它运行", "原文不太清楚，请对照"),
    ]
    assert [type(item.item) for item in converted.items] == [DutySpec, DutySpec, AuthoritySpec, KpiSpec, QualificationSpec, QualificationSpec]  # fmt: skip


@pytest.mark.parametrize(
    ("within", "text"),
    [
        (Within(Decimal(2), "hour"), "2 hours"),
        (Within(Decimal(1), "workday"), "1 workday"),
        (Within(Decimal("0.5"), "day"), "4 hours"),
        (Within(Decimal("1.5"), "hour"), "90 minutes"),
        (Within(Decimal("0.5"), "month"), "15 days"),
    ],
)
def test_deadlines_are_written_in_whole_units(within: Within, text: str) -> None:
    assert position(duties=(DraftDuty("回访", ((0, 2),), 0.9, within=within),)).spec.duties[0].within == text


def test_a_deadline_that_fits_nowhere_is_said() -> None:
    converted = position(duties=(DraftDuty("回访", ((0, 2),), 0.9, within=Within(Decimal("0.01"), "minute")),))
    assert converted.spec.duties[0].within is None
    assert any("写不进格式" in look for look in converted.items[0].looks)


@pytest.mark.parametrize(
    ("original", "target", "text"),
    [
        ("满意度≥90%", Target(">=", Decimal("0.9")), ">= 90 %"),
        ("完成率120%", Target(">=", Decimal("1.2")), ">= 120 %"),
        ("评分4.5分以上", Target(">=", Decimal("4.5")), ">= 4.5 分"),
        ("事故0次", Target("=", Decimal(0)), "= 0 次"),
        ("系数不低于0.8", Target(">=", Decimal("0.8")), ">= 0.8"),
    ],
)
def test_targets_get_their_unit_back(original: str, target: Target, text: str) -> None:
    kpi = DraftKpi("指标", ((0, 2),), 0.9, original, target=target)
    assert position(kpis=(kpi,)).spec.kpis[0].target == text


def test_what_does_not_fit_the_format_is_cut_and_said() -> None:
    converted = position(
        duties=(DraftDuty("长" * 5000, ((0, 5000),), 0.9), DraftDuty("\x00 \x07", ((0, 3),), 0.9)),
        kpis=(DraftKpi("指标", ((0, 2),), 0.9, weight=Decimal(3)),),
    )
    assert len(converted.spec.duties) == 1
    assert len(converted.spec.duties[0].text) == 4000
    assert "文字太长，后面的没有放进来" in converted.items[0].looks
    assert converted.spec.kpis[0].weight is None
    assert any("没有采用" in look for look in converted.items[1].looks)


@settings(max_examples=60)
@example("", ["0"], [], ["0\x85", "\x00", "一\n二"])
@given(
    st.text(max_size=30),
    st.lists(st.text(max_size=200), max_size=3),
    st.lists(st.tuples(st.decimals(0, 10**6, places=3), st.sampled_from(["CNY", "%", "day", "count"])), max_size=3),
    st.lists(st.text(max_size=20), max_size=2),
)
def test_no_draft_is_refused(title: str, texts: list[str], limits: list[tuple[Decimal, str]], words: list[str]) -> None:
    found = tuple(BoundFound(number, unit) for number, unit in limits)  # type: ignore[arg-type]  # the sampled units
    who = tuple(words)
    converted = charter_from_draft(
        DraftPosition(
            title, None, (0, 1), None, 0.5, reports_to=who,
            duties=tuple(DraftDuty(text, (), 0.5) for text in texts),
            authority=tuple(DraftAuthority(text, (), 0.5, limits=found, conditions=who, report_to=who, countersigned_by=who) for text in texts),
        ),
        ACTIONS,
    )  # fmt: skip
    assert charter_from_yaml(charter_to_yaml(converted.spec)) == converted.spec


def test_each_of_several_actions_gets_its_own_limit() -> None:
    facts = {"amount": KnownFact("money", "金额"), "percent": KnownFact("percent", "比例")}
    actions = {
        name: KnownAction(name, label, (word,), facts)
        for name, label, word in (
            ("remedy.gift", "赠送赠品", "赠品"),
            ("remedy.discount", "折扣", "折优惠"),
            ("remedy.compensate", "经济补偿", "经济补偿"),
        )
    }
    text = "客人不满时可赠送赠品,可给予8折优惠,影响较大的可给予300元以下的经济补偿"
    limits = (BoundFound(Decimal(20), "%"), BoundFound(Decimal(300), "CNY", "<"))
    drafted = grants_from_draft(DraftAuthority(text, ((0, len(text)),), 0.9, limits=limits), actions)
    assert {grant.action: grant.limits for grant in drafted.grants} == {
        "remedy.gift": {},
        "remedy.discount": {"percent": "<= 20 %"},
        "remedy.compensate": {"amount": "< 300 CNY"},
    }


def test_one_limit_after_two_actions_bounds_both() -> None:
    facts = {"amount": KnownFact("money", "金额")}
    actions = {
        name: KnownAction(name, label, (label,), facts)
        for name, label in (("staff.reward", "奖励"), ("staff.penalty", "处罚"))
    }
    text = "可对组员作出200元以内的奖励或处罚"
    drafted = grants_from_draft(
        DraftAuthority(text, ((0, len(text)),), 0.9, limits=(BoundFound(Decimal(200), "CNY"),)), actions
    )
    assert [grant.limits for grant in drafted.grants] == [{"amount": "<= 200 CNY"}] * 2
