"""Entries made by hand: written, audited by somebody else, reversed, their originals put beside them; and the openings and year-ends."""

import secrets
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import REASON, Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.documents.models import StoredFile
from remit.kernel.ledger.access import FILES_ROOM, book_visible_to, entry_visible_to
from remit.kernel.ledger.hooks import controlled_roles
from remit.kernel.ledger.models import Account, Audit, Entry, Leg, Paper, Verdict
from remit.kernel.ledger.periods import COMPANY, year_of
from remit.kernel.ledger.posting import Leg as Line
from remit.kernel.ledger.posting import book_of, post, reverse
from remit.kernel.ledger.queries import account_for, trial_balance
from remit.lib.amounts import parse_amount

VOUCHER: Final = "voucher"
OPENING: Final = "opening"
YEAR_END: Final = "year_end"
# What people enter by hand, and may therefore take back by hand; the rest belongs to the room that entered it.
BY_HAND: Final = (VOUCHER, OPENING, YEAR_END)
LINES_MAX: Final = 500
FILES_MAX: Final = 20

ENTRY: Final = Fact("entry", "id", gettext_lazy("Entry"))
ON: Final = Fact("on", "date", gettext_lazy("Day"))
LINES: Final = Fact("lines", "data", gettext_lazy("Lines"))


# --- what was typed ----------------------------------------------------------------------------------------------------------


def _amount(line: dict[str, Any], side: str) -> Decimal:
    text = line.get(side) or "0"
    if not isinstance(text, str):
        raise ValueError(side)
    return parse_amount(text)


def read_lines(given: Any) -> list[Line]:
    """Lines as a form or a program gives them: {"account": "1001", "debit": "12.50", "credit": "", "note": ""}; empty ones are left out.

    Raises RuleBroken naming the line. A negative amount is a red one (红字), on the side where it stands.
    """
    if not isinstance(given, list) or len(given) > LINES_MAX:
        raise RuleBroken(_("Give a list of at most %(n)d lines.") % {"n": LINES_MAX})
    read = []
    for nth, line in enumerate(given, 1):
        if not isinstance(line, dict):
            raise RuleBroken(_("Line %(n)d: expected an account with a debit or a credit.") % {"n": nth})
        if not any(line.get(key) for key in ("account", "debit", "credit")):
            continue
        try:
            debit, credit = _amount(line, "debit"), _amount(line, "credit")
        except ValueError as error:
            raise RuleBroken(_("Line %(n)d: that is no amount.") % {"n": nth}) from error
        if (debit == 0) == (credit == 0):
            raise RuleBroken(_("Line %(n)d: expected an account with a debit or a credit.") % {"n": nth})
        read.append(Line(str(line.get("account") or ""), debit - credit, str(line.get("note") or "")))
    return read


def _total_of_lines(facts: Facts) -> Decimal | None:
    """What a grant's limit is held against: all debits. None for lines that the act refuses anyway."""
    try:
        return sum((leg.amount for leg in read_lines(facts.get("lines")) if leg.amount > 0), Decimal(0))
    except RuleBroken:
        return None


def _total_of_entry(facts: Facts) -> Decimal | None:
    legs = Leg.objects.filter(entry=int(str(facts["entry"])), amount__gt=0)
    total: Decimal | None = legs.aggregate(total=Sum("amount"))["total"]
    return total


AMOUNT_OF_LINES: Final = Fact("amount", "money", gettext_lazy("Amount"), required=False, derive=_total_of_lines)
AMOUNT_OF_ENTRY: Final = Fact("amount", "money", gettext_lazy("Amount"), required=False, derive=_total_of_entry)


def about(entry: Entry, **changes: Any) -> Done:
    return Done(("entry", entry.pk, entry.label), {"entry": entry.label, **changes}, entry.company_id)


def _company(call: Call, action_name: str) -> int:
    """The company whose books are meant; NotYours for who has no part in them."""
    company_id = call.id_of("company")
    if call.person is not None:
        book_visible_to(call.person, company_id, (action_name,))
    return company_id


def _entry(call: Call) -> Entry:
    if call.person is not None:
        return entry_visible_to(call.person, call.id_of("entry"))
    return Entry.objects.get(pk=call.id_of("entry"))


# --- making and auditing -----------------------------------------------------------------------------------------------------


@action(
    "voucher.post",
    gettext_lazy("Make and post a voucher"),
    COMPANY,
    ON,
    Fact("summary", "text", gettext_lazy("Voucher summary")),
    LINES,
    Fact("papers", "count", gettext_lazy("Number of originals"), required=False),
    AMOUNT_OF_LINES,
    words=("填制凭证", "记账", "入账"),
)
def make(call: Call) -> Done:
    """D-074: an entry by hand. It counts at once, and somebody else has to audit it before its month can be closed (S-168)."""
    company_id = _company(call, "voucher.post")
    legs = read_lines(call.facts["lines"])
    _keep_off_controlled(company_id, legs)
    papers = call.count("papers", 0)
    if papers > 999:
        raise RuleBroken(_("At most %(n)d originals belong to one voucher.") % {"n": 999})
    source = (VOUCHER, secrets.token_hex(8))
    entry = post(company_id, call.day("on"), call.text("summary"), legs, source=source, event_call=call, papers=papers)
    return about(entry, amount=f"{call.facts['amount']}")


def _keep_off_controlled(company_id: int, legs: Iterable[Line]) -> None:
    """Of such an account another room keeps the detail; a line by hand would part the two."""
    codes = {leg.account for leg in legs}
    kept = Account.objects.filter(company=company_id, code__in=codes, role__in=controlled_roles).first()
    if kept is not None:
        raise RuleBroken(
            _("%(account)s is kept by bills and receipts; enter a charge, a receipt or a waiver there.")
            % {"account": kept}
        )


@action(
    "voucher.audit",
    gettext_lazy("Audit a voucher"),
    ENTRY,
    Fact(
        "verdict",
        "choice",
        gettext_lazy("Verdict"),
        choices=((Verdict.PASSED.value, gettext_lazy("Passed")), (Verdict.RETURNED.value, gettext_lazy("Returned"))),
    ),
    Fact("is_legal", "yes_no", gettext_lazy("The originals are legal")),
    Fact("is_true", "yes_no", gettext_lazy("The originals are true")),
    Fact("is_complete", "yes_no", gettext_lazy("The originals are complete")),
    Fact("note", "text", gettext_lazy("Note"), required=False),
    AMOUNT_OF_ENTRY,
    words=("审核凭证", "凭证审核", "审核原始凭证"),
)
def audit(call: Call) -> Done:
    """S-168, R-096: legal, true and complete, judged by somebody else than who made the entry; once passed it stays passed."""
    if call.person is None:
        raise RuleBroken(_("A voucher is audited by a person."))
    entry = _entry(call)
    book_visible_to(call.person, entry.company_id, ("voucher.audit",))
    if entry.made_by_id == call.person.pk:
        raise RuleBroken(_("Nobody audits a voucher that he made himself."))
    if entry.audits.filter(verdict=Verdict.PASSED).exists():
        raise RuleBroken(_("%(entry)s has passed its audit already.") % {"entry": entry.label})
    verdict = call.text("verdict")
    judged = {name: call.is_yes(name) for name in ("is_legal", "is_true", "is_complete")}
    if verdict == Verdict.PASSED and not all(judged.values()):
        raise RuleBroken(_("What is not legal, true and complete can't pass; return it with a note."))
    if verdict == Verdict.RETURNED and not call.text("note"):
        raise RuleBroken(_("Say what has to be mended."))
    Audit.objects.create(
        entry=entry, verdict=verdict, note=call.text("note")[:200], at=call.at, by=call.person, **judged
    )
    return about(entry, verdict=verdict)


def unaudited(company_id: int) -> QuerySet[Entry]:
    """Entries by hand that nobody has passed yet, and that were not taken back."""
    made = Entry.objects.filter(company=company_id, source_kind=VOUCHER, reversed_by=None)
    return made.exclude(audits__verdict=Verdict.PASSED)


@action(
    "voucher.reverse", gettext_lazy("Reverse a voucher"), ENTRY, ON, REASON, AMOUNT_OF_ENTRY, words=("冲销", "红字冲销")
)
def take_back(call: Call) -> Done:
    """A mistake is answered by its counter entry. What another room entered is taken back there, with its detail."""
    entry = _entry(call)
    if call.person is not None:
        book_visible_to(call.person, entry.company_id, ("voucher.reverse",))
    if entry.source_kind not in BY_HAND or entry.reverses_id is not None:
        raise RuleBroken(_("%(entry)s was not made by hand; take back what it came from.") % {"entry": entry.label})
    if call.day("on") < entry.on:
        raise RuleBroken(_("A reversal does not lie before the voucher."))
    summary = _("Reversal of %(entry)s: %(reason)s") % {"entry": entry.label, "reason": call.text("reason")}
    counter = reverse(entry, call.day("on"), summary, (f"{entry.source_kind}_reversal", str(entry.pk)), event_call=call)
    return about(counter, reverses=entry.label)


@action(
    "voucher.attach",
    gettext_lazy("Put originals beside a voucher"),
    ENTRY,
    Fact("files", "data", gettext_lazy("Files")),
)
def attach(call: Call) -> Done:
    """S-168: scanned originals. `files` are stored for this room and belong to no entry yet; they stay."""
    if call.person is None:
        raise RuleBroken(_("Originals are added by a person."))
    entry = _entry(call)
    book_visible_to(call.person, entry.company_id, ("voucher.attach",))
    given = call.facts["files"]
    ids = {one for one in (given if isinstance(given, list) else []) if isinstance(one, int)}
    if not 1 <= len(ids) <= FILES_MAX:
        raise RuleBroken(_("Choose 1 to %(n)d files.") % {"n": FILES_MAX})
    files = StoredFile.objects.filter(pk__in=ids, room=FILES_ROOM, company_id=entry.company_id)
    found = list(files.exclude(pk__in=Paper.objects.filter(file__in=ids).values("file_id")).order_by("pk"))
    if len(found) != len(ids):
        raise NotYours(_("There is no such file."))
    Paper.objects.bulk_create(Paper(entry=entry, file=file, at=call.at, by=call.person) for file in found)
    return about(entry, files=[file.name for file in found])


# --- the first and the last of a year ----------------------------------------------------------------------------------------


@action("ledger.opening", gettext_lazy("Enter opening balances"), COMPANY, LINES, AMOUNT_OF_LINES, words=("期初余额",))
def opening(call: Call) -> Done:
    """Balances from before the books, entered on their first day; once, unless the first time was reversed.

    Accounts of which another room keeps the detail may be among them; `remit verify` then says what detail is missing.
    """
    company_id = _company(call, "ledger.opening")
    day = book_of(company_id).opened_on
    times = Entry.objects.filter(company=company_id, source_kind=OPENING, reverses=None)
    if times.filter(reversed_by=None).exists():
        raise RuleBroken(_("The opening balances have been entered; reverse them first."))
    source = (OPENING, str(times.count() + 1))
    entry = post(
        company_id, day, _("Opening balances"), read_lines(call.facts["lines"]), source=source, event_call=call
    )
    return about(entry, lines=entry.leg_count)


@action(
    "ledger.carry_forward",
    gettext_lazy("Carry a year’s profit forward"),
    COMPANY,
    Fact("year", "count", gettext_lazy("Year")),
    words=("结转损益", "年结"),
)
def carry_forward(call: Call) -> Done:
    """Income and expenses of the year go to 本年利润 and from there to 未分配利润, on 31 December. Once a year, unless reversed."""
    company_id, year = _company(call, "ledger.carry_forward"), call.count("year", 0)
    since, until = year_of(year)
    if timezone.localdate(call.at) <= until:
        raise RuleBroken(_("A year's profit is carried forward when the year is over."))
    lines = [
        one for one in trial_balance(company_id, since, until) if one.is_leaf and one.kind in ("income", "expense")
    ]
    profit = -sum((one.closing for one in lines), Decimal(0))
    legs = [Line(one.code, -one.closing) for one in lines if one.closing]
    if not legs:
        raise RuleBroken(_("There is nothing to carry forward in %(year)d.") % {"year": year})
    if profit:
        through, kept = account_for(company_id, "year_profit"), account_for(company_id, "retained_profit")
        legs += [Line(through, -profit), Line(through, profit), Line(kept, -profit)]
    times = Entry.objects.filter(
        company=company_id, source_kind=YEAR_END, source_key__startswith=f"{year}/", reverses=None
    )
    summary = _("Profit of %(year)d carried forward") % {"year": year}
    entry = post(company_id, until, summary, legs, source=(YEAR_END, f"{year}/{times.count() + 1}"), event_call=call)
    return about(entry, profit=f"{profit:f}")
