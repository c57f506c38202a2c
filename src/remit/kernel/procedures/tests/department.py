"""The cast's firm with the complaint procedure of the customer-service pack, and the ways by which tests drive a case."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from tests.cast import Firm, build_firm

from remit.kernel.authority.gate import Result
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.packs.loader import SHIPPED
from remit.kernel.procedures.actions import may_do
from remit.kernel.procedures.checking import read_file
from remit.kernel.procedures.models import Case, StepRun
from remit.kernel.procedures.standing import put_procedure
from remit.lib import clock

COMPLAINT = SHIPPED / "customer-service" / "procedures" / "complaint.yaml"
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
# A Wednesday without holidays near it.
MORNING = dt.datetime(2026, 11, 25, 9, 12, tzinfo=SHANGHAI)

INTAKE = {
    "contact": "周敏 13900001111",
    "channel": "phone",
    "category": "product",
    "content": "按摩椅第三次停机",
    "demand": "换新",
}


@dataclass
class Department:
    firm: Firm

    def open(self, who: str = "陈立", **facts: Any) -> Case:
        given = {"procedure": "complaint", "title": "按摩椅反复停机", "subject": "周敏", "answers": INTAKE, **facts}
        result = self.firm.do(who, "case.open", **given)
        return Case.objects.get(pk=result.subject[1])

    def run(self, case: Case, who: str = "") -> StepRun:
        """The open run; of several, the one that asks this person."""
        runs = list(StepRun.objects.filter(case=case, closed_at=None).select_related("case").order_by("pk"))
        mine = [run for run in runs if who and may_do(run, self.firm[who].pk, rulebook_now())]
        return (mine or runs)[0]

    def submit(self, who: str, case: Case, outcome: str = "", **answers: Any) -> Result:
        result = self.firm.do(who, "case.submit", step=self.run(case, who).pk, outcome=outcome, answers=answers)
        case.refresh_from_db()
        return result

    # The steps of a complaint, each as its usual performer does it.

    def judged(self, case: Case, who: str = "陈立") -> None:
        self.submit(who, case, reason_sufficient=True, demand_reasonable=True, department=self.firm.service.pk,
                    promised="2026-11-30")  # fmt: skip

    def investigated(self, case: Case, who: str = "高岚") -> None:
        self.submit(who, case, "found", cause="控制板接触不良", responsible=self.firm["赵敏之"].pk)

    def proposed(self, case: Case, who: str = "高岚") -> None:
        self.submit(who, case, proposals=["更换控制板", "整机调换"])

    def chosen(self, case: Case, who: str = "高岚") -> None:
        self.submit(who, case, "chosen", solution="更换控制板")

    def carried_out(self, case: Case, who: str = "陈立", **more: Any) -> Result:
        return self.submit(
            who, case, "accepted", **{"done": "上门更换控制板", "remedy": "none", "confirmed": True, **more}
        )

    def called_back(self, case: Case, who: str = "赵敏之") -> None:
        self.submit(who, case, satisfied=True, call_note="运转正常")

    def filed(self, case: Case, who: str = "林晓岚") -> None:
        self.submit(who, case, analysis="同批次控制板虚焊", improvement="到货抽检", penalty="none")


def build_department() -> Department:
    firm = build_firm()
    put_procedure(read_file(COMPLAINT), "pack:test")
    return Department(firm)


def at(moment: dt.datetime) -> Any:
    return clock.set_to(moment)
