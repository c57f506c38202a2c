"""The single events of the demo's year: signatures, absences, comings and goings, a charter that changes, what is open today."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.core import signing
from django.utils import timezone

from remit.kernel.accounts.proofs import SALT
from remit.kernel.audit.actions import seal_events
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.charters.format import charter_to_yaml
from remit.kernel.charters.importing.receiving import receive_file
from remit.kernel.charters.models import CharterPosition
from remit.kernel.organization.models import Person
from remit.kernel.packs.demo.claims import file_claim
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.founding import REVISED, Staff, hire_into
from remit.kernel.packs.demo.habits import Scene
from remit.kernel.packs.demo.names import people_names
from remit.kernel.packs.loader import SHIPPED
from remit.lib import clock

# Who has not signed yet, by post: the list of open signatures of the first day is not empty.
UNSIGNED: Final = frozenset({"HXT-ZZ-03", "HXJ-DK-22"})
LEAVER_POST, LEAVER_SUPERIOR = "HXJ-KF-22", "HXJ-KF-21"
# A job description in the form of many such files, with three positions in it.
DROPPED: Final = SHIPPED / "customer-service" / "example" / "客服部岗位职责.docx"
# Before anything is approved the answer has a working day: what is asked in the last hours is open on the first day.
LAST_HOURS: Final = 5


@dataclass(slots=True)
class Moments:
    diary: Diary
    scene: Scene
    first_day: dt.date

    def plan_all(self) -> None:
        first = self.first_day
        for day, task in (
            (first, self.sign_charters),
            (first + dt.timedelta(days=96), self.director_travels),
            (first + dt.timedelta(days=128), self.adviser_leaves),
            (first + dt.timedelta(days=142), self.adviser_comes),
            (first + dt.timedelta(days=182), self.manager_gets_more),
            (first + dt.timedelta(days=226), self.trainer_is_appointed_twice),
        ):
            self.diary.plan_on(day, task)
        self.diary.plan(self._before_the_end(days=1), self.finance_director_travels)
        self.diary.plan(self._before_the_end(days=8), self.refund_without_finding)
        self.diary.plan(self._before_the_end(days=1), self.document_is_dropped)
        tasks = self._open_today()
        for number, task in enumerate(tasks):
            ago = dt.timedelta(hours=LAST_HOURS * (1 - number / len(tasks)))
            self.diary.plan(self.diary.calendar.add_working_time(self.diary.until, -ago), task)

    # --- signatures ---------------------------------------------------------------------------------------------------------

    def sign_charters(self) -> None:
        """Holders sign in the first days, each reviewer a day later."""
        for person in self.diary.group.staff:
            if person.post not in UNSIGNED:
                self._let_sign(person, (0.5, 20))

    def _let_sign(self, person: Staff, hours: tuple[float, float]) -> None:
        position = self.diary.group.posts[person.post]
        if not CharterPosition.objects.filter(position_id=position, end=None).exists():
            return
        self.diary.plan_after(hours, lambda: self._sign(person, person.pk, "holder"))
        reviewer = self._reviewer(position)
        if reviewer is not None:
            later = (hours[1] + 1, hours[1] + 16)
            self.diary.plan_after(later, lambda: self._sign(person, reviewer, "reviewer"))

    def _reviewer(self, position: int) -> int | None:
        superior = next(rulebook_now().structure.superiors(position), None)
        return superior.holders[0] if superior and superior.holders else None

    def _sign(self, person: Staff, signer: int, role: str) -> None:
        """By password: what the login page would hand out after checking it is made here, as the password is the demo's."""
        position = self.diary.group.posts[person.post]
        place = CharterPosition.objects.select_related("charter").get(position_id=position, end=None)
        version = place.charter.versions.get(retired_on=None)
        if person.pk not in rulebook_now().structure.positions[position].holders:
            return  # left before signing
        proof = signing.dumps(self.diary.actor(signer).user_id, salt=SALT)
        facts = {"version": version.pk, "position": position, "holder": person.pk, "role": role, "proof": proof}
        perform(self.diary.actor(signer), "charter.sign", facts)

    # --- absences -----------------------------------------------------------------------------------------------------------

    def director_travels(self) -> None:
        """A week in which the assistant acts in everything."""
        self._deputise("director", "assistant", days=7, reason="赴外地参加行业年会")

    def finance_director_travels(self) -> None:
        """Runs on the first day: only some actions, up to an amount."""
        scope = [
            {"action": "claim.review", "limits": {"amount": "<= 10000 CNY"}},
            {"action": "staff.leave", "limits": {}},
        ]
        self._deputise("cfo", "fm", days=6, reason="到子公司检查年末结账", scope=scope)

    def _deputise(
        self, who: str, deputy: str, *, days: int, reason: str, scope: list[dict[str, Any]] | None = None
    ) -> None:
        principal, acts = self.diary.group.by_login(who), self.diary.group.by_login(deputy)
        now = clock.now()
        self.diary.do(
            principal.pk, "organization.appoint_deputy", position=self.diary.group.posts[principal.post],
            principal=principal.pk, deputy=acts.pk, starts_at=now, ends_at=now + dt.timedelta(days=days), reason=reason, scope=scope,
        )  # fmt: skip

    def _before_the_end(self, *, days: int) -> dt.datetime:
        return self.diary.calendar.add_working_time(
            self.diary.until - dt.timedelta(days=days), -dt.timedelta(minutes=30)
        )

    # --- coming and going ---------------------------------------------------------------------------------------------------

    def adviser_leaves(self) -> None:
        leaver = self.diary.group.holding(LEAVER_POST)[-1]
        hr = self.diary.group.by_login("hr")
        self.diary.do(hr.pk, "organization.leave", person=leaver.pk, left_on=timezone.localdate(clock.now()))
        self.diary.group.gone.add(leaver.pk)

    def adviser_comes(self) -> None:
        group, hr = self.diary.group, self.diary.group.by_login("hr")
        name, login = next(people_names(self.diary.rng, group.taken))
        door = self.diary.actor(hr.pk)
        person = hire_into(group, LEAVER_POST, name, login, timezone.localdate(clock.now()), door)
        self._let_sign(person, (2, 12))

    def trainer_is_appointed_twice(self) -> None:
        """The assistant asks for what the personnel manager has done by herself before it is approved: it no longer can be."""
        group = self.diary.group
        asker, hr, gm = group.by_login("gmassistant"), group.by_login("hr"), group.by_login("gm")
        facts = {"position": group.posts["HXJ-RX-04"], "person": group.holding("HXJ-RX-03")[0].pk,
                 "start": timezone.localdate(clock.now()), "is_main": False}  # fmt: skip
        with self.diary.unanswered():
            asked = self.diary.do(asker.pk, "organization.appoint", **facts)
        if asked is not None and asked.request_id is not None:
            request = asked.request_id
            self.diary.plan_after((1, 2), lambda: self._do(hr.pk, "organization.appoint", facts))
            self.diary.plan_after(
                (4, 5), lambda: self._do(gm.pk, "approval.approve", {"request": request, "note": "同意。"})
            )

    def _do(self, pk: int, action: str, facts: dict[str, Any]) -> None:
        self.diary.do(pk, action, **facts)

    # --- a charter changes --------------------------------------------------------------------------------------------------

    def manager_gets_more(self) -> None:
        """The second version of the manager's charter doubles what he may reward; both managers sign anew."""
        group, hr = self.diary.group, self.diary.group.by_login("hr")
        text = charter_to_yaml(group.specs[REVISED])
        facts = {
            "charter": group.charters[REVISED],
            "yaml": {"text": text},
            "effective_on": timezone.localdate(clock.now()),
        }
        self.diary.do(hr.pk, "charter.revise", **facts)
        for code in ("HXJ-KF-11", "HXJ-KF-21"):
            self._let_sign(group.holding(code)[0], (1, 12))

    def document_is_dropped(self) -> None:
        """The Word file of a department that works without charters so far: read, and not reviewed yet."""
        hr = self.diary.group.by_login("hr")
        company = Person.objects.values_list("company_id", flat=True).get(pk=hr.pk)
        receive_file(self.diary.actor(hr.pk), DROPPED.read_bytes(), DROPPED.name, company=company)

    # --- what is open on the first day --------------------------------------------------------------------------------------

    def _open_today(self) -> list[Callable[[], None]]:
        """Asked a few hours ago: something to decide for the manager, the director, the general manager and others."""
        group, scene = self.diary.group, self.scene
        by = group.by_login
        seller, party = by("adviser").pk, by("manager").pk
        asked: list[tuple[str, str, dict[str, Any] | Callable[[], dict[str, Any]]]] = [
            ("adviser", "remedy.refund", {"customer": scene.customers[1], "product": "蛋白粉", "amount": "298.00",
             "defect_proven": False, "persuaded": True, "reason": "客户坚持要退，检测结论还没有出来"}),
            ("adviser2", "remedy.gift", {"customer": scene.customers[2], "amount": "88.00", "reason": "老客户生日，想送保温杯"}),
            ("adviser", "staff.leave", {"staff": seller, "days": "1", "start": scene.today() + dt.timedelta(days=3),
             "reason": "孩子家长会"}),
            ("manager", "staff.reward", {"staff": by("adviser2").pk, "amount": "150.00", "reason": "连续三个月零投诉"}),
            ("director", "remedy.compensate", {"customer": scene.customers[3], "amount": "800.00", "reason": "漏液弄脏了地毯",
             "seller": seller, "party": party}),
            ("director", "remedy.compensate", {"customer": scene.customers[4], "amount": "380.00", "reason": "延误三天影响旅行",
             "seller": seller, "party": party}),
            ("kam", "price.discount", {"customer": scene.firms[0], "product": "年度会员采购", "percent": "12",
             "amount": "86000.00", "reason": "对手报价更低"}),
            ("fm", "claim.review", lambda: {"claim": file_claim(seller, "客户座谈茶歇", "6200.00")}),
            ("adviser", "remedy.exchange", {"customer": scene.customers[5], "product": "鱼油软胶囊", "defect_proven": True,
             "reason": "胶囊受潮结块"}),
            ("manager", "staff.reward", {"staff": seller, "amount": "60.00", "reason": "主动发现批次问题"}),
        ]  # fmt: skip

        def task(login: str, action: str, facts: dict[str, Any] | Callable[[], dict[str, Any]]) -> Callable[[], None]:
            return lambda: self._ask_and_leave_open(by(login).pk, action, facts() if callable(facts) else facts)

        return [task(*entry) for entry in asked]

    def _ask_and_leave_open(self, pk: int, action: str, facts: dict[str, Any]) -> None:
        """Nobody reacts to these any more: they are what the people who log in find on their desks."""
        with self.diary.unanswered():
            self.diary.do(pk, action, **facts)

    def refund_without_finding(self) -> None:
        """A week ago; the director has not said yet who is responsible, and is late."""
        facts = {"customer": self.scene.customers[6], "product": "足浴盆", "amount": "459.00", "defect_proven": True,
                 "persuaded": True, "reason": "仪器开机无显示"}  # fmt: skip
        self._ask_and_leave_open(self.diary.group.by_login("assistant").pk, "remedy.refund", facts)


def plan_seals(diary: Diary, first_day: dt.date) -> None:
    """The log is sealed every Friday evening, as the timer would do it more often."""
    day = first_day + dt.timedelta(days=(4 - first_day.weekday()) % 7)
    while day <= timezone.localdate(diary.until):
        diary.plan(timezone.make_aware(dt.datetime.combine(day, dt.time(19))), seal)
        day += dt.timedelta(days=7)


def seal() -> None:
    seal_events()
