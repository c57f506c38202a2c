from remit.kernel.billing.actions import charging, keeping, metering, pricing, running, waiving

__all__ = ["charging", "keeping", "metering", "pricing", "running", "waiving"]
