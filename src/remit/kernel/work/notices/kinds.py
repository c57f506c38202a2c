"""Which items people are told of beyond finding them on Today, and the way in which each kind of notice goes unless somebody chose another."""

from collections.abc import Mapping
from typing import Final

from remit.kernel.work.models import Channel, NoticeKind

# The kind of an item's source → the kind of notice. A routine and the next step of a case lie on Today on their day: nobody is told.
OF_ITEMS: Final[Mapping[str, NoticeKind]] = {
    "case_overdue": NoticeKind.OVERDUE,
    "case_notice": NoticeKind.CASE,
    "case_rated": NoticeKind.CASE,
    "step": NoticeKind.APPROVAL,
    "question": NoticeKind.APPROVAL,
    "report": NoticeKind.OWED,
    "countersign": NoticeKind.OWED,
    "finding": NoticeKind.OWED,
    "charter": NoticeKind.OWED,
    "charter_review": NoticeKind.OWED,
    "task": NoticeKind.TASK,
    "task_answer": NoticeKind.TASK,
    "task_check": NoticeKind.TASK,
    "summary": NoticeKind.SUMMARY,
}
# What cannot wait for the next morning goes at once.
USUAL: Final[Mapping[NoticeKind, Channel]] = {
    NoticeKind.OVERDUE: Channel.MAIL,
    NoticeKind.APPROVAL: Channel.MAIL,
    NoticeKind.TASK: Channel.MAIL,
    NoticeKind.ACTING: Channel.MAIL,
    NoticeKind.ANSWER: Channel.DIGEST,
    NoticeKind.OWED: Channel.DIGEST,
    NoticeKind.HANDED: Channel.DIGEST,
    NoticeKind.CASE: Channel.DIGEST,
    NoticeKind.SUMMARY: Channel.DIGEST,
    NoticeKind.FILE: Channel.APP,
}
