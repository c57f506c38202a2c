"""What is wrong with an installation, said at start with the way to mend it, not met at night.

Errors stop `remit serve`, `remit worker` and every management command. The insecure ones hold in production only: a demo and the
tests live on a fixed key. docs/operate/settings.md lists them.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections

LEAST_KEY_LENGTH: Final = 32
LEAST_POSTGRES: Final = 15


@register(Tags.security)
def production_is_secure(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """remit.E001 to E005, remit.W001 and W002. Asks the settings only."""
    if not settings.IS_PRODUCTION:
        return []
    found: list[CheckMessage] = []
    if settings.DEBUG:
        found.append(
            Error(
                "REMIT_DEBUG is on: every visitor would read tracebacks with settings and data.",
                hint="Remove REMIT_DEBUG, or set REMIT_ENV=development on a developer's machine.",
                id="remit.E001",
            )
        )
    found += _wrong_keys()
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "REMIT_HOSTS does not say under which names this server is reached.",
                hint="Set it, with commas between: REMIT_HOSTS=remit.example.cn,10.0.0.5. A * is not accepted.",
                id="remit.E005",
            )
        )
    if not settings.HTTPS:
        found.append(
            Warning(
                "REMIT_HTTPS=no: passwords and customers' data cross the network in clear.",
                hint="Put a proxy with a certificate in front and remove REMIT_HTTPS.",
                id="remit.W001",
            )
        )
    return found


def _wrong_keys() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    how = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(48))' and keep it out of the database's backup."
    if settings.INSECURE_SECRET_KEY in {settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS}:
        found.append(
            Error(
                "REMIT_SECRET_KEY is not set: sessions could be forged with the published key.",
                hint=how,
                id="remit.E002",
            )
        )
    elif len(settings.SECRET_KEY) < LEAST_KEY_LENGTH:
        found.append(
            Error(f"REMIT_SECRET_KEY is shorter than {LEAST_KEY_LENGTH} characters.", hint=how, id="remit.E003")
        )
    if settings.SEAL_KEY == settings.INSECURE_SECRET_KEY:
        found.append(
            Error(
                "REMIT_SEAL_KEY is the published key: the seals of the event log could be forged.",
                hint=how,
                id="remit.E004",
            )
        )
    elif settings.SEAL_KEY == settings.SECRET_KEY:
        found.append(
            Warning(
                "REMIT_SEAL_KEY is not set, so REMIT_SECRET_KEY also seals the event log.",
                hint=f"Give the seals a key of their own before the first event. {how}",
                id="remit.W002",
            )
        )
    return found


@register(Tags.database)
def postgres_is_new_enough(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """remit.E007. Asks the servers that the command is about to use (Django names them in `databases`)."""
    found: list[CheckMessage] = []
    for alias in kwargs.get("databases") or ():
        version = connections[alias].cursor().connection.info.server_version
        if version < LEAST_POSTGRES * 10_000:
            found.append(
                Error(
                    f"DATABASE_URL leads to PostgreSQL {version // 10_000}; {LEAST_POSTGRES} or newer is needed.",
                    hint="Upgrade that server, or remove DATABASE_URL to use the embedded one.",
                    id="remit.E007",
                )
            )
    return found


def public_passwords_in_use() -> list[CheckMessage]:
    """remit.E006. Asks the database, so `remit serve` calls it by itself, once the tables are there; only in production."""
    from remit.kernel.accounts.queries import insecure_logins  # models are not loaded where this module is

    names = insecure_logins() if settings.IS_PRODUCTION else []
    if not names:
        return []
    shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    return [
        Error(
            f"{len(names)} logins still have the demo's public password: {shown}",
            hint="Close these logins or give them new passwords, or start with an empty database.",
            id="remit.E006",
        )
    ]
