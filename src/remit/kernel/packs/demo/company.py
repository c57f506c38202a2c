"""The demo's group on paper: units, posts and people. Read from top to bottom as an organization chart.

恒信集团 has two companies: 恒信健康 sells health products (the customer-service department with its delegated authority, key
accounts, finance), 恒信通信 is a telecom branch. Those who have a name here are the cast of the stories; the others are drawn.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class UnitPlan:
    code: str
    name: str
    kind: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class PostPlan:
    """One position. `charter` is "pack/file"; `people` are names of the cast, or the number of people to draw."""

    code: str
    title: str
    unit: str
    superior: str | None = None
    charter: str | None = None
    people: tuple[tuple[str, str], ...] = ()  # (name, login)
    drawn: int = 0
    headcount: int = 1
    is_head: bool = False
    second: str | None = None


UNITS: Final = (
    UnitPlan("HX", "恒信集团", "group", None),
    UnitPlan("HXJ", "恒信健康", "company", "HX"),
    UnitPlan("HXT", "恒信通信", "company", "HX"),
    UnitPlan("HXJ-ZJ", "总经办", "department", "HXJ"),
    UnitPlan("HXJ-KF", "客户服务部", "department", "HXJ"),
    UnitPlan("HXJ-KF1", "客服一组", "team", "HXJ-KF"),
    UnitPlan("HXJ-KF2", "客服二组", "team", "HXJ-KF"),
    UnitPlan("HXJ-DK", "大客户部", "department", "HXJ"),
    UnitPlan("HXJ-CW", "财务部", "department", "HXJ"),
    UnitPlan("HXJ-RX", "人事行政部", "department", "HXJ"),
    UnitPlan("HXT-ZJ", "总经办", "department", "HXT"),
    UnitPlan("HXT-ZZ", "增值电信事业部", "department", "HXT"),
    UnitPlan("HXT-FW", "客户服务部", "department", "HXT"),
    UnitPlan("HXT-SL", "受理服务组", "team", "HXT-FW"),
    UnitPlan("HXT-CW", "财务部", "department", "HXT"),
)

# The order is the one in which `remit demo` prints the logins: whom a newcomer wants to try first stands first.
POSTS: Final = (
    PostPlan("JT-01", "总裁", "HX", None, "management/president", (("罗启明", "president"),)),
    PostPlan("HXJ-ZJ-01", "总经理", "HXJ-ZJ", "JT-01", "management/general-manager", (("周岚", "gm"),), is_head=True),
    PostPlan("HXJ-KF-01", "客服部总监", "HXJ-KF", "HXJ-ZJ-01", "customer-service/director", (("高岚", "director"),),
             is_head=True),
    PostPlan("HXJ-KF-02", "总监助理", "HXJ-KF", "HXJ-KF-01", "customer-service/assistant", (("孙可", "assistant"),)),
    PostPlan("HXJ-KF-11", "客服部经理", "HXJ-KF1", "HXJ-KF-01", "customer-service/manager", (("林晓岚", "manager"),),
             is_head=True),
    PostPlan("HXJ-KF-12", "健康顾问", "HXJ-KF1", "HXJ-KF-11", "customer-service/adviser",
             (("陈立", "adviser"), ("赵敏之", "adviser2")), drawn=3, headcount=5),
    PostPlan("HXJ-KF-03", "统计员", "HXJ-KF", "HXJ-KF-01", "customer-service/statistician", (("沈默言", "statistician"),)),
    PostPlan("HXJ-RX-01", "人事行政部经理", "HXJ-RX", "HXJ-ZJ-01", "management/hr-manager", (("方文慧", "hr"),), is_head=True),
    PostPlan("HXJ-CW-01", "财务总监", "HXJ-CW", "HXJ-ZJ-01", "finance/director", (("韩涛", "cfo"),), is_head=True),
    PostPlan("HXJ-CW-02", "财务部经理", "HXJ-CW", "HXJ-CW-01", "finance/manager", (("许静怡", "fm"),)),
    PostPlan("HXJ-CW-03", "会计", "HXJ-CW", "HXJ-CW-02", "finance/accountant", (("唐小满", "accountant"),)),
    PostPlan("HXJ-CW-04", "资金主管", "HXJ-CW", "HXJ-CW-01", "finance/funds-supervisor", (("梁宽", "funds"),)),
    PostPlan("HXJ-CW-05", "出纳", "HXJ-CW", "HXJ-CW-04", "finance/cashier", (("吴越", "cashier"),)),
    PostPlan("HXJ-ZJ-02", "副总经理", "HXJ-ZJ", "HXJ-ZJ-01", "management/deputy-general-manager", (("宋之恒", "vgm"),)),
    PostPlan("HXJ-DK-01", "大客户主管", "HXJ-DK", "HXJ-ZJ-02", "key-accounts/key-account-supervisor",
             (("江一舟", "kam"),), is_head=True),
    PostPlan("HXJ-ZJ-04", "审计专员", "HXJ-ZJ", "HXJ-ZJ-01", "management/auditor", (("任直", "auditor"),)),
    PostPlan("HXJ-ZJ-03", "总经理助理", "HXJ-ZJ", "HXJ-ZJ-01", "management/gm-assistant", (("顾北", "gmassistant"),)),
    PostPlan("HXJ-KF-21", "客服部经理", "HXJ-KF2", "HXJ-KF-01", "customer-service/manager", drawn=1, is_head=True),
    PostPlan("HXJ-KF-22", "健康顾问", "HXJ-KF2", "HXJ-KF-21", "customer-service/adviser", drawn=4, headcount=5),
    PostPlan("HXJ-DK-11", "大客户经理", "HXJ-DK", "HXJ-DK-01", "key-accounts/key-account-manager", drawn=1),
    PostPlan("HXJ-DK-12", "大客户经理", "HXJ-DK", "HXJ-DK-01", "key-accounts/key-account-manager", drawn=1),
    PostPlan("HXJ-DK-21", "客户代表", "HXJ-DK", "HXJ-DK-11", "key-accounts/account-representative", drawn=3, headcount=4),
    PostPlan("HXJ-DK-22", "客户代表", "HXJ-DK", "HXJ-DK-12", "key-accounts/account-representative", drawn=3, headcount=4),
    PostPlan("HXJ-CW-06", "税务会计", "HXJ-CW", "HXJ-CW-02", drawn=1),
    PostPlan("HXJ-CW-07", "成本核算", "HXJ-CW", "HXJ-CW-02"),  # vacant
    PostPlan("HXJ-CW-08", "资产保管员", "HXJ-CW", "HXJ-CW-02"),  # held by the tax accountant as a second post
    PostPlan("HXJ-RX-02", "招聘专员", "HXJ-RX", "HXJ-RX-01", drawn=1),
    PostPlan("HXJ-RX-03", "薪酬福利专员", "HXJ-RX", "HXJ-RX-01", drawn=1),
    PostPlan("HXJ-RX-04", "考核培训专员", "HXJ-RX", "HXJ-RX-01"),  # vacant
    PostPlan("HXJ-RX-05", "前台", "HXJ-RX", "HXJ-RX-01", drawn=2, headcount=2),
    PostPlan("HXT-ZJ-01", "总经理", "HXT-ZJ", "JT-01", "management/general-manager", (("叶长青", "branchgm"),), is_head=True),
    PostPlan("HXT-ZZ-01", "增值电信事业部经理", "HXT-ZZ", "HXT-ZJ-01", "key-accounts/division-manager", drawn=1, is_head=True),
    PostPlan("HXT-ZZ-02", "客户主管", "HXT-ZZ", "HXT-ZZ-01", "key-accounts/account-supervisor", drawn=1),
    PostPlan("HXT-ZZ-03", "客户代表", "HXT-ZZ", "HXT-ZZ-01", "key-accounts/account-representative", drawn=5, headcount=6),
    PostPlan("HXT-FW-01", "客户服务部经理", "HXT-FW", "HXT-ZJ-01", "key-accounts/service-manager", drawn=1, is_head=True),
    PostPlan("HXT-SL-01", "受理服务组主管", "HXT-SL", "HXT-FW-01", "key-accounts/acceptance-supervisor", drawn=1, is_head=True),
    PostPlan("HXT-SL-02", "受理服务代表", "HXT-SL", "HXT-SL-01", "key-accounts/acceptance-representative", drawn=5,
             headcount=6),
    PostPlan("HXT-FW-02", "售后工程师", "HXT-FW", "HXT-FW-01", drawn=2, headcount=3),
    PostPlan("HXT-CW-01", "子公司财务主管", "HXT-CW", "HXT-ZJ-01", "finance/subsidiary-head", (("秦简", "branchcfo"),),
             is_head=True, second="HXJ-CW-01"),
    PostPlan("HXT-CW-02", "子公司出纳", "HXT-CW", "HXT-CW-01", "finance/subsidiary-cashier", (("夏雨薇", "branchcashier"),)),
    # Held by the cashier: who bills also collects. It stands in the separation report, with its compensating control.
    PostPlan("HXT-CW-03", "开票员", "HXT-CW", "HXT-CW-01", "finance/billing-clerk"),
    PostPlan("HXT-ZJ-02", "行政主管", "HXT-ZJ", "HXT-ZJ-01", drawn=1),
)  # fmt: skip

# (position, whom by the position that the person holds first): a person with two posts.
SECOND_POSTS: Final = (("HXJ-CW-08", "HXJ-CW-06"), ("HXT-CW-03", "HXT-CW-02"))
PACKS: Final = ("administration", "finance", "customer-service", "key-accounts", "management")
