from remit.kernel.billing.models.billable import Billable, Occupancy
from remit.kernel.billing.models.charge import (
    Bill,
    BillNumber,
    Charge,
    ChargeKind,
    FeeRun,
    Movement,
    MovementKind,
    RunState,
)
from remit.kernel.billing.models.meters import Meter, Reading, ReadingKind, ReadingState, SharedCost
from remit.kernel.billing.models.tariff import Assignment, ClearingRule, Cycle, LateFeePolicy, Tariff, TariffPrice

__all__ = [
    "Assignment",
    "Bill",
    "BillNumber",
    "Billable",
    "Charge",
    "ChargeKind",
    "ClearingRule",
    "Cycle",
    "FeeRun",
    "LateFeePolicy",
    "Meter",
    "Movement",
    "MovementKind",
    "Occupancy",
    "Reading",
    "ReadingKind",
    "ReadingState",
    "RunState",
    "SharedCost",
    "Tariff",
    "TariffPrice",
]
