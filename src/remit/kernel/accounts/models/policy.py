"""What the company wants of passwords and sessions. Data, not a setting: the company decides it, and it is logged."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class AccountPolicy(models.Model):
    """One row for the installation.

    Default: twelve characters, changed on suspicion rather than by calendar (what NIST SP 800-63B advises: forced changes
    breed weaker passwords). The documents ask for a change "at irregular intervals" (S-015), so a company may set a period.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    min_length = models.PositiveSmallIntegerField(
        _("characters of a password, at least"), default=12, validators=[MinValueValidator(8), MaxValueValidator(64)]
    )
    password_period_days = models.PositiveSmallIntegerField(
        _("days after which a password must be changed"),
        null=True,
        blank=True,
        validators=[MinValueValidator(7), MaxValueValidator(3650)],
        help_text=_("Empty: passwords are changed on suspicion, not by calendar."),
    )
    idle_session_minutes = models.PositiveSmallIntegerField(
        _("minutes of rest after which a session ends"),
        null=True,
        blank=True,
        validators=[MinValueValidator(5), MaxValueValidator(1440)],
        help_text=_("Empty: sessions end with the browser, or after two weeks."),
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="account_policy_single_row"),
            models.CheckConstraint(condition=Q(min_length__gte=8), name="account_policy_min_length"),
            models.CheckConstraint(
                condition=Q(password_period_days=None) | Q(password_period_days__gte=7), name="account_policy_period"
            ),
            models.CheckConstraint(
                condition=Q(idle_session_minutes=None) | Q(idle_session_minutes__gte=5), name="account_policy_idle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.min_length}"
