"""Counting the cash when nobody expects it (S-175, R-087)."""

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.ledger.models import Book
from remit.kernel.ledger.periods import COMPANY
from remit.kernel.ledger.posting import Leg, post
from remit.kernel.ledger.queries import accounts_for, balance_of
from remit.kernel.organization.models import Person
from remit.kernel.treasury.access import office_visible_to
from remit.kernel.treasury.models import CashCount


@action(
    "cash.count",
    gettext_lazy("Count the cash"),
    COMPANY,
    Fact("cashier", "person", gettext_lazy("Cashier")),
    Fact("amount", "money", gettext_lazy("Cash found")),
    Fact("reason", "long_text", gettext_lazy("Note"), required=False),
    words=("盘点现金", "现金盘点"),
)
def count(call: Call) -> Done:
    """The books are asked at the moment of the count, not told by whoever counts. What differs is entered for clearing up at once.

    Never counted by the cashier alone: that is the daily check, this is the surprise.
    """
    if call.person is None:
        raise RuleBroken(_("The cash is counted by a person."))
    company_id = call.id_of("company")
    office_visible_to(call.person, company_id, "cash.count")
    cashier = Person.objects.get(pk=call.id_of("cashier"))
    if cashier.pk == call.person.pk:
        raise RuleBroken(_("Nobody counts the cash that he keeps himself."))
    if cashier.company_id != company_id:
        raise RuleBroken(_("The cashier belongs to another company."))
    Book.objects.select_for_update(no_key=True).get(
        company=company_id
    )  # no posting between the question and the answer
    codes, today = accounts_for(company_id, ("cash", "cash_difference")), timezone.localdate(call.at)
    found, by_books = Decimal(str(call.facts["amount"])), balance_of(company_id, codes["cash"], today)
    entry = None
    if found != by_books:
        legs = [Leg(codes["cash"], found - by_books), Leg(codes["cash_difference"], by_books - found)]
        source = ("cash_count", f"{call.at.isoformat()}/{call.person.pk}")
        entry = post(
            company_id, today, _("Difference found when the cash was counted"), legs, source=source, event_call=call
        )
    made = CashCount.objects.create(
        company_id=company_id, at=call.at, counted=found, by_books=by_books, note=call.text("reason")[:200],
        by=call.person, cashier=cashier, entry=entry,
    )  # fmt: skip
    return Done(("cash_count", made.pk, str(made)), {"by_books": f"{by_books:f}", "agrees": entry is None}, company_id)
