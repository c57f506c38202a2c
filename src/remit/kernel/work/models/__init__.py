from remit.kernel.work.models.calendar import RoutineDay, UnitDay, UnitHours
from remit.kernel.work.models.item import WorkItem
from remit.kernel.work.models.notice import Channel, Mail, MailHours, Notice, NoticeChoice, NoticeKind
from remit.kernel.work.models.steps import WorkFile, WorkStep, WorkWatch
from remit.kernel.work.models.summary import Owing, Summary, SummaryChase, SummaryKind, SummaryRule
from remit.kernel.work.models.task import Task, TaskNote, TaskOrder

__all__ = [
    "Channel",
    "Mail",
    "MailHours",
    "Notice",
    "NoticeChoice",
    "NoticeKind",
    "Owing",
    "RoutineDay",
    "Summary",
    "SummaryChase",
    "SummaryKind",
    "SummaryRule",
    "Task",
    "TaskNote",
    "TaskOrder",
    "UnitDay",
    "UnitHours",
    "WorkFile",
    "WorkItem",
    "WorkStep",
    "WorkWatch",
]
