"""The key-account department's work as its people live it: admission, care, churn, expansion, events, delivery, reports and notices."""

from typing import Any, Final

import pytest

from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.models import Matter, Request
from remit.kernel.documents.actions import store
from remit.kernel.parties.models import Activity
from remit.kernel.procedures.errors import GateClosed
from remit.kernel.procedures.models import Case
from remit.kernel.work.queries import todays_items
from remit.lib import clock
from tests.key_accounts import HERE, MORNING, Accounts, build_accounts

pytestmark = pytest.mark.django_db

REP, MANAGER, HEAD, ABOVE = "罗小满", "沈青", "江一舟", "周岚"
PHOTO: Final = "a photo"
PAPER: Final = "a file"
KEEPER: Final = "the keeper"


@pytest.fixture
def accounts(db: None) -> Accounts:
    return build_accounts()


def begin(accounts: Accounts, procedure: str, who: str = REP, about: str = "", **answers: Any) -> Case:
    """A case about 罗小满's customer, or about something that has no customer's file."""
    subject: dict[str, Any] = {"subject": about} if about else {"party": accounts.hongye.pk}
    given = {"procedure": procedure, "title": "季度工作", "answers": answers or None, **subject}
    return Case.objects.get(pk=accounts.firm.do(who, "case.open", **given).subject[1])


def step(accounts: Accounts, who: str, case: Case, outcome: str = "", **answers: Any) -> Any:
    """The open step done; PHOTO and PAPER stand for something handed in with the form."""
    firm = accounts.firm

    def real(value: Any) -> Any:
        if value is PHOTO:
            return [accounts.photo(who)]
        if value is PAPER:
            kept = store(
                b"%PDF-1.7",
                "协议.pdf",
                "application/pdf",
                actor=firm.actor(who),
                room="procedures",
                company_id=firm.health.pk,
            )
            return [kept.pk]
        return firm[REP].pk if value is KEEPER else value

    return accounts.submit(who, case, outcome, **{name: real(value) for name, value in answers.items()})


# --- admission (P-011, P-012) -----------------------------------------------------------------------------------------------------


def qualified(accounts: Accounts) -> Case:
    case = begin(accounts, "admission", standard="members", found_by="走访")
    step(accounts, REP, case, "qualified", standard_met=True, facts_true=True, originals=PHOTO)
    return case


SIGNED: Final[dict[str, Any]] = {
    "agreement_title": "集团客户服务协议", "agreement": PAPER, "seal_photo": PHOTO, "signed_on": "2026-11-20", "sign_note": "客户经办人王总",
}  # fmt: skip


@pytest.mark.ledger("S-017", "R-045", "R-046", "R-047", "P-011", "D-022", "D-024")
def test_a_corporate_customer_is_admitted_with_papers_approval_and_seal(accounts: Accounts) -> None:
    case = qualified(accounts)
    step(accounts, MANAGER, case, "admitted", opinion="符合标准", admit=True)
    with pytest.raises(BadFacts) as refused:
        step(accounts, REP, case, "signed", **{**SIGNED, "seal_photo": None}, seal_matches=True)
    assert set(refused.value.faults) == {"seal_photo"}, "an agreement without the seal's photo is none"
    step(accounts, REP, case, "no_seal", **SIGNED, seal_matches=False)
    assert case.step == "sign", "another name on the seal: once more"
    step(accounts, REP, case, "signed", **SIGNED, seal_matches=True)
    registered: dict[str, Any] = {
        "members": 36,
        "member_list": PAPER,
        "key_person": "王总",
        "class": "b",
        "class_why": "年收入中等",
    }
    with pytest.raises(BadFacts) as refused:
        step(accounts, REP, case, **registered)
    assert set(refused.value.faults) == {"keeper", "kept_at"}, "originals have a keeper and a place"
    step(accounts, REP, case, **registered, keeper=KEEPER, kept_at="档案柜 3 号")
    assert case.outcome == "filed"
    assert set(Matter.objects.values_list("action", flat=True)) == {"agreement.admit", "agreement.sign"}
    assert "档案柜 3 号" in Activity.objects.get(party=accounts.hongye).text


@pytest.mark.ledger("S-017", "R-047")
def test_who_does_not_meet_the_standard_is_not_admitted_and_knows_why(accounts: Accounts) -> None:
    case = begin(accounts, "admission", standard="revenue", found_by="来电")
    with pytest.raises(BadFacts):
        step(accounts, REP, case, "unfit", standard_met=False)
    step(accounts, REP, case, "unfit", standard_met=False, unfit_why="成员不足十人")
    assert case.outcome == "rejected"
    untrue = begin(accounts, "admission", standard="revenue", found_by="来电")
    with pytest.raises(RuleBroken):
        step(accounts, REP, untrue, "qualified", standard_met=True, facts_true=False, originals=PHOTO)


# --- care and VIP (P-014, P-015) --------------------------------------------------------------------------------------------------


@pytest.mark.ledger("S-022", "R-050", "P-014", "D-028")
def test_a_birthday_has_its_message_and_flowers_or_a_cake_within_ones_limit(accounts: Accounts) -> None:
    case = begin(accounts, "birthday_care")
    result = step(accounts, REP, case, key_person="王总", gift="flowers", amount="260", gift_why="王总生日")
    assert "waits_for" in result.changes, "200 yuan are the representative's limit"
    accounts.firm.do(MANAGER, "approval.approve", request=Request.objects.get().pk)
    case.refresh_from_db()
    with pytest.raises(BadFacts):
        step(accounts, REP, case, "greeted", delivered=True)
    step(accounts, REP, case, "missing", message="祝您生日快乐", delivered=False)
    assert case.step == "prepare"
    step(accounts, REP, case, key_person="王总", gift="cake", amount="120", gift_why="鲜花没有送到，改送蛋糕")
    step(accounts, REP, case, "greeted", message="祝您生日快乐", delivered=True)
    assert case.outcome == "done"


@pytest.mark.ledger("S-022", "R-049", "R-251")
def test_a_festival_visit_leaves_its_place_and_a_call_need_not(accounts: Accounts) -> None:
    greeted: dict[str, Any] = {
        "key_person": "王总",
        "greeted_at": "2026-11-24T09:00",
        "greeting": "祝节日快乐，客户道谢",
    }
    with clock.set_to(MORNING):
        called = begin(accounts, "festival_care", festival="mid_autumn")
        step(accounts, REP, called, **greeted, way="call")
        visited = begin(accounts, "festival_care", festival="mid_autumn")
        with pytest.raises(BadFacts) as refused:
            step(accounts, REP, visited, **greeted, way="visit")
        assert set(refused.value.faults) == {"place", "photos"}
        step(accounts, REP, visited, **greeted, way="visit", place=HERE, photos=PHOTO)
    assert (called.outcome, visited.outcome) == ("done", "done")
    with pytest.raises(BadFacts):
        begin(accounts, "festival_care", festival="midsummer")


@pytest.mark.ledger("S-022", "R-051", "R-052", "P-015")
def test_a_key_person_is_a_vip_once_he_has_been_told_what_that_means(accounts: Accounts) -> None:
    case = begin(accounts, "vip_notice", key_person="王总", duty="设备部经理")
    step(accounts, REP, case, "later", services=["专属经理", "优先开通"], way="call", told=False)
    assert case.step == "tell"
    step(accounts, REP, case, "told", services=["专属经理", "优先开通"], way="visit", told=True)
    assert case.outcome == "done"
    assert "优先开通" in Activity.objects.filter(party=accounts.hongye).latest("pk").text


# --- churn (P-016) ------------------------------------------------------------------------------------------------------------------


def warned(accounts: Accounts) -> Case:
    """Anybody raises the warning; it lies on the desk of whoever keeps the customer."""
    case = begin(accounts, "retention", "赵敏之", about="宏业制造", signal="said", signal_text="财务问到退网手续")
    assert case.step == "contact"
    return begin(accounts, "retention", signal="traffic", signal_text="两周流量下降一半")


def to_keep(accounts: Accounts) -> Case:
    case = warned(accounts)
    step(accounts, REP, case, "reached", reached=True, customer_says="总部要求比价", risk="high")
    step(
        accounts, REP, case, reason="price", data="近三月账单与对手报价相差一成", measures=["续约优惠", "赠送专线一条"]
    )
    step(accounts, MANAGER, case, "up", first_opinion="同意，请主管定")
    step(accounts, HEAD, case, measure="续约优惠")
    return case


@pytest.mark.ledger("S-023", "P-016", "D-029")
def test_a_warning_goes_up_layer_by_layer_before_something_is_offered(accounts: Accounts) -> None:
    case = warned(accounts)
    assert case.party is not None
    step(accounts, REP, case, "reached", reached=True, customer_says="总部要求比价", risk="high")
    told = [item.target for item in todays_items(accounts.firm[MANAGER]) if item.source_kind == "case_notice"]
    assert told == [case.pk], "the superior knows at once"
    step(accounts, REP, case, reason="price", data="近三月账单与对手报价相差一成", measures=["续约优惠"])
    with pytest.raises(NotAuthorised):
        step(accounts, REP, case, "up", first_opinion="我自己同意")
    step(accounts, MANAGER, case, "up", first_opinion="同意，请主管定")
    assert [run.position.title for run in case.runs.filter(closed_at=None) if run.position] == ["大客户主管"]


@pytest.mark.ledger("S-023")
def test_what_keeps_a_customer_stays_within_authority_and_a_loss_has_its_reason(accounts: Accounts) -> None:
    case = to_keep(accounts)
    result = step(accounts, REP, case, "saved", done="续约一年", offer_given=True, amount="1800", saved=True)
    request = Request.objects.get(number=result.changes["waits_for"])
    accounts.firm.do(MANAGER, "approval.approve", request=request.pk)
    case.refresh_from_db()
    assert case.outcome == "saved"
    lost = to_keep(accounts)
    with pytest.raises(BadFacts):
        step(accounts, REP, lost, "lost", done="两次上门", offer_given=False, saved=False)
    step(accounts, REP, lost, "lost", done="两次上门", offer_given=False, saved=False, lost_why="总部统一换供应商")
    assert lost.outcome == "lost"


# --- events (P-017) -----------------------------------------------------------------------------------------------------------------

PLAN: Final[dict[str, Any]] = {"title": "制造业信息化交流会", "day": "2026-12-08", "length": "half", "budget": "1500", "invited": ["宏业制造"],
               "programme": "产品介绍、客户经验、座谈"}  # fmt: skip


@pytest.mark.ledger("S-026", "R-054", "P-017", "D-030")
def test_a_meeting_takes_half_a_day_or_a_day_and_is_followed_up(accounts: Accounts) -> None:
    with clock.set_to(MORNING):
        case = begin(accounts, "customer_event", MANAGER, about="制造业客户", kind="exchange", need="同类客户提出")
        with pytest.raises(BadFacts) as refused:
            step(accounts, MANAGER, case, **{**PLAN, "length": "week"}, trip=False)
        assert set(refused.value.faults) == {"length"}
        step(accounts, MANAGER, case, **PLAN, trip=False)
        step(accounts, MANAGER, case, "invited", confirmed=["宏业制造", "远大物流"])
        held: dict[str, Any] = {
            "attended": 24,
            "place": HERE,
            "photos": PHOTO,
            "spent": "1320",
            "outcome_note": "三家要方案",
        }
        step(accounts, MANAGER, case, **held)
        step(accounts, MANAGER, case, followed=["周五前给宏业方案"])
    assert case.outcome == "done"
    assert Matter.objects.get().action == "customer.activity"


@pytest.mark.ledger("S-026", "R-055")
def test_travelling_to_learn_from_others_needs_an_application(accounts: Accounts) -> None:
    case = begin(accounts, "customer_event", MANAGER, about="制造业客户", kind="study_trip", need="看先进地区")
    with pytest.raises(BadFacts) as refused:
        step(accounts, MANAGER, case, **PLAN, trip=True)
    assert set(refused.value.faults) == {"trip_why"}
    result = step(accounts, MANAGER, case, **PLAN, trip=True, trip_why="本地没有同类项目，客户点名要看")
    request = Request.objects.get(number=result.changes["waits_for"])
    accounts.firm.do(HEAD, "approval.approve", request=request.pk)
    case.refresh_from_db()
    assert case.step == "invite"
    assert Matter.objects.get().action == "activity.trip"


# --- three levels (R-059) -----------------------------------------------------------------------------------------------------------


@pytest.mark.ledger("S-037", "R-059")
def test_each_of_three_levels_maintains_the_data_and_none_for_another(accounts: Accounts) -> None:
    case = begin(accounts, "data_maintenance", scope="contract")
    step(accounts, REP, case, checked=["联系人", "协议"], corrected="联系电话", complete=True)
    with pytest.raises(NotAuthorised):
        step(accounts, REP, case, "ok", second_note="已复核")
    step(accounts, MANAGER, case, "back", second_note="缺补充协议")
    step(accounts, REP, case, checked=["补充协议"], corrected="补充协议", complete=True)
    step(accounts, MANAGER, case, "ok", second_note="齐全")
    with pytest.raises(NotAuthorised):
        step(accounts, MANAGER, case, "ok", sampled=3, errors=0, confidential=True)
    step(accounts, HEAD, case, "ok", sampled=3, errors=0, confidential=True)
    assert case.outcome == "done"


# --- the others, each from its beginning to its end -----------------------------------------------------------------------------------

Deeds = list[tuple[str, str, dict[str, Any]]]
EXPANSION: Final[Deeds] = [
    (REP, "worth", {"potential": "high", "expected": "120000", "qualify_note": "新厂投产"}),
    (REP, "offer", {"way": "visit", "met": "采购部", "said": "要三条专线", "place": HERE, "photos": PHOTO}),
    (REP, "offered", {"offer_text": "三条专线一年"}),
    (REP, "won", {"won": True, "new_members": 40, "revenue": "96000"}),
]
SOLUTION: Final[Deeds] = [
    (MANAGER, "deepen", {"basic_text": "视频监控加专线", "basic_file": PAPER}),
    (HEAD, "advised", {"advice": "云端存储", "support": "工程师两名"}),
    (MANAGER, "change", {"accepted": False, "customer_words": "费用偏高"}),
    (MANAGER, "enough", {"basic_text": "减少点位", "basic_file": PAPER}),
    (MANAGER, "accepted", {"accepted": True, "customer_words": "同意"}),
    (MANAGER, "opened", {"project": "XM-08", "channel": "green", "opened_on": "2026-11-20", "acceptance": PAPER}),
    (MANAGER, "used", {"in_use": True, "use_note": "每日使用"}),
]
DAILY: Final[Deeds] = [
    (REP, "ok", {"identity_ok": True, "identity": PHOTO}),
    (REP, "done", {"result": "已换卡两张"}),
    (REP, "later", {"informed": False}),
    (REP, "told", {"informed": True, "informed_who": "行政部刘工"}),
]
RIVAL: Final[Deeds] = [
    (MANAGER, "act", {"weight": "high", "use": "retention", "judgement": "影响续约"}),
    (HEAD, "done", {"response": "本周逐户拜访"}),
]
RESEARCH: Final[Deeds] = [
    (MANAGER, "done", {"method": "visit", "findings": "园区内半数企业使用对手专线"}),
    (MANAGER, "sent", {"report_file": PAPER, "share": "48", "forecast": "明年增长一成", "proposals": ["下调入门价"]}),
    (HEAD, "again", {"verdict": "补充价格数据"}),
    (MANAGER, "done", {"method": "data", "findings": "园区内半数企业使用对手专线，均价低一成"}),
    (MANAGER, "sent", {"report_file": PAPER, "forecast": "明年增长一成", "proposals": ["下调入门价"]}),
    (HEAD, "accepted", {"verdict": "采纳"}),
]
STRATEGY: Final[Deeds] = [
    (HEAD, "sent", {"market": "制造业客户需求转向云端", "targets": ["宏业制造"], "revenue_target": "2000000", "loss_limit": "2",
                    "methods": "每周拜访，首次由经理陪同"}),
    (ABOVE, "approved", {"verdict": "照此执行"}),
    (HEAD, "assigned", {"assigned": ["罗小满 80 万"]}),
    (HEAD, "reported", {"revenue_reached": "1900000", "loss_reached": "1.2", "lessons": "两户签约晚于计划一个月"}),
]  # fmt: skip
MEMBERSHIP: Final[Deeds] = [
    (REP, "again", {"reached": False, "usage": "无人接听"}),
    (REP, "go_on", {"reached": True, "usage": "用得多，流量不够", "wish": "upgrade"}),
    (REP, "done", {"new_card": "钻石卡", "until": "2027-11-30"}),
]
TRAINING: Final[Deeds] = [
    (REP, "go", {"answered": "需要现场演示", "solved": False}),
    (MANAGER, "held", {"attended": 12, "held_text": "后台使用", "photos": PHOTO}),
    (REP, "again", {"rating": "poor", "rating_note": "讲得太快"}),
    (REP, "solved", {"answered": "发了录像与手册", "solved": True}),
    (REP, "ok", {"rating": "good"}),
]
DELIVERY: Final[Deeds] = [
    (REP, "told", {"plan": ["布线", "开通"], "on_time": False, "delay_told": True}),
    (REP, "solve", {"state": "缺光缆", "problem": True, "problem_text": "供货推迟三天"}),
    (MANAGER, "solved", {"solution": "从二库调货", "told_customer": True}),
    (REP, "deliver", {"state": "布线完成", "problem": False}),
    (REP, "done", {"delivered_on": "2026-11-20", "receipt": PHOTO, "complete": True}),
]
NOTICE: Final[Deeds] = [
    (MANAGER, "sent", {"audience": "全体集团客户", "text": "自十二月起调整账单日，详见附件"}),
    (HEAD, "approved", {"verdict": "同意发出", "publish": True}),
    (MANAGER, "delivered", {"ways": ["邮件", "张贴"], "reached_count": 48}),
    (MANAGER, "done", {"opinions": "两家希望提前一周通知"}),
]
RELATIONS: Final[Deeds] = [
    (MANAGER, "sent", {"message": "只谈已公开的项目"}),
    (HEAD, "agreed", {"verdict": "同意"}),
    (MANAGER, "done", {"met_on": "2026-11-20", "result": "见报一篇"}),
]
REGION: Final[Deeds] = [
    (HEAD, "done", {"gaps": ["上门记录不全"], "guidance": "按客户行业分别服务"}),
    (HEAD, "done", {"trained": 9, "passed": 8, "photos": PHOTO}),
    (HEAD, "done", {"publicity": "进园区宣传两次"}),
    (ABOVE, "ok", {"findings": "达到标准"}),
]


def story(ledger: Any, procedure: str, opener: str, about: str, intake: dict[str, Any], deeds: Deeds, end: str) -> Any:
    return pytest.param(procedure, opener, about, intake, deeds, end, marks=ledger, id=procedure)


@pytest.mark.parametrize(
    ("procedure", "opener", "about", "intake", "deeds", "end"),
    [
        story(pytest.mark.ledger("S-024"), "expansion", REP, "新厂", {"kind": "corporate", "source": "directory", "lead": "报上看到招工"}, EXPANSION, "won"),
        story(pytest.mark.ledger("S-025", "P-018", "D-031"), "solution", MANAGER, "", {"need": "厂区监控", "sector": "制造"}, SOLUTION, "in_use"),
        story(pytest.mark.ledger("S-027", "D-032"), "daily_operation", REP, "", {"operation": "card", "request": "补换卡两张"}, DAILY, "done"),
        story(pytest.mark.ledger("S-034", "P-019", "D-033"), "competitor_report", REP, "",
              {"rival": "远信", "topic": "price", "source": "visit", "facts": "报价低一成"}, RIVAL, "filed"),
        story(pytest.mark.ledger("S-035", "D-034"), "market_research", MANAGER, "园区", {"topic": "园区专线", "questions": ["份额"]}, RESEARCH, "accepted"),
        story(pytest.mark.ledger("S-036", "S-056", "P-039", "D-058"), "account_strategy", HEAD, "大客户部", {"year": "2027"}, STRATEGY, "closed"),
        story(pytest.mark.ledger("S-038"), "membership", REP, "", {"card": "金卡", "expires": "2026-12-31"}, MEMBERSHIP, "kept"),
        story(pytest.mark.ledger("S-039"), "customer_training", REP, "", {"kind": "help", "question": "报表怎么导出"}, TRAINING, "done"),
        story(pytest.mark.ledger("S-054"), "order_delivery", REP, "", {"order": "D-1", "promised": "2026-11-18", "goods": "专线两条"}, DELIVERY, "done"),
        story(pytest.mark.ledger("S-217"), "customer_notice", MANAGER, "集团客户", {"topic": "账单日调整"}, NOTICE, "done"),
        story(pytest.mark.ledger("S-217"), "public_relations", MANAGER, "晚报", {"counterpart": "晚报", "kind": "media", "aim": "报道项目"}, RELATIONS, "done"),
        story(pytest.mark.ledger("S-224"), "regional_service", HEAD, "滨江分局", {"region": "滨江", "standard": "省公司标准"}, REGION, "done"),
    ],
)  # fmt: skip
def test_each_goes_its_way_over_the_right_desks_to_its_end(
    accounts: Accounts, procedure: str, opener: str, about: str, intake: dict[str, Any], deeds: Deeds, end: str
) -> None:
    with clock.set_to(MORNING):
        case = begin(accounts, procedure, opener, about, **intake)
        for who, outcome, answers in deeds:
            assert case.step, f"ended before {outcome}"
            step(accounts, who, case, outcome, **answers)
    assert case.outcome == end


@pytest.mark.ledger("S-056", "D-058")
def test_targets_are_followed_only_after_each_has_his_own(accounts: Accounts) -> None:
    case = begin(accounts, "account_strategy", HEAD, "大客户部", year="2027")
    for who, outcome, answers in STRATEGY[:2]:
        step(accounts, who, case, outcome, **answers)
    with pytest.raises(BadFacts) as refused:
        step(accounts, HEAD, case, "assigned", assigned=[])
    assert set(refused.value.faults) == {"assigned"} and case.step == "assign"
    step(accounts, HEAD, case, "assigned", assigned=["滨江分局 120 万", "罗小满 80 万"])
    assert case.step == "review"


@pytest.mark.ledger("S-217")
def test_nobody_publishes_what_has_not_been_agreed(accounts: Accounts) -> None:
    case = begin(accounts, "customer_notice", MANAGER, "集团客户", topic="账单日调整")
    step(accounts, *NOTICE[0][:1], case, NOTICE[0][1], **NOTICE[0][2])
    with pytest.raises(NotAuthorised):
        step(accounts, MANAGER, case, "approved", verdict="自己同意", publish=True)


@pytest.mark.ledger("S-054")
def test_a_delivery_that_is_not_as_ordered_is_not_closed(accounts: Accounts) -> None:
    case = begin(accounts, "order_delivery", order="D-2", promised="2026-11-18", goods="专线两条")
    step(accounts, REP, case, "ok", plan=["开通"], on_time=True)
    step(accounts, REP, case, "deliver", state="完成", problem=False)
    with pytest.raises((GateClosed, RuleBroken)):
        step(accounts, REP, case, "done", delivered_on="2026-11-20", receipt=PHOTO, complete=False)
    step(accounts, REP, case, "again", delivered_on="2026-11-20", receipt=PHOTO, complete=False)
    assert case.step == "solve"


# --- joining at a service hall, watching the traffic (P-012, P-022) ----------------------------------------------------------------


@pytest.mark.ledger("P-012", "D-024")
def test_a_unit_joins_at_the_hall_from_contact_to_opening(accounts: Accounts) -> None:
    case = begin(accounts, "hall_joining", source="list", contact_person="王总 13900001111")
    step(accounts, REP, case, talked="想给车间装专线", interested=True)
    step(accounts, REP, case, standard_met=True, originals=PHOTO)
    signing: dict[str, Any] = {"agreement_title": "集团客户服务协议", "sign_note": "王总签"}
    with pytest.raises(BadFacts) as refused:
        step(accounts, REP, case, "signed", **signing, seal_matches=True)
    assert set(refused.value.faults) == {"agreement"}
    step(accounts, REP, case, "signed", **signing, agreement=PAPER, seal_matches=True)
    needs: dict[str, Any] = {"needs": "两条专线，一条备份", "solutions": ["专线加备份", "单条专线"]}
    step(accounts, REP, case, **needs)
    step(accounts, REP, case, "other", solution="单条专线", campaign="四季度优惠", accepted=False)
    assert case.step == "needs", "another solution is looked for"
    step(accounts, REP, case, **needs)
    step(accounts, REP, case, "sold", solution="专线加备份", campaign="四季度优惠", accepted=True)
    step(accounts, REP, case, opened="两条专线已通，告知王总", opened_at="2026-11-24T16:00")
    assert case.outcome == "joined"
    assert Matter.objects.get(action="agreement.sign").facts["title"] == "集团客户服务协议"
    unfit = begin(accounts, "hall_joining", source="walk_in", contact_person="李经理")
    step(accounts, REP, unfit, talked="只有五个人", interested=True)
    step(accounts, REP, unfit, "unfit", standard_met=False, unfit_why="人数不足")
    assert unfit.outcome == "declined"


@pytest.mark.ledger("P-022", "D-039", "D-040")
def test_the_weeks_traffic_is_counted_reviewed_and_its_warnings_handed_over(accounts: Accounts) -> None:
    case = begin(accounts, "traffic_watch", about="第 47 周流量", period="week", first_day="2026-11-16")
    counted: dict[str, Any] = {"watched": 18, "small_customers": "远大物流降到四成"}
    with pytest.raises(BadFacts) as refused:
        step(accounts, REP, case, **counted)
    assert set(refused.value.faults) == {"table"}
    step(accounts, REP, case, **counted, table=PAPER)
    assert accounts.run(case).position == accounts.firm.positions["大客户主管"], "nobody reviews his own table"
    step(accounts, HEAD, case, "warn", analysis="远大连续三周下降，疑似转网", has_warnings=True)
    step(accounts, REP, case, warned=["远大物流 WL-2026-0001"])
    assert case.outcome == "analysed"
