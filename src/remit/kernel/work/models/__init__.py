from remit.kernel.work.models.item import WorkItem

__all__ = ["WorkItem"]
