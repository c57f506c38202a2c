"""The verbs of the cash drawers: set one up, close its day, open that again, carry cash to the bank."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import REASON, Fact, Facts, FactValue
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.ledger.models import Account, Book
from remit.kernel.ledger.periods import COMPANY
from remit.kernel.ledger.posting import Leg, post, settle_account
from remit.kernel.ledger.queries import account_for, balance_of
from remit.kernel.organization.models import Person
from remit.kernel.payments.models import BankAccount
from remit.kernel.treasury.access import office_visible_to
from remit.kernel.treasury.models import FACES, Deposit, Drawer, DrawerDay
from remit.kernel.treasury.queries import moved_on
from remit.lib.amounts import format_amount
from remit.lib.printable import made_one_line

DRAWER: Final = Fact("drawer", "id", gettext_lazy("Drawer"))
NOTES: Final = Fact("notes", "data", gettext_lazy("Notes and coins"))
ON: Final = Fact("on", "date", gettext_lazy("Day"))


def counted(notes: Mapping[str, Any]) -> tuple[dict[str, int], Decimal]:
    """How many there are of each face value, the zeros left out, and their sum. Raises RuleBroken for what is no money."""
    clean: dict[str, int] = {}
    for face, number in notes.items():
        try:
            value, n = Decimal(str(face)), int(str(number or 0).strip() or 0)
        except (InvalidOperation, ValueError):
            value, n = Decimal(0), -1
        if value not in FACES or not 0 <= n <= 1_000_000:
            raise RuleBroken(_("%(face)s: how many there are is a whole number.") % {"face": face})
        if n:
            clean[str(value)] = n
    return clean, sum((Decimal(face) * n for face, n in clean.items()), Decimal("0.00"))


def _differs(facts: Facts) -> FactValue:
    """By how much the count differs from the books, either way: what a grant is bounded by."""
    pk, on, notes = facts.get("drawer"), facts.get("on"), facts.get("notes")
    drawer = Drawer.objects.select_related("account").filter(pk=pk).first() if isinstance(pk, int) else None
    if drawer is None or not isinstance(on, dt.date) or not isinstance(notes, Mapping):
        return None
    _clean, total = counted(notes)
    return abs(total - balance_of(drawer.company_id, drawer.account.code, on))


def _held(call: Call, action_name: str) -> Drawer:
    """The drawer, and with it the books: nothing is posted between the question and the answer. Raises NotYours."""
    drawer = Drawer.objects.select_related("account").filter(pk=call.id_of("drawer")).first()
    if drawer is None:
        raise RuleBroken(_("There is no such drawer."))
    if call.person is not None:
        office_visible_to(call.person, drawer.company_id, action_name)
    Book.objects.select_for_update(no_key=True).get(company=drawer.company_id)
    drawer.account.refresh_from_db()
    return drawer


def _about(drawer: Drawer, **changes: Any) -> Done:
    return Done(("drawer", drawer.pk, drawer.name), changes, drawer.company_id)


@action(
    "drawer.open",
    gettext_lazy("Set up a cash drawer"),
    COMPANY,
    Fact("name", "text", gettext_lazy("Name")),
    Fact("keeper", "person", gettext_lazy("Keeper")),
    Fact("account", "text", gettext_lazy("Account of the ledger"), required=False),
    words=("现金抽屉", "备用金"),
)
def set_up(call: Call) -> Done:
    """One for each account; the keeper of one that is there changes by the same verb."""
    company_id = call.id_of("company")
    if call.person is not None:
        office_visible_to(call.person, company_id, "drawer.open")
    keeper = Person.objects.get(pk=call.id_of("keeper"))
    if keeper.company_id != company_id:
        raise RuleBroken(_("The cashier belongs to another company."))
    code = call.text("account") or account_for(company_id, "cash")
    account = Account.objects.filter(company=company_id, code=code, kind="asset", is_leaf=True, is_closed=False).first()
    if account is None or BankAccount.objects.filter(account=account).exists():
        raise RuleBroken(_("%(code)s is no account that can stand for cash.") % {"code": code})
    other = Drawer.objects.filter(company=company_id, keeper=keeper).exclude(account=account).first()
    if other is not None:
        raise RuleBroken(_("%(name)s keeps “%(drawer)s” already.") % {"name": keeper.name, "drawer": other.name})
    told = {"name": made_one_line(call.text("name"), 60), "keeper": keeper}
    drawer, _new = Drawer.objects.update_or_create(
        account=account, defaults=told, create_defaults={**told, "company_id": company_id, "opened_at": call.at}
    )
    return _about(drawer, keeper=keeper.name, account=code)


@action(
    "drawer.close",
    gettext_lazy("Count a drawer and close its day"),
    DRAWER,
    ON,
    NOTES,
    Fact("difference", "money", gettext_lazy("Difference"), required=False, derive=_differs),
    Fact("reason", "long_text", gettext_lazy("Why it differs"), required=False),
    words=("日清月结", "现金日结"),
)
def close(call: Call) -> Done:
    """S-169: what was counted stands beside what the books say; what differs is entered for clearing up, with its reason.

    From then on nothing is entered in cash on that day or before. Days without cash between two closed ones are closed with the later.
    """
    drawer, on = _held(call, "drawer.close"), call.day("on")
    if on > timezone.localdate(call.at):
        raise RuleBroken(_("A day is closed when it has come."))
    settled = drawer.account.settled_until
    if settled is not None and on <= settled:
        raise RuleBroken(_("The drawer is closed up to %(day)s.") % {"day": settled.isoformat()})
    notes, total = counted(call.mapping("notes"))
    moved = moved_on(drawer.account_id, settled, on)
    difference = total - moved.closing
    if abs(difference) != call.facts.get("difference"):
        raise RuleBroken(_("Something was entered since the count; look at the drawer again."))
    reason, entry = call.text("reason")[:200], None
    if difference:
        if not reason:
            values = {"counted": format_amount(total), "books": format_amount(moved.closing)}
            raise RuleBroken(_("%(counted)s were counted and the books say %(books)s; say why.") % values)
        other = account_for(drawer.company_id, "cash_difference")
        times = drawer.days.filter(on=on).count()
        entry = post(
            drawer.company_id, on, _("Difference at the close of %(drawer)s") % {"drawer": drawer.name},
            [Leg(drawer.account.code, difference, reason), Leg(other, -difference, reason)],
            source=("drawer_close", f"{drawer.pk}:{on.isoformat()}:{times}"), event_call=call,
        )  # fmt: skip
    DrawerDay.objects.create(
        drawer=drawer, on=on, opening=moved.opening, received=moved.received, paid=moved.paid, counted=total, notes=notes,
        reason=reason, entry=entry, closed_at=call.at, closed_by=call.person,
    )  # fmt: skip
    settle_account(drawer.account_id, on)
    return _about(drawer, on=on.isoformat(), counted=f"{total:f}", by_books=f"{moved.closing:f}", reason=reason)


@action("drawer.reopen", gettext_lazy("Open a drawer’s last closed day again"), DRAWER, REASON)
def reopen(call: Call) -> Done:
    """The newest one, in a month that is open. What was entered as a difference stays; the next count starts from it."""
    drawer = _held(call, "drawer.reopen")
    day = drawer.days.filter(reopened_at=None).order_by("-on").first()
    if day is None:
        raise RuleBroken(_("No day of this drawer has been closed."))
    closed = Book.objects.get(company=drawer.company_id).closed_until
    if closed is not None and day.on <= closed:
        raise RuleBroken(_("%(month)s is closed; its days can't be opened.") % {"month": f"{day.on:%Y-%m}"})
    day.reopened_at, day.reopened_by, day.reopen_reason = call.at, call.person, call.text("reason")[:200]
    day.save(update_fields=["reopened_at", "reopened_by", "reopen_reason"])
    before = drawer.days.filter(reopened_at=None).order_by("-on").first()
    settle_account(drawer.account_id, before.on if before else None)
    return _about(drawer, reopened=day.on.isoformat(), reason=day.reopen_reason)


@action(
    "drawer.deposit",
    gettext_lazy("Carry cash to the bank"),
    DRAWER,
    Fact("bank", "id", gettext_lazy("Bank account")),
    Fact("amount", "money", gettext_lazy("Amount")),
    ON,
    Fact("slip", "text", gettext_lazy("Number of the deposit slip")),
    words=("存现", "送存银行"),
)
def deposit(call: Call) -> Done:
    """Each slip of the bank once; never more than the drawer holds."""
    drawer, on, amount = _held(call, "drawer.deposit"), call.day("on"), Decimal(str(call.facts["amount"]))
    bank = (
        BankAccount.objects.select_related("account").filter(pk=call.id_of("bank"), company=drawer.company_id).first()
    )
    if bank is None:
        raise RuleBroken(_("There is no such account."))
    slip = made_one_line(call.text("slip"), 40)
    if Deposit.objects.filter(bank=bank, slip=slip).exists():
        raise RuleBroken(_("The slip %(slip)s has been entered already.") % {"slip": slip})
    held = balance_of(drawer.company_id, drawer.account.code, on)
    if not 0 < amount <= held:
        raise RuleBroken(_("The drawer holds %(held)s; no more can be deposited.") % {"held": format_amount(held)})
    entry = post(
        drawer.company_id, on, _("Cash deposited, slip %(slip)s") % {"slip": slip},
        [Leg(bank.account.code, amount), Leg(drawer.account.code, -amount)],
        source=("deposit", f"{bank.pk}:{slip}"), event_call=call,
    )  # fmt: skip
    Deposit.objects.create(
        drawer=drawer, bank=bank, on=on, amount=amount, slip=slip, entry=entry, made_at=call.at, made_by=call.person
    )
    return _about(drawer, deposited=f"{amount:f}", slip=slip, entry=entry.label)


def cash_account(company_id: int, person: Person | None) -> str:
    """Where cash that this person takes or pays stands: his drawer, else the company's cash (payments' hook)."""
    code = Drawer.objects.filter(company=company_id, keeper=person).values_list("account__code", flat=True).first()
    return code or account_for(company_id, "cash")
