"""Forms of the login and of one's own pages. They check shape; what the rules are is the verbs' business."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account import forms as allauth_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.translation import gettext_lazy as _

from remit.kernel.accounts.models import Theme
from remit.kernel.accounts.models.user import language_choices
from remit.kernel.accounts.passwords import LengthByPolicy
from remit.lib import clock


class LoginForm(allauth_forms.LoginForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = _("User name or mail address")
        login.widget.attrs = {
            "autocomplete": "username",
            "autofocus": True,
            "autocapitalize": "none",
            "spellcheck": "false",
        }
        login.max_length = 254
        password.label = _("Password")
        password.widget.attrs = {"autocomplete": "current-password"}
        self.fields["remember"].label = _("Stay logged in here for two weeks")


class ReauthenticateForm(allauth_forms.ReauthenticateForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs = {"autocomplete": "current-password", "autofocus": True}


class _CodeField:
    """What the three forms share that ask for six digits of the authenticator app, or for a recovery code."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("One-time code")
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class SecondStepForm(_CodeField, mfa_forms.AuthenticateForm):  # type: ignore[misc]  # allauth carries no types
    pass


class ConfirmByCodeForm(_CodeField, mfa_forms.ReauthenticateForm):  # type: ignore[misc]  # allauth carries no types
    pass


class ActivateAppForm(_CodeField, totp_forms.ActivateTOTPForm):  # type: ignore[misc]  # allauth carries no types
    pass


class ChangePasswordForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("oldpassword", _("Password of now")),
            ("password1", _("New password")),
            ("password2", _("New password once more")),
        ):
            field = self.fields[name]
            field.label = label
            field.widget.attrs.pop("placeholder", None)
            field.help_text = ""
        # One sentence in place of Django's list: the other rules speak up when they are broken.
        self.fields["password1"].help_text = LengthByPolicy().get_help_text()


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this passkey")
        self.fields["name"].help_text = _("So that you know it again: the device it is on.")
        passwordless = self.fields["passwordless"]
        passwordless.label = _("Log in with it alone, without a password")
        passwordless.help_text = _("The device then asks for a finger, a face or its PIN.")
        passwordless.initial = True


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language"), choices=language_choices)
    theme = forms.ChoiceField(label=_("Appearance"), choices=Theme.choices)


class TokenForm(forms.Form):
    """A name and for how long. `expires_at` is None for a token without an end."""

    name = forms.CharField(
        label=_("What it is for"), max_length=80, help_text=_("For example: the nightly export to the shop.")
    )
    days = forms.TypedChoiceField(
        label=_("Holds for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year")), (0, _("without an end"))],
        initial=90,
    )

    def expires_at(self) -> datetime | None:
        days: int = self.cleaned_data["days"]
        return clock.now() + timedelta(days=days) if days else None
