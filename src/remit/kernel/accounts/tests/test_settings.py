"""An installation that is set up carelessly does not start, and says why; every setting is documented."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from remit import checks
from remit import settings as settings_module
from remit.kernel.accounts import actions
from remit.kernel.accounts.actor import Actor
from remit.kernel.accounts.models import DEMO_PASSWORD, User
from remit.kernel.accounts.tests.conftest import OTHER_PASSWORD

ROOT = Path(__file__).resolve().parents[5]
GOOD = {
    "REMIT_ENV": "production",
    "REMIT_SECRET_KEY": "k" * 30 + "0123456789 and some more",
    "REMIT_SEAL_KEY": "s" * 30 + "0123456789 and some more",
    "REMIT_HOSTS": "remit.example.cn",
}

INSECURE = settings_module.INSECURE_SECRET_KEY


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run the security checks as an operator's shell would, with GOOD and these changes (None removes)."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("REMIT_")}
    environment |= {name: value for name, value in (GOOD | changes).items() if value is not None}
    environment["DJANGO_SETTINGS_MODULE"] = os.environ["DJANGO_SETTINGS_MODULE"]
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--tag", "security"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_careful_installation_starts_without_a_word() -> None:
    done = start()
    assert done.returncode == 0, done.stderr
    assert "remit." not in done.stderr


def test_one_that_was_not_set_up_is_refused_with_hints() -> None:
    done = start(REMIT_SECRET_KEY=None, REMIT_SEAL_KEY=None, REMIT_HOSTS=None)
    assert done.returncode != 0
    assert re.findall(r"remit\.[EW]\d+", done.stderr) == ["remit.E002", "remit.E004", "remit.E005"]
    assert done.stderr.count("HINT:") == 3


def test_nonsense_in_a_switch_is_refused() -> None:
    done = start(REMIT_HTTPS="perhaps")
    assert done.returncode != 0
    assert "REMIT_HTTPS='perhaps' is neither yes nor no." in done.stderr


@pytest.fixture
def production(settings: Settings) -> Settings:
    """The settings that GOOD leads to, to be spoilt one by one."""
    settings.IS_PRODUCTION = settings.HTTPS = True
    settings.SECRET_KEY, settings.SEAL_KEY = GOOD["REMIT_SECRET_KEY"], GOOD["REMIT_SEAL_KEY"]
    settings.ALLOWED_HOSTS = [GOOD["REMIT_HOSTS"]]
    return settings


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DEBUG", False, []),
        ("DEBUG", True, ["remit.E001"]),
        ("SECRET_KEY", INSECURE, ["remit.E002"]),
        ("SECRET_KEY_FALLBACKS", [INSECURE], ["remit.E002"]),
        ("SECRET_KEY", "short", ["remit.E003"]),
        ("SEAL_KEY", INSECURE, ["remit.E004"]),
        ("ALLOWED_HOSTS", [], ["remit.E005"]),
        ("ALLOWED_HOSTS", ["remit.example.cn", "*"], ["remit.E005"]),
        ("HTTPS", False, ["remit.W001"]),
        ("SEAL_KEY", GOOD["REMIT_SECRET_KEY"], ["remit.W002"]),
    ],
)
def test_each_careless_setting_is_found(name: str, value: object, found: list[str], production: Settings) -> None:
    setattr(production, name, value)
    assert [message.id for message in checks.production_is_secure(None)] == found
    production.IS_PRODUCTION = False
    assert checks.production_is_secure(None) == []


def test_public_passwords_stop_production_only(lin: User, keeper: Actor, settings: Settings) -> None:
    actions.set_password(lin.pk, password=DEMO_PASSWORD, actor=keeper)
    assert checks.public_passwords_in_use() == []
    settings.IS_PRODUCTION = True
    (error,) = checks.public_passwords_in_use()
    assert (error.id, "gh0412" in error.msg) == ("remit.E006", True)
    actions.change_password(lin.pk, OTHER_PASSWORD, actor=keeper)
    assert checks.public_passwords_in_use() == []


def test_the_server_of_the_tests_is_new_enough_and_a_coming_one_would_not_be(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checks.postgres_is_new_enough(None, databases=["default"]) == []
    monkeypatch.setattr(checks, "LEAST_POSTGRES", 99)
    (error,) = checks.postgres_is_new_enough(None, databases=["default"])
    assert error.id == "remit.E007"
    assert checks.postgres_is_new_enough(None) == []


def test_every_setting_and_every_check_is_documented() -> None:
    source = (ROOT / "src/remit/settings.py").read_text(encoding="utf-8")
    page = (ROOT / "docs/operate/settings.md").read_text(encoding="utf-8")
    read = set(re.findall(r'\benv(?:_bool|_int|_list)?\(\s*"([A-Z_]+)"', source))
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", page, flags=re.MULTILINE))
    assert len(read) > 10
    assert read == documented
    ids = set(re.findall(r'id="(remit\.[EW]\d+)"', (ROOT / "src/remit/checks.py").read_text(encoding="utf-8")))
    assert ids == set(re.findall(r"^\| (remit\.[EW]\d+) \|", page, flags=re.MULTILINE))
