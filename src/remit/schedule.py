"""Every job that runs by the clock, on one page, each line with its reason."""

from typing import Any


def register(app: Any) -> None:
    """Called by procrastinate when the apps are ready."""
