from remit.kernel.dunning.models.chasing import Channel, DunningRun, Ladder, Outcome, Reminder, Rung
from remit.kernel.dunning.models.pausing import Hold, HoldKind, Instalment, PaymentPlan

__all__ = [
    "Channel",
    "DunningRun",
    "Hold",
    "HoldKind",
    "Instalment",
    "Ladder",
    "Outcome",
    "PaymentPlan",
    "Reminder",
    "Rung",
]
