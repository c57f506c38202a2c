"""The positions that the packs bring: each stands where the documents put it, with their facts, and its routines turn up by themselves."""

import pytest

from remit.kernel.charters.format import CharterSpec, missing_parts
from remit.kernel.packs.loader import list_packs, read_pack
from remit.kernel.work.routines import routines_of

PACKS = {folder.name: read_pack(folder) for folder in list_packs()}
SERVICE, ACCOUNTS = "customer-service", "key-accounts"

# (pack, title, direct superior, facts that must stand in one of its clauses, each in the words of `clauses`)
POSITIONS = [
    pytest.param(ACCOUNTS, "品牌管理部经理", "总经理", ("附营销预算与盈亏测算", "不合格的清退", "非正常的问题当天向总经理请示"),
                 marks=pytest.mark.ledger("J-023")),
    pytest.param(ACCOUNTS, "集团客户经理", "政企客户部经理",
                 ("盖单位公章", "半天或一天为宜", "向关键人致电", "上级可查阅，不向任何其他人透露", "关键人关怀覆盖率 >= 100 %"),
                 marks=pytest.mark.ledger("J-024")),
    pytest.param(ACCOUNTS, "行业客户经理", "政企客户部经理", ("深入咨询，量身做出方案 3 workdays", "行业应用组", "漏一栏即作废"),
                 marks=pytest.mark.ledger("J-025")),
    pytest.param(ACCOUNTS, "服务厅客户经理", "政企客户部经理", ("审核资格", "开户、补卡、托收、漫游", "逐层上报"),
                 marks=pytest.mark.ledger("J-026")),
    pytest.param(ACCOUNTS, "政企客户部经理", "总经理", ("分解到分局与个人", "绿色通道", "三级维护", "系统集成与数据中心"),
                 marks=pytest.mark.ledger("J-027")),
    pytest.param(ACCOUNTS, "销售经理", "总经理", ("试乘试驾", "中英文销售确认书", "行政部填岗位"), marks=pytest.mark.ledger("J-030")),
    pytest.param(ACCOUNTS, "大客户销售代表", "大客户经理", ("按级别定期走到", "走哪条销售渠道与上级商定", "新客户开发率 >= 70 %"),
                 marks=pytest.mark.ledger("J-032")),
    pytest.param(ACCOUNTS, "营销部客户经理", "营销部分部经理",
                 ("经授权代表本店洽谈", "到店迎接、离店送别", "高星级酒店两年以上", "高中及以上"), marks=pytest.mark.ledger("J-033")),
    pytest.param(ACCOUNTS, "大客户关系代表", "大客户主管", ("大客户掉线率 <= 2 % 30 %", "大客户欠费率 < 5 ‰ 25 %", "大客户托收率 > 70 % 25 %"),
                 marks=pytest.mark.ledger("J-035")),
    pytest.param(ACCOUNTS, "高级客户主管", "客户服务部经理",
                 ("客户满意度 >= 98 %", "客户流失率 < 30 %", "新客户开发率 >= 70 %", "三年以上", "业务副经理"),
                 marks=pytest.mark.ledger("J-039")),
    pytest.param(ACCOUNTS, "CRM专员", "客户服务部经理", ("完整与准确", "大学本科及以上", "三年以上客户系统", "客户关系经理"),
                 marks=pytest.mark.ledger("J-040")),
    pytest.param(ACCOUNTS, "数据分析师", "大客户主管", ("管理层提交大客户业绩报告", "有潜力的目标客户", "大客户策略的修订"),
                 marks=pytest.mark.ledger("J-042")),
    pytest.param(ACCOUNTS, "市场部经理", "总经理", ("占有率、竞争与政策的变化，附策略建议", "附市场预测"), marks=pytest.mark.ledger("J-045")),
    pytest.param(ACCOUNTS, "技术支持组主管", "客户服务部经理", ("技术咨询四小时之内答复 4 hours", "change.approve"),
                 marks=pytest.mark.ledger("J-047")),
    pytest.param(ACCOUNTS, "售后工程师", "客户服务部经理", ("安装按规范施工", "两个工作日之内修好 2 workdays", "保养设备"),
                 marks=pytest.mark.ledger("J-049")),
    pytest.param(SERVICE, "客服组长", "客服部经理", ("由客服部总监任命或更换", "超出权限的立即报客服部经理"),
                 marks=pytest.mark.ledger("J-055")),
    pytest.param(SERVICE, "客服专员", "客服主管",
                 ("七天之内联系一次，把谈到的逐项记进档案 7 days", "三天之内打完，一户一条记录 3 days", "会员回访率 >= 100 %", "不行、不知道、不可以"),
                 marks=pytest.mark.ledger("J-056")),
    pytest.param(SERVICE, "客服主管", "客服部总监", ("户数大致相等", "投诉分类统计表", "两个以上方案供选", "回访总结"),
                 marks=pytest.mark.ledger("J-057")),
    pytest.param(SERVICE, "售后服务部主管", "营运经理", ("分派总台与卖场的岗位", "对抱怨的顾客亲自回访", "电话订货", "接待团购"),
                 marks=pytest.mark.ledger("J-058")),
    pytest.param(SERVICE, "主管助理", "售后服务部主管", ("主管不在时代行其职", "没有独立的处置权"), marks=pytest.mark.ledger("J-059")),
    pytest.param(SERVICE, "总台领班", "售后服务部主管", ("检查服务员", "总台与寄存区的清洁"), marks=pytest.mark.ledger("J-060")),
    pytest.param(SERVICE, "总台服务员", "总台领班", ("在主管指导下办理", "开具发票", "大件物品人工寄存", "按企划部的方案发放赠品、组织抽奖"),
                 marks=pytest.mark.ledger("J-061")),
    pytest.param(SERVICE, "营运经理", "总经理", ("与企划部一起审定赠品、抽奖与公益赞助", "听主管报未了结"), marks=pytest.mark.ledger("J-062")),
]  # fmt: skip
# Those that were there first, in the demo too.
EARLIER = [
    pytest.param(ACCOUNTS, "大客户经理", "大客户主管", ("不超过 3 % 的价格优惠", "决定直接下属的日常考核分", "一天以内的请假"),
                 marks=pytest.mark.ledger("J-029", "J-031")),
    pytest.param(ACCOUNTS, "大客户主管", "副总经理", ("大客户欠费率 < 5 ‰ 25 %", "大客户托收率 > 70 % 25 %", "内部客户满意度"),
                 marks=pytest.mark.ledger("J-034")),
    pytest.param(ACCOUNTS, "客户主管", "增值电信事业部经理", ("不超过 5 % 的价格优惠", "客户满意度 >= 98 %"), marks=pytest.mark.ledger("J-036")),
    pytest.param(ACCOUNTS, "客户代表", "增值电信事业部经理", ("大客户欠费率 < 5 ‰", "公章相符"), marks=pytest.mark.ledger("J-037")),
    pytest.param(ACCOUNTS, "增值电信事业部经理", "总经理", ("不超过 15 % 的价格优惠", "客户流失率 < 30 %"), marks=pytest.mark.ledger("J-038")),
    pytest.param(ACCOUNTS, "客户服务部经理", "总经理", ("审核加急的业务变更", "1,000 元以内的报销"), marks=pytest.mark.ledger("J-046")),
    pytest.param(ACCOUNTS, "受理服务代表", "受理服务组主管", ("change.take",), marks=pytest.mark.ledger("J-048")),
    pytest.param(SERVICE, "健康顾问", "客服部经理", ("remedy.exchange", "remedy.gift"), marks=pytest.mark.ledger("J-050")),
    pytest.param(SERVICE, "客服部经理", "客服部总监", ("每次 100 元以内", "可申请将本组员工调离"), marks=pytest.mark.ledger("J-051")),
    pytest.param(SERVICE, "统计员", "客服部总监", ("oversight.",), marks=pytest.mark.ledger("J-052")),
    pytest.param(SERVICE, "总监助理", "客服部总监", ("remedy.",), marks=pytest.mark.ledger("J-053")),
    pytest.param(SERVICE, "客服部总监", "总经理", ("remedy.compensate", "staff.dismiss"), marks=pytest.mark.ledger("J-054")),
]  # fmt: skip
NEW = [(param.values[0], param.values[1]) for param in POSITIONS]

# (pack, title, the duty's number, how often it comes)
ROUTINES = [
    pytest.param(SERVICE, "客服专员", "d1", "每个工作日 17:00", marks=pytest.mark.ledger("T-001")),
    pytest.param(SERVICE, "客服主管", "d1", "每个工作日 17:30", marks=pytest.mark.ledger("T-001")),
    pytest.param(ACCOUNTS, "受理服务代表", "d9", "每个工作日 17:45", marks=pytest.mark.ledger("T-002")),
    pytest.param(ACCOUNTS, "大客户经理", "d13", "每个工作日 09:30", marks=pytest.mark.ledger("T-022")),
    pytest.param(ACCOUNTS, "大客户经理", "d14", "每个工作日 18:00", marks=pytest.mark.ledger("T-025")),
    pytest.param(ACCOUNTS, "受理服务代表", "d5", "每周最后一个工作日", marks=pytest.mark.ledger("T-027")),
    pytest.param(ACCOUNTS, "客户服务部经理", "d1", "每周最后一个工作日", marks=pytest.mark.ledger("T-028")),
    pytest.param(SERVICE, "客服主管", "d9", "每周五 17:00", marks=pytest.mark.ledger("T-030")),
    pytest.param(ACCOUNTS, "大客户经理", "d5", "每周五 17:00", marks=pytest.mark.ledger("T-040")),
    pytest.param(SERVICE, "客服专员", "d3", "每周五 16:00", marks=pytest.mark.ledger("T-043")),
    pytest.param(ACCOUNTS, "受理服务组主管", "d6", "每月最后一个工作日", marks=pytest.mark.ledger("T-058")),
    pytest.param(ACCOUNTS, "客户服务部经理", "d11", "每月第3个工作日", marks=pytest.mark.ledger("T-059")),
    pytest.param(ACCOUNTS, "大客户经理", "d15", "每月第5个工作日", marks=pytest.mark.ledger("T-060")),
    pytest.param(ACCOUNTS, "大客户经理", "d12", "每月第1个工作日", marks=pytest.mark.ledger("T-061")),
    pytest.param(ACCOUNTS, "大客户主管", "d15", "每季度第10个工作日", marks=pytest.mark.ledger("T-072")),
    pytest.param("management", "人事行政部经理", "d3", "每季度最后一个工作日", marks=pytest.mark.ledger("T-073")),
    pytest.param(ACCOUNTS, "大客户主管", "d10", "每半年最后一个工作日", marks=pytest.mark.ledger("T-078")),
    pytest.param(ACCOUNTS, "品牌管理部经理", "d1", "每年第10个工作日", marks=pytest.mark.ledger("T-080")),
    pytest.param(ACCOUNTS, "大客户主管", "d1", "每年第10个工作日", marks=pytest.mark.ledger("T-083")),
    pytest.param(ACCOUNTS, "政企客户部经理", "d1", "每年第10个工作日", marks=pytest.mark.ledger("T-086")),
    pytest.param(ACCOUNTS, "集团客户经理", "d6", "元旦、春节、端午、中秋前3个工作日", marks=pytest.mark.ledger("T-087")),
    pytest.param(ACCOUNTS, "集团客户经理", "d7", "每个工作日 10:00", marks=pytest.mark.ledger("T-088")),
    pytest.param(SERVICE, "客服专员", "d6", "元旦、春节、端午、中秋前5个工作日", marks=pytest.mark.ledger("T-089")),
    pytest.param(SERVICE, "客服专员", "d7", "每月第5个工作日", marks=pytest.mark.ledger("T-091")),
    pytest.param(ACCOUNTS, "集团客户经理", "d8", "每季度第2个月15日", marks=pytest.mark.ledger("T-092")),
    pytest.param(ACCOUNTS, "大客户销售代表", "d1", "每月第1个工作日", marks=pytest.mark.ledger("T-097")),
    pytest.param(ACCOUNTS, "服务厅客户经理", "d6", "每月第1个工作日", marks=pytest.mark.ledger("T-097")),
    pytest.param(ACCOUNTS, "集团客户经理", "d13", "每季度最后一个工作日", marks=pytest.mark.ledger("T-099")),
    pytest.param(ACCOUNTS, "CRM专员", "d2", "每季度第3个月15日", marks=pytest.mark.ledger("T-104")),
    pytest.param(ACCOUNTS, "大客户主管", "d16", "每季度第3个月10日", marks=pytest.mark.ledger("T-104")),
    pytest.param(ACCOUNTS, "CRM专员", "d3", "每月第5个工作日", marks=pytest.mark.ledger("T-106")),
    pytest.param(ACCOUNTS, "品牌管理部经理", "d2", "每季度最后一个工作日", marks=pytest.mark.ledger("T-109")),
    pytest.param(ACCOUNTS, "客户服务部经理", "d4", "每月最后一个工作日", marks=pytest.mark.ledger("T-118")),
    pytest.param(ACCOUNTS, "大客户主管", "d8", "每月最后一个工作日", marks=pytest.mark.ledger("T-121")),
    pytest.param(ACCOUNTS, "客户主管", "d10", "每周一 09:00", marks=pytest.mark.ledger("T-122")),
    pytest.param(ACCOUNTS, "客户主管", "d11", "每月20日", marks=pytest.mark.ledger("T-122")),
    pytest.param(SERVICE, "客服主管", "d7", "每月第3个工作日", marks=pytest.mark.ledger("T-123")),
]  # fmt: skip


def charter(pack: str, title: str) -> CharterSpec:
    (found,) = (spec for spec in PACKS[pack].charters.values() if spec.title == title)
    return found


def clauses(spec: CharterSpec) -> list[str]:
    """What the charter says, one line for a clause, figures after the words: "客户满意度 >= 98 % 40 %"."""
    lines = [f"{duty.text} {duty.within or ''}" for duty in spec.duties]
    lines += [f"{clause.text} {' '.join(grant.action for grant in clause.grants)}" for clause in spec.authority]
    lines += [f"{kpi.name} {kpi.target or ''} {(kpi.weight or 0) * 100:.0f} %" for kpi in spec.kpis]
    lines += [line.text for line in spec.qualifications] + [line.text for line in spec.skills]
    return [*lines, spec.guidance.received or "", spec.career or ""]


@pytest.mark.parametrize(("pack", "title", "superior", "facts"), POSITIONS)
def test_a_position_stands_with_its_superior_and_its_facts(
    pack: str, title: str, superior: str, facts: tuple[str, ...]
) -> None:
    spec = charter(pack, title)
    assert spec.reports_to == (superior,)
    said = clauses(spec)
    assert [fact for fact in facts if not any(fact in line for line in said)] == []


@pytest.mark.parametrize(("pack", "title", "superior", "facts"), EARLIER)
def test_an_earlier_position_stands_so_too(pack: str, title: str, superior: str, facts: tuple[str, ...]) -> None:
    spec = charter(pack, title)
    assert superior in spec.reports_to
    said = clauses(spec)
    assert [fact for fact in facts if not any(fact in line for line in said)] == []


@pytest.mark.parametrize(("pack", "title"), NEW)
def test_a_position_is_described_in_full(pack: str, title: str) -> None:
    """Nothing but what a position may lack; enough duties to be one, work that comes by itself, figures that add up."""
    spec = charter(pack, title)
    assert set(missing_parts(spec)) <= {"工作难点"}
    assert 9 <= len(spec.duties) <= 14
    assert all(duty.group for duty in spec.duties)
    assert len(routines_of(spec)) >= 3
    assert sum(kpi.weight or 0 for kpi in spec.kpis) == 1 and all(kpi.target for kpi in spec.kpis)


@pytest.mark.parametrize(("pack", "title"), NEW)
def test_who_has_a_superior_in_the_pack_stands_among_his_people(pack: str, title: str) -> None:
    (superior,) = charter(pack, title).reports_to
    over = [spec for spec in PACKS[pack].charters.values() if spec.title == superior]
    assert all(title in spec.supervises for spec in over)


@pytest.mark.parametrize(("pack", "title"), NEW)
def test_who_owes_a_step_of_a_procedure_may_begin_it_or_is_asked_for_it(pack: str, title: str) -> None:
    """A duty that says "客户拜访" would be an empty word to somebody who cannot open a visit."""
    procedures = {str(spec.labels.by_language()["zh-hans"]): spec for spec in PACKS[pack].procedures.values()}
    owed = {duty.binding.name or "" for duty in charter(pack, title).duties if duty.binding}
    for name in owed & procedures.keys():
        spec = procedures[name]
        desks = {wanted for step in spec.steps for performer in step.by for wanted in performer.position}
        assert {title, "anyone"} & {*spec.intake.by, *desks}, name


@pytest.mark.parametrize(("pack", "title", "duty_id", "rhythm"), ROUTINES)
def test_a_routine_turns_up_in_its_rhythm(pack: str, title: str, duty_id: str, rhythm: str) -> None:
    rules = {duty.id: str(rule) for _number, duty, rule in routines_of(charter(pack, title))}
    assert rules[duty_id] == rhythm


def test_no_two_charters_are_of_one_title_or_number() -> None:
    """A company may install all packs: by its title, a superior or a performer is one position."""
    specs = [spec for pack in PACKS.values() for spec in pack.charters.values()]
    for named in ([spec.title for spec in specs], [spec.code for spec in specs]):
        assert len(named) == len(set(named))


@pytest.mark.parametrize("pack", [SERVICE, ACCOUNTS])
def test_performers_named_by_title_are_positions_of_some_pack(pack: str) -> None:
    """A report or a finding that goes to a title which no pack has would fall back on the superior, unnoticed."""
    titles = {spec.title for one in PACKS.values() for spec in one.charters.values()}
    named = {performer for spec in PACKS[pack].charters.values() for performer in _performers(spec)}
    assert {name for name in named if not name.startswith("fact:")} - titles <= {"superior", "营销部分部经理"}


def _performers(spec: CharterSpec) -> list[str]:
    duties = [duty for clause in spec.authority for grant in clause.grants for duty in grant.then]
    return [name for one in duties for name in (one.report_to, one.finding_by, *one.countersigned_by) if name]
