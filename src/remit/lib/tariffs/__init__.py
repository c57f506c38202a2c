"""What is owed by a tariff: terms that packs and companies state, and the lines that come out of them.

`terms` says how a tariff is written, `pricing` works one charge out, `metering` turns readings into consumption. A line is rounded
to the cent by itself, tax included, so that every figure on a bill can be worked out again by hand. `billing.run` does the same in
SQL for a whole company; a test holds the two together.
"""

from remit.lib.tariffs.metering import Span, balance, consumption, estimate, oddness, rolls_over
from remit.lib.tariffs.pricing import (
    Line,
    Step,
    Sum,
    add_up,
    metered_lines,
    once_lines,
    percentage_lines,
    share_lines,
    standing_lines,
)
from remit.lib.tariffs.terms import (
    Deposit,
    Fixed,
    Metered,
    OneOff,
    Percentage,
    PerQuantity,
    Share,
    Terms,
    Tier,
    read_terms,
    terms_data,
)

__all__ = [
    "Deposit",
    "Fixed",
    "Line",
    "Metered",
    "OneOff",
    "PerQuantity",
    "Percentage",
    "Share",
    "Span",
    "Step",
    "Sum",
    "Terms",
    "Tier",
    "add_up",
    "balance",
    "consumption",
    "estimate",
    "metered_lines",
    "oddness",
    "once_lines",
    "percentage_lines",
    "read_terms",
    "rolls_over",
    "share_lines",
    "standing_lines",
    "terms_data",
]
