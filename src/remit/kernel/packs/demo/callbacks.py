"""The call-backs of the demo's last two months: members by plan, dissatisfied ones turned into complaints; some are done late, some not yet."""

import datetime as dt
from functools import partial
from random import Random
from typing import Any, Final

from django.utils import timezone

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.founding import act
from remit.kernel.packs.demo.words import SERVICES
from remit.kernel.procedures.models import CompanyPlan, StepRun
from remit.kernel.procedures.plans.queries import plans_to_run
from remit.lib import clock
from remit.lib.refusals import Refusal

COMPANY: Final = "HXJ"
PLANS: Final = ("callback_members", "callback_after_complaint", "complaint_from_callback")
WEEKS: Final = 9
MORNING: Final = dt.time(6, 10)
FORGOTTEN: Final = 0.06
HOURS: Final = (0.3, 14)
CALLS: Final = ((dt.time(9), dt.time(11, 20)), (dt.time(14), dt.time(17, 20)))
WORDS: Final = ("等的时间长了些", "上门比约好的晚了半天", "说明书看不明白，讲得太快", "瓶盖太紧，老人开不动")
PRAISE: Final = ("口感好，会再买", "按摩椅很安静", "分量再小一点更好", "")


class CallBacks:
    """Has dice of its own, so that the rest of the year stays as it is."""

    def __init__(self, diary: Diary, scale: float) -> None:
        self.diary = diary
        self.rng = Random(f"{diary.rng.getstate()[1][2]} calls")  # noqa: S311 - a story is drawn, no secret
        self.weeks = max(int(WEEKS * min(scale, 1)), 2)

    def plan(self) -> None:
        last = timezone.localdate(self.diary.until)
        first = last - dt.timedelta(weeks=self.weeks)
        self.diary.plan(self._at(first, dt.time(5)), self._start)
        for nth in range((last - first).days + 1):
            self.diary.plan(self._at(first + dt.timedelta(days=nth), MORNING), self._open)

    def _at(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, self.diary.calendar.zone)

    def _start(self) -> None:
        for nth, key in enumerate(PLANS):
            act("plan.start", plan=key, company=self.diary.group.units[COMPANY], seed=f"demo{nth:012d}")

    def _open(self) -> None:
        """What the worker does each morning; then everybody calls whom he finds on his desk."""
        company = self.diary.group.units[COMPANY]
        for key, company_id in plans_to_run(timezone.localdate(clock.now())):
            if company_id == company:
                perform(system("open plans"), "plan.open_due", {"plan": key, "company": company})
        began = CompanyPlan.objects.filter(plan__key__in=PLANS).values("pk")
        fresh = StepRun.objects.filter(case__planned__run__in=began, opened_at=clock.now(), step="call")
        for pk in fresh.order_by("pk").values_list("pk", flat=True):
            if self.rng.random() > FORGOTTEN:
                self.diary.plan(self._calling_time(), partial(self._call, pk))

    def _calling_time(self) -> dt.datetime:
        hours = dt.timedelta(hours=self.rng.uniform(*HOURS))
        moment = self.diary.calendar.add_working_time(clock.now(), hours)
        opens, closes = CALLS[moment.timetz().hour >= 12]
        minutes = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
        return self._at(moment.date(), opens) + dt.timedelta(minutes=self.rng.randrange(minutes))

    def _call(self, pk: int) -> None:
        run = StepRun.objects.get(pk=pk)
        if run.person_id is None or run.person_id in self.diary.group.gone or run.closed_at is not None:
            return
        actor = self.diary.actor(run.person_id)
        outcome, answers = self._answers()
        try:
            perform(actor, "case.call", {"step": pk})
            perform(actor, "case.submit", {"step": pk, "outcome": outcome, "answers": answers})
        except Refusal:  # a holiday, or his authority ended: it stays open and is seen as missed
            return

    def _answers(self) -> tuple[str, dict[str, Any]]:
        rng = self.rng
        roll = rng.random()
        if roll < 0.08:
            return "give_up", {"reached": "no_answer"}
        if roll < 0.11:
            return "refuses", {"reached": "refused"}
        said: dict[str, Any] = {"reached": "talked", "call_note": f"问过{rng.choice(SERVICES)}的安排"}
        if roll < 0.17:
            return "complains", {**said, "satisfaction": "dissatisfied", "shortcoming": rng.choice(WORDS)}
        if roll < 0.28:
            return "answered", {**said, "satisfaction": "so_so", "shortcoming": rng.choice(WORDS), "renewal": True}
        opinion = rng.choice(PRAISE)
        return "answered", {**said, "satisfaction": "satisfied", "renewal": True, "product_opinion": opinion or None}
