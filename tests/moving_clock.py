"""The one clock, moved for a whole story: what the running server answers, and what the timer's jobs do, happens at the same moment."""

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.core.signals import request_finished, request_started

from remit.lib import clock


class MovingClock:
    """`moment` is what the server's next request takes for now."""

    def __init__(self, moment: dt.datetime) -> None:
        self.moment = moment
        self._here = threading.local()

    def move(self, **by: float) -> None:
        self.moment += dt.timedelta(**by)

    def at(self) -> AbstractContextManager[None]:
        """For what the test itself does: `with story.at(): climb_overdue_steps(0)`."""
        return clock.set_to(self.moment)

    def started(self, **_more: Any) -> None:
        self._here.block = clock.set_to(self.moment)
        self._here.block.__enter__()

    def finished(self, **_more: Any) -> None:
        block = getattr(self._here, "block", None)
        if block is not None:
            self._here.block = None
            block.__exit__(None, None, None)


@contextmanager
def moving_clock(moment: dt.datetime) -> Iterator[MovingClock]:
    """Each request is answered in a thread of the server; there the clock is set when it begins, and let go when it has ended."""
    story = MovingClock(moment)
    request_started.connect(story.started)
    request_finished.connect(story.finished)
    try:
        yield story
    finally:
        request_started.disconnect(story.started)
        request_finished.disconnect(story.finished)
