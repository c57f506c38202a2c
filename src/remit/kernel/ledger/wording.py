"""What the books are called on pages, in the reader's language."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: Final = {
    "asset": _("Assets"),
    "liability": _("Liabilities"),
    "equity": _("Equity"),
    "cost": _("Costs"),
    "income": _("Income"),
    "expense": _("Expenses"),
}
VERDICTS: Final = {"passed": _("Passed"), "returned": _("Returned")}
# What an account is entered as by other parts of the system (queries.ROLES).
ROLE_NAMES: Final = {
    "cash": _("Cash"),
    "bank": pgettext_lazy("account", "Money at the bank"),
    "receivable": pgettext_lazy("account", "What customers owe"),
    "prepayment": pgettext_lazy("account", "What customers paid ahead"),
    "deposit_received": pgettext_lazy("account", "Deposits received"),
    "revenue": pgettext_lazy("account", "Revenue"),
    "other_revenue": pgettext_lazy("account", "Other revenue"),
    "late_fee_income": pgettext_lazy("account", "Late fees"),
    "output_tax": pgettext_lazy("account", "Output tax"),
    "input_tax": pgettext_lazy("account", "Input tax"),
    "bad_debt": pgettext_lazy("account", "Bad debts"),
    "waiver": pgettext_lazy("account", "Waivers"),
    "write_off_recovery": pgettext_lazy("account", "Recovered bad debts"),
    "clearing_debit": pgettext_lazy("account", "Direct debits on their way"),
    "payable": pgettext_lazy("account", "What suppliers get"),
    "claims_payable": pgettext_lazy("account", "What claimants get"),
    "staff_advance": pgettext_lazy("account", "Advances to staff"),
    "supplier_prepayment": pgettext_lazy("account", "Paid ahead to suppliers"),
    "cash_difference": pgettext_lazy("account", "Differences of cash"),
    "other_gain": pgettext_lazy("account", "Other gains"),
    "other_loss": pgettext_lazy("account", "Other losses"),
    "bank_charges": pgettext_lazy("account", "Bank charges"),
    "year_profit": pgettext_lazy("account", "Profit of the year"),
    "retained_profit": pgettext_lazy("account", "Retained profit"),
}
