from remit.kernel.treasury.models.cheque import Cheque, ChequeBook, ChequeState
from remit.kernel.treasury.models.count import CashCount
from remit.kernel.treasury.models.drawer import FACES, Deposit, Drawer, DrawerDay
from remit.kernel.treasury.models.payment import Payment, Way

__all__ = [
    "FACES",
    "CashCount",
    "Cheque",
    "ChequeBook",
    "ChequeState",
    "Deposit",
    "Drawer",
    "DrawerDay",
    "Payment",
    "Way",
]
