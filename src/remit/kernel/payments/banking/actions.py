"""The verbs about accounts at banks: set one up, take a statement in, say what is the same money, reconcile, check."""

import datetime as dt
from decimal import Decimal
from typing import Any, Final

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.documents.actions import store
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import content_of
from remit.kernel.ledger.models import Account, Leg
from remit.kernel.ledger.queries import account_for
from remit.kernel.payments.banking import papers, reconciling, taking
from remit.kernel.payments.banking.access import (
    FILES_ROOM,
    PAYMENTS,
    account_visible_to,
    reconciliation_visible_to,
)
from remit.kernel.payments.models import (
    BankAccount,
    MatchedLeg,
    Matching,
    Reconciliation,
    StatementImport,
    StatementLine,
)
from remit.lib.amounts import format_amount
from remit.lib.bankfiles.statements import Recipe
from remit.lib.printable import made_one_line

ACCOUNT: Final = Fact("account", "id", gettext_lazy("Bank account"))
MANY: Final = 200  # lines or legs in one matching
REASONS: Final = ("amount", "reference", "name", "day", "sum", "habit")


def held(call: Call, action_name: str) -> BankAccount:
    """The account, its row held, so that two who match or take in wait for each other. Raises NotYours."""
    pk = call.id_of("account")
    if call.person is not None:
        account_visible_to(call.person, pk, (action_name,))
    found = BankAccount.objects.select_for_update(no_key=True, of=("self",)).select_related("account").filter(pk=pk)
    account = found.first()
    if account is None:
        raise RuleBroken(_("There is no such account."))
    return account


def _about(account: BankAccount, changes: dict[str, Any]) -> Done:
    return Done(("bank_account", account.pk, str(account)), changes, account.company_id)


@action(
    "bank.account",
    gettext_lazy("Set up an account at a bank"),
    Fact("company", "unit", gettext_lazy("Company"), required=False),
    Fact("number", "text", gettext_lazy("Account number")),
    Fact("name", "text", gettext_lazy("Name")),
    Fact("bank_name", "text", gettext_lazy("Bank")),
    Fact("bank_code", "text", gettext_lazy("Bank code"), required=False),
    Fact("ledger_account", "text", gettext_lazy("Account of the ledger"), required=False),
    Fact("creditor_id", "text", gettext_lazy("Creditor number"), required=False),
    Fact("since", "date", gettext_lazy("Compared from")),
    words=("银行账户",),
)  # fmt: skip
def put_account(call: Call) -> Done:
    """A new one, or another name for the one of that number. It stands for one account of the ledger, and that for no other."""
    company_id = call.person.company_id if call.person is not None else call.id_of("company")
    number = "".join(call.text("number").split())
    if not (8 <= len(number) <= 34 and number.isascii() and number.isalnum()):
        raise RuleBroken(_("An account number has 8 to 34 figures or letters."))
    code = call.text("ledger_account") or account_for(company_id, "bank")
    book = Account.objects.filter(company=company_id, code=code, is_leaf=True, is_closed=False).first()
    if book is None:
        raise RuleBroken(_("There is no account %(code)s.") % {"code": code})
    taken = BankAccount.objects.filter(account=book).exclude(company=company_id, number=number).first()
    if taken is not None:
        raise RuleBroken(_("%(code)s is the book side of %(other)s already.") % {"code": code, "other": taken})
    told = {
        "name": made_one_line(call.text("name"), 60),
        "bank_name": made_one_line(call.text("bank_name"), 80),
        "bank_code": made_one_line(call.text("bank_code"), 20),
        "creditor_id": made_one_line(call.text("creditor_id"), 35),
    }
    account, _new = BankAccount.objects.update_or_create(
        company_id=company_id, number=number, defaults={**told, "account": book, "since": call.day("since")}
    )
    return _about(account, {**told, "ledger_account": code, "since": account.since.isoformat()})


@action(
    "bank.recipe",
    gettext_lazy("Say which column of a statement means what"),
    ACCOUNT,
    Fact("recipe", "data", gettext_lazy("Columns")),
)
def set_recipe(call: Call) -> Done:
    account = held(call, "bank.recipe")
    try:
        recipe = Recipe.model_validate(call.mapping("recipe"))
    except ValidationError as error:
        raise RuleBroken("；".join(str(one["msg"]).removeprefix("Value error, ") for one in error.errors())) from error
    account.recipe = recipe.model_dump(mode="json", exclude_defaults=True)
    account.save(update_fields=["recipe"])
    return _about(account, {"recipe": account.recipe})


@action(
    "bank.import",
    gettext_lazy("Take in a bank statement"),
    ACCOUNT,
    Fact("file", "id", gettext_lazy("File")),
    words=("银行对账单",),
)
def take_in(call: Call) -> Done:
    """All of the file or nothing of it. What is there already by the bank's mark, or to the letter, is not taken in again."""
    account = held(call, "bank.import")
    file = StoredFile.objects.filter(pk=call.id_of("file"), room=FILES_ROOM, company_id=account.company_id).first()
    if file is None:
        raise RuleBroken(_("There is no such file."))
    kind, statement = taking.read(account, content_of(file))
    rows = taking.rows_of(statement)
    if not rows:
        raise RuleBroken(_("The statement has no movements."))
    source = StatementImport.objects.create(
        company_id=account.company_id,
        account=account,
        file=file,
        kind=kind,
        first_day=statement.first_day,
        last_day=statement.last_day,
        opening=statement.opening,
        closing=statement.closing,
        taken=0,
        known=0,
        made_at=call.at,
        made_by=call.person,
    )
    source.taken = taking.write(account, source.pk, rows)
    source.known = len(rows) - source.taken
    source.save(update_fields=["taken", "known"])
    return _about(account, {"import": source.pk, "file": file.name, "taken": source.taken, "known": source.known})


@action(
    "bank.match",
    gettext_lazy("Say which movements of the bank are which of the books"),
    ACCOUNT,
    Fact("pairs", "data", gettext_lazy("Matched")),
    words=("银行对账",),
)
def match(call: Call) -> Done:
    """`pairs`: [{"lines": [...], "legs": [...], "reasons": [...]}], each side of a pair with the same sum; all of them or none."""
    account = held(call, "bank.match")
    pairs = _pairs(call.facts.get("pairs"))
    made = []
    for pair in pairs:
        lines = list(StatementLine.objects.filter(pk__in=pair["lines"], account=account, match=None))
        legs = list(Leg.objects.filter(pk__in=pair["legs"], account=account.account_id))
        free = not MatchedLeg.objects.filter(leg__in=legs).exists()
        if len(lines) != len(pair["lines"]) or len(legs) != len(pair["legs"]) or not free:
            raise RuleBroken(_("Some of these movements are matched already; look at the page again."))
        amount = sum((line.amount for line in lines), Decimal(0))
        booked = sum((leg.amount for leg in legs), Decimal(0))
        if amount != booked:
            values = {"bank": format_amount(amount), "books": format_amount(booked)}
            raise RuleBroken(_("The bank says %(bank)s and the books %(books)s; both must be the same sum.") % values)
        matching = Matching.objects.create(
            company_id=account.company_id,
            account=account,
            amount=amount,
            reasons=pair["reasons"],
            made_at=call.at,
            made_by=call.person,
        )
        StatementLine.objects.filter(pk__in=pair["lines"]).update(match=matching)
        MatchedLeg.objects.bulk_create(MatchedLeg(match=matching, leg=leg) for leg in legs)
        made.append({"match": matching.pk, "lines": pair["lines"], "legs": pair["legs"], "amount": str(amount)})
    return _about(account, {"matched": made})


def _pairs(given: Any) -> list[dict[str, list[Any]]]:
    def ids(value: Any) -> list[int]:
        good = isinstance(value, list) and all(isinstance(one, int) and not isinstance(one, bool) for one in value)
        if not good or not value or len(value) > MANY:
            raise RuleBroken(_("Choose at least one movement of the bank and one of the books."))
        return sorted(set(value))

    if not isinstance(given, list) or not given or not all(isinstance(pair, dict) for pair in given):
        raise RuleBroken(_("Choose at least one movement of the bank and one of the books."))
    return [
        {
            "lines": ids(pair.get("lines")),
            "legs": ids(pair.get("legs")),
            "reasons": [one for one in REASONS if one in (pair.get("reasons") or ())],
        }
        for pair in given
    ]


@action(
    "bank.unmatch",
    gettext_lazy("Take a matching back"),
    ACCOUNT,
    Fact("match", "id", gettext_lazy("Matching")),
)
def unmatch(call: Call) -> Done:
    account = held(call, "bank.unmatch")
    matching = Matching.objects.filter(pk=call.id_of("match"), account=account).first()
    if matching is None:
        raise RuleBroken(_("This matching was taken back already."))
    told = {
        "match": matching.pk,
        "lines": list(matching.lines.values_list("pk", flat=True)),
        "legs": list(matching.legs.values_list("leg_id", flat=True)),
        "amount": str(matching.amount),
    }
    matching.lines.update(match=None)
    matching.delete()
    return _about(account, {"taken_back": told})


@action(
    "bank.reconcile",
    gettext_lazy("Draw up a bank reconciliation"),
    ACCOUNT,
    Fact("month", "date", gettext_lazy("Month (its first day)")),
    Fact("bank_balance", "money", gettext_lazy("Balance by the bank"), required=False,
         help=gettext_lazy("Only where the statement says none")),
    words=("余额调节表",),
)  # fmt: skip
def reconcile(call: Call) -> Done:
    """Keeps what is open, and refuses where both sides do not come to the same sum. Anew until it has been checked."""
    account = held(call, "bank.reconcile")
    month = call.day("month").replace(day=1)
    if reconciling.last_day_of(month) >= timezone.localdate(call.at) + dt.timedelta(days=1):
        raise RuleBroken(_("The month has not ended yet."))
    there = Reconciliation.objects.filter(account=account, month=month).first()
    if there is not None and there.checked_at is not None:
        raise RuleBroken(_("The reconciliation of this month has been checked."))
    found = reconciling.compare(account, month)
    told = call.facts.get("bank_balance")
    if found.bank_balance is None and isinstance(told, Decimal):
        found = reconciling.with_bank_balance(found, told)
    if found.bank_balance is None or found.bank_agreed is None:
        raise RuleBroken(_("No statement says how much the bank had; take one in, or enter the balance."))
    if found.difference:
        values = {"books": format_amount(found.book_agreed), "bank": format_amount(found.bank_agreed)}
        sentence = _("The books come to %(books)s and the bank to %(bank)s. Look for lines that are missing.") % values
        raise RuleBroken(sentence)
    row, _new = Reconciliation.objects.update_or_create(
        account=account,
        month=month,
        defaults={
            "company_id": account.company_id,
            "book_balance": found.book_balance,
            "bank_balance": found.bank_balance,
            "agreed": found.book_agreed,
            "items": [item.as_json() for item in found.items],
            "made_at": call.at,
            "made_by": call.person,
        },
    )
    told_of = {"month": f"{month:%Y-%m}", "agreed": str(row.agreed), "open": len(found.items)}
    return Done(("reconciliation", row.pk, f"{account} {month:%Y-%m}"), told_of, account.company_id)


@action(
    "bank.check",
    gettext_lazy("Check a bank reconciliation"),
    Fact("reconciliation", "id", gettext_lazy("Bank reconciliation")),
    words=("复核余额调节表",),
)
def check(call: Call) -> Done:
    """By somebody who did not draw it up and handles no payments. What is checked becomes a paper and changes no more."""
    if call.person is None:
        raise RuleBroken(_("A reconciliation is checked by a person."))
    pk = reconciliation_visible_to(call.person, call.id_of("reconciliation")).pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM payments_reconciliation WHERE id = %s FOR NO KEY UPDATE", [pk])
    row = Reconciliation.objects.select_related("account", "company", "made_by").get(pk=pk)
    if row.checked_at is not None:
        raise RuleBroken(_("The reconciliation of this month has been checked."))
    if row.made_by_id == call.person.pk:
        raise RuleBroken(_("You drew it up yourself; somebody else checks it."))
    handled = [name for name in PAYMENTS if oversees(call.person, name)]
    if handled:
        raise RuleBroken(
            _("Who handles payments does not check the reconciliation: you may do “%(action)s”.")
            % {"action": handled[0]}
        )
    row.checked_at, row.checked_by = call.at, call.person
    name = f"银行存款余额调节表 {row.account.name} {row.month:%Y-%m}.pdf"
    paper = papers.reconciliation_pdf(row)
    row.file = store(paper, name, "application/pdf", actor=call.actor, room=FILES_ROOM, company_id=row.company_id)
    row.save(update_fields=["checked_at", "checked_by", "file"])
    told = {"month": f"{row.month:%Y-%m}", "agreed": str(row.agreed), "file": row.file.pk}
    return Done(("reconciliation", row.pk, f"{row.account} {row.month:%Y-%m}"), told, row.company_id)
