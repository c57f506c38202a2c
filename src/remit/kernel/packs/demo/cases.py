"""The complaints of the demo's year, each step done by whom it asks, some working hours after it was asked; and those open today."""

import datetime as dt
from collections.abc import Mapping
from random import Random
from typing import Any, Final

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.founding import Staff, made
from remit.kernel.packs.demo.habits import Scene
from remit.kernel.packs.demo.voices import Voices
from remit.kernel.packs.demo.words import DEFECTS, HARMS, PRODUCTS
from remit.kernel.procedures.models import StepRun
from remit.kernel.procedures.standing import steps_to_climb
from remit.lib.refusals import Refusal

A_YEAR: Final = 56
POSTS: Final = ("HXJ-KF-12", "HXJ-KF-22")
# Working hours from when a step is asked to when it is done; most well within the procedure's terms.
HOURS: Final[Mapping[str, tuple[float, float]]] = {
    "judge": (0.1, 0.9), "investigate": (1, 7), "propose": (2, 12), "choose": (0.3, 3.5), "carry_out": (4, 30),
    "call_back": (4, 15), "evaluate": (3, 18),
}  # fmt: skip
# Working days before the demo's first day on which a complaint came that is still open.
OPEN_TODAY: Final = (0.02, 0.12, 0.4, 1.1, 2, 3, 5)
DUTY_HOURS: Final = 8


class Complaints:
    """Has dice of its own, so that the rest of the year stays as it is."""

    def __init__(self, diary: Diary, scene: Scene, scale: float) -> None:
        self.diary, self.scene = diary, scene
        seed = diary.rng.getstate()[1][1]
        self.rng, self.voices = Random(seed), Voices(diary, seed + 1)  # noqa: S311 - a story is drawn, no secret
        self.count = max(int(A_YEAR * scale), 2)

    def plan(self, first_day: dt.date) -> None:
        self.voices.plan_page(self.diary.group, first_day)
        for _n in range(self.count):
            day = first_day + dt.timedelta(days=self.rng.randrange(14, 340))
            moment = self.diary.calendar.add_working_time(
                dt.datetime.combine(day, dt.time(9), self.diary.calendar.zone),
                dt.timedelta(minutes=self.rng.randrange(400)),
            )
            self.diary.plan(moment, self._happen)
        until, calendar = self.diary.until, self.diary.calendar
        for days in OPEN_TODAY:
            ago = dt.timedelta(hours=days * DUTY_HOURS)
            self.diary.plan(calendar.add_working_time(until, -ago), self._happen)
        self.diary.plan(calendar.add_working_time(until, -dt.timedelta(hours=1.75)), self._forgotten)

    def _taken_by(self) -> Staff:
        return self.rng.choice(
            [p for p in self.diary.group.staff if p.post in POSTS and p.pk not in self.diary.group.gone]
        )

    def _happen(self) -> None:
        self._take_in()

    def _take_in(self, product: str = "", *, goes_on: bool = True) -> int | None:
        who, product = self._taken_by(), product or self.rng.choice(PRODUCTS)
        customer = self.rng.choice(self.scene.customers)
        category = self.rng.choices(("product", "service", "delivery", "billing", "suggestion"), (5, 2, 3, 1, 1))[0]
        fault = self.rng.choice(DEFECTS if category == "product" else HARMS)
        answers = {
            "contact": customer, "channel": self.rng.choice(("phone", "phone", "visit", "online")), "category": category,
            "content": f"{product}:{fault}", "demand": self.rng.choice(("换货", "退款", "给个说法", "")) or None,
        }  # fmt: skip
        facts = {"title": f"{product}{fault}"[:40], "subject": customer, "answers": answers}
        result = self.diary.do(who.pk, "case.open", procedure="complaint", **facts)
        if result is None:
            return None
        case = made(result)
        self.voices.take_link(who.pk, case)
        if goes_on:
            self._plan_step(case)
        return case

    def _forgotten(self) -> None:
        """Nobody judges it: at the hour its supervisor is told, at an hour and a half the director."""
        case = self._take_in("足浴盆", goes_on=False)
        if case is not None:
            for hours in (1.05, 1.6):
                self.diary.plan_after((hours, hours), self._climb)

    def _climb(self) -> None:
        for pk in steps_to_climb():
            perform(system("climb overdue steps"), "case.climb", {"step": pk})

    def _plan_step(self, case: int) -> None:
        run = StepRun.objects.filter(case=case, closed_at=None).order_by("pk").first()
        if run is None or run.request_id is not None:
            return
        low, high = HOURS[run.step]
        delay = dt.timedelta(hours=self.rng.uniform(low, high))
        pk, moment = run.pk, self.diary.calendar.add_working_time(run.opened_at, delay)
        self.diary.plan(moment, lambda: self._do_step(case, pk))

    def _do_step(self, case: int, pk: int) -> None:
        run = StepRun.objects.select_related("case").get(pk=pk)
        if run.closed_at is not None:
            return
        structure = rulebook_now().structure
        desk = structure.positions[run.position_id].holders if run.position_id else (run.person_id or 0,)
        able = [person for person in desk if person != run.excepted_id and person not in self.diary.group.gone]
        if not able:
            return
        outcome, answers = self._answers(run)
        facts = {"step": pk, "outcome": outcome, "answers": answers}
        try:
            perform(self.diary.actor(self.rng.choice(able)), "case.submit", facts)
        except Refusal:  # his authority ended since, or nobody may approve: it stays open and is seen as overdue
            return
        self._plan_step(case)
        if run.step == "evaluate" or outcome == "not_established":
            self.voices.asked(case)

    def _answers(self, run: StepRun) -> tuple[str, dict[str, Any]]:
        rng, group = self.rng, self.diary.group
        match run.step:
            case "judge":
                if rng.random() < 0.15:
                    text = "已说明正常使用的注意事项,客户理解"
                    return "not_established", {
                        "reason_sufficient": False,
                        "demand_reasonable": False,
                        "explanation": text,
                    }
                promised = (self.diary.calendar.add_workdays(run.opened_at.date(), 5)).isoformat()
                return "established", {"reason_sufficient": True, "demand_reasonable": rng.random() < 0.8,
                                       "department": group.units["HXJ-KF"], "promised": promised}  # fmt: skip
            case "investigate":
                return "found", {
                    "cause": rng.choice(("出库前未检查包装", "物流中转受压", "说明用法时有遗漏", "同批次个别不良"))
                }
            case "propose":
                return "proposed", {"proposals": ["换货并上门致歉", "退货退款", "赠送同类小样一份"]}
            case "choose":
                return "chosen", {"solution": run.case.values["proposals"][0], "instruction": "尽快办妥,留好单据"}
            case "carry_out":
                answers: dict[str, Any] = {"done": "已上门换货并致歉", "remedy": "none", "confirmed": True}
                if rng.random() < 0.2:
                    answers |= {"remedy": "gift", "amount": f"{rng.randrange(10, 50, 5)}.00"}
                return "accepted", answers
            case "call_back":
                if run.round == 1 and rng.random() < 0.08:
                    return "dissatisfied", {"satisfied": False, "call_note": "客户认为处理太慢"}
                return "satisfied", {"satisfied": True, "call_note": "对处理结果满意"}
            case _:
                return "filed", {"analysis": "包装与物流环节各占一半", "improvement": "出库加检一道,易碎品加护角",
                                 "penalty": "none"}  # fmt: skip
