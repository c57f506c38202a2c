from remit.kernel.payments.models.receipt import Method, Receipt, ReceiptNumber, Refund

__all__ = ["Method", "Receipt", "ReceiptNumber", "Refund"]
