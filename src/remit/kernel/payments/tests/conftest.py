from remit.kernel.billing.tests.conftest import office as office
from remit.kernel.ledger.tests.conftest import firm as books  # noqa: F401 - what ours stands on
