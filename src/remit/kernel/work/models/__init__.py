from remit.kernel.work.models.calendar import CompanyDay, CompanyHours, RoutineDay
from remit.kernel.work.models.item import WorkItem
from remit.kernel.work.models.steps import WorkFile, WorkStep, WorkWatch

__all__ = ["CompanyDay", "CompanyHours", "RoutineDay", "WorkFile", "WorkItem", "WorkStep", "WorkWatch"]
