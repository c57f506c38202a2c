"""Where allauth's login, second step and sessions are bent to our rules (settings.ACCOUNT_ADAPTER, MFA_ADAPTER)."""

from typing import Any, ClassVar, Final, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from remit.kernel.accounts import actions, login_log, sealing
from remit.kernel.accounts.access import actor_of
from remit.kernel.accounts.agents import browser_name
from remit.kernel.accounts.middleware import PASSWORD_DUE_KEY
from remit.kernel.accounts.models import LoginEventKind, User
from remit.kernel.accounts.models.user import normalise_login

# Known and unknown names, right and wrong passwords: one sentence for all, or it would tell who has a login here.
WRONG_LOGIN: Final = _("The user name or the password is wrong.")
LOCKED: Final = _(
    "Too many failed attempts. This login is locked for five minutes; then try again, or use a passkey now. "
    "If you have forgotten the password, whoever manages logins can set a new one."
)
WAYS_TO_CONFIRM: Final = {
    "reauthenticate": _("Confirm with the password"),
    "mfa_reauthenticate": _("Confirm with a code"),
    "mfa_reauthenticate:webauthn": _("Confirm with the passkey"),
}
# A login and a logout show themselves; a message about each is noise.
UNSAID: Final = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": WRONG_LOGIN,
        "email_password_mismatch": WRONG_LOGIN,
        "too_many_login_attempts": LOCKED,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up to a company: its people get their logins from whoever manages them."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            typed = _typed(credentials)
            login_log.log(LoginEventKind.LOCKED, user=User.objects.with_login(typed), request=request, typed=typed)
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        typed = _typed(credentials)
        login_log.log(
            LoginEventKind.FAILED, user=User.objects.with_login(typed), request=request, typed=typed, detail="password"
        )

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        login_log.log(LoginEventKind.INACTIVE, user=cast(User, user), request=request)
        return cast(HttpResponse, super().respond_user_inactive(request, user))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count for the login, however it was written.

        allauth's key holds the Host header and the text as typed: another host name, or the mail address in place of the
        user name, would give five more attempts.
        """
        typed = _typed(credentials)
        user = User.objects.with_login(typed)
        return f"user:{user.pk}" if user else f"name:{normalise_login(typed)}"

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        """The page on which a person changes their own password; the view then keeps the session it was done in."""
        request = cast(HttpRequest, self.request)
        actions.change_password(
            user.pk, password, keep_session_key=request.session.session_key, actor=actor_of(request), request=request
        )
        user.refresh_from_db()  # the view signs the session anew with this object's hash
        request.session.pop(PASSWORD_DUE_KEY, None)

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """allauth's ways to confirm who is there, in the words of our pages."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": WAYS_TO_CONFIRM[method["id"]]} for method in methods]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("accounts:security")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        if message_template not in UNSAID:
            super().add_message(request, level, message_template, message_context, extra_tags, message)


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    def encrypt(self, text: str) -> str:
        return sealing.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return sealing.unseal(encrypted_text)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """The name proposed for a new passkey: the browser and system it is made with."""
        return browser_name(context.request.headers.get("User-Agent", "")) or super().generate_authenticator_name(
            user, type
        )

    def build_totp_svg(self, url: str) -> str:
        """With a white ground of its own: allauth's has none, and black on a dark page is no picture."""
        svg: str = super().build_totp_svg(url)
        return svg.replace("<path ", '<rect width="100%" height="100%" fill="#fff"/><path ', 1)

    def _get_site_name(self) -> str:
        """What an authenticator app and a passkey dialog show beside the name; allauth would say `localhost:8000`."""
        return "Remit 履职"


def _typed(credentials: dict[str, Any]) -> str:
    return str(credentials.get("username") or credentials.get("email") or "")
