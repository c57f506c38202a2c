from remit.kernel.billing.actions import charging, keeping, pricing, waiving

__all__ = ["charging", "keeping", "pricing", "waiving"]
