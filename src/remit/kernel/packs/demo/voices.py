"""What customers of the demo say by themselves: a matter sent in on the company's page, and how content they were with what was done."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from random import Random
from typing import Final

from remit.kernel.authority.gate import perform
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.founding import Group, act
from remit.kernel.procedures.models import IntakePage, StatusLink
from remit.kernel.procedures.public.receiving import SENDER
from remit.kernel.procedures.public.speaking import CUSTOMER
from remit.lib import clock

SLUG: Final = "hengxin"
TELEPHONE: Final = "400-820-1866"
# Of the customers of closed complaints these shares get the link, and answer; most of those who answer are content.
SHARED: Final = 0.7
ANSWERED: Final = 0.55
LEVELS: Final = ((1, 2, 3, 4, 5), (1, 2, 3, 7, 8))
SENT_IN: Final = (
    ("王秀英", "13805710101", "delivery", "上周五订的血压计到今天还没有送到，物流信息三天没有更新"),
    ("刘建国", "13805710202", "product", "足浴盆加热到一半就断电，换过插座也一样"),
)


class Voices:
    """Has dice of its own, so that the rest of the year stays as it is."""

    def __init__(self, diary: Diary, seed: int) -> None:
        self.diary, self.rng = diary, Random(seed)  # noqa: S311 - a story is drawn, no secret

    def plan_page(self, group: Group, first_day: dt.date) -> None:
        """The company's page opens in the second week; two matters came in by it in the last hours."""
        morning = dt.datetime.combine(first_day + dt.timedelta(days=10), dt.time(9), self.diary.calendar.zone)
        opens_at = self.diary.calendar.add_working_time(morning, dt.timedelta(minutes=30))
        self.diary.plan(opens_at, partial(self._open_page, group))
        for hours, (name, phone, category, content) in zip((1.2, 5), SENT_IN, strict=True):
            moment = self.diary.calendar.add_working_time(self.diary.until, -dt.timedelta(hours=hours))
            answers = {"category": category, "content": content}
            facts = {"procedure": "complaint", "key": phone, "name": name, "phone": phone, "answers": answers}
            self.diary.plan(moment, partial(self._send_in, facts))

    def _open_page(self, group: Group) -> None:
        keeper = group.by_login("adviser").pk
        act("intake.set", company=group.units["HXJ"], slug=SLUG, keeper=keeper, telephone=TELEPHONE)

    def _send_in(self, facts: Mapping[str, object]) -> None:
        page = IntakePage.objects.get(slug=SLUG)
        perform(SENDER, "intake.receive", {"page": page.pk, **facts})

    def take_link(self, who: int, case: int) -> None:
        """The customer is given the link while he is on the telephone."""
        if self.rng.random() < SHARED:
            self.diary.do(who, "case.share_status", case=case)

    def asked(self, case: int) -> None:
        """The case is closed; some hours later he answers, or does not."""
        if self.rng.random() < ANSWERED and StatusLink.objects.filter(case=case).exists():
            level = self.rng.choices(*LEVELS)[0]
            delay = dt.timedelta(hours=self.rng.uniform(1, 20))
            moment = self.diary.calendar.add_working_time(clock.now(), delay)
            self.diary.plan(moment, partial(self._rate, case, level))

    def _rate(self, case: int, level: int) -> None:
        perform(CUSTOMER, "case.rate", {"case": case, "level": level})
