"""The login log: who came in, who was turned away, and what changed about the way in."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from remit.kernel.accounts.models.user import User


class LoginEventKind(models.TextChoices):
    SUCCEEDED = "succeeded", _("Logged in")
    FAILED = "failed", _("Wrong name or password")
    LOCKED = "locked", _("Turned away: too many failures")
    INACTIVE = "inactive", _("Turned away: the login is closed")
    CODE_FAILED = "code_failed", _("Wrong code in the second step")
    OUT = "out", _("Logged out")
    IDLE_OUT = "idle_out", _("Logged out after a time of rest")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    PASSWORD_SET = "password_set", _("Temporary password set")
    FACTOR_ADDED = "factor_added", _("Second step added")
    FACTOR_REMOVED = "factor_removed", _("Second step removed")
    SESSIONS_ENDED = "sessions_ended", _("Sessions ended")


def login_event_kinds() -> list[tuple[str, object]]:
    return list(LoginEventKind.choices)


class LoginEvent(models.Model):
    """One line of the login log. Rows are only added.

    Apart from the event log (`audit`): a stranger who tries a thousand names must not fill the book of the company's acts.
    """

    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=20, choices=login_event_kinds)
    # The index on (user, -id) below serves the key too.
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="login_events", db_index=False)
    # Who tried an unknown name: a keyed digest of what was typed. Not the text, for people type passwords into that field.
    login_digest = models.CharField(max_length=64, blank=True)
    detail = models.CharField(max_length=80, blank=True)  # the method or factor: password, passkey, totp …
    ip = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-id"], name="login_event_by_user")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
