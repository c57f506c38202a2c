"""Keys with which programs call the API in a person's name."""

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from remit.kernel.accounts.models.user import User
from remit.lib import clock


class ApiToken(models.Model):
    """One program's key. It may do what its user may do, no more, through the API's door.

    Only a SHA-256 of the secret is kept. That is enough here, unlike for a password: the secret is 256 random bits, so there
    is nothing to guess, and a slow hash would cost every API call 50 ms.
    """

    # The index on (user, -id) below serves the key too.
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens", db_index=False)
    name = models.CharField(_("what it is for"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)  # the part that is shown in lists and finds the row
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-id"], name="token_by_user")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def has_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= clock.now()

    @property
    def is_valid(self) -> bool:
        return self.revoked_at is None and not self.has_expired
