"""What the books are called on pages, in the reader's language."""

from typing import Final

from django.utils.translation import gettext_lazy as _

KINDS: Final = {
    "asset": _("Assets"),
    "liability": _("Liabilities"),
    "equity": _("Equity"),
    "cost": _("Costs"),
    "income": _("Income"),
    "expense": _("Expenses"),
}
VERDICTS: Final = {"passed": _("Passed"), "returned": _("Returned")}
