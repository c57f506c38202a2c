"""Credit of the demo: limits for firms, statements each month, most of them confirmed by telephone and one in a while with a difference."""

import datetime as dt
from functools import partial

from django.utils import timezone

from remit.kernel.credit.models import AccountStatement, StatementState
from remit.kernel.ledger.periods import last_day
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.parties.models import Party, PartyKind
from remit.lib import clock

LIMITED = 6


class Credit:
    """A year of it, for the company that keeps books."""

    def __init__(self, diary: Diary) -> None:
        self.diary = diary
        self.company = diary.group.units["HXJ"]

    def plan(self, first_day: dt.date) -> None:
        self.diary.plan_on(first_day + dt.timedelta(days=30), self._set_limits)
        month, end = first_day.replace(day=1), timezone.localdate(self.diary.until)
        while last_day(month) + dt.timedelta(days=4) < end:
            self.diary.plan_on(last_day(month) + dt.timedelta(days=4), partial(self._state, month))
            month = last_day(month) + dt.timedelta(days=1)

    def _who(self, post: str) -> int:
        return self.diary.group.holding(post)[0].pk

    def _set_limits(self) -> None:
        firms = Party.objects.filter(
            company=self.company, kind=PartyKind.ORGANIZATION, merged_into=None, erased_at=None
        )
        for nth, firm in enumerate(firms.order_by("pk")[:LIMITED]):
            facts = {"party": firm.pk, "amount": 20000 + 15000 * nth, "term_days": 30, "reason": "年度信用评定"}
            self.diary.do(self._who("HXJ-CW-02"), "credit.set_limit", since=timezone.localdate(clock.now()), **facts)

    def _state(self, month: dt.date) -> None:
        accountant = self._who("HXJ-CW-03")
        until = last_day(month)
        self.diary.do(accountant, "statement.draw", company=self.company, since=month, until=until)
        drawn = AccountStatement.objects.filter(company=self.company, until=until, state=StatementState.OPEN)
        for nth, row in enumerate(drawn.order_by("party")[:5]):
            facts = {"statement": row.pk, "way": "telephone", "name": "财务"}
            if nth == 4:
                facts["differences"] = [{"line": "服务费", "amount": "50.00", "remark": "我方账上少一笔"}]
            self.diary.do(accountant, "statement.answer", **facts)
            if nth == 4 and month.month % 3:
                self.diary.plan_after((2, 6), partial(self._explain, row.pk))

    def _explain(self, statement: int) -> None:
        said = {"statement": statement, "explanation": "客户次月入账，双方已核对一致"}
        self.diary.do(self._who("HXJ-CW-03"), "statement.explain", **said)
