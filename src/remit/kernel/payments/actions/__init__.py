from remit.kernel.payments.actions import receipts

__all__ = ["receipts"]
