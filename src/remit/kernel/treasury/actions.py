"""Paying: a voucher was audited, somebody else looks at it again, signs and pays; every cheque stands in the register."""

import re
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import REASON, Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.ledger.models import Entry, Verdict
from remit.kernel.ledger.periods import COMPANY
from remit.kernel.ledger.posting import Leg, post, reverse
from remit.kernel.ledger.queries import accounts_for
from remit.kernel.organization.models import Person
from remit.kernel.treasury.access import office_visible_to
from remit.kernel.treasury.models import Cheque, ChequeBook, ChequeState, Payment, Way
from remit.kernel.treasury.queries import payable
from remit.lib.amounts import format_amount

VOUCHER: Final = Fact("voucher", "id", gettext_lazy("Audited voucher"))
PAYEE: Final = Fact("payee", "text", gettext_lazy("Payee"))
AMOUNT: Final = Fact("amount", "money", gettext_lazy("Amount"))
ON: Final = Fact("on", "date", gettext_lazy("Day"))
BOOK_MAX: Final = 200


@action(
    "cheque.take_book",
    gettext_lazy("Take a cheque book into keeping"),
    COMPANY,
    Fact("first", "text", gettext_lazy("First number")),
    Fact("last", "text", gettext_lazy("Last number")),
    Fact("keeper", "person", gettext_lazy("Keeper")),
    ON,
    words=("支票簿", "保管支票"),
)
def take_book(call: Call) -> Done:
    """S-177: a named keeper, and each of its cheques in the register from this moment on (R-084)."""
    company_id = call.id_of("company")
    if call.person is not None:
        office_visible_to(call.person, company_id, "cheque.take_book")
    first, last = call.text("first"), call.text("last")
    prefix, digits = _parts(first)
    other, end = _parts(last)
    if prefix != other or len(digits) != len(end) or not 0 <= int(end) - int(digits) < BOOK_MAX:
        raise RuleBroken(
            _("Give the first and the last number of one book, of at most %(n)d cheques.") % {"n": BOOK_MAX}
        )
    numbers = [f"{prefix}{n:0{len(digits)}d}" for n in range(int(digits), int(end) + 1)]
    known = Cheque.objects.filter(company=company_id, number__in=numbers).order_by("number").first()
    if known is not None:
        raise RuleBroken(_("Cheque %(number)s is in the register already.") % {"number": known.number})
    keeper = Person.objects.get(pk=call.id_of("keeper"))
    if keeper.company_id != company_id:
        raise RuleBroken(_("A cheque book is kept by somebody of the company."))
    book = ChequeBook.objects.create(
        company_id=company_id, first=first, last=last, keeper=keeper, taken_on=call.day("on")
    )
    Cheque.objects.bulk_create(Cheque(company_id=company_id, book=book, number=number) for number in numbers)
    return Done(("cheque_book", book.pk, str(book)), {"cheques": len(numbers), "keeper": keeper.name}, company_id)


def _parts(number: str) -> tuple[str, str]:
    found = re.fullmatch(r"([A-Z]{0,4})(\d{4,16})", number)
    if found is None:
        raise RuleBroken(_("A cheque's number has 4 to 16 figures, with up to four capitals before them."))
    return found[1], found[2]


def _payable(call: Call, action_name: str) -> Entry:
    """The voucher to be paid, locked: audited, with so much open (R-082). Whoever made or audited it doesn't pay it."""
    found = Entry.objects.select_for_update(no_key=True).get(pk=call.id_of("voucher"))
    if call.person is not None:
        office_visible_to(call.person, found.company_id, action_name)
        if found.made_by_id == call.person.pk or found.audits.filter(by=call.person, verdict=Verdict.PASSED).exists():
            raise RuleBroken(_("Who made or audited a voucher does not pay it."))
    due = payable(found)
    if due is None:
        raise RuleBroken(
            _("%(entry)s has not passed its audit, or owes nobody anything; it can't be paid.") % {"entry": found.label}
        )
    if _amount(call) > due.open:
        values = {"entry": found.label, "amount": format_amount(due.open)}
        raise RuleBroken(_("Of %(entry)s only %(amount)s are open.") % values)
    return found


def _amount(call: Call) -> Decimal:
    amount = Decimal(str(call.facts["amount"]))
    if amount <= 0:
        raise RuleBroken(_("An amount above 0 is paid."))
    return amount


def _pay(call: Call, voucher: Entry, way: Way, key: str, cheque: Cheque | None = None, reference: str = "") -> Payment:
    codes = accounts_for(voucher.company_id, ("payable", "bank"))
    amount, payee = _amount(call), call.text("payee")[:120]
    entry = post(
        voucher.company_id,
        call.day("on"),
        _("Paid to %(payee)s for %(entry)s") % {"payee": payee, "entry": voucher.label},
        [Leg(codes["payable"], amount), Leg(codes["bank"], -amount, key)],
        source=("payment", f"{way.value}:{key}"),
        event_call=call,
    )
    return Payment.objects.create(
        company_id=voucher.company_id, voucher=voucher, way=way, payee=payee, amount=amount, on=call.day("on"),
        reference=reference, cheque=cheque, entry=entry, paid_at=call.at, paid_by=call.person,
    )  # fmt: skip


@action(
    "cheque.sign",
    gettext_lazy("Issue a cheque"),
    VOUCHER,
    Fact("number", "text", gettext_lazy("Cheque number")),
    PAYEE,
    AMOUNT,
    ON,
    REASON,
    words=("支票", "签发支票"),
)
def sign(call: Call) -> Done:
    """S-170: only with a payee (R-083), only against an audited voucher (R-082), in the register at once (R-084), posted at once."""
    voucher = _payable(call, "cheque.sign")
    cheque = Cheque.objects.select_for_update().filter(company=voucher.company_id, number=call.text("number")).first()
    if cheque is None:
        raise RuleBroken(_("No cheque book has the number %(number)s.") % {"number": call.text("number")})
    if cheque.state != ChequeState.BLANK:
        raise RuleBroken(_("Cheque %(number)s was used before.") % {"number": cheque.number})
    cheque.state, cheque.payee, cheque.amount = ChequeState.ISSUED, call.text("payee")[:120], _amount(call)
    cheque.purpose, cheque.on, cheque.signed_at, cheque.signed_by = (
        call.text("reason")[:200],
        call.day("on"),
        call.at,
        call.person,
    )
    cheque.save()
    payment = _pay(call, voucher, Way.CHEQUE, cheque.number, cheque)
    changes = {"voucher": voucher.label, "entry": payment.entry.label, "amount": f"{payment.amount:f}"}
    return Done(("cheque", cheque.pk, cheque.number), changes, voucher.company_id)


@action(
    "cheque.void",
    gettext_lazy("Make a cheque void"),
    Fact("cheque", "id", gettext_lazy("Cheque")),
    ON,
    REASON,
    words=("作废支票",),
)
def void(call: Call) -> Done:
    """It stays in the register. What an issued one paid is owed again: its posting is reversed."""
    cheque = Cheque.objects.select_for_update().get(pk=call.id_of("cheque"))
    if call.person is not None:
        office_visible_to(call.person, cheque.company_id, "cheque.void")
    if cheque.state == ChequeState.VOID:
        raise RuleBroken(_("Cheque %(number)s is void already.") % {"number": cheque.number})
    payment = Payment.objects.select_related("entry").filter(cheque=cheque).first()
    if payment is not None:
        summary = _("Cheque %(number)s void: %(reason)s") % {"number": cheque.number, "reason": call.text("reason")}
        source = ("payment_void", str(payment.pk))
        payment.taken_back = reverse(payment.entry, call.day("on"), summary, source, event_call=call)
        payment.save(update_fields=["taken_back"])
    cheque.state, cheque.voided_at, cheque.void_reason = ChequeState.VOID, call.at, call.text("reason")[:200]
    cheque.save(update_fields=["state", "voided_at", "void_reason"])
    return Done(
        ("cheque", cheque.pk, cheque.number), {"void": True, "reversed": payment is not None}, cheque.company_id
    )


@action(
    "bank.pay",
    gettext_lazy("Pay by e-banking"),
    VOUCHER,
    PAYEE,
    AMOUNT,
    ON,
    Fact("reference", "text", gettext_lazy("The bank’s reference")),
    words=("网银付款", "网上银行"),
)
def pay_by_bank(call: Call) -> Done:
    """S-173: a transfer that the bank has taken, against an audited voucher, each reference once."""
    voucher, reference = _payable(call, "bank.pay"), call.text("reference")[:60]
    if Payment.objects.filter(company=voucher.company_id, reference=reference).exists():
        raise RuleBroken(_("The reference %(reference)s is in the list already.") % {"reference": reference})
    payment = _pay(call, voucher, Way.TRANSFER, reference, reference=reference)
    changes = {"voucher": voucher.label, "entry": payment.entry.label}
    return Done(("payment", payment.pk, str(payment)), changes, voucher.company_id)
