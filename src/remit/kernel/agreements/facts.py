"""The facts that agreements are bounded by, worked out from what they say: nobody is asked for them, and nobody can misstate them."""

from collections.abc import Callable
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy

from remit.kernel.agreements.lines import Line, Measure, list_prices, measure, read_lines, said, totals_of
from remit.kernel.agreements.models import Agreement
from remit.kernel.authority.facts import Fact, Facts, FactValue
from remit.kernel.organization.queries import today
from remit.kernel.parties.models import Party

AGREEMENT: Final = Fact("agreement", "id", gettext_lazy("Agreement"))


def agreement_in(facts: Facts) -> Agreement | None:
    pk = facts.get("agreement")
    found = Agreement.objects.select_related("party").filter(pk=pk).first() if isinstance(pk, int) else None
    return found


def _party(facts: Facts) -> Party | None:
    if "party" in facts:
        pk = facts["party"]
        return Party.objects.filter(pk=pk).first() if isinstance(pk, int) else None
    agreement = agreement_in(facts)
    return agreement.party if agreement is not None else None


def _lines(facts: Facts) -> list[Line] | None:
    """None where they can't be read; the action then says why."""
    try:
        return read_lines(facts.get("lines"))
    except ValueError:
        return None


def _measured(facts: Facts) -> Measure | None:
    lines, party = _lines(facts), _party(facts)
    return measure(lines, list_prices(party.company_id, today())) if lines is not None and party is not None else None


def _amount(facts: Facts) -> FactValue:
    lines = _lines(facts)
    return totals_of(lines).total if lines is not None else None


def _discount(facts: Facts) -> FactValue:
    measured = _measured(facts)
    return measured.discount if measured is not None else None


def _below_floor(facts: Facts) -> FactValue:
    measured = _measured(facts)
    return measured.below_floor if measured is not None else None


def _customer(facts: Facts) -> FactValue:
    party = _party(facts)
    return party.name if party is not None else None


def _summary(facts: Facts) -> FactValue:
    lines = _lines(facts)
    return said(lines) if lines else None


def _derived(name: str, kind: str, label: object, derive: Callable[[Facts], FactValue], *, per: bool = False) -> Fact:
    return Fact(name, kind, label, required=False, per=per, derive=derive)  # type: ignore[arg-type]  # given below as literals


def total_of_agreement(facts: Facts) -> FactValue:
    agreement = agreement_in(facts)
    return Decimal(agreement.amount) if agreement is not None else None


CUSTOMER: Final = _derived("customer", "text", gettext_lazy("Customer"), _customer, per=True)
# What a grant bounds before there is a document: how much, how far below the list, and whether below the floor.
BOUNDED: Final = (
    CUSTOMER,
    _derived("amount", "money", gettext_lazy("Amount"), _amount),
    _derived("discount", "percent", gettext_lazy("Discount"), _discount),
    _derived("below_floor", "yes_no", gettext_lazy("Below the floor price, or off the list"), _below_floor),
    _derived("summary", "long_text", gettext_lazy("Lines in words"), _summary),
)
# Of an agreement that stands: signing, reviewing and registering it are bounded by its amount.
STANDING: Final = (CUSTOMER, _derived("amount", "money", gettext_lazy("Amount"), total_of_agreement))
