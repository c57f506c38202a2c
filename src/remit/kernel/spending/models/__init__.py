from remit.kernel.spending.models.claim import (
    Claim,
    ClaimLine,
    ClaimNumber,
    ClaimPaper,
    ClaimState,
    PaidBy,
    Stamp,
    claim_states,
    ways_of_paying,
)

__all__ = [
    "Claim",
    "ClaimLine",
    "ClaimNumber",
    "ClaimPaper",
    "ClaimState",
    "PaidBy",
    "Stamp",
    "claim_states",
    "ways_of_paying",
]
