"""The demo's expense claims: filed by those who laid money out, paid every Friday by the cashier of their company."""

import datetime as dt
from typing import Final

from django.utils import timezone

from remit.kernel.authority.gate import perform
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.spending.models import Claim, ClaimState
from remit.lib import clock

CASHIERS: Final = {"HXJ": "HXJ-CW-05", "HXT": "HXT-CW-02"}
KINDS: Final = {"市内交通": "560102", "客户座谈茶歇": "560106", "培训资料": "560105"}  # the others are for the office
OFFICE: Final = "560105"
MOST_IN_CASH: Final = 300


def file_claim(claimant: int, purpose: str, amount: str) -> int:
    """The claim of a person who works here, with an e-invoice of its own; its id. No dice: the year stays as it is."""
    invoice = f"2633200000{Claim.objects.count() + 41_027:010}"
    day = timezone.localdate(clock.now()) - dt.timedelta(days=len(purpose))
    told = {"on": day.isoformat(), "purpose": purpose, "account": KINDS.get(purpose, OFFICE)}
    done = perform(
        actor_for(Person.objects.get(pk=claimant), "web"),
        "claim.file",
        {"title": purpose, "lines": [{**told, "amount": amount, "invoice_number": invoice}]},
    )
    return int(done.subject[1])


def plan_claims(diary: Diary, first_day: dt.date) -> None:
    """Fridays at three."""
    day, last = first_day, timezone.localdate(diary.until)
    while day <= last:
        if day.weekday() == 4 and diary.calendar.is_workday(day):
            diary.plan(timezone.make_aware(dt.datetime.combine(day, dt.time(15))), lambda: _pay(diary))
        day += dt.timedelta(days=1)


def _pay(diary: Diary) -> None:
    today = timezone.localdate(clock.now())
    for company, post in CASHIERS.items():
        holding = diary.group.holding(post)
        waiting = Claim.objects.filter(company=diary.group.units[company], state=ClaimState.REVIEWED)
        for claim in waiting.exclude(claimant__in=[one.pk for one in holding]).order_by("pk") if holding else ():
            way = "cash" if claim.amount <= MOST_IN_CASH and company == "HXJ" else "bank"
            reference = {} if way == "cash" else {"reference": f"BX{today:%Y%m%d}{claim.pk}"}
            diary.do(holding[0].pk, "claim.pay", claim=claim.pk, way=way, on=today, **reference)
