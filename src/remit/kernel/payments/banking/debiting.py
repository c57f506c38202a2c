"""The verbs of direct debit: make a batch, send it, take its return in, follow up what failed."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.agreements.models import Mandate
from remit.kernel.agreements.queries import accounts_of
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import REASON, Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.documents.actions import store
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import content_of
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import keeps
from remit.kernel.payments.banking.access import (
    DEBIT_FILES,
    FILES_ROOM,
    batch_visible_to,
    description_visible_to,
    item_visible_to,
)
from remit.kernel.payments.banking.actions import ACCOUNT, held
from remit.kernel.payments.banking.batching import Wish, fill, next_number
from remit.kernel.payments.banking.collecting import collect, write_results
from remit.kernel.payments.banking.following import ask_for_next, settle_item
from remit.kernel.payments.models import (
    BankDescription,
    BatchState,
    DebitBatch,
    DebitItem,
    DebitReturn,
    ItemState,
)
from remit.lib.amounts import format_amount
from remit.lib.bankfiles.batches import read_return, results_by_order, write_batch
from remit.lib.bankfiles.format import BankFormat, read_format
from remit.lib.bankfiles.values import BankFileError, Batch, Order, Result
from remit.lib.printable import made_one_line
from remit.lib.yaml_reader import BadYaml

BATCH: Final = Fact("batch", "id", gettext_lazy("Batch"))


def _locked(call: Call, action_name: str) -> DebitBatch:
    """The batch, its row held: two who send it or take returns in wait for each other. Raises NotYours."""
    pk = call.id_of("batch")
    if call.person is not None:
        batch_visible_to(call.person, pk, (action_name,))
    rows = DebitBatch.objects.select_for_update(no_key=True, of=("self",)).select_related("account__account", "company")
    batch = rows.filter(pk=pk).first()
    if batch is None:
        raise RuleBroken(_("There is no such batch."))
    return batch


def _about(batch: DebitBatch, changes: dict[str, Any]) -> Done:
    return Done(("debit_batch", batch.pk, batch.number), changes, batch.company_id)


@action(
    "debit.describe",
    gettext_lazy("Describe a bank’s files"),
    Fact("company", "unit", gettext_lazy("Company"), required=False),
    Fact("yaml", "data", gettext_lazy("Description")),
    words=("代扣文件格式",),
)
def describe(call: Call) -> Done:
    """A new one, or another text for the one of that id. Batches that were made keep the text that they were made by."""
    company_id = call.person.company_id if call.person is not None else call.id_of("company")
    text = str(call.mapping("yaml").get("text", ""))
    try:
        bank = read_format(text, "bank.yaml")
    except BadYaml as error:
        raise RuleBroken(str(error)) from error
    row, _new = BankDescription.objects.update_or_create(
        company_id=company_id,
        code=bank.id,
        defaults={"name": bank.name, "text": text, "made_at": call.at, "made_by": call.person},
    )
    return Done(("bank_description", row.pk, row.name), {"code": row.code, "name": row.name}, company_id)


@action(
    "debit.make",
    gettext_lazy("Make a batch of direct debits"),
    ACCOUNT,
    Fact("description", "id", gettext_lazy("Bank’s files")),
    Fact("on", "date", gettext_lazy("Collected on")),
    Fact("due_until", "date", gettext_lazy("Due by")),
    Fact("group", "text", gettext_lazy("Place"), required=False),
    Fact("amount", "money", gettext_lazy("Amount"), help=gettext_lazy("The sum that the preview showed")),
    words=("托收", "银行代扣"),
)  # fmt: skip
def make(call: Call) -> Done:
    """The sum is the one that was looked at, and by it a grant is bounded; where something was paid meanwhile, look again."""
    account = held(call, "debit.make")
    row = _description(call, account.company_id)
    wish = Wish(account, call.day("on"), call.day("due_until"), made_one_line(call.text("group"), 200))
    if wish.on < timezone.localdate(call.at):
        raise RuleBroken(_("A batch is collected today or later."))
    batch = DebitBatch.objects.create(
        company_id=account.company_id,
        number=next_number(account.company_id, call.at.year),
        account=account,
        bank_name=row.name,
        bank_text=row.text,
        on=wish.on,
        due_until=wish.due_until,
        group=wish.group,
        count=0,
        amount=0,
        made_at=call.at,
        made_by=call.person,
    )
    batch.count, batch.amount = fill(wish, batch.pk, batch.number)
    if not batch.count:
        raise RuleBroken(_("Nobody with a mandate owes anything that is due by then."))
    if batch.amount != call.facts.get("amount"):
        values = {"now": format_amount(batch.amount)}
        raise RuleBroken(_("The sum is %(now)s now; look at the preview again.") % values)
    batch.save(update_fields=["count", "amount"])
    return _about(
        batch, {"count": batch.count, "amount": str(batch.amount), "on": batch.on.isoformat(), "bank": row.code}
    )


def _description(call: Call, company_id: int) -> BankDescription:
    if call.person is not None:
        return description_visible_to(call.person, call.id_of("description"))
    return BankDescription.objects.get(pk=call.id_of("description"), company=company_id)


@action("debit.drop", gettext_lazy("Drop a batch that was not sent"), BATCH, REASON)
def drop(call: Call) -> Done:
    """Its charges are free for the next one."""
    batch = _locked(call, "debit.drop")
    if batch.state != BatchState.MADE:
        raise RuleBroken(_("Batch %(number)s has left; it can't be dropped.") % {"number": batch.number})
    with connection.cursor() as cursor:
        cursor.execute(_FREE, [batch.pk])
    batch.state = BatchState.DROPPED
    batch.save(update_fields=["state"])
    return _about(batch, {"reason": call.text("reason")})


_FREE: Final = """
UPDATE payments_debitcharge c SET is_open = false FROM payments_debititem i WHERE i.id = c.item_id AND i.batch_id = %s
"""


@action("debit.send", gettext_lazy("Send a batch of direct debits to the bank"), BATCH,
        Fact("amount", "money", gettext_lazy("Amount"), derive=lambda facts: _amount_of(facts.get("batch"))))  # fmt: skip
def send(call: Call) -> Done:
    """Writes the file and keeps it; from now on the batch waits for its return. What the bank can't take is told with row and field."""
    batch = _locked(call, "debit.send")
    if batch.state != BatchState.MADE:
        raise RuleBroken(
            _("Batch %(number)s was sent already; fetch its file again, with a reason.") % {"number": batch.number}
        )
    bank = read_format(batch.bank_text, "bank.yaml")
    gone = _gone(batch)
    if gone:
        raise RuleBroken(
            _(
                "%(n)d mandates of this batch were revoked meanwhile, the first is %(first)s; drop it and make a new one."
            )
            % {"n": len(gone), "first": gone[0]}
        )
    try:
        data = write_batch(bank, _as_batch(batch, call.at))
    except BankFileError as error:
        raise RuleBroken(str(error)) from error
    name = f"{batch.number}.{bank.batch.ending}"
    batch.file = store(
        data, name, "application/octet-stream", actor=call.actor, room=DEBIT_FILES, company_id=batch.company_id
    )
    batch.state, batch.sent_at, batch.sent_by = BatchState.SENT, call.at, call.person
    batch.save(update_fields=["file", "state", "sent_at", "sent_by"])
    told = {"count": batch.count, "amount": str(batch.amount), "file": batch.file.pk, "sha256": batch.file.sha256}
    return _about(batch, told)


def _amount_of(pk: object) -> Decimal | None:
    return DebitBatch.objects.filter(pk=int(str(pk))).values_list("amount", flat=True).first() if pk else None


def _gone(batch: DebitBatch) -> list[str]:
    """Mandates that do not count on the day of collection any more."""
    rows = Mandate.objects.filter(debits__batch=batch)
    return list(
        (rows.filter(revoked_on__lte=batch.on) | rows.filter(account_sealed="")).values_list("number", flat=True)
    )


def _as_batch(batch: DebitBatch, at: dt.datetime) -> Batch:
    items = list(batch.items.select_related("mandate", "payer").order_by("sequence"))
    accounts = accounts_of({item.mandate_id: item.mandate for item in items}.values())
    purpose = f"{batch.due_until:%Y年%m月}费用"
    return Batch(
        number=batch.number,
        made_at=timezone.localtime(at),
        date=batch.on,
        creditor=batch.company.name,
        creditor_account=batch.account.number,
        creditor_bank_code=batch.account.bank_code,
        creditor_id=batch.account.creditor_id,
        currency=batch.account.currency,
        orders=tuple(
            Order(
                reference=item.reference,
                holder=item.mandate.holder,
                account=accounts[item.mandate_id],
                amount=item.amount,
                bank_name=item.mandate.bank_name,
                bank_code=item.mandate.bank_code,
                payer=item.payer.number,
                mandate=item.mandate.number,
                signed_on=item.mandate.signed_on,
                purpose=purpose,
            )
            for item in items
        ),
    )


@action("debit.send_again", gettext_lazy("Fetch the file of a batch again"), BATCH, REASON)
def send_again(call: Call) -> Done:
    """The very file that was sent: a second one would debit twice. The page gives it out once this has been done."""
    batch = _locked(call, "debit.send_again")
    if batch.state != BatchState.SENT or batch.file is None:
        raise RuleBroken(_("Batch %(number)s is not at the bank.") % {"number": batch.number})
    batch.copies += 1
    batch.save(update_fields=["copies"])
    return _about(batch, {"copies": batch.copies, "reason": call.text("reason"), "sha256": batch.file.sha256})


@action(
    "debit.settle",
    gettext_lazy("Take in a bank’s return"),
    BATCH,
    Fact("file", "id", gettext_lazy("File")),
    words=("银行回盘",),
)
def settle(call: Call) -> Done:
    """All of the return or nothing of it. Fed twice it changes nothing; what contradicts what was settled is refused with its line."""
    batch = _locked(call, "debit.settle")
    file = StoredFile.objects.filter(pk=call.id_of("file"), room=FILES_ROOM, company_id=batch.company_id).first()
    if file is None:
        raise RuleBroken(_("There is no such file."))
    if batch.returns.filter(sha256=file.sha256).exists():
        return _about(batch, {"again": True, "file": file.pk})
    bank, results, on = preview(batch, content_of(file), timezone.localdate(call.at))
    items = {item.sequence: item for item in batch.items.select_related("payer", "mandate").order_by("sequence")}
    fresh = [items[n] for n in sorted(results) if results[n].outcome != "open" and items[n].state == ItemState.OPEN]
    taken = DebitReturn.objects.create(
        company_id=batch.company_id,
        batch=batch,
        file=file,
        sha256=file.sha256,
        collected=sum(results[item.sequence].outcome == "collected" for item in fresh),
        failed=sum(results[item.sequence].outcome == "failed" for item in fresh),
        made_at=call.at,
        made_by=call.person,
    )
    if fresh:
        write_results(bank, fresh, results, on)
        collect(
            batch, [item for item in fresh if item.state == ItemState.COLLECTED], on, call, f"{batch.number}:{taken.pk}"
        )
        ask_for_next([item for item in fresh if item.state == ItemState.FAILED], call)
    if not batch.items.filter(state=ItemState.OPEN).exists():
        batch.state = BatchState.SETTLED
        batch.save(update_fields=["state"])
    return _about(batch, {"file": file.pk, "collected": taken.collected, "failed": taken.failed})


def preview(batch: DebitBatch, data: bytes, today: dt.date) -> tuple[BankFormat, dict[int, Result], dt.date]:
    """What a return says of a batch, by sequence, and the day from which it counts; nothing is written. Raises RuleBroken with the lines
    that don't match."""
    if batch.state not in (BatchState.SENT, BatchState.SETTLED):
        raise RuleBroken(_("Batch %(number)s is not at the bank.") % {"number": batch.number})
    bank = read_format(batch.bank_text, "bank.yaml")
    rows = list(batch.items.select_related("mandate").order_by("sequence"))
    accounts = accounts_of({item.mandate_id: item.mandate for item in rows}.values())
    orders = [(item.sequence, item.reference, accounts[item.mandate_id], item.amount) for item in rows]
    try:
        answer = read_return(bank, data)
        results = results_by_order(orders, answer, batch.number)
    except BankFileError as error:
        raise RuleBroken(str(error)) from error
    faults = []
    for item in rows:
        result = results.get(item.sequence)
        if result and result.outcome != "open" and item.state not in (ItemState.OPEN, result.outcome):
            values = {"line": result.line, "item": item.reference, "state": item.get_state_display()}
            faults.append(_("Line %(line)d: %(item)s was settled before as “%(state)s”.") % values)
    if faults:
        raise RuleBroken("\n".join(faults[:50]))
    days = [result.on for result in results.values() if result.on]
    return bank, results, min(max([*days, answer.date or batch.on]), today)


def _keeper(person: Person, facts: Facts) -> str | None:
    item = item_visible_to(person, int(str(facts["item"])))
    return _("the customer is your own") if keeps(person, item.payer) else None


@action(
    "debit.follow_up",
    gettext_lazy("Say what came of a failed debit"),
    Fact("item", "id", gettext_lazy("Debit")),
    Fact("answer", "text", gettext_lazy("What came of it")),
    Fact("release", "yes_no", gettext_lazy("Debit again under this mandate"), required=False),
    inherent=_keeper,
)
def follow_up(call: Call) -> Done:
    """Ends the work that the failure asked for; released, the customer is in the next batch again."""
    pk = call.id_of("item")
    if call.person is not None:
        item_visible_to(call.person, pk)
    item = DebitItem.objects.select_for_update(no_key=True, of=("self",)).select_related("batch").get(pk=pk)
    if item.state != ItemState.FAILED:
        raise RuleBroken(_("This debit did not fail."))
    item.answer = made_one_line(call.text("answer"), 200)
    if call.is_yes("release") and item.released_at is None:
        item.released_at = call.at
    item.save(update_fields=["answer", "released_at"])
    settle_item(item, call)
    told = {"answer": item.answer, "released": item.released_at is not None}
    return Done(("debit_item", item.pk, item.reference), told, item.company_id)
