from remit.kernel.work.models.calendar import CompanyDay, CompanyHours, RoutineDay
from remit.kernel.work.models.item import WorkItem
from remit.kernel.work.models.notice import Channel, Mail, MailHours, Notice, NoticeChoice, NoticeKind
from remit.kernel.work.models.steps import WorkFile, WorkStep, WorkWatch
from remit.kernel.work.models.summary import Summary, SummaryKind
from remit.kernel.work.models.task import Task, TaskNote

__all__ = [
    "Channel",
    "CompanyDay",
    "CompanyHours",
    "Mail",
    "MailHours",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "RoutineDay",
    "Summary",
    "SummaryKind",
    "Task",
    "TaskNote",
    "WorkFile",
    "WorkItem",
    "WorkStep",
    "WorkWatch",
]
