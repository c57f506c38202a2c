"""Section 5 of the requirements, row by row: a duty that says how often turns up on the desk on the days that a clerk would name.

Every row stands in a charter, in words such as the documents use; the timed job of each morning opens it.
"""

import datetime as dt
from collections.abc import Iterator

import pytest
from django.utils import timezone
from tests.cast import Firm, build_firm, give

from remit.kernel.authority.loading import forget_cached
from remit.kernel.charters.format import DutySpec
from remit.kernel.work.models import WorkItem
from remit.kernel.work.tests.routine_help import ROUTINE, SHANGHAI, define, morning
from remit.lib import clock

pytestmark = pytest.mark.django_db

ROWS = [
    pytest.param(
        "每个工作日",
        ["2026-11-23", "2026-11-24"],
        ["11-23 18:00", "11-24 18:00"],
        [
            "登记投诉与变更并核对",
            "随收随记，核对现金与账",
            "登银行日记账",
            "取回银行回单并登记",
            "核对现金收费",
            "查看各现场的进度与安全",
            "翻看合同，提醒到期款",
            "录入并归档当天的工作",
            "阅日志、巡查记录与投诉",
            "登记报修与投诉的进展",
            "检查办公设备",
            "分发报刊、收发快递",
            "查看签到签退",
            "排当天的销售与订货计划",
            "审批请假与加班",
            "做当天的5S",
            "记当天的考核分",
            "做5S的日常项目",
        ],
        marks=pytest.mark.ledger(
            "T-002",
            "T-003",
            "T-005",
            "T-006",
            "T-007",
            "T-009",
            "T-010",
            "T-011",
            "T-015",
            "T-016",
            "T-017",
            "T-018",
            "T-019",
            "T-022",
            "T-023",
            "T-024",
            "T-025",
            "T-115",
        ),
        id="every-workday",
    ),
    pytest.param(
        "每个工作日 18:00",
        ["2026-11-23", "2026-11-24"],
        ["11-23 18:00", "11-24 18:00"],
        ["编资金日报", "下班后查门窗与电源", "写当日小结"],
        marks=pytest.mark.ledger("T-004", "T-020", "T-021"),
        id="end-of-workday",
    ),
    pytest.param(
        "每个工作日 8:30",
        ["2026-11-23", "2026-11-24"],
        ["11-23 08:30", "11-24 08:30"],
        ["开早会"],
        marks=pytest.mark.ledger("T-008"),
        id="morning-meeting",
    ),
    pytest.param(
        "每天 9:30",
        ["2026-11-21", "2026-11-22"],
        ["11-21 09:30", "11-22 09:30"],
        ["上午巡查"],
        marks=pytest.mark.ledger("T-013"),
        id="patrol",
    ),
    pytest.param(
        "每周",
        ["2026-11-25", "2026-11-27", "2026-12-04"],
        ["11-27 18:00", "12-04 18:00"],
        [
            "编投诉与咨询周报",
            "做话务统计与分析",
            "上报有偿服务汇总",
            "开部门例会",
            "5S检查与评比",
            "植物养护",
            "交下周工作计划",
            "排一周的销售与订货计划",
        ],
        marks=pytest.mark.ledger("T-027", "T-028", "T-029", "T-032", "T-036", "T-038", "T-039", "T-040"),
        id="weekly",
    ),
    pytest.param(
        "每周一 18:00",
        ["2026-11-23", "2026-11-30"],
        ["11-23 18:00", "11-30 18:00"],
        ["审阅总结并归纳一周巡查"],
        marks=pytest.mark.ledger("T-035"),
        id="monday",
    ),
    pytest.param(
        "每月底前",
        ["2026-11-16", "2026-11-30", "2026-12-31"],
        ["11-30 18:00", "12-31 18:00"],
        ["对银行账", "现金月结", "催缴统计"],
        marks=pytest.mark.ledger("T-044", "T-050", "T-055"),
        id="month-end",
    ),
    pytest.param(
        "每月",
        ["2026-11-16", "2026-11-30", "2026-12-31"],
        ["11-30 18:00", "12-31 18:00"],
        [
            "开销售发票",
            "计提折旧",
            "申报纳税",
            "发工资与补贴",
            "抄表并录入",
            "录入新业主",
            "算费并出通知",
            "生成托收文件",
            "审核收费报表",
            "编物料计划",
            "编投诉、变更、咨询月报",
            "做月度话务分析",
            "做大客户满意度与措施",
            "排月度销售与订货计划",
            "排月度活动计划",
            "开安全例会",
            "汇总考勤",
            "大检查办公设备",
            "写月计划与总结",
            "排宣传计划",
            "缴公用水电费",
        ],
        marks=pytest.mark.ledger(
            "T-045",
            "T-046",
            "T-047",
            "T-049",
            "T-051",
            "T-052",
            "T-053",
            "T-054",
            "T-056",
            "T-057",
            "T-058",
            "T-059",
            "T-060",
            "T-061",
            "T-062",
            "T-063",
            "T-066",
            "T-067",
            "T-069",
            "T-070",
            "T-071",
        ),
        id="monthly",
    ),
    pytest.param(
        "每月5日",
        ["2026-11-05", "2026-12-05", "2026-12-07"],
        ["11-05 18:00", "12-07 18:00"],
        ["报统计报表", "交考勤与工资表", "写述职报告"],
        marks=pytest.mark.ledger("T-048", "T-064", "T-065"),
        id="by-date",
    ),
    pytest.param(
        "每季度",
        ["2026-11-30", "2026-12-31"],
        ["12-31 18:00"],
        ["填KPI考核表", "做内部满意度调查", "评季度奖", "写季度计划与总结", "编季度经营计划"],
        marks=pytest.mark.ledger("T-072", "T-073", "T-074", "T-076", "T-077"),
        id="quarterly",
    ),
    pytest.param(
        "每半年",
        ["2026-11-30", "2026-12-31"],
        ["12-31 18:00"],
        ["评能力与态度"],
        marks=pytest.mark.ledger("T-078"),
        id="half-yearly",
    ),
    pytest.param(
        "每年12月15日",
        ["2026-12-01", "2026-12-15"],
        ["12-15 18:00"],
        ["编年度经营计划", "编年度预算", "年检执照证件", "排年度客户关系工作", "编年度宣传与活动方案", "分解年度指标"],
        marks=pytest.mark.ledger("T-079", "T-080", "T-081", "T-083", "T-084", "T-086"),
        id="yearly",
    ),
    pytest.param(
        "元旦、春节前5个工作日",
        ["2026-12-10", "2026-12-25"],
        ["12-25 18:00"],
        ["布置节日装饰"],
        marks=pytest.mark.ledger("T-090"),
        id="before-festivals",
    ),
]


@pytest.fixture
def firm() -> Iterator[Firm]:
    with clock.set_to(dt.datetime(2026, 11, 2, 8, tzinfo=SHANGHAI)):
        firm = build_firm()
        give(firm, "总经理", "第9条", {"action": "charter.*"})
        forget_cached()
        yield firm


@pytest.mark.parametrize(("words", "mornings", "expected", "texts"), ROWS)
def test_every_row_turns_up_on_its_days_and_on_no_other(
    firm: Firm, words: str, mornings: list[str], expected: list[str], texts: list[str]
) -> None:
    duties = [
        DutySpec(id=f"d{n}", text=f"{words}{text}", when=words, binding=ROUTINE) for n, text in enumerate(texts, 1)
    ]
    define(firm, "健康顾问", *duties)
    for day in map(dt.date.fromisoformat, mornings):
        with clock.set_to(dt.datetime.combine(day, dt.time(7), SHANGHAI)):
            morning(day)
            morning(day)  # a second run opens nothing twice
    for name in ("陈立", "赵敏之"):
        for duty in duties:
            items = WorkItem.objects.filter(person=firm[name], duty=duty.id, charter__isnull=False).order_by("due_at")
            opened = [timezone.localtime(item.due_at).strftime("%m-%d %H:%M") for item in items]
            assert opened == expected, (name, duty.text)
