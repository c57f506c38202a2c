"""The fee run as acts: made, sent, reversed; and the suppliers' bills that it shares out (S-088, S-093)."""

import datetime as dt
import re
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import BadFact, Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.billing.actions.metering import company_of
from remit.kernel.billing.models import Bill, FeeRun, RunState, SharedCost, Tariff
from remit.kernel.billing.run.booking import book, period_said, reverse_run
from remit.kernel.billing.run.parameters import add_months
from remit.kernel.billing.run.working_out import Wanted, totals, work_out
from remit.lib.amounts import parse_amount

COMPANY: Final = Fact("company", "unit", gettext_lazy("Company"), required=False)
RUN: Final = Fact("run", "id", gettext_lazy("Fee run"))
PERIOD: Final = Fact("period", "text", gettext_lazy("Month"), help=gettext_lazy("Written like 2026-11."))
_MONTH: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)
MONTHS_MOST: Final = 12
# The first half of an advisory lock; the second is the company.
RUN_LOCK: Final = 0x46454552


def month_from(text: str) -> dt.date:
    """The first day of "2026-11". Raises BadFact."""
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        raise BadFact("period", _("A month is written like 2026-11."))
    return dt.date(int(found[1]), int(found[2]), 1)


def wanted_from(company_id: int, period: str, months: int, group: str, codes: str) -> Wanted:
    """What a form or a command line asks for. Raises BadFact."""
    since = month_from(period)
    if not 1 <= months <= MONTHS_MOST:
        raise BadFact("months", _("A run is for 1 to 12 months."))
    named = tuple(dict.fromkeys(code for code in re.split(r"[\s,，、]+", codes) if code))
    known = set(Tariff.objects.filter(company=company_id, code__in=named).values_list("code", flat=True))
    if strange := [code for code in named if code not in known]:
        raise BadFact("tariffs", _("There is no tariff “%(code)s”.") % {"code": strange[0][:40]})
    return Wanted(company_id, since, add_months(since, months), group.strip(" /"), named)


@action(
    "bill.run",
    gettext_lazy("Make a fee run"),
    PERIOD,
    Fact("months", "count", gettext_lazy("Months"), required=False),
    Fact("group", "text", gettext_lazy("Only below"), required=False),
    Fact("tariffs", "text", gettext_lazy("Only these fees"), required=False),
    COMPANY,
    words=("计费", "收费计算"),
)
def make(call: Call) -> Done:
    """What everybody owes for the month and is not charged yet: made as a whole or not at all."""
    wanted = wanted_from(
        company_of(call), call.text("period"), call.count("months", 1), call.text("group"), call.text("tariffs")
    )
    with connection.cursor() as cursor:  # of two runs at once the second finds what the first has charged
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashint8(%s))", [RUN_LOCK, wanted.company_id])
    worked = work_out(wanted)
    sums = totals()
    run = book(worked, call)
    if run is None:
        raise RuleBroken(_("There is nothing to charge for this month that is not charged yet."))
    period = period_said(wanted.since, wanted.until)
    told = {
        "period": period,
        "group": wanted.group,
        "charges": sum(one.count for one in sums),
        "amount": str(sum(one.amount for one in sums)),
        "tariffs": {one.name: str(one.amount) for one in sums},
    }
    return Done(("fee_run", run.pk, period), told, wanted.company_id)


def _run(call: Call) -> FeeRun:
    """The run, its row locked. Raises NotYours."""
    runs = FeeRun.objects.select_for_update(of=("self",)).filter(company=company_of(call))
    found = runs.filter(pk=call.id_of("run")).first()
    if found is None:
        raise NotYours(_("There is no such fee run."))
    return found


@action("bill.send", gettext_lazy("Send the bills of a run"), RUN, COMPANY)
def send(call: Call) -> Done:
    """The notices have gone out: from now on a bill is put right by itself, and the run stays."""
    run = _run(call)
    if run.state != RunState.MADE:
        raise RuleBroken(_("The bills of this run are not waiting to be sent."))
    if call.person is not None and run.made_by_id == call.person.pk:
        raise RuleBroken(_("You made this run; somebody else looks it through and sends it."))
    run.state, run.sent_at = RunState.SENT, call.at
    run.save(update_fields=["state", "sent_at"])
    count = Bill.objects.filter(run=run, reversed_at=None).update(sent_at=call.at)
    return Done(("fee_run", run.pk, str(run)), {"bills": count}, run.company_id)


@action(
    "bill.reverse_run",
    gettext_lazy("Reverse a fee run"),
    RUN,
    Fact("reason", "text", gettext_lazy("Reason")),
    COMPANY,
)
def take_back(call: Call) -> Done:
    """As if it had not been made, but to be seen: counter entries in the ledger, the charges closed."""
    run = _run(call)
    count = reverse_run(run, call.text("reason"), call)
    return Done(("fee_run", run.pk, str(run)), {"charges": count, "reason": call.text("reason")[:200]}, run.company_id)


@action(
    "bill.share_cost",
    gettext_lazy("Enter a cost to be shared"),
    Fact("tariff", "text", gettext_lazy("Fee")),
    PERIOD,
    Fact("amount", "money", gettext_lazy("Supplier's bill")),
    Fact("group", "text", gettext_lazy("Shared by those below"), required=False),
    Fact("paper", "text", gettext_lazy("Number of the bill"), required=False),
    COMPANY,
    words=("公摊",),
)
def share_cost(call: Call) -> Done:
    """The next run parts it, to the cent. The same fee, group and month again puts another amount in its place, until it is shared."""
    company_id, since = company_of(call), month_from(call.text("period"))
    tariff = Tariff.objects.filter(company=company_id, code=call.text("tariff"), kind="share").first()
    if tariff is None:
        raise BadFact(
            "tariff", _("There is no fee “%(code)s” that shares a cost.") % {"code": call.text("tariff")[:40]}
        )
    amount = parse_amount(str(call.facts["amount"]))
    group = call.text("group").strip(" /")[:200]
    cost = SharedCost.objects.select_for_update().filter(tariff=tariff, group=group, since=since).first()
    if cost is None:
        cost = SharedCost(company_id=company_id, tariff=tariff, group=group, since=since, until=add_months(since, 1))
    elif cost.run_id is not None:
        raise RuleBroken(_("This cost has been shared out already; reverse the run first."))
    if amount <= 0:
        raise BadFact("amount", _("The amount is above 0."))
    cost.amount, cost.paper, cost.made_by, cost.made_at = amount, call.text("paper")[:80], call.person, call.at
    cost.save()
    told = {"amount": str(amount), "period": f"{since:%Y-%m}", "group": group, "paper": cost.paper}
    return Done(("shared_cost", cost.pk, f"{tariff.name} {since:%Y-%m}"), told, company_id)
