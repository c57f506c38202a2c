"""Whoever looks after the charters of one company of the group touches no other's."""

from typing import Any

import pytest
from tests.cast import give

from remit.kernel.authority.errors import NotAuthorised
from remit.kernel.authority.gate import dry_run
from remit.kernel.authority.loading import authority_changed
from remit.kernel.charters.models import CharterVersion
from remit.kernel.charters.tests.office import Office
from remit.kernel.organization.queries import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(office: Office) -> CharterVersion:
    """A charter of 恒信健康 in force; 何平 keeps the charters of 恒信物业, and 顾北 those of 恒信健康."""
    version = office.activate(position=office.firm.positions["客服部经理"].pk)
    for title in ("物业经理", "总助"):
        give(office.firm, title, "第9条", {"action": "charter.*", "scope": "own_company"})
    authority_changed()
    return version


def outcomes(office: Office, name: str, version: CharterVersion) -> dict[str, str]:
    draft = office.clerk
    charter = {"charter": version.charter_id}
    facts: dict[str, dict[str, Any]] = {
        "charter.revise": {**charter, "yaml": {"text": ""}, "effective_on": today()},
        "charter.retire": {**charter, "end": today()},
        "charter.review": {"draft": draft.pk, "items": [1], "change": "accept"},
        "charter.review_header": {"draft": draft.pk, "data": {}},
        "charter.undo_import": {"document": draft.document_id},
    }
    return {action: dry_run(office.firm.actor(name), action, given).outcome for action, given in facts.items()}


def test_the_company_of_a_charter_decides_whose_grant_reaches_it(office: Office, version: CharterVersion) -> None:
    assert set(outcomes(office, "顾北", version).values()) == {"granted"}
    assert "granted" not in outcomes(office, "何平", version).values()


def test_naming_another_company_helps_nobody(office: Office, version: CharterVersion) -> None:
    """The company is read from the charter; what is sent for it does not count."""
    given = {"charter": version.charter_id, "end": today(), "company": office.firm.property.pk}
    with pytest.raises(NotAuthorised):
        office.firm.do("何平", "charter.retire", **given)
    assert CharterVersion.objects.get(pk=version.pk).retired_on is None
