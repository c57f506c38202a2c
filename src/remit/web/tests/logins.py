"""Somebody who can log in, made by the real action."""

from typing import Any

from remit.kernel.accounts import actions
from remit.kernel.accounts.actor import system
from remit.kernel.accounts.models import User


def a_login(username: str = "lin", name: str = "林", **more: Any) -> User:
    """Chinese unless told otherwise; needs no password change before anything else."""
    return actions.create_user(username=username, name=name, must_change_password=False, actor=system("tests"), **more)
