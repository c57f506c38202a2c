from remit.kernel.credit.actions import answering, limiting, shipping, stating

__all__ = ["answering", "limiting", "shipping", "stating"]
