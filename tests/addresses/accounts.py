"""What is open to the world, and the pages of one's own login."""

from typing import Final

from tests.addresses.address import Address, alike, deed, page

OPEN: Final[list[Address]] = [
    page("account_login", stranger=302, colleague=302, may=302, nobody=200),
    page("account_inactive", nobody=200),
    page("account_logout", nobody=302),
    page("web:manifest", nobody=200),
    page("web:favicon", nobody=302, colleague=302, stranger=302, may=302),
    page("mfa_login_webauthn", nobody=302, stranger=302, colleague=302, may=302),
    # The second step of a login that has not begun: back to its start.
    page("mfa_authenticate", nobody=302, stranger=302, colleague=302, may=302),
    Address("set_language", "高岚", "POST", 302, 302, 302, 302, facts=lambda _w: {"language": "en"}),
    Address("web:theme", "高岚", "POST", 303, 303, 303, 303, facts=lambda _w: {"theme": "dark"}),
    # The components, for developers; not there in production.
    *[
        page(f"web:gallery{part}", nobody=200)
        for part in ("", "-day", "-record", "-bare", "-print", "-people", "-limit", "-look")
    ],
]

OWN: Final[list[Address]] = [
    page("accounts:profile"),
    page("accounts:security"),
    page("accounts:sessions"),
    page("accounts:tokens"),
    page("accounts:logins"),
    Address(
        "accounts:preferences", "高岚", "POST", 302, 302, 302, facts=lambda _w: {"language": "en", "theme": "dark"}
    ),
    Address("accounts:sessions-end", "高岚", "POST", 302, 302, 302),
    deed("accounts:session-end", "陈立", at={"session_id": "session"}),
    deed("accounts:token-revocation", "陈立", at={"token_id": "token"}),
    page("account_change_password"),
    page("account_reauthenticate"),
    # 302: asked for the password once more, before anything about security is shown. 404: only for who has set it up.
    alike("mfa_index", 302),
    alike("mfa_reauthenticate", 302),
    alike("mfa_reauthenticate_webauthn", 302),
    alike("mfa_activate_totp", 302),
    alike("mfa_deactivate_totp", 404),
    alike("mfa_view_recovery_codes", 404),
    alike("mfa_generate_recovery_codes", 302),
    page("mfa_list_webauthn"),
    alike("mfa_add_webauthn", 302),
    Address("mfa_edit_webauthn", "陈立", may=302, colleague=302, stranger=302, at={"pk": "passkey"}),
    Address("mfa_remove_webauthn", "陈立", may=302, colleague=302, stranger=302, at={"pk": "passkey"}),
]
