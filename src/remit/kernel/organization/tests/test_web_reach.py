"""Who gets to which page: logged out, of another company, a colleague, a superior, personnel."""

from collections.abc import Iterable

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse
from django.utils import timezone
from tests.cast import Firm, away, build_firm
from tests.web_help import browser, grant, page

from remit.kernel.authority.loading import authority_changed
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.organization import actions
from remit.kernel.organization.models import Acting, Person, Unit
from remit.kernel.organization.web import urls
from remit.web.tests.logins import a_login

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def routes(patterns: Iterable[object], start: str = "") -> list[str]:
    found: list[str] = []
    for one in patterns:
        if isinstance(one, URLResolver):
            found += routes(one.url_patterns, start + str(one.pattern))
        elif isinstance(one, URLPattern):
            found.append(start + str(one.pattern))
    return found


ROUTES = routes(urls.urlpatterns)
OF_A_COMPANY = [route for route in ROUTES if "<int:pk>" in route]
POSTED = ("appointments/", "appointments/end/", "acting/<int:pk>/end/", "taking-in/")


def address(route: str, firm: Firm, mine: bool) -> str:
    """The route filled in with something of the health company, or of the property company."""
    unit, position, person = (
        (firm.service, firm.positions["客服部经理"], firm["林晓岚"])
        if mine
        else (firm.property, firm.positions["物业经理"], firm["何平"])
    )
    pk = unit.pk if route.startswith("units") else position.pk if route.startswith("positions") else person.pk
    if route.startswith("acting"):
        pk = Acting.objects.get().pk
    return "/organization/" + route.replace("<int:pk>", str(pk)).replace("<slug:kind>", "xlsx").replace(
        "<str:token>", "t"
    )


def ask(client: Client, route: str, url: str) -> int:
    return (client.post(url) if route.endswith(POSTED) else client.get(url)).status_code


@pytest.mark.parametrize("route", ROUTES)
def test_a_stranger_is_asked_to_log_in(firm: Firm, route: str) -> None:
    away(firm, "林晓岚", "陈立")
    assert ask(Client(), route, address(route, firm, mine=True)) == 302


@pytest.mark.parametrize("route", OF_A_COMPANY)
def test_another_company_has_nothing_here(firm: Firm, route: str) -> None:
    away(firm, "林晓岚", "陈立")
    assert ask(browser(firm, "何平"), route, address(route, firm, mine=True)) == 404


@pytest.mark.parametrize("route", OF_A_COMPANY)
def test_and_the_other_way_round(firm: Firm, route: str) -> None:
    if not route.startswith("acting"):
        assert ask(browser(firm, "陈立"), route, address(route, firm, mine=False)) == 404


@pytest.mark.parametrize(
    "route",
    [
        r
        for r in OF_A_COMPANY
        if not r.endswith(POSTED) and not r.startswith("acting") and "people/<int:pk>/change" not in r
    ],
)
def test_a_colleague_reads_every_page(firm: Firm, route: str) -> None:
    assert ask(browser(firm, "吴越"), route, address(route, firm, mine=True)) == 200


def test_the_chart_shows_the_own_company_and_the_group(firm: Firm) -> None:
    group_post = actions.open_position(unit=firm.group, title="集团董事长", code="HX-1", start=firm.group.opened_on)
    actions.appoint(position=group_post, person=firm["何平"], start=firm.group.opened_on, end=None, is_main=False)
    shown = page(browser(firm, "陈立"), "/organization/")
    assert "客服部总监" in shown and "高岚" in shown
    assert "集团董事长" in shown and "何平" in shown, "the group's own posts concern everybody"
    assert "恒信物业" not in shown and "物业经理" not in shown
    assert page(browser(firm, "陈立"), f"/organization/people/{firm['何平'].pk}/")
    chairman = page(browser(firm, "何平"), "/organization/")
    assert "客服部总监" in chairman and "物业经理" in chairman, "who holds a post of the group sees its companies"


def test_lists_pickers_exports_and_the_palette_keep_to_the_company(firm: Firm) -> None:
    client = browser(firm, "何平")
    for url in ("/organization/people/", "/organization/positions/", "/organization/people/export.csv",
                "/authority/people.json", "/authority/positions.json", "/authority/units.json"):  # fmt: skip
        answer = client.get(url)
        shown = str(answer.json()) if url.endswith(".json") else answer.content.decode()
        assert not any(word in shown for word in ("高岚", "林晓岚", "客服部总监", "客户服务部")), url
        assert any(word in shown for word in ("何平", "物业经理", "恒信物业")), url
    for typed in ("高岚", "gl", "客服部总监", "客户服务部", "E003"):
        found = client.get("/find/", {"q": typed}, headers={"HX-Request": "true"}).content.decode()
        assert f"/organization/people/{firm['高岚'].pk}/" not in found
        assert f"/organization/positions/{firm.positions['客服部总监'].pk}/" not in found
        assert f"/organization/units/{firm.service.pk}/" not in found


def test_a_login_that_belongs_to_nobody_sees_no_organization(firm: Firm) -> None:
    client = Client()
    client.force_login(a_login("stranger", "外人"))
    for name in ("chart", "person-list", "position-list", "acting-list", "exchange"):
        assert client.get(reverse(f"organization:{name}")).status_code == 404


@pytest.mark.parametrize(
    ("reader", "sees"),
    [("林晓岚", True), ("高岚", True), ("周岚", True), ("陈立", False), ("吴越", False), ("韩涛", False)],
)
def test_numbers_and_history_are_for_oneself_superiors_and_personnel(firm: Firm, reader: str, sees: bool) -> None:
    about = firm["林晓岚"]
    actions.change_person(about, name=about.name, mobile="13800138000", email="lin@example.com")
    actions.end_appointment(position=firm.positions["客服部经理"], person=about, end=timezone.localdate())
    actions.appoint(
        position=firm.positions["客服部经理"], person=about, start=timezone.localdate(), end=None, is_main=True
    )
    client = browser(firm, reader)
    shown = page(client, f"/organization/people/{about.pk}/")
    exported = page(client, "/organization/people/export.csv")
    for secret in ("13800138000", "lin@example.com"):
        assert (secret in shown) is sees
        assert (secret in exported) is sees
    assert ("2024-01-01 – " in shown) is sees


def test_oversight_of_people_is_a_grant(firm: Firm) -> None:
    about = firm["高岚"]
    actions.change_person(about, name=about.name, mobile="13800138000", email="")
    client = browser(firm, "孙可")
    assert "13800138000" not in page(client, f"/organization/people/{about.pk}/")
    DeclaredAction.objects.create(name="oversight.people", labels={"zh-hans": "查看人员资料"}, origin="pack:test")
    authority_changed()
    grant(firm, "总监助理", {"action": "oversight.people", "scope": "own_company"})
    assert "13800138000" in page(client, f"/organization/people/{about.pk}/")
    assert client.get(f"/organization/people/{firm['何平'].pk}/").status_code == 404, "of the own company only"


def test_who_has_gone_is_there_for_personnel_only(firm: Firm) -> None:
    actions.leave(firm["赵敏之"], left_on=timezone.localdate())
    url = f"/organization/people/{firm['赵敏之'].pk}/"
    assert browser(firm, "陈立").get(url).status_code == 404
    assert "赵敏之" in page(browser(firm, "周岚"), url)
    assert "赵敏之" not in page(browser(firm, "周岚"), "/organization/people/")
    assert "赵敏之" in page(browser(firm, "周岚"), "/organization/people/", only="gone")


def test_a_colleague_changes_nothing_by_himself(firm: Firm) -> None:
    """The forms can be reached; what is sent goes to whoever may decide, and nothing has changed."""
    client = browser(firm, "陈立")
    client.post(
        f"/organization/units/{firm.service.pk}/change/",
        {"name": "陈立部", "parent": firm.health.pk, "start": "2026-11-01"},
    )
    assert Unit.objects.get(pk=firm.service.pk).name == "客户服务部"
    client.post(
        "/organization/people/new/",
        {"name": "张三", "employee_no": "Z1", "company": firm.health.pk, "joined_on": "2026-11-01"},
    )
    assert not Person.objects.filter(employee_no="Z1").exists()
    assert "organization:unit-close" not in page(client, f"/organization/units/{firm.service.pk}/")
    assert client.get("/organization/exchange/").status_code == 404
