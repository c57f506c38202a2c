"""A login. Being able to log in is not being employed: the organization's people point here, never the other way."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Printed by `remit demo` and in the README. Nobody can choose it, and a company's installation does not start with it.
DEMO_PASSWORD: Final = "lvzhi-demo-2026"  # noqa: S105 - public on purpose


def normalise_login(typed: str) -> str:
    """What somebody typed as a user name or mail address, in the one form that is stored and compared.

    Full-width letters and digits of a Chinese input method become plain ones (ＺＷ０１ is zw01); case and outer blanks go.
    """
    # Again after lower(): it takes some letters apart that NFKC joins, and the stored form must be a fixed point.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).lower()).strip()


def language_choices() -> list[tuple[str, Any]]:
    return list(settings.LANGUAGES)


class Theme(models.TextChoices):
    AUTO = "auto", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=normalise_login(username or ""))

    def with_login(self, typed: str) -> "User | None":
        """Whose user name or mail address this is. One query; a user name holds no @, so it can't be somebody's address."""
        login = normalise_login(typed)
        if not login:
            return None
        return self.filter(email=login).first() if "@" in login else self.filter(username=login).first()


class User(AbstractBaseUser):
    """One person's login: by work number (工号) or name, or by mail address.

    No staff or superuser flag and no Django permissions: what somebody may do is decided by the charters of the positions
    that they hold. Users are never deleted, because the logs speak of them; they are deactivated.
    """

    username = models.CharField(
        _("user name"),
        max_length=64,
        unique=True,
        validators=[
            RegexValidator(r"^[\w.\-]+\Z", _("Letters, digits, Chinese characters, dot, dash and underline only."))
        ],
        error_messages={"unique": _("This user name is taken.")},
    )
    name = models.CharField(_("name"), max_length=80)
    email = models.EmailField(_("mail address"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=language_choices, default="zh-hans")
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme.choices, default=Theme.AUTO)

    is_active = models.BooleanField(_("may log in"), default=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    # Somebody else chose the password: it lets its owner in only as far as the page that changes it.
    must_change_password = models.BooleanField(default=False)
    # The demo's printed password. `remit serve` refuses a company's installation in which one is left.
    password_is_public = models.BooleanField(default=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("login")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["email"],
                condition=~Q(email=""),
                name="user_email_once",
                violation_error_message=_("Another login has this mail address."),
            ),
            models.CheckConstraint(
                # Only what lower() of every server agrees on; normalise_login does the rest before a row is written.
                condition=Q(username=Lower("username")) & Q(email=Lower("email")),
                name="user_login_in_lower_case",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        return normalise_login(username)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def password_is_due(self, period_days: int | None, now: datetime) -> bool:
        """Whether the owner must choose a new password before going on."""
        if self.must_change_password:
            return True
        if period_days is None or not self.has_usable_password():
            return False
        return now - (self.password_changed_at or self.date_joined) >= timedelta(days=period_days)


def display_name(user: User) -> str:
    """How allauth's pages and passkeys call somebody (settings.ACCOUNT_USER_DISPLAY)."""
    return str(user)
