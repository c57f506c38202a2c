"""What a run asks of people, and what becomes of the room's rows when customers become one, are parted, or have their data erased."""

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Final

from django.utils.translation import gettext as _

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.registry import Call
from remit.kernel.dunning.models import Channel, DunningRun, Hold, PaymentPlan, Reminder
from remit.kernel.parties import hooks
from remit.kernel.parties.hooks import Moved
from remit.kernel.work.actions import Performer, close_item, item_row, open_items
from remit.kernel.work.calendars import calendar_at
from remit.kernel.work.texts import in_every_language

KIND: Final = "dunning"
WORKDAYS: Final = 3
# What a person carries out; the rest goes out on paper or as a text.
BY_PERSON: Final = (Channel.CALL, Channel.VISIT, Channel.SUPERVISOR, Channel.LEGAL)
# What the one who made the run sees to himself.
ABOVE: Final = (Channel.SUPERVISOR, Channel.LEGAL)
MODELS: Final = {"dunning.holds": Hold, "dunning.plans": PaymentPlan}


def _performer(reminder: Reminder, run: DunningRun) -> int | None:
    """Who carries it out: who keeps the customer, else, and for the last steps, who made the run."""
    if reminder.channel in ABOVE:
        return run.made_by_id or reminder.collector_id
    return reminder.collector_id or run.made_by_id


def ask_collectors(run: DunningRun, made: Sequence[Reminder], call: Call) -> None:
    """One list a collector and channel, not an item a customer. One statement."""
    lists = Counter(
        (performer, one.channel) for one in made if one.channel in BY_PERSON and (performer := _performer(one, run))
    )
    if not lists:
        return
    calendar = calendar_at(run.company_id)
    due_at = calendar.end_of_day(calendar.add_workdays(run.on, WORKDAYS))
    open_items(
        [
            item_row(
                KIND,
                f"{run.pk}.{performer}.{channel}",
                Performer(person_id=performer),
                due_at=due_at,
                labels=in_every_language(partial(_title, channel, count)),
                provenances=in_every_language(partial(_why, run)),
                target=run.pk,
                company_id=run.company_id,
            )
            for (performer, channel), count in sorted(lists.items())
        ]
    )


def _title(channel: str, count: int) -> str:
    titles = {
        Channel.CALL: _("Call %(n)d customers in arrears"),
        Channel.VISIT: _("Visit %(n)d customers in arrears"),
        Channel.SUPERVISOR: _("Look into %(n)d customers in arrears"),
        Channel.LEGAL: _("Decide on legal action against %(n)d customers"),
    }
    return titles[Channel(channel)] % {"n": count}


def _why(run: DunningRun) -> str:
    return _("Dunning run of %(day)s") % {"day": run.on.isoformat()}


def settle_calls(reminder: Reminder, call: Call) -> None:
    """The list is done when nothing of it is unanswered."""
    performer = _performer(reminder, reminder.run)
    left = Reminder.objects.filter(run=reminder.run_id, channel=reminder.channel, answered_at=None)
    if reminder.channel not in ABOVE:
        left = left.filter(collector=reminder.collector_id)
    if performer is not None and not left.exists():
        key = f"{reminder.run_id}.{performer}.{reminder.channel}"
        close_item(KIND, key, done_by_id=call.person.pk if call.person is not None else None, at=call.at)


def register() -> None:
    hooks.merged.append(join)
    hooks.parted.append(part)
    hooks.personal_data.append(told)
    hooks.erased.append(erase)


def join(kept_id: int, gone_id: int) -> Moved:
    """Holds and promises go along; reminders stay where they were sent."""
    moved: dict[str, list[int]] = {}
    for name, model in MODELS.items():
        rows = model._default_manager.filter(payer=gone_id)
        moved[name] = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(payer=kept_id)
    return moved


def part(kept_id: int, gone_id: int, moved: Moved) -> None:
    for name, model in MODELS.items():
        model._default_manager.filter(pk__in=moved.get(name, []), payer=kept_id).update(payer=gone_id)


def told(party_id: int) -> dict[str, list[dict[str, object]]]:
    return {
        "reminders": [
            {"on": row.on.isoformat(), "channel": row.get_channel_display(), "amount": f"{row.amount:f}",
             "outcome": row.get_outcome_display(), "note": row.note}
            for row in Reminder.objects.filter(payer=party_id).order_by("on", "id")
        ],
        "dunning_holds": [
            {"since": row.since.isoformat(), "until": row.until.isoformat() if row.until else "", "reason": row.reason,
             "explanation": row.explanation}
            for row in Hold.objects.filter(payer=party_id).order_by("id")
        ],
        "promises": [
            {"since": row.since.isoformat(), "until": row.last_on.isoformat(), "amount": f"{row.amount:f}", "note": row.note}
            for row in PaymentPlan.objects.filter(payer=party_id).order_by("id")
        ],
    }  # fmt: skip


def erase(party_ids: list[int], actor: Actor) -> None:
    """What was owed and asked for stays with the books; what was said does not."""
    Reminder.objects.filter(payer__in=party_ids).update(note="")
    Hold.objects.filter(payer__in=party_ids).update(reason="", explanation="")
    PaymentPlan.objects.filter(payer__in=party_ids).update(note="")
