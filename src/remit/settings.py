"""Settings of one installation. Every value comes from the environment and is explained where it is read.

What a company decides (limits, calendars, password periods) is data, not a setting. A secret may also be given as a file:
`REMIT_SECRET_KEY_FILE=/run/secrets/key` is read in place of `REMIT_SECRET_KEY`. docs/operate/settings.md lists them all.
"""

import os
import re
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

PACKAGE_DIR = Path(__file__).resolve().parent


def env(name: str, default: str = "") -> str:
    """A text from the environment, or from the file that NAME_FILE points at."""
    file = os.environ.get(f"{name}_FILE")
    if file:
        try:
            return Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE={file}: {error.strerror}. Point it at a readable file.") from error
    return os.environ.get(name, default)


def env_bool(name: str, default: bool) -> bool:
    value = env(name, "yes" if default else "no").strip().lower()
    if value in {"1", "yes", "true", "on"}:
        return True
    if value in {"0", "no", "false", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no.")


def env_int(name: str, default: int, *, at_least: int, at_most: int) -> int:
    value = env(name, str(default))
    if not re.fullmatch(r"\d{1,9}", value) or not at_least <= int(value) <= at_most:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number from {at_least} to {at_most}.")
    return int(value)


def env_list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in env(name, default).split(",") if part.strip()]


def database_from_url(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:5432/name?host=/socket/dir` as Django's dictionary. PostgreSQL only."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = query.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,  # the pool keeps connections; Django refuses both together
        "OPTIONS": {
            **query,
            "pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 10},
            "prepare_threshold": 1,  # for the statements of audit/statements.py alone: the ORM's are never prepared
        },
        "TEST": {"NAME": f"test_{unquote(parts.path.lstrip('/'))}"},
    }


# --- which kind of installation ------------------------------------------------------------------------------------------

# production | demo | development | test. `remit demo` and the tests set it; a company's installation leaves it alone.
ENVIRONMENT: Final = env("REMIT_ENV", "production")
if ENVIRONMENT not in {"production", "demo", "development", "test"}:
    raise ImproperlyConfigured(f"REMIT_ENV={ENVIRONMENT!r} is none of production, demo, development, test.")
IS_PRODUCTION: Final = ENVIRONMENT == "production"

# Tracebacks in the browser. The checks in remit.checks refuse it in production.
DEBUG = env_bool("REMIT_DEBUG", False)

# Signs sessions and encrypts second factors. In production it must be set, and secret; elsewhere a fixed one will do.
INSECURE_SECRET_KEY: Final = "insecure-key-for-demo-and-tests-only-never-for-a-company"  # noqa: S105 - the checks refuse it
SECRET_KEY = env("REMIT_SECRET_KEY", INSECURE_SECRET_KEY)
# Older keys that are still accepted, newest first, while they are being replaced.
SECRET_KEY_FALLBACKS = env_list("REMIT_OLD_SECRET_KEYS")
# Seals the event log (HMAC). Kept apart from the database, so that who can write the one cannot forge the other.
SEAL_KEY = env("REMIT_SEAL_KEY", SECRET_KEY)

# The names under which browsers reach this server, separated by commas.
ALLOWED_HOSTS = env_list("REMIT_HOSTS", "" if IS_PRODUCTION else "*")
# Whether browsers come by HTTPS (usually through a proxy). Turns on secure cookies and HSTS.
HTTPS: Final = env_bool("REMIT_HTTPS", IS_PRODUCTION)
# Full origins for CSRF behind a proxy: https://remit.example.cn
CSRF_TRUSTED_ORIGINS = env_list("REMIT_ORIGINS", "")
# Number of proxies in front whose X-Forwarded-For is believed. 0: the peer's own address counts.
TRUSTED_PROXIES: Final = env_int("REMIT_TRUSTED_PROXIES", 0, at_least=0, at_most=5)

# --- database ------------------------------------------------------------------------------------------------------------

# Connections a process keeps at most. All processes together must stay below the server's max_connections.
DATABASE_POOL_SIZE: Final = env_int("REMIT_DATABASE_POOL", 8, at_least=1, at_most=200)
# A real server, PostgreSQL 15 or newer. `remit` itself starts the embedded one and sets this when it is absent; the
# default here only lets tools that need no database (type checks, --help) read the settings.
DATABASE_URL: Final = env("DATABASE_URL", "postgresql://remit@localhost/remit")
DATABASES = {"default": database_from_url(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Uploaded files, content-addressed. Belongs into the backup; `remit backup` takes it along.
FILES_DIR = Path(
    env("REMIT_FILES_DIR", str(Path(env("REMIT_DATA_DIR", str(Path.home() / ".local/share/remit"))) / "files"))
)

# --- what is installed -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "remit.web",
    "remit.kernel.audit",
    "remit.kernel.accounts",
    "remit.kernel.organization",
    "remit.kernel.authority",
    "remit.kernel.documents",
    "remit.kernel.charters",
    "remit.kernel.parties",
    "remit.kernel.work",
    "remit.kernel.procedures",
    "remit.kernel.agreements",
    "remit.kernel.ledger",
    "remit.kernel.billing",
    "remit.kernel.payments",
    "remit.kernel.dunning",
    "remit.kernel.credit",
    "remit.kernel.treasury",
    "remit.kernel.spending",
    "remit.kernel.packs",
    "remit.packs.key_accounts",
    "remit.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_cotton",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "remit.web.middleware.refuse_nul_bytes",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # every page needs a login unless it is marked open
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "remit.kernel.accounts.middleware.LoginInOrder",
    "remit.web.middleware.know_the_person",
]

ROOT_URLCONF = "remit.urls"
WSGI_APPLICATION = "remit.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted(
            [*PACKAGE_DIR.glob("kernel/*/web/templates"), *PACKAGE_DIR.glob("packs/*/web/templates")]
        ),  # a room's pages; ahead of the libraries' own
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django_cotton.cotton_loader.Loader",
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "django.templatetags.i18n",
                "remit.web.templatetags.remit",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "remit.web.context.shell",
            ],
        },
    }
]

# --- logins --------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["remit.kernel.accounts.backend.LoginBackend"]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests log in a thousand times
    if ENVIRONMENT == "test"
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username", "name", "email"]},
    },
    {"NAME": "remit.kernel.accounts.passwords.LengthByPolicy"},  # 12 characters, unless the company wants more
    {"NAME": "remit.kernel.accounts.passwords.NotThePublicPassword"},
    {"NAME": "remit.kernel.accounts.passwords.NotTheSameAgain"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

ACCOUNT_ADAPTER = "remit.kernel.accounts.adapters.AccountAdapter"
ACCOUNT_USER_DISPLAY = "remit.kernel.accounts.models.user.display_name"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]  # nobody signs up; allauth's own check wants them to fit
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # an address is given by whoever manages logins, and no mail server is needed
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600  # seconds a confirmed password counts, for changes of security
ACCOUNT_RATE_LIMITS = {
    # Five failures in five minutes lock that login. By address generously: a whole office may sit behind one.
    "login_failed": "60/m/ip,5/5m/key",
    "login": "120/m/ip",
}
ACCOUNT_FORMS = {
    "login": "remit.kernel.accounts.web.forms.LoginForm",
    "reauthenticate": "remit.kernel.accounts.web.forms.ReauthenticateForm",
    "change_password": "remit.kernel.accounts.web.forms.ChangePasswordForm",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

MFA_ADAPTER = "remit.kernel.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Remit"
MFA_TOTP_TOLERANCE = 1  # one step of 30 s either way: telephones' clocks run off
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_FORMS = {
    "authenticate": "remit.kernel.accounts.web.forms.SecondStepForm",
    "reauthenticate": "remit.kernel.accounts.web.forms.ConfirmByCodeForm",
    "activate_totp": "remit.kernel.accounts.web.forms.ActivateAppForm",
    "add_webauthn": "remit.kernel.accounts.web.forms.AddPasskeyForm",
}

SESSION_COOKIE_AGE = 14 * 24 * 3600  # for "stay logged in here"; otherwise a session ends with the browser
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

# --- languages and time --------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
# The company's clock: due times, "today", the business calendar.
TIME_ZONE = env("REMIT_TIME_ZONE", "Asia/Shanghai")

# --- static files, caches, uploads -----------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("REMIT_STATIC_DIR", str(FILES_DIR.parent / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if ENVIRONMENT in {"test", "development"}
        else "remit.web.stylesheets.StaticFiles"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# A developer sees a changed stylesheet at once, without collecting.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = ENVIRONMENT == "development"

# Throttles of logins count over all workers, so they live in the database and not in a process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        # Django's 300 would let a stranger who tries 300 names push out the lock of the one they are after.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A person may drop in documents of up to 50 MB; the reader refuses more with a sentence of its own.
MAX_UPLOAD_BYTES: Final = 50 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "remit.web.uploads.QuotaUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- security headers ----------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
CSRF_FAILURE_VIEW = "remit.web.errors.csrf_failure"

# --- mail ----------------------------------------------------------------------------------------------------------------

# The server by which mails leave; empty: none do.
EMAIL_HOST = env("REMIT_SMTP_HOST")
# none (a server in the same network), starttls, or tls from the first byte.
SMTP_SECURITY: Final = env("REMIT_SMTP_SECURITY", "starttls")
if SMTP_SECURITY not in {"none", "starttls", "tls"}:
    raise ImproperlyConfigured(f"REMIT_SMTP_SECURITY={SMTP_SECURITY!r} is none of none, starttls, tls.")
EMAIL_USE_TLS = SMTP_SECURITY == "starttls"
EMAIL_USE_SSL = SMTP_SECURITY == "tls"
EMAIL_PORT = env_int(
    "REMIT_SMTP_PORT", {"none": 25, "starttls": 587, "tls": 465}[SMTP_SECURITY], at_least=1, at_most=65_535
)
EMAIL_HOST_USER = env("REMIT_SMTP_USER")
EMAIL_HOST_PASSWORD = env("REMIT_SMTP_PASSWORD")
EMAIL_TIMEOUT = 20  # seconds; a server that hangs must not keep the worker
# The sender's address, as "履职 <remit@example.cn>".
DEFAULT_FROM_EMAIL = env("REMIT_MAIL_FROM", EMAIL_HOST_USER if "@" in EMAIL_HOST_USER else "remit@localhost")
# Where browsers reach this server; mails lead there: https://remit.example.cn. Empty: mails without links.
PUBLIC_URL = env("REMIT_URL").rstrip("/")

# --- jobs and logging ----------------------------------------------------------------------------------------------------

PROCRASTINATE_ON_APP_READY = "remit.schedule.register"
PROCRASTINATE_IMPORT_PATHS = ["remit.schedule"]

# Audit is for the company and lives in the database; this log is for the operator and holds no personal data.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("REMIT_LOG_LEVEL", "WARNING" if ENVIRONMENT == "test" else "INFO")},
    "loggers": {"procrastinate": {"level": "WARNING"}, "pdfminer": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"] if not HTTPS else ["security.W008"]
