"""Login pages and one's own pages. allauth's views under our addresses, named as allauth looks them up; no sign-up, no mail pages.

Written out rather than included, because what is not listed here does not exist.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import include, path
from django.views.generic import RedirectView

from remit.kernel.accounts.web import views

login_pages = [
    path("", account.login, name="account_login"),
    path("second-step/", mfa.authenticate, name="mfa_authenticate"),
    path("passkey/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("closed/", account.account_inactive, name="account_inactive"),
]

security_pages = [
    path("password/", account.password_change, name="account_change_password"),
    path("confirmation/", account.reauthenticate, name="account_reauthenticate"),
    path("confirmation/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirmation/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("app/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/removal/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("passkeys/new/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/removal/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    # Where allauth goes after a change of factors.
    path("factors/", RedirectView.as_view(pattern_name="accounts:security"), name="mfa_index"),
]

own_pages = [
    path("", views.profile, name="profile"),
    path("preferences/", views.preferences, name="preferences"),
    path("security/", views.security, name="security"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/end/", views.sessions_end, name="sessions-end"),
    path("sessions/<int:session_id>/end/", views.session_end, name="session-end"),
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<int:token_id>/revocation/", views.token_revocation, name="token-revocation"),
    path("logins/", views.logins, name="logins"),
]

urlpatterns = [
    path("login/", include(login_pages)),
    path("logout/", account.logout, name="account_logout"),
    path("me/security/", include(security_pages)),
    path("me/", include((own_pages, "accounts"))),
]
