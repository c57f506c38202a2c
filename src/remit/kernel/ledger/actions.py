"""The verbs of the books: what stands here, and vouchers.py. Entries themselves are made by posting.py inside the acts of all rooms."""

import datetime as dt
import re
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.audit.statements import ask
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import REASON, Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.ledger.access import book_visible_to
from remit.kernel.ledger.charts import CODE, chart, parent_of
from remit.kernel.ledger.models import Account, Book, Period
from remit.kernel.ledger.periods import COMPANY, last_day
from remit.kernel.ledger.queries import ROLES
from remit.kernel.ledger.vouchers import unaudited
from remit.kernel.ledger.wording import ROLE_NAMES
from remit.kernel.organization.models import Unit

# Kinds that are carried forward at the end of a year; the others go on.
OF_THE_YEAR: Final = frozenset({"income", "expense"})
MONTH: Final = Fact("month", "date", gettext_lazy("Month (its first day)"))


def _first_day(call: Call) -> dt.date:
    day = call.day("month")
    if day.day != 1:
        raise RuleBroken(_("Name a month by its first day, such as 2026-11-01."))
    return day


def locked_book(call: Call, action: str) -> Book:
    """The company's books, nobody else's change crossing this one; NotYours for who has no part in them."""
    company_id = call.id_of("company")
    if call.person is not None:
        book_visible_to(call.person, company_id, (action,))
    return Book.objects.select_for_update(no_key=True).get(company=company_id)


def _about(book: Book, changes: dict[str, Any]) -> Done:
    return Done(("books", book.pk, str(book.company)), changes, book.pk)


# --- setting up --------------------------------------------------------------------------------------------------------------


@action("ledger.found", gettext_lazy("Set up a company’s books"), COMPANY, MONTH, words=("建账",))
def found(call: Call) -> Done:
    """Books from a month on, with the accounts of 小企业会计准则; once for each company."""
    company, month = Unit.objects.get(pk=call.id_of("company")), _first_day(call)
    if company.kind != "company":
        raise RuleBroken(_("Books are kept for a company."))
    book, is_new = Book.objects.get_or_create(company=company, defaults={"opened_on": month})
    if not is_new:
        raise RuleBroken(_("%(company)s keeps books already.") % {"company": company.name})
    made: dict[str, Account] = {}
    for depth in range(4):  # parents first: a row needs its parent's id
        level = [one for one in chart() if len(one.code) == 4 + 2 * depth]
        rows = Account.objects.bulk_create(
            Account(
                company=company,
                code=one.code,
                name=one.name,
                kind=one.kind,
                parent=made[one.parent] if one.parent else None,
                is_leaf=one.is_leaf,
                role=one.role,
            )
            for one in level
        )
        made |= {row.code: row for row in rows}
    return _about(book, {"opened_on": month.isoformat(), "accounts": len(made)})


# --- the chart ---------------------------------------------------------------------------------------------------------------


@action(
    "ledger.account",
    gettext_lazy("Add or rename an account"),
    COMPANY,
    Fact("code", "text", gettext_lazy("Code")),
    Fact("name", "text", gettext_lazy("Name")),
    words=("会计科目",),
)
def put_account(call: Call) -> Done:
    """A new one stands below an account that is there and takes its kind. One with postings can't become a summing one."""
    book = locked_book(call, "ledger.account")
    code, name = call.text("code"), call.text("name")
    if not re.fullmatch(CODE, code) or len(name) > 60:
        raise RuleBroken(_("A code has four digits and two more for each level below; a name at most 60 characters."))
    known = Account.objects.filter(company=book.pk, code=code).first()
    if known is not None:
        before, known.name = known.name, name
        known.save(update_fields=["name"])
        return _about(book, {"account": code, "name": [before, name]})
    parent = Account.objects.select_for_update().filter(company=book.pk, code=parent_of(code)).first()
    if parent is None:
        raise RuleBroken(
            _("There is no account above %(code)s; accounts are added below those of the chart.") % {"code": code}
        )
    if parent.is_leaf:
        if parent.role or parent.is_closed or parent.legs.exists():
            raise RuleBroken(_("%(account)s has postings or a role, so it can't sum up others.") % {"account": parent})
        parent.is_leaf = False
        parent.save(update_fields=["is_leaf"])
    Account.objects.create(company_id=book.pk, code=code, name=name, kind=parent.kind, parent=parent)
    return _about(book, {"account": code, "name": name})


@action(
    "ledger.set_role",
    gettext_lazy("Say which account other parts of the system post to"),
    COMPANY,
    Fact("role", "choice", gettext_lazy("Role"), choices=tuple((role, ROLE_NAMES[role]) for role in ROLES)),
    Fact("code", "text", gettext_lazy("Account")),
)
def set_role(call: Call) -> Done:
    book, role = locked_book(call, "ledger.set_role"), call.text("role")
    account = Account.objects.filter(company=book.pk, code=call.text("code"), is_leaf=True, is_closed=False).first()
    if account is None:
        raise RuleBroken(_("There is no account %(code)s that takes postings.") % {"code": call.text("code")})
    if account.role not in ("", role):
        raise RuleBroken(_("%(account)s has another role already.") % {"account": account})
    before = Account.objects.filter(company=book.pk, role=role).first()
    if before is not None:
        if (before.kind in OF_THE_YEAR) != (account.kind in OF_THE_YEAR):
            values = {"account": account, "before": before}
            raise RuleBroken(_("%(account)s is of another kind than %(before)s, which stood for this so far.") % values)
        before.role = ""
        before.save(update_fields=["role"])
    account.role = role
    account.save(update_fields=["role"])
    return _about(book, {"role": role, "account": [before.code if before else None, account.code]})


# --- periods -----------------------------------------------------------------------------------------------------------------

# What a month held, in the order of its numbers: if anything in it changed, the digest is another.
CONTENT: Final = """
SELECT count(DISTINCT e.id), coalesce(sum(l.amount) FILTER (WHERE l.amount > 0), 0),
    md5(coalesce(string_agg(concat_ws('|', e.id, e.word, e.number, e."on", l.line, l.account_id, l.amount), ';' ORDER BY e.id, l.line), ''))
FROM ledger_entry e JOIN ledger_leg l ON l.entry_id = e.id WHERE e.company_id = %s AND e.month = %s
"""


@action("ledger.close", gettext_lazy("Close a month"), COMPANY, MONTH, words=("结账", "月结"))
def close(call: Call) -> Done:
    """The oldest open month; nothing is entered in it from then on. One that is not over can't be closed."""
    book, month = locked_book(call, "ledger.close"), _first_day(call)
    if month != next_open(book):
        raise RuleBroken(
            _("Months are closed one after another; the next is %(month)s.") % {"month": f"{next_open(book):%Y-%m}"}
        )
    if last_day(month) >= timezone.localdate(call.at):
        raise RuleBroken(_("A month can be closed when it is over."))
    waiting = unaudited(book.pk).filter(month=month)
    if (count := waiting.count()) > 0:
        values = {"n": count, "first": waiting.order_by("number")[0].label}
        raise RuleBroken(_("%(n)d vouchers of the month have not passed their audit, %(first)s first.") % values)
    entries, total, digest = ask(CONTENT, [book.pk, month])[0]
    values = {"closed_at": call.at, "closed_by": call.person, "entries": entries, "total": total, "digest": digest}
    Period.objects.update_or_create(company_id=book.pk, month=month, defaults=values)
    book.closed_until = last_day(month)
    book.save(update_fields=["closed_until"])
    return _about(book, {"closed": f"{month:%Y-%m}", "entries": entries, "total": f"{total:f}"})


@action("ledger.reopen", gettext_lazy("Reopen a closed month"), COMPANY, MONTH, REASON, words=("反结账",))
def reopen(call: Call) -> Done:
    """The newest closed month only: what came after it rests on it."""
    book, month = locked_book(call, "ledger.reopen"), _first_day(call)
    if book.closed_until != last_day(month):
        raise RuleBroken(_("Only the month that was closed last can be reopened."))
    Period.objects.filter(company=book.pk, month=month).update(closed_at=None, closed_by=None)
    book.closed_until = None if month == book.opened_on else month - dt.timedelta(days=1)
    book.save(update_fields=["closed_until"])
    return _about(book, {"reopened": f"{month:%Y-%m}"})


def next_open(book: Book) -> dt.date:
    """The first day of the oldest open month."""
    return book.closed_until + dt.timedelta(days=1) if book.closed_until else book.opened_on
