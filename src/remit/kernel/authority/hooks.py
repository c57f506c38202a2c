"""What happens elsewhere when a request or an obligation opens or ends.

authority lies below work and documents; what has to reach them goes through these lists. A room appends its function in its
AppConfig.ready; they run in order, inside the transaction. docs/hooks.md lists all hooks.
"""

from collections.abc import Callable
from typing import TypeAlias

from remit.lib.calendars import WorkingCalendar

StepHook: TypeAlias = Callable[[int], None]
# (company, position, person): of the latter two one is None.
CalendarHook: TypeAlias = Callable[[int | None, int | None, int | None], WorkingCalendar]

# A step of a request asks somebody (id of the Step), or no longer asks.
step_opened: list[StepHook] = []
step_closed: list[StepHook] = []
# The approver has returned a step with a question to the requester (id of the Step), or has got the answer: the clock runs again.
step_returned: list[StepHook] = []
step_answered: list[StepHook] = []
# Something is owed after the use of a grant (id of the Obligation), or is no longer owed.
obligation_opened: list[StepHook] = []
obligation_closed: list[StepHook] = []

# A request is closed (id of the Request): carried out, or not (`outcome` and `executed_at` say which), or superseded by an amended one.
request_settled: list[StepHook] = []

# By which calendar a term in a company (None: the group) runs for the position, or person, whom it binds; the last one that was
# registered answers.
calendar_asked: list[CalendarHook] = []


def run(hooks: list[StepHook], pk: int) -> None:
    for hook in hooks:
        hook(pk)
