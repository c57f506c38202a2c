"""Days with the organization's pages: a department is set up, somebody comes, is away, moves on; last month can be asked."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import LONG_AGO, Firm, away, build_firm
from tests.web_help import browser, grant, page

from remit.kernel.audit.models import Event
from remit.kernel.authority.loading import authority_changed
from remit.kernel.authority.models import Request, SeparationRule
from remit.kernel.organization import actions
from remit.kernel.organization.models import Acting, Appointment, Person, Position, Unit
from remit.kernel.organization.queries import today
from remit.lib.sheets import read_sheet

pytestmark = pytest.mark.django_db
MONTH = dt.timedelta(days=30)


@pytest.fixture
def firm() -> Firm:
    return build_firm()


@pytest.fixture
def head(firm: Firm) -> Client:
    """周岚, the general manager, who may change the organization."""
    return browser(firm, "周岚")


def send(client: Client, url: str, status: int = 302, **data: Any) -> str:
    response = client.post(url, {key: str(value) for key, value in data.items()})
    assert response.status_code == status, response.content.decode()[:3000]
    return str(response.headers.get("Location", "")) or response.content.decode()


def test_a_team_is_set_up_and_staffed(firm: Firm, head: Client) -> None:
    to = send(
        head, f"/organization/units/{firm.service.pk}/units/new/", kind="team", name="回访组", code="HF", start=today()
    )
    team = Unit.objects.get(code="HF")
    assert to == f"/organization/units/{team.pk}/"
    to = send(
        head, f"/organization/units/{team.pk}/positions/new/", title="回访专员", code="HF-1", headcount=2, start=today(),
        superior=firm.positions["客服部经理"].pk, second_superior=firm.positions["客服部总监"].pk,
    )  # fmt: skip
    post = Position.objects.get(code="HF-1")
    assert post.second_superior == firm.positions["客服部总监"]
    to = send(head, "/organization/people/new/", name="方敏", employee_no="E100", company=firm.health.pk, joined_on=today(),
              mobile="138 0013 8000")  # fmt: skip
    fang = Person.objects.get(employee_no="E100")
    assert to == f"/organization/people/{fang.pk}/"
    send(head, f"/organization/positions/{post.pk}/appointments/", person=fang.pk, start=today(), is_main="on")
    assert "方敏" in page(head, f"/organization/positions/{post.pk}/")
    chart = page(browser(firm, "陈立"), "/organization/")
    assert "回访组" in chart and "回访专员" in chart and "方敏" in chart and "1/2" in chart
    assert set(Event.objects.values_list("kind", flat=True)) >= {
        "organization.open_unit", "organization.open_position", "organization.hire", "organization.appoint",
    }  # fmt: skip


def test_a_wrong_form_comes_back_with_its_words(firm: Firm, head: Client) -> None:
    shown = send(head, "/organization/people/new/", 422, name="方敏", employee_no="E001", company=firm.health.pk,
                 joined_on=today(), mobile="")  # fmt: skip
    assert 'value="方敏"' in shown and "E001" in shown
    assert 'role="alert"' in shown
    shown = send(
        head, f"/organization/units/{firm.service.pk}/units/new/", 422, kind="team", name="", code="", start="x"
    )
    assert shown.count("field__error") >= 3
    refused = send(head, f"/organization/units/{firm.service.pk}/closure/", 422, end=today())
    assert 'role="alert"' in refused


@pytest.mark.ledger("S-008")
def test_last_month_is_shown_as_it_was(firm: Firm, head: Client) -> None:
    """The department was renamed and moved, its head replaced: the chart, the unit and the post tell both."""
    then, before = today() - dt.timedelta(days=10), (today() - MONTH).isoformat()
    office = Unit.objects.get(code="GM")
    actions.change_unit(firm.service, name="客户体验部", parent=office, start=then)
    post, heir = firm.positions["客服部总监"], actions.hire(
        name="方敏", employee_no="E100", company=firm.health, joined_on=LONG_AGO
    )  # fmt: skip
    actions.end_appointment(position=post, person=firm["高岚"], end=then)
    actions.appoint(position=post, person=heir, start=then, end=None, is_main=True)
    authority_changed()  # as the gate does after each of these
    now, past = page(head, "/organization/"), page(head, "/organization/", on=before)
    assert "客户体验部" in now and "客户服务部" not in now and "方敏" in now and "高岚" not in now
    assert "客户服务部" in past and "客户体验部" not in past and "高岚" in past and "方敏" not in past
    record = page(head, f"/organization/positions/{post.pk}/", on=before)
    assert "客户服务部" in record and "高岚" in record
    history = page(head, f"/organization/units/{firm.service.pk}/")
    assert "客户服务部" in history and "客户体验部" in history
    assert page(head, f"/organization/positions/{post.pk}/").count("高岚") >= 1, "held before by"
    person = page(head, f"/organization/people/{firm['高岚'].pk}/")
    assert "客服部总监" in person


@pytest.mark.parametrize("day", ["gestern", "2026-02-30", "0001-01-01", "99999-01-01"])
def test_what_is_no_day_shows_today_and_says_so(firm: Firm, head: Client, day: str) -> None:
    for url in ("/organization/", f"/organization/positions/{firm.positions['出纳'].pk}/"):
        shown = page(head, url, on=day)
        assert "notice--warn" in shown and "吴越" in shown


def test_before_the_first_day_there_is_nothing(firm: Firm, head: Client) -> None:
    assert "org-chart__unit" not in page(head, "/organization/", on="1999-01-01")


@pytest.mark.parametrize("typed", ["高岚", "gaolan", "gl", "客服部总监", "kfbzj"])
def test_the_chart_is_searched_by_pinyin(firm: Firm, head: Client, typed: str) -> None:
    shown = page(head, "/organization/", q=typed)
    assert "高岚" in shown and "客户服务部" in shown
    assert "吴越" not in shown


def test_lists_are_filtered(firm: Firm, head: Client) -> None:
    spare = actions.open_position(unit=firm.finance, title="税务会计", code="SW", start=LONG_AGO)
    vacant = page(head, "/organization/positions/", only="vacant")
    assert "税务会计" in vacant and "客服部总监" not in vacant
    assert "客服部总监" in page(head, "/organization/positions/", only="charterless")
    assert "税务会计" in page(head, "/organization/positions/", unit=firm.finance.pk)
    assert "税务会计" not in page(head, "/organization/positions/", unit=firm.service.pk)
    assert "税务会计" in page(head, "/organization/positions/", q="swkj")
    assert "吴越" in page(head, "/organization/people/", unit=firm.finance.pk)
    assert "陈立" not in page(head, "/organization/people/", unit=firm.finance.pk)
    assert "陈立" in page(head, "/organization/people/", q="cl")
    assert "陈立" in page(head, "/organization/people/", q="E006")
    assert "赵敏之" in page(head, "/organization/people/", position=firm.positions["健康顾问"].pk)
    actions.hire(name="新来的", employee_no="X1", company=firm.health, joined_on=LONG_AGO)
    unplaced = page(head, "/organization/people/", only="unplaced")
    assert "新来的" in unplaced and "陈立" not in unplaced
    actions.close_position(spare, end=today())
    assert "税务会计" not in page(head, "/organization/positions/")


def test_long_lists_go_page_by_page_and_miss_nobody(firm: Firm, head: Client) -> None:
    for number in range(65):
        name = f"王{chr(0x4E00 + number * 13)}"
        actions.hire(name=name, employee_no=f"N{number:03}", company=firm.health, joined_on=LONG_AGO)
    seen: list[int] = []
    url = "/organization/people/"
    while url:
        response = head.get(url)
        seen += [row.person.pk for row in response.context["rows"]]
        following = response.context["page"].next
        url = f"/organization/people/{following}" if following else ""
    assert len(seen) == len(set(seen)) == Person.objects.count()
    back = head.get(f"/organization/people/{response.context['page'].prev}")
    assert [row.person.pk for row in back.context["rows"]] == seen[30:60]


@pytest.mark.parametrize(
    "url", ["/organization/", "/organization/people/", "/organization/positions/", "/organization/acting/"]
)
def test_the_queries_do_not_grow_with_the_rows(firm: Firm, url: str) -> None:
    client = browser(firm, "周岚")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(25):
        person = actions.hire(name=f"李{number}", employee_no=f"L{number}", company=firm.health, joined_on=LONG_AGO)
        post = actions.open_position(unit=firm.service, title=f"专员{number}", code=f"L{number}", start=LONG_AGO)
        actions.appoint(position=post, person=person, start=LONG_AGO, end=None, is_main=True)
        now = timezone.now()
        actions.appoint_deputy(position=post, principal=person, deputy=firm["陈立"], starts_at=now, ends_at=now + MONTH,
                               reason="休假", scope=[], appointed_by=None)  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(many) <= len(few), [q["sql"][:120] for q in many][len(few) :]


# --- exports -----------------------------------------------------------------------------------------------------------------


def test_the_list_goes_out_defused_and_the_log_knows(firm: Firm, head: Client) -> None:
    actions.hire(name="=cmd|calc", employee_no="@1", company=firm.health, joined_on=LONG_AGO)
    data = head.get("/organization/people/export.csv", {"q": "cmd"}).content
    assert b"'=cmd|calc" in data and b"'@1" in data
    book = read_sheet(head.get("/organization/people/export.xlsx").content)
    assert len(book.rows) == Person.objects.count() == 11 and len(book.headers) == 7
    events = Event.objects.filter(kind="organization.export_people").order_by("id")
    assert [event.facts["rows"] for event in events] == [1, 11]
    assert events[0].actor_name == "周岚"


# --- appointments and separation of duties ---------------------------------------------------------------------------------------


def test_a_conflict_is_shown_before_and_taken_knowingly(firm: Firm, head: Client) -> None:
    SeparationRule.objects.create(
        code="make-check",
        name="制单与审批不得由一人兼任",
        first=["staff.reward"],
        second=["remedy.compensate"],
        control="每月由总经理复核",
    )
    post = firm.positions["客服部经理"]
    grant(firm, "出纳", {"action": "remedy.compensate"})
    actions.end_appointment(position=post, person=firm["林晓岚"], end=today())
    url = f"/organization/positions/{post.pk}/appointments/"
    hint = head.get(f"{url}check/", {"person": firm["吴越"].pk}).content.decode()
    assert "制单与审批不得由一人兼任" in hint and "每月由总经理复核" in hint and "<html" not in hint
    assert "制单" not in head.get(f"{url}check/", {"person": firm["孙可"].pk}).content.decode()
    asked = send(head, url, 422, person=firm["吴越"].pk, start=today())
    assert "制单与审批不得由一人兼任" in asked
    assert not Appointment.objects.filter(position=post, person=firm["吴越"]).exists()
    send(head, url, person=firm["吴越"].pk, start=today(), knowingly="yes")
    assert Appointment.objects.filter(position=post, person=firm["吴越"], is_main=False).exists()


def test_an_appointment_is_ended_on_its_page(firm: Firm, head: Client) -> None:
    post = firm.positions["出纳"]
    send(head, f"/organization/positions/{post.pk}/appointments/end/", person=firm["吴越"].pk, end=today())
    assert Appointment.objects.get(position=post).end == today()
    send(head, f"/organization/positions/{post.pk}/appointments/end/", 422, person=firm["吴越"].pk, end=today())
    send(head, f"/organization/positions/{post.pk}/closure/", end=today())
    post.refresh_from_db()
    assert post.closed_on == today()


def test_a_post_is_changed_and_a_line_taken_away(firm: Firm, head: Client) -> None:
    post = firm.positions["出纳"]
    facts: dict[str, Any] = {
        "title": "出纳员",
        "unit": firm.finance.pk,
        "headcount": 2,
        "start": today(),
        "is_head": "on",
    }
    send(head, f"/organization/positions/{post.pk}/change/", **facts, superior=firm.positions["总经理"].pk)
    post.refresh_from_db()
    assert (post.title, post.superior, post.is_head) == ("出纳员", firm.positions["总经理"], True)
    send(head, f"/organization/positions/{post.pk}/change/", **facts, superior="")
    post.refresh_from_db()
    assert post.superior is None
    refused = send(head, f"/organization/positions/{post.pk}/change/", 422, **{**facts, "headcount": 0})
    assert "field__error" in refused


def test_a_person_changes_and_leaves(firm: Firm, head: Client) -> None:
    url = f"/organization/people/{firm['陈立'].pk}/"
    send(head, f"{url}change/", name="陈立", mobile="13800138000", email="chen@example.com")
    send(head, f"{url}change/", name="陈立", mobile="", email="chen@example.com")
    chen = Person.objects.get(name="陈立")
    assert (chen.mobile, chen.email) == ("", "chen@example.com")
    assert send(head, f"{url}leaving/", left_on=today()) == url
    assert Person.objects.get(name="陈立").left_on == today()
    assert not Appointment.objects.filter(person=chen, end=None).exists()


def test_what_one_may_only_ask_for_becomes_a_request(firm: Firm) -> None:
    client = browser(firm, "高岚")
    to = send(
        client,
        f"/organization/units/{firm.service.pk}/change/",
        name="客户体验部",
        parent=firm.health.pk,
        start=today(),
    )
    asked = Request.objects.get()
    assert to == f"/authority/approvals/{asked.pk}/"
    firm.do("周岚", "approval.approve", request=asked.pk)
    assert Unit.objects.get(pk=firm.service.pk).name == "客户体验部"


# --- acting ------------------------------------------------------------------------------------------------------------------


def local(moment: dt.datetime) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.ledger("S-009")
def test_a_director_goes_on_leave_and_the_assistant_reads_it_on_every_page(firm: Firm) -> None:
    client, now = browser(firm, "高岚"), timezone.now()
    assert "总监助理" in page(client, "/organization/acting/new/"), "her own place, or that of somebody below"
    place = f"{firm.positions['客服部总监'].pk}:{firm['高岚'].pk}"
    assert "remedy.compensate" in page(client, "/organization/acting/new/", place=place)
    facts: dict[str, Any] = {"place": place, "deputy": firm["孙可"].pk, "reason": "年休假", "extent": "all",
             "starts_at": local(now - dt.timedelta(minutes=2)), "ends_at": local(now + dt.timedelta(days=4))}  # fmt: skip
    send(client, "/organization/acting/new/", **facts)
    deputy = browser(firm, "孙可")
    shown = page(deputy, "/organization/people/")
    assert "acting-banner" in shown and "客服部总监" in shown and "高岚" in shown
    assert "孙可" in page(browser(firm, "陈立"), "/organization/acting/")
    assert "acting-banner" not in page(browser(firm, "陈立"), "/organization/acting/")
    again = send(client, "/organization/acting/new/", 422, **facts)
    assert 'role="alert"' in again
    acting = Acting.objects.get()
    asked = send(browser(firm, "陈立"), f"/organization/acting/{acting.pk}/end/")
    assert asked.startswith("/authority/approvals/") and Acting.objects.filter(ended_at=None).exists(), (
        "he may only ask"
    )
    send(client, f"/organization/acting/{acting.pk}/end/")
    assert "acting-banner" not in page(deputy, "/organization/people/")
    assert "孙可" in page(client, "/organization/acting/", tab="over")


def test_some_actions_up_to_an_amount_are_handed_over(firm: Firm) -> None:
    client, now = browser(firm, "高岚"), timezone.now()
    place = f"{firm.positions['客服部总监'].pk}:{firm['高岚'].pk}"
    facts: dict[str, Any] = {"place": place, "deputy": firm["孙可"].pk, "reason": "出差", "extent": "some", "amount": "200",
             "starts_at": local(now - dt.timedelta(minutes=2)), "ends_at": local(now + dt.timedelta(days=1))}  # fmt: skip
    assert "field__error" in send(client, "/organization/acting/new/", 422, **facts)
    send(client, "/organization/acting/new/", **facts, actions="remedy.compensate")
    assert Acting.objects.get().scope == [{"action": "remedy.compensate", "limits": {"amount": "<= 200 CNY"}}]
    compensate = {"customer": "周先生", "reason": "漏液", "seller": firm["陈立"].pk}
    assert firm.do("孙可", "remedy.compensate", amount="200", **compensate).kind == "done"
    assert firm.do("孙可", "remedy.compensate", amount="201", **compensate).kind == "requested"
    assert "200" in page(client, "/organization/acting/")


def test_a_manager_names_the_deputy_of_somebody_who_is_away(firm: Firm) -> None:
    now = timezone.now()
    place = f"{firm.positions['客服部经理'].pk}:{firm['林晓岚'].pk}"
    facts: dict[str, Any] = {"place": place, "deputy": firm["赵敏之"].pk, "reason": "病假", "extent": "all",
             "starts_at": local(now), "ends_at": local(now + dt.timedelta(days=1))}  # fmt: skip
    assert browser(firm, "陈立").post("/organization/acting/new/", facts).status_code == 404
    send(browser(firm, "高岚"), "/organization/acting/new/", **facts)
    assert Acting.objects.get().appointed_by == firm["高岚"]
    for reader, knows in (("高岚", True), ("赵敏之", True), ("林晓岚", True), ("陈立", False), ("吴越", False)):
        shown = page(browser(firm, reader), "/organization/acting/")
        assert "赵敏之" in shown
        assert ("病假" in shown) is knows, f"why somebody is away is not {reader}'s business"


def test_colleagues_who_share_a_post_do_not_name_each_others_deputies(firm: Firm) -> None:
    place = f"{firm.positions['健康顾问'].pk}:{firm['赵敏之'].pk}"
    assert browser(firm, "陈立").get("/organization/acting/new/", {"place": place}).status_code == 404


def test_a_vacant_post_shared_posts_and_two_leaders_are_told_apart(firm: Firm, head: Client) -> None:
    actions.end_appointment(position=firm.positions["客服部总监"], person=firm["高岚"], end=today())
    away_from = firm.positions["健康顾问"]
    away(firm, "林晓岚", "陈立")
    chart = page(head, "/organization/")
    assert "org-post__vacant" in chart and "2/5" in chart
    assert "陈立" in chart.split("客服部经理</a>")[1].split("</li>")[0], "who acts stands with the post"
    record = page(head, f"/organization/positions/{away_from.pk}/")
    assert "2/5" in record
    actions.change_position(
        away_from, start=today(), title=away_from.title, unit=away_from.unit, headcount=5, is_head=False,
        superior=away_from.superior, second_superior=firm.positions["财务总监"],
    )  # fmt: skip
    authority_changed()
    record = page(head, f"/organization/positions/{away_from.pk}/")
    assert "客服部经理" in record and "财务总监" in record and "韩涛" in record
