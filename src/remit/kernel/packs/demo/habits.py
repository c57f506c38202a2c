"""What the demo's people do week by week, and with which facts. Figures are drawn so that most stays within the charters' limits,
some goes up for approval, and a little is nobody's to decide.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final, TypeAlias

from django.utils import timezone

from remit.kernel.packs.demo.claims import file_claim
from remit.kernel.packs.demo.founding import Group, Staff
from remit.kernel.packs.demo.names import customers, firms
from remit.kernel.packs.demo.words import (
    DEFECTS,
    DISLIKES,
    FAULTS,
    GIFTS,
    HARMS,
    LEAVES,
    MERITS,
    PRODUCTS,
    PURPOSES,
    SERVICES,
)
from remit.lib import clock

Facts: TypeAlias = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Habit:
    """`weekly` times a week somebody in one of the posts does `action`, with facts that `make` draws (None: not this time)."""

    weekly: float
    posts: tuple[str, ...]
    action: str
    make: "Callable[[Scene, Staff], Facts]"


class Scene:
    """What the facts are drawn from: the customers, the colleagues, the dice."""

    def __init__(self, group: Group, rng: Random) -> None:
        self.group, self.rng = group, rng
        self.customers = customers(rng, 160)
        self.firms = firms(rng, 60)
        self._numbers: dict[str, int] = {}

    def one(self, *options: str) -> str:
        return self.rng.choice(options)

    def money(self, low: int, high: int, step: int = 10) -> str:
        return f"{self.rng.randrange(low, high + step, step)}.00"

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def number(self, prefix: str) -> str:
        """Numbers of papers in order: PZ-2026-0001."""
        year = timezone.localdate(clock.now()).year
        self._numbers[prefix] = self._numbers.get(prefix, 0) + 1
        return f"{prefix}-{year}-{self._numbers[prefix]:04d}"

    def today(self) -> dt.date:
        return timezone.localdate(clock.now())

    def mate(self, *posts: str, besides: Staff | None = None) -> int:
        """Somebody in one of the posts who is still here."""
        found = [p for p in self.group.staff if p.post in posts and p != besides and p.pk not in self.group.gone]
        return self.rng.choice(found).pk

    def below(self, who: Staff) -> int:
        return self.mate(*TEAMS[who.post])


# Whom each post leads, as far as the habits need it.
TEAMS: Final[Mapping[str, tuple[str, ...]]] = {
    "HXJ-KF-11": ("HXJ-KF-12",),
    "HXJ-KF-21": ("HXJ-KF-22",),
    "HXJ-KF-01": ("HXJ-KF-02", "HXJ-KF-11", "HXJ-KF-12", "HXJ-KF-21", "HXJ-KF-22"),
    "HXJ-DK-01": ("HXJ-DK-11", "HXJ-DK-12", "HXJ-DK-21", "HXJ-DK-22"),
    "HXJ-DK-11": ("HXJ-DK-21",),
    "HXJ-DK-12": ("HXJ-DK-22",),
    "HXT-ZZ-01": ("HXT-ZZ-02", "HXT-ZZ-03"),
    "HXT-FW-01": ("HXT-SL-01", "HXT-SL-02", "HXT-FW-02"),
    "HXT-SL-01": ("HXT-SL-02",),
    "HXJ-CW-02": ("HXJ-CW-03", "HXJ-CW-06"),
}
ADVISERS: Final = ("HXJ-KF-12", "HXJ-KF-22")
MANAGERS: Final = ("HXJ-KF-11", "HXJ-KF-21")
KEY_MANAGERS: Final = ("HXJ-DK-11", "HXJ-DK-12")
KEY_REPS: Final = ("HXJ-DK-21", "HXJ-DK-22")


def _refund(scene: Scene, _who: Staff) -> Facts:
    proven = scene.chance(0.76)
    return {
        "customer": scene.one(*scene.customers), "product": scene.one(*PRODUCTS), "amount": scene.money(60, 980, 1),
        "defect_proven": proven, "persuaded": True, "reason": scene.one(*(DEFECTS if proven else DISLIKES)),
        "seller": scene.mate(*KEY_REPS, *ADVISERS),
    }  # fmt: skip


def _exchange(scene: Scene, _who: Staff) -> Facts:
    proven = scene.chance(0.93)
    return {"customer": scene.one(*scene.customers), "product": scene.one(*PRODUCTS), "defect_proven": proven,
            "reason": scene.one(*(DEFECTS if proven else DISLIKES))}  # fmt: skip


def _gift(scene: Scene, _who: Staff) -> Facts:
    value = scene.money(15, 50, 5) if scene.chance(0.82) else scene.money(60, 180)
    return {"customer": scene.one(*scene.customers), "amount": value, "reason": f"安抚客户，赠送{scene.one(*GIFTS)}"}


def _manager_gift(scene: Scene, _who: Staff) -> Facts:
    return {
        "customer": scene.one(*scene.customers),
        "amount": scene.money(40, 200),
        "reason": f"投诉处理完毕，赠送{scene.one(*GIFTS)}",
    }


def _reward_up_to(usual: int, rare: int) -> Callable[[Scene, Staff], Facts]:
    def make(scene: Scene, who: Staff) -> Facts:
        amount = scene.money(20, usual) if scene.chance(0.78) else scene.money(usual + 20, rare)
        return {"staff": scene.below(who), "amount": amount, "reason": scene.one(*MERITS)}

    return make


def _penalty_up_to(usual: int) -> Callable[[Scene, Staff], Facts]:
    def make(scene: Scene, who: Staff) -> Facts:
        return {"staff": scene.below(who), "amount": scene.money(20, usual), "reason": scene.one(*FAULTS)}

    return make


def _discount(scene: Scene, _who: Staff) -> Facts:
    percent = scene.one("5", "8", "10", "10", "15")
    return {"customer": scene.one(*scene.customers), "product": scene.one(*PRODUCTS), "percent": percent,
            "reason": scene.one(*HARMS), "seller": scene.mate(*ADVISERS), "party": scene.mate(*MANAGERS)}  # fmt: skip


def _compensate(scene: Scene, _who: Staff) -> Facts:
    amount = scene.money(50, 490) if scene.chance(0.72) else scene.money(500, 2600, 50)
    return {"customer": scene.one(*scene.customers), "amount": amount, "reason": scene.one(*HARMS),
            "seller": scene.mate(*ADVISERS), "party": scene.mate(*MANAGERS)}  # fmt: skip


def _own_leave(scene: Scene, who: Staff) -> Facts:
    days = scene.one("0.5", "1", "1", "1", "2", "3", "5")
    return {"staff": who.pk, "days": days, "start": scene.today() + dt.timedelta(days=2), "reason": scene.one(*LEAVES)}


def _area(scene: Scene, who: Staff) -> Facts:
    return {
        "staff": scene.below(who),
        "area": scene.one("江北片区", "江南片区", "开发区", "会员客户", "线上订单"),
        "reason": "客户数量调整",
    }


def _transfer(scene: Scene, who: Staff) -> Facts:
    return {"staff": scene.below(who), "reason": "更适合后台工作，本人同意"}


def _object(*objects: str) -> Callable[[Scene, Staff], Facts]:
    return lambda scene, _who: {
        "object": scene.one(*objects),
        "reason": scene.one("例行核查", "数字与上周出入较大", "客户反映"),
    }


def _price(usual: tuple[str, ...], rare: tuple[str, ...]) -> Callable[[Scene, Staff], Facts]:
    def make(scene: Scene, _who: Staff) -> Facts:
        percent = scene.one(*usual) if scene.chance(0.62) else scene.one(*rare)
        return {"customer": scene.one(*scene.firms), "product": scene.one(*SERVICES), "percent": percent,
                "amount": scene.money(8000, 160000, 1000), "reason": scene.one("年度续约", "对手报价更低", "首单试用", "量大")}  # fmt: skip

    return make


def _activity(low: int, high: int) -> Callable[[Scene, Staff], Facts]:
    return lambda scene, _who: {
        "title": scene.one("行业应用交流会", "新品推介会", "客户答谢会", "参观交流"), "amount": scene.money(low, high, 100),
        "start": scene.today() + dt.timedelta(days=14), "reason": "年度计划",
    }  # fmt: skip


def _extend(scene: Scene, _who: Staff) -> Facts:
    return {"customer": scene.one(*scene.firms), "amount": scene.money(5000, 90000, 500), "days": scene.one("10", "15", "30"),
            "reason": scene.one("对方季末资金紧张", "发票寄出较晚", "争议部分先搁置")}  # fmt: skip


def _sign(low: int, high: int) -> Callable[[Scene, Staff], Facts]:
    return lambda scene, _who: {"purpose": scene.one(*PURPOSES), "amount": scene.money(low, high), "reason": "工作需要"}


def _claim(*posts: str, high: int) -> Callable[[Scene, Staff], Facts]:
    """Somebody has filed a claim a moment ago; it is reviewed."""

    def make(scene: Scene, who: Staff) -> Facts:
        return {"claim": file_claim(scene.mate(*posts, besides=who), scene.one(*PURPOSES), scene.money(50, high))}

    return make


def _pay(high: int) -> Callable[[Scene, Staff], Facts]:
    return lambda scene, _who: {"payee": scene.one(*scene.customers, *scene.firms), "amount": scene.money(60, high),
                                "voucher": scene.number("PZ"), "reviewed": True, "reason": scene.one("报销", "退款", "备用金")}  # fmt: skip


def _receive(scene: Scene, _who: Staff) -> Facts:
    return {
        "payer": scene.one(*scene.customers),
        "amount": scene.money(80, 4000),
        "voucher": scene.number("SK"),
        "reason": "货款",
    }


def _invoice(scene: Scene, _who: Staff) -> Facts:
    return {"customer": scene.one(*scene.firms), "amount": scene.money(1000, 80000, 100), "reason": "按合同开票"}


def _fund(scene: Scene, _who: Staff) -> Facts:
    return {
        "account": scene.one("一般户", "工资户", "还贷户"),
        "amount": scene.money(20000, 260000, 1000),
        "reason": "资金安排",
    }


def _change(scene: Scene, _who: Staff) -> Facts:
    return {"customer": scene.one(*scene.firms), "kind": scene.one("lines", "password", "rights", "basics"), "checked": True,
            "reason": scene.one("客户来电要求", "客户来函", "其他部门转来")}  # fmt: skip


def _change_approval(scene: Scene, _who: Staff) -> Facts:
    return {
        "customer": scene.one(*scene.firms),
        "order": scene.number("BG"),
        "checked": True,
        "urgent": scene.chance(0.2),
        "reason": "核对无误",
    }


def _suspend(scene: Scene, _who: Staff) -> Facts:
    return {"customer": scene.one(*scene.firms), "amount": scene.money(2000, 30000, 100), "days": scene.one("65", "72", "90"),
            "reason": "多次催缴无果"}  # fmt: skip


def _hire(scene: Scene, _who: Staff) -> Facts:
    return {
        "post": scene.one("健康顾问", "客户代表", "受理服务代表"),
        "count": scene.one("1", "1", "2", "3"),
        "reason": "业务增长",
    }


def _appraise(scene: Scene, who: Staff) -> Facts:
    return {"staff": scene.below(who), "period": f"{scene.today():%Y} 年第 {(scene.today().month + 2) // 3} 季", "score": scene.one("3", "4", "4", "5"),
            "reason": "季度考核"}  # fmt: skip


HABITS: Final = (
    Habit(1.25, ADVISERS, "remedy.refund", _refund),
    Habit(0.74, ADVISERS, "remedy.exchange", _exchange),
    Habit(2.46, ADVISERS, "remedy.gift", _gift),
    Habit(0.7, ADVISERS, "staff.leave", _own_leave),
    Habit(0.64, MANAGERS, "remedy.gift", _manager_gift),
    Habit(0.37, MANAGERS, "staff.reward", _reward_up_to(50, 160)),
    Habit(0.14, MANAGERS, "staff.penalty", _penalty_up_to(50)),
    Habit(0.07, MANAGERS, "staff.area", _area),
    Habit(0.04, MANAGERS, "staff.transfer", _transfer),
    Habit(0.12, ("HXJ-KF-02",), "remedy.refund", _refund),
    Habit(0.18, ("HXJ-KF-01",), "remedy.discount", _discount),
    Habit(0.59, ("HXJ-KF-01",), "remedy.compensate", _compensate),
    Habit(0.12, ("HXJ-KF-01",), "staff.reward", _reward_up_to(400, 800)),
    Habit(0.05, ("HXJ-KF-01",), "staff.penalty", _penalty_up_to(300)),
    Habit(0.2, ("HXJ-KF-01",), "expense.sign", _sign(100, 2400)),
    Habit(0.23, ("HXJ-KF-03",), "oversight.question", _object("一组回访周报", "二组退换周报", "赠品领用表")),
    Habit(0.27, ("HXJ-KF-03",), "oversight.files", _object("一组客户档案", "二组追访表格")),
    Habit(0.23, ("HXJ-KF-03",), "oversight.recordings", _object("一组录音十段", "二组录音十段")),
    Habit(0.6, KEY_MANAGERS, "price.discount", _price(("1", "2", "3"), ("5", "8", "12", "18"))),
    Habit(0.03, KEY_MANAGERS, "invoice.issue", _invoice),  # nobody up his line may: refused
    Habit(0.24, KEY_REPS, "staff.leave", _own_leave),
    Habit(0.19, ("HXJ-DK-01",), "customer.activity", _activity(2000, 14000)),
    Habit(0.22, ("HXJ-DK-01",), "credit.extend", _extend),
    Habit(0.2, ("HXJ-DK-01",), "expense.sign", _sign(100, 1300)),
    Habit(0.03, ("HXJ-DK-01",), "staff.appraise", _appraise),
    Habit(1.12, ("HXJ-CW-05",), "cash.pay", _pay(4800)),
    Habit(0.55, ("HXJ-CW-05",), "cash.receive", _receive),
    Habit(0.55, ("HXJ-CW-03",), "invoice.issue", _invoice),
    Habit(0.44, ("HXJ-CW-02",), "claim.review", _claim(*KEY_REPS, *ADVISERS, high=5600)),
    Habit(0.22, ("HXJ-CW-04",), "fund.transfer", _fund),
    Habit(0.16, ("HXJ-RX-01",), "staff.hire", _hire),
    Habit(1.58, ("HXT-SL-02",), "change.take", _change),
    Habit(0.39, ("HXT-SL-02",), "staff.leave", _own_leave),
    Habit(1.2, ("HXT-SL-01",), "change.approve", _change_approval),
    Habit(0.08, ("HXT-FW-01",), "staff.reward", _reward_up_to(180, 300)),
    Habit(0.15, ("HXT-FW-01",), "claim.review", _claim("HXT-SL-02", "HXT-FW-02", high=1100)),
    Habit(0.46, ("HXT-ZZ-02",), "price.discount", _price(("2", "3", "5"), ("8", "12", "20"))),
    Habit(0.2, ("HXT-ZZ-03",), "price.discount", _price(("2", "5"), ("16",))),
    Habit(0.15, ("HXT-ZZ-03",), "staff.leave", _own_leave),
    Habit(0.13, ("HXT-ZZ-01",), "arrears.suspend", _suspend),
    Habit(0.08, ("HXT-ZZ-01",), "staff.reward", _reward_up_to(280, 420)),
    Habit(0.11, ("HXT-ZZ-01",), "customer.activity", _activity(3000, 24000)),
    Habit(0.46, ("HXT-CW-02",), "cash.pay", _pay(1900)),
    Habit(0.27, ("HXT-CW-02",), "cash.receive", _receive),
    Habit(0.28, ("HXT-CW-02",), "invoice.issue", _invoice),
    Habit(0.2, ("HXT-CW-01",), "claim.review", _claim("HXT-ZZ-03", "HXT-SL-02", high=3300)),
)
