"""The company's settings: who reaches them, and what they change."""

import pytest
from django.conf import settings as django_settings
from django.test import Client
from tests.cast import LONG_AGO, Firm, build_firm
from tests.web_help import browser, grant, page

from remit.kernel.accounts.actor import system
from remit.kernel.accounts.queries import current_policy
from remit.kernel.audit.models import Event
from remit.kernel.authority.gate import perform
from remit.kernel.authority.granting import GrantedClause, write_grants
from remit.kernel.authority.models import AuthorityState, Request, Step
from remit.kernel.authority.spec import GrantSpec
from remit.kernel.organization.models import Person
from remit.kernel.packs.models import InstalledPack

pytestmark = pytest.mark.django_db
PAGES = ("logins", "passwords", "answers", "packs")


@pytest.fixture
def firm() -> Firm:
    return build_firm()


@pytest.fixture
def head(firm: Firm) -> Client:
    grant(firm, "总经理", {"action": "account.*"}, {"action": "authority.*"}, {"action": "pack.*"})
    return browser(firm, "周岚")


@pytest.mark.parametrize("name", PAGES)
def test_settings_are_for_who_may_change_them(firm: Firm, head: Client, name: str) -> None:
    assert head.get(f"/settings/{name}/").status_code == 200
    assert browser(firm, "陈立").get(f"/settings/{name}/").status_code == 404
    assert Client().get(f"/settings/{name}/").status_code == 302
    assert f"/settings/{name}/" in page(head, "/settings/")
    assert f"/settings/{name}/" not in page(browser(firm, "陈立"), "/settings/")


def test_a_login_is_created_and_its_password_shown_once(firm: Firm, head: Client) -> None:
    url = f"/settings/logins/{firm['陈立'].pk}/create_login/"
    answer = head.post(url, {"username": "chenli"})
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    user = Person.objects.get(name="陈立").user
    assert (
        user is not None and user.username == "chenli" and user.check_password(password) and user.must_change_password
    )
    assert password not in page(head, "/settings/logins/")
    event = Event.objects.get(kind="account.create_login", subject_id=str(firm["陈立"].pk))
    assert password not in str(event.facts) + str(event.changes)
    again = head.post(url, {"username": "chenli2"})
    assert again.status_code == 422 and 'role="alert"' in again.content.decode()


def test_a_login_is_reset_closed_and_reopened(firm: Firm, head: Client) -> None:
    browser(firm, "陈立")
    base = f"/settings/logins/{firm['陈立'].pk}"
    password = head.post(f"{base}/reset_password/").context["password"]
    user = Person.objects.get(name="陈立").user
    assert user is not None and user.check_password(password)
    assert head.post(f"{base}/deactivate/").status_code == 302
    assert "陈立" in page(head, "/settings/logins/", only="closed")
    assert head.post(f"{base}/deactivate/").status_code == 422
    assert head.post(f"{base}/reactivate/").status_code == 302
    user.refresh_from_db()
    assert user.is_active


def test_logins_are_found_and_kept_from_others(firm: Firm, head: Client) -> None:
    assert "高岚" in page(head, "/settings/logins/", q="gl")
    assert "周岚" not in page(head, "/settings/logins/", only="without").split("<main")[1]
    clerk = browser(firm, "陈立")
    for deed in ("create_login", "reset_password", "deactivate", "reactivate", "reset_factors"):
        assert clerk.post(f"/settings/logins/{firm['高岚'].pk}/{deed}/").status_code == 404
    assert Person.objects.get(name="高岚").user is None


def test_passwords_are_made_longer(firm: Firm, head: Client) -> None:
    facts = {"min_length": "14", "password_period_days": "90", "idle_session_minutes": ""}
    assert head.post("/settings/passwords/", facts).status_code == 302
    now = current_policy()
    assert (now.min_length, now.password_period_days, now.idle_session_minutes) == (14, 90, None)
    event = Event.objects.get(kind="account.set_policy")
    assert event.changes == {"min_length": [12, 14], "password_period_days": [None, 90]}
    assert not Event.objects.filter(kind="accounts.set_policy").exists(), "one act leaves one event"
    assert head.post("/settings/passwords/", {**facts, "min_length": "3"}).status_code == 422
    assert head.post("/settings/passwords/", {**facts, "password_period_days": ""}).status_code == 302
    assert current_policy().password_period_days is None


def test_answers_are_due_within_the_time_that_was_set(firm: Firm, head: Client) -> None:
    assert head.post("/settings/answers/", {"within": "2 workdays"}).status_code == 302
    assert AuthorityState.objects.get().answer_within == "2 workdays"
    firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="101", reason="季度之星")
    step = Step.objects.get(request=Request.objects.get())
    assert (step.due_at - step.asked_at).total_seconds() > 24 * 3600
    refused = head.post("/settings/answers/", {"within": "soon"})
    assert refused.status_code == 422 and "3 workdays" in refused.content.decode()
    assert AuthorityState.objects.get().answer_within == "2 workdays"


def test_a_pack_is_loaded() -> None:
    """In an installation that has just been founded: the cast has declared by hand what the packs bring."""
    operator, day = system("set-up"), "2024-01-01"
    group = perform(operator, "organization.found", {"name": "新集团", "code": "G", "start": day}).subject[1]
    unit = {"parent": group, "kind": "company", "name": "新公司", "code": "C", "start": day}
    company = perform(operator, "organization.open_unit", unit).subject[1]
    post = {"unit": company, "title": "总经理", "code": "P", "start": day}
    position = perform(operator, "organization.open_position", post).subject[1]
    hired = {"name": "周岚", "employee_no": "E1", "company": company, "joined_on": day}
    person = perform(operator, "organization.hire", hired).subject[1]
    perform(operator, "organization.appoint", {"position": position, "person": person, "start": day})
    pack_grant = GrantedClause("第1条", "", (GrantSpec(action="pack.*"),))
    write_grants(int(position), [pack_grant], source="总经理岗位说明书 v1", source_id=None, start=LONG_AGO)
    perform(operator, "account.create_login", {"person": person})
    user = Person.objects.get(pk=person).user
    assert user is not None
    user.must_change_password = False
    user.save(update_fields=["must_change_password"])
    head = Client()
    head.force_login(user)
    assert head.post("/settings/packs/finance/").status_code == 422, "it needs another one first"
    assert head.post("/settings/packs/administration/").status_code == 302
    assert InstalledPack.objects.get().name == "administration"
    assert head.post("/settings/packs/finance/").status_code == 302
    assert head.post("/settings/packs/nothing/").status_code == 404


def test_what_runs_here_is_told_without_secrets(firm: Firm) -> None:
    shown = page(browser(firm, "陈立"), "/settings/about/")
    assert "PostgreSQL" in shown and "0.1.0" in shown
    assert str(django_settings.FILES_DIR) not in shown and django_settings.SECRET_KEY not in shown


@pytest.mark.parametrize(("typed", "kind"), [("高岚", "people"), ("gaol", "people"), ("E003", "people"), ("kfbzj", "positions"),
                                             ("客户服务部", "units"), ("khfwb", "units")])  # fmt: skip
def test_the_palette_finds_people_positions_and_units(firm: Firm, typed: str, kind: str) -> None:
    found = browser(firm, "陈立").get("/find/", {"q": typed}, headers={"HX-Request": "true"}).content.decode()
    pk = {"people": firm["高岚"].pk, "positions": firm.positions["客服部总监"].pk, "units": firm.service.pk}[kind]
    assert f"/organization/{kind}/{pk}/" in found
