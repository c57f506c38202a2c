"""Several at the same second: real threads, real connections, real commits."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from django.db import connections
from django.utils import translation

from remit.lib.refusals import Refusal

PATIENCE: Final = 30.0
T = TypeVar("T")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Start all together, each in a thread with its own connection. A refusal is an answer, too."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            with translation.override("zh-hans"):
                start.wait(PATIENCE)
                return act()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as threads:
        return [future.result(PATIENCE) for future in [threads.submit(run, act) for act in acts]]


def apart(work: Callable[[], T]) -> T:
    """In a thread of its own: the browser tests leave an event loop running in this one."""

    def run() -> T:
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()
