"""Every address of the house with who may. tests/test_urls.py walks it; an address that is missing here fails there."""

from typing import Final

from tests.addresses.accounts import OPEN as LOGIN_PAGES
from tests.addresses.accounts import OWN
from tests.addresses.address import COLLEAGUE, STRANGER, Address
from tests.addresses.agreements import AGREEMENTS, PAPERS
from tests.addresses.api import API
from tests.addresses.authority import AUTHORITY, SETTINGS, SHELL
from tests.addresses.banking import BANKING
from tests.addresses.charters import CHARTERS
from tests.addresses.credit import CREDIT, STATEMENTS
from tests.addresses.dunning import DUNNING
from tests.addresses.fees import FEES
from tests.addresses.ledger import LEDGER
from tests.addresses.organization import ORGANIZATION
from tests.addresses.parties import PARTIES
from tests.addresses.payments import PAYMENTS
from tests.addresses.procedures import PROCEDURES
from tests.addresses.spending import SPENDING
from tests.addresses.traffic import TRAFFIC
from tests.addresses.treasury import TREASURY

# What everybody reads who has the address.
OPEN: Final[list[Address]] = [*LOGIN_PAGES, *PAPERS, *STATEMENTS]

ADDRESSES: Final[list[Address]] = [
    *OPEN,
    *OWN,
    *SHELL,
    *SETTINGS,
    *AUTHORITY,
    *ORGANIZATION,
    *CHARTERS,
    *PARTIES,
    *PROCEDURES,
    *AGREEMENTS,
    *BANKING,
    *LEDGER,
    *FEES,
    *PAYMENTS,
    *TRAFFIC,
    *CREDIT,
    *TREASURY,
    *SPENDING,
    *DUNNING,
    *API,
]

__all__ = ["ADDRESSES", "COLLEAGUE", "OPEN", "STRANGER", "Address"]
