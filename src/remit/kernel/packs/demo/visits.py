"""The key accounts of the demo: a quarter of visits with their photos, a churn warning, and the supervisor's own day out today."""

import datetime as dt
from functools import partial
from io import BytesIO
from random import Random
from typing import Any, Final

from django.utils import timezone
from PIL import Image, ImageDraw

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.documents.actions import store
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.founding import act, made
from remit.kernel.packs.demo.words import SERVICES
from remit.kernel.parties.models import Party
from remit.kernel.procedures.models import Case, StepRun
from remit.lib import clock

A_QUARTER: Final = 26
DAYS: Final = 90
SUPERVISOR: Final = "HXJ-DK-01"
POSTS: Final = ("HXJ-DK-21", "HXJ-DK-22", "HXT-ZZ-03")
# The supervisor's own customers, and the hour at which he is expected today.
OWN: Final = (("钱江精密机械有限公司", 9.5), ("湖滨大酒店有限公司", 14.0), ("四季果品连锁有限公司", 16.5))
SPOT: Final = (30.2741, 120.1551)
LEFT_OVER: Final = ("发票抬头要改", "想看新报价", "设备间缺备用电源")


class Visits:
    """Has dice of its own, so that the rest of the year stays as it is."""

    def __init__(self, diary: Diary, seed: int, scale: float) -> None:
        self.diary = diary
        self.rng = Random(f"{seed} visits")  # noqa: S311 - a story is drawn, no secret
        self.count = max(2, int(A_QUARTER * scale))

    def plan(self) -> None:
        last = timezone.localdate(self.diary.until)
        for _n in range(self.count):
            self.diary.plan_on(last - dt.timedelta(days=self.rng.randrange(2, DAYS)), self._visit)
        self.diary.plan_on(last - dt.timedelta(days=21), self._own_customers)
        self.diary.plan_on(last - dt.timedelta(days=6), self._warning)
        self.diary.plan_on(last - dt.timedelta(days=12), self._renewals)

    def _somebodys(self) -> Party | None:
        keepers = [p.pk for post in POSTS for p in self.diary.group.holding(post) if p.pk not in self.diary.group.gone]
        kept = Party.objects.filter(owner__in=keepers, kind="organization", merged_into=None).order_by("pk")
        return self.rng.choice(kept) if kept else None

    def _visit(self) -> None:
        party = self._somebodys()
        if party is not None:
            self._open(party, "例行拜访", self._arranged)

    def _open(self, party: Party, purpose: str, then: Any) -> None:
        assert party.owner_id is not None  # noqa: S101 - asked for where it was chosen
        facts = {"title": purpose, "party": party.pk, "answers": {"purpose": purpose}}
        result = self.diary.do(party.owner_id, "case.open", procedure="visit", **facts)
        if result is not None:
            case = made(result)
            self.diary.plan_after((1, 6), lambda: then(case))

    def _arranged(self, case: int, at: dt.datetime | None = None) -> None:
        ahead = dt.timedelta(hours=self.rng.uniform(6, 24))
        when = at or self.diary.calendar.add_working_time(clock.now(), ahead)
        appointed = timezone.localtime(when).strftime("%Y-%m-%dT%H:%M")
        answers = {
            "agreed": True,
            "appointed_at": appointed,
            "meets": "设备部王经理",
            "meeting_place": self._address(case),
        }
        self._submit(case, "agreed", answers)
        if at is None:
            self.diary.plan(when + dt.timedelta(minutes=50), lambda: self._visited(case))

    def _address(self, case: int) -> str:
        party = Case.objects.select_related("party").get(pk=case).party
        found = party.contacts.filter(kind="address").first() if party else None
        return found.value if found else "客户办公楼"

    def _visited(self, case: int) -> None:
        now, what = timezone.localtime(clock.now()), self.rng.choice(SERVICES)
        run = StepRun.objects.filter(case=case, closed_at=None).select_related("case").first()
        if run is None or run.person_id is None:
            return
        actor = self.diary.actor(run.person_id)
        kept = store(
            photo(self.rng), "现场.jpg", "image/jpeg", actor=actor, room="procedures", company_id=run.case.company_id
        )
        spot = {
            "latitude": f"{SPOT[0] + self.rng.uniform(-0.05, 0.05):.6f}",
            "longitude": f"{SPOT[1] + self.rng.uniform(-0.05, 0.05):.6f}",
        }
        left, rival = self.rng.random() < 0.3, self.rng.random() < 0.3
        answers: dict[str, Any] = {
            "visited_at": (now - dt.timedelta(minutes=45)).strftime("%Y-%m-%dT%H:%M"),
            "place": {**spot, "accuracy": self.rng.randint(6, 40), "address": self._address(case)}, "photos": [kept.pk],
            "needs": f"下季度考虑增加{what}", "product_use": "现有业务每天在用，稳定", "competitor_came": rival, "issues_left": left,
            "service_state": self.rng.choices(("good", "fair", "poor"), (7, 2, 1))[0], "next_step": "一周内给方案",
        }  # fmt: skip
        if rival:
            answers["competitor_seen"] = "同行上周来过，报价低约一成"
        if left:
            answers["issues"] = self.rng.choice(LEFT_OVER)
        self._submit(case, "follow" if left else "filed", answers)
        if left and self.rng.random() < 0.7:
            self.diary.plan_after((4, 20), lambda: self._submit(case, "solved", {"followed": "已办妥并答复客户"}))

    def _submit(self, case: int, outcome: str, answers: dict[str, Any]) -> None:
        run = StepRun.objects.filter(case=case, closed_at=None).first()
        if run is not None and run.person_id is not None and run.person_id not in self.diary.group.gone:
            self.diary.do(run.person_id, "case.submit", step=run.pk, outcome=outcome, answers=answers)

    def _own_customers(self) -> None:
        """The supervisor keeps three customers himself; two expect him today, the third has to be asked for an appointment."""
        (who,) = self.diary.group.holding(SUPERVISOR)
        today = timezone.localtime(self.diary.until).replace(minute=0, second=0, microsecond=0)
        for nth, (name, hour) in enumerate(OWN):
            result = self.diary.do(who.pk, "customer.open", name=name, kind="organization")
            if result is None:
                continue
            party = Party.objects.get(pk=made(result))
            self.diary.do(who.pk, "customer.grade", party=party.pk, grade="A", reason="全年用量居前")
            at = today.replace(hour=int(hour), minute=int(hour % 1 * 60))
            self._expected(party, at if nth < len(OWN) - 1 else None)

    def _expected(self, party: Party, at: dt.datetime | None) -> None:
        def arranged(case: int) -> None:
            if at is not None:
                self._arranged(case, at)

        day = self.diary.calendar.add_working_time(self.diary.until, -dt.timedelta(hours=11))
        self.diary.plan(day, lambda: self._open(party, "重点拜访", arranged))

    def _renewals(self) -> None:
        """Contracts that end within the month: the plan opens a case for each, and most keepers have asked their customer by now."""
        facts = {"plan": "renewal", "company": self.diary.group.units["HXJ"]}
        act("plan.start", seed="demo000000000009", **facts)
        perform(system("open plans"), "plan.open_due", facts)
        for case in Case.objects.filter(planned__run__plan__key="renewal").order_by("pk").values_list("pk", flat=True):
            if self.rng.random() < 0.7:
                says = {
                    "intention": self.rng.choice(("renew", "renew", "change", "undecided")),
                    "customer_says": "用量稳定，想看看新价格",
                }
                self.diary.plan_after((4, 40), partial(self._submit, case, "go_on", says))

    def _warning(self) -> None:
        """A customer whose traffic falls: contacted and analysed, now with the superior."""
        party = self._somebodys()
        if party is None or party.owner_id is None:
            return
        answers = {"signal": "traffic", "signal_text": "近两周流量降到半年均值的三成"}
        facts = {"title": "流量骤降", "party": party.pk, "answers": answers}
        result = self.diary.do(party.owner_id, "case.open", procedure="retention", **facts)
        if result is None:
            return
        case = made(result)
        said = {"reached": True, "customer_says": "总部要求三家比价，月底定", "risk": "high"}
        why = {"reason": "price", "data": "对手报价低约一成，合同两个月后到期", "measures": ["续约优惠", "增加带宽"]}
        self.diary.plan_after((1, 4), lambda: self._submit(case, "reached", said))
        self.diary.plan_after((6, 12), lambda: self._submit(case, "proposed", why))


def photo(rng: Random) -> bytes:
    """A drawn stand-in for what a telephone takes: a wall, a window, a door."""
    image = Image.new("RGB", (960, 720), (rng.randint(150, 210), rng.randint(160, 210), rng.randint(170, 220)))
    pen = ImageDraw.Draw(image)
    left = rng.randint(80, 300)
    pen.rectangle((left, 140, left + 260, 400), fill=(90, 120, 150), outline=(60, 70, 80), width=6)
    pen.rectangle((640, 220, 820, 720), fill=(110, 90, 70), outline=(60, 50, 40), width=6)
    made_of = BytesIO()
    image.save(made_of, "JPEG", quality=60)
    return made_of.getvalue()
