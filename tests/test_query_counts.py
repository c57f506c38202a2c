"""A list of thirty asks the database as often as a list of one: every list of every room, by page and by API.

The rooms hold their own lists more closely; this one sees what nobody thought of.
"""

from dataclasses import dataclass
from typing import Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from remit.kernel.accounts.actions import create_user, issue_token
from remit.kernel.accounts.actor import system
from remit.kernel.accounts.login_log import log
from remit.kernel.accounts.models import LoginEventKind
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed
from remit.kernel.charters.importing.service import read_file
from remit.kernel.organization import actions as organization
from tests.browsing import browser_of
from tests.cast import LONG_AGO
from tests.world import CUSTOMER, DOCUMENT, World, build_world, program_of

pytestmark = pytest.mark.django_db
MORE: Final = 29


@pytest.fixture
def world() -> World:
    return build_world()


@dataclass(frozen=True, slots=True)
class List:
    url: str
    who: str

    def __str__(self) -> str:
        return f"{self.url} as {self.who}"


LISTS: Final = [
    *(List(f"/{path}", "高岚") for path in ("", "authority/approvals/", "authority/approvals/?tab=all", "authority/matters/")),
    *(List(f"/authority/obligations/?tab={tab}", "高岚") for tab in ("owed", "open", "done")),
    *(List(f"/{path}", "周岚") for path in ("audit/", "authority/matrix/", "authority/separation/", "authority/people.json")),
    *(List(f"/{path}", "周岚") for path in ("organization/", "organization/people/", "organization/positions/",
                                           "organization/acting/", "charters/", "charters/import/", "settings/logins/")),
    List("/charters/sign/", "吴越"),
    *(List(f"/me/{path}/", "陈立") for path in ("tokens", "logins", "sessions")),
    *(List(f"/find/?q={text}", "周岚") for text in ("chenli", "chuna", "jiangli")),
    *(List(f"/api/{path}", "高岚") for path in ("approvals", "approvals?state=all", "obligations?state=all", "matters", "rulings",
                                               "events", "today", "organization")),
    *(List(f"/api/{path}", "周岚") for path in ("charters", "imports")),
]  # fmt: skip


def counts(world: World) -> dict[str, int]:
    found = {}
    for one in LISTS:
        client = program_of(world, one.who) if one.url.startswith("/api/") else browser_of(world.firm, one.who)
        found[str(one)] = queries_of(client, one.url)
    return found


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # the rulebook, the templates and the session are ready from now on
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
    return len(captured)


def fill(world: World) -> None:
    """Twenty-nine more of everything."""
    firm, office, day = world.firm, system("tests"), timezone.localdate().isoformat()
    login = firm["陈立"].user
    assert login is not None
    reading = read_file(DOCUMENT.encode(), "投诉专员.md")
    for number in range(MORE):
        person = organization.hire(
            name=f"陈立{number}", employee_no=f"M{number}", company=firm.health, joined_on=LONG_AGO
        )
        person.user = create_user(username=person.employee_no, name=person.name, actor=office, leave_event=False)
        person.save(update_fields=["user"])
        post = organization.open_position(
            unit=firm.finance, title=f"出纳{number}", code=f"M{number}", start=LONG_AGO, headcount=2,
            superior=firm.positions["财务总监"],
        )  # fmt: skip
        for holder in (person, firm["吴越"]):
            organization.appoint(position=post, person=holder, start=LONG_AGO, end=None, is_main=holder is person)
        authority_changed()
        firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount=str(102 + number), reason="季度之星")
        firm.do("陈立", "remedy.refund", customer=CUSTOMER, amount="9", defect_proven=True, reason="受潮")
        firm.do("周岚", "charter.define", position=post.pk, charter=world.charter, start=day)
        facts = {"name": f"{number}.md", "company": firm.health.pk, "reading": reading}
        perform(firm.actor("周岚"), "charter.import", facts)
        issue_token(login.pk, name=f"导出{number}", actor=office)
        log(LoginEventKind.SUCCEEDED, user=login, request=None)
        browser_of(firm, "陈立")


def test_a_list_of_thirty_asks_no_more_than_a_list_of_one(world: World) -> None:
    before = counts(world)
    fill(world)
    after = counts(world)
    grown = [f"{one}: {before[one]} → {after[one]}" for one in after if after[one] > before[one]]
    assert not grown, "\n".join(grown)


def test_a_page_asks_once_which_authority_is_in_force(world: World) -> None:
    client = browser_of(world.firm, "高岚")
    client.get("/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/")
    asked = [query["sql"] for query in captured if "authority_authoritystate" in query["sql"]]
    assert len(asked) == 1
    assert len(captured) <= 20, "\n".join(query["sql"][:120] for query in captured)
