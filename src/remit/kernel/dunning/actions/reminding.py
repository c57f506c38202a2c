"""A dunning run, and what came of each reminder."""

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.audit.statements import ask
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.dunning.access import reminder_visible_to
from remit.kernel.dunning.following import ask_collectors, settle_calls
from remit.kernel.dunning.models import DunningRun, Outcome, Reminder
from remit.kernel.dunning.queries import Scope, standings
from remit.kernel.dunning.rules import COMPANY, CUSTOMER_CLASS, NOTE, company_of, day_of

# Two runs of a company at once wait for each other; the second key is the company.
RUN_LOCK: Final = 0x44554E4E
OUTCOMES: Final = tuple((one.value, one.label) for one in Outcome)


@action(
    "arrears.remind",
    gettext_lazy("Make a dunning run"),
    COMPANY,
    Fact("on", "date", gettext_lazy("Day")),
    Fact("group", "text", gettext_lazy("Group (its beginning)"), required=False),
    CUSTOMER_CLASS,
    words=("催缴", "催费", "催收欠费"),
)
def remind(call: Call) -> Done:
    """S-090: everybody in the scope who has reached a next step gets its reminder, once for the same arrears; calls and visits become work of who
    keeps the customer. What is paused is left alone. A second run of the day finds only who is new."""
    company_id, on = company_of(call), call.day("on")
    if on > day_of(call):
        raise RuleBroken(_("A run can't be made for a day to come; look at its preview instead."))
    group, which = call.text("group").strip(), call.text("customer_class")
    ask("SELECT true FROM pg_advisory_xact_lock(%s, %s)", [RUN_LOCK, company_id])
    due = standings(Scope(company_id, call.person, group, which, only_due=True), on)
    if not due:
        raise RuleBroken(_("Nobody in this scope has reached a next step of the ladder by this day."))
    run = DunningRun.objects.create(
        company_id=company_id, on=on, group=group[:200], customer_class=which, made_at=call.at, made_by=call.person
    )
    made = Reminder.objects.bulk_create(
        [
            Reminder(
                company_id=company_id, run=run, payer_id=one.payer_id, arrears_since=one.since or on, level=one.level, channel=one.channel,
                days=one.days, amount=one.amount, on=on, collector_id=one.collector_id,
            )
            for one in due
        ],
        batch_size=5000,
    )  # fmt: skip
    ask_collectors(run, made, call)
    told = {"on": on.isoformat(), "reminders": str(len(made)), "amount": str(sum(one.amount for one in made))}
    return Done(("dunning_run", run.pk, str(run)), told, company_id)


@action(
    "arrears.answer",
    gettext_lazy("Note what came of a reminder"),
    Fact("reminder", "id", gettext_lazy("Reminder")),
    Fact("outcome", "choice", gettext_lazy("Outcome"), choices=OUTCOMES),
    NOTE,
    words=("催缴结果", "上门催缴"),
)
def answer(call: Call) -> Done:
    """Said again it takes the place of what was said; the last of a collector's list closes his work."""
    pk = call.id_of("reminder")
    if call.person is not None:
        pk = reminder_visible_to(call.person, pk).pk
    reminder = Reminder.objects.select_for_update(no_key=True, of=("self",)).select_related("payer").get(pk=pk)
    reminder.outcome, reminder.note = call.text("outcome"), call.text("note")[:200]
    reminder.answered_at, reminder.answered_by = call.at, call.person
    reminder.save(update_fields=["outcome", "note", "answered_at", "answered_by"])
    settle_calls(reminder, call)
    told = {"outcome": reminder.outcome, "note": reminder.note}
    return Done(("reminder", reminder.pk, reminder.payer.name), told, reminder.company_id)
