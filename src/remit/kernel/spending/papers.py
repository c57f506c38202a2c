"""The voucher of a claim as a paper: what for, in figures and in 人民币大写, who filed, reviewed and paid, and the stamp when it is paid."""

from typing import Any

from django.utils import timezone

from remit.kernel.documents.rendering import pdf
from remit.kernel.spending.models import Claim
from remit.lib.amounts import capital_rmb, format_amount


def claim_data(claim: Claim) -> dict[str, Any]:
    """For the template `expense-claim`. The claim comes with company, claimant, unit, and who reviewed and paid it."""
    lines = claim.lines.select_related("account__parent").order_by("line")
    return {
        "company": claim.company.name,
        "number": claim.number,
        "claimant": claim.claimant.name,
        "unit": claim.unit.name,
        "day": f"{timezone.localdate(claim.filed_at):%Y-%m-%d}",
        "purpose": claim.purpose,
        "lines": [
            [f"{one.on:%Y-%m-%d}", one.purpose, one.account.name, one.invoice, format_amount(one.amount)]
            for one in lines
        ],
        "amount": format_amount(claim.amount),
        "capital": capital_rmb(claim.amount),
        "papers": claim.lines.exclude(key="").count(),
        "reviewer": _signed(claim.reviewed_by, claim.reviewed_at),
        "note": claim.review_note,
        "payer": _signed(claim.paid_by, claim.paid_at),
        "way": str(claim.get_way_display()) if claim.way else "",
        "reference": claim.reference,
        "entry": claim.entry.label if claim.entry else "",
        "paid_on": claim.paid_on.isoformat() if claim.paid_on else "",
        "state": str(claim.get_state_display()),
        "ended": claim.end_reason if claim.ended_at else "",
        "is_void": claim.ended_at is not None,
    }


def _signed(person: Any, at: Any) -> str:
    return f"{person.name} {timezone.localdate(at):%Y-%m-%d}" if person is not None and at is not None else ""


def claim_pdf(claim: Claim) -> bytes:
    return pdf.render("expense-claim", claim_data(claim))
