"""What the acts on a claim are bounded by, worked out from the claim itself: nobody is asked for it, and nobody can misstate it."""

from typing import Final

from django.utils.translation import gettext_lazy

from remit.kernel.authority.facts import Fact, Facts, FactValue
from remit.kernel.spending.models import Claim


def claim_in(facts: Facts) -> Claim | None:
    pk = facts.get("claim")
    return Claim.objects.filter(pk=pk).first() if isinstance(pk, int) else None


def _claimant(facts: Facts) -> FactValue:
    claim = claim_in(facts)
    return claim.claimant_id if claim is not None else None


def _amount(facts: Facts) -> FactValue:
    claim = claim_in(facts)
    return claim.amount if claim is not None else None


def _purpose(facts: Facts) -> FactValue:
    claim = claim_in(facts)
    return f"{claim.number} {claim.purpose}" if claim is not None else None


CLAIM: Final = Fact("claim", "id", gettext_lazy("Expense claim"), quiet=True)
CLAIMANT: Final = Fact("claimant", "person", gettext_lazy("Claimant"), required=False, concerns=True, derive=_claimant)
AMOUNT: Final = Fact("amount", "money", gettext_lazy("Amount"), required=False, derive=_amount)
PURPOSE: Final = Fact("purpose", "text", gettext_lazy("Purpose"), required=False, derive=_purpose)
# What every act of somebody else on a claim is asked with.
ABOUT: Final = (CLAIM, CLAIMANT, PURPOSE, AMOUNT)
