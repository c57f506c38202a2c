from remit.kernel.spending.actions import claiming, paying, reviewing

__all__ = ["claiming", "paying", "reviewing"]
