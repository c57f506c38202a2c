"""Privacy: consent, hours, what is kept as a file, and erasure."""

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import Firm
from tests.web_help import browser, page

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.organization.queries import today
from remit.kernel.packs.loader import SHIPPED
from remit.kernel.parties.disclosing import data_of
from remit.kernel.parties.fields import put_fields
from remit.kernel.parties.models import Activity, Consent, Party, Relation
from remit.kernel.parties.privacy import contactable, may_contact, next_moment
from remit.kernel.parties.queries import search
from remit.kernel.parties.tests.conftest import Opener
from remit.kernel.procedures.checking import read_file
from remit.kernel.procedures.models import Case
from remit.kernel.procedures.standing import put_procedure
from remit.lib.spans import parse_spans

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")
TEN, NOON = dt.datetime(2026, 3, 4, 10, tzinfo=ZONE), dt.datetime(2026, 3, 4, 12, tzinfo=ZONE)
NIGHT = dt.datetime(2026, 3, 4, 22, tzinfo=ZONE)


@pytest.fixture
def party(firm: Firm, opened: Opener) -> Party:
    return opened(
        "曾小明", kind="person", phone="13805712233", birthday="1960-02-03", needs="钙片", id_card="11010519491231002X"
    )


def at(party: Party, name: str) -> str:
    return reverse(f"parties:{name}", args=[party.pk])


@pytest.mark.ledger("R-024")
def test_nobody_is_called_in_his_rest_time(firm: Firm, party: Party) -> None:
    assert may_contact(party, "call", "service", TEN)
    at_noon, at_night = (may_contact(party, "call", "service", moment) for moment in (NOON, NIGHT))
    assert (at_noon.allowed, at_noon.from_moment) == (False, NOON.replace(hour=14))
    assert at_night.from_moment == dt.datetime(2026, 3, 5, 9, tzinfo=ZONE)
    assert may_contact(party, "letter", "service", NIGHT), "a letter wakes nobody"
    firm.do("陈立", "customer.set_hours", party=party.pk, hours="12:00-13:00")
    party.refresh_from_db()
    assert may_contact(party, "call", "service", NOON) and not may_contact(party, "call", "service", TEN)
    firm.do("陈立", "customer.set_hours", party=party.pk, hours="")
    firm.do("林晓岚", "customer.set_contact_policy", company=firm.health.pk, hours="20:00-23:00", asks_for=["care"])
    party.refresh_from_db()
    assert may_contact(party, "visit", "marketing", NIGHT) and not may_contact(party, "visit", "care", NIGHT)
    with pytest.raises(RuleBroken):
        firm.do("陈立", "customer.set_hours", party=party.pk, hours="abends")


def test_offers_wait_for_a_consent_which_can_be_taken_back(firm: Firm, party: Party) -> None:
    def said(purpose: str, given: bool, **more: object) -> None:
        firm.do("陈立", "customer.consent", party=party.pk, purpose=purpose, given=given, evidence="录音 0312", **more)

    def lets(purpose: str, channel: str = "call") -> bool:
        one = bool(may_contact(party, channel, purpose, TEN))
        assert contactable(Party.objects.filter(pk=party.pk), channel, purpose).exists() == one, "alone and in sets"
        return one

    assert lets("call_back") and not lets("marketing")
    said("marketing", True, channel="message", day=today() - dt.timedelta(days=9))
    assert lets("marketing", "message") and not lets("marketing")
    said("marketing", True, day=today() - dt.timedelta(days=5))
    assert lets("marketing")
    said("marketing", False)
    assert not lets("marketing") and not lets("marketing", "message"), "the latest word on any way counts for each"
    said("service", False, channel="visit")
    assert not lets("service", "visit") and lets("service")
    with pytest.raises(RuleBroken):
        said("care", True, day=today() + dt.timedelta(days=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.update(is_given=True)


hours = st.lists(st.integers(0, 95), min_size=2, max_size=6, unique=True).map(sorted)


@given(quarters=hours, minutes=st.integers(0, 7 * 1440))
def test_the_next_moment_lies_within_the_hours_and_none_before_it_does(quarters: list[int], minutes: int) -> None:
    pairs = list(zip(quarters[::2], quarters[1::2], strict=False))
    text = " ".join(f"{a // 4:02}:{a % 4 * 15:02}-{b // 4:02}:{b % 4 * 15:02}" for a, b in pairs)
    moment = dt.datetime(2026, 3, 2, tzinfo=ZONE) + dt.timedelta(minutes=minutes)

    def within(one: dt.datetime) -> bool:
        minute = one.astimezone(ZONE).hour * 60 + one.astimezone(ZONE).minute
        return any(a * 15 <= minute < b * 15 for a, b in pairs)

    found = next_moment(parse_spans(text), moment)
    assert found is not None and within(found)
    while moment < found:
        assert not within(moment)
        moment += dt.timedelta(minutes=15 - moment.minute % 15)


def test_a_customer_gets_what_is_kept_of_it_as_a_file(firm: Firm, party: Party, opened: Opener) -> None:
    firm.do("陈立", "customer.note", party=party.pk, kind="call", text="询问用法")
    client = browser(firm, "陈立")
    assert client.post(at(party, "privacy-file"), {}).status_code == 422, "no file without saying for whom"
    answer = client.post(at(party, "privacy-file"), {"reason": "本人来电索取"})
    data = json.loads(answer.content)
    assert data["contacts"][0]["value"] == "13805712233" and data["entries"][0]["text"] == "询问用法"
    assert data["identifiers"][0]["value"] == "11010519491231002X" and data["needs"] == "钙片"
    assert Event.objects.filter(kind="customer.disclose", subject_id=str(party.pk)).count() == 1
    for who in ("赵敏之", "何平"):
        assert browser(firm, who).post(at(party, "privacy-file"), {"reason": "x"}).status_code == 404


@pytest.fixture
def remembered(firm: Firm, party: Party, opened: Opener) -> Party:
    """A customer with everything that hangs on one, a second file that was merged into it, and a complaint."""
    put_fields("pack:test", [{"name": "allergies", "kind": "text", "labels": {"zh-hans": "过敏"}}])
    firm.do("陈立", "customer.amend", party=party.pk, fields={"allergies": "花粉"}, remark="家住三楼")
    twin = opened("曾小明", kind="person", phone="13805712233", knowingly=True)
    firm.do("陈立", "customer.note", party=twin.pk, kind="call", text="在旧档案里说了病情")
    firm.do("陈立", "customer.merge", party=party.pk, gone=twin.pk)
    company = opened("甲公司")
    firm.do("陈立", "customer.relate", party=company.pk, other=party.pk, kind="key_person", note="采购，家住三楼")
    firm.do("陈立", "customer.consent", party=party.pk, purpose="care", given=True, evidence="13805712233 来电")
    firm.do("陈立", "customer.tag", party=party.pk, tags=["会员"])
    party.refresh_from_db()
    return party


def everything_kept(without: str = "audit_event") -> str:
    """Every row of every table of the customers' room, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'parties_%%'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")  # noqa: S608 - names from the catalogue
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def test_erasure_leaves_nothing_of_the_person_and_everything_that_others_rely_on(firm: Firm, remembered: Party) -> None:
    party = remembered
    events = Event.objects.count()
    with pytest.raises(RuleBroken):
        firm.do("林晓岚", "customer.erase", party=party.pk, number="KH-0000-000000", reason="本人来信")
    firm.do("林晓岚", "customer.erase", party=party.pk, number=party.number, reason="本人来信")
    kept = everything_kept()
    for trace in ("曾小明", "13805712233", "11010519491231002X", "三楼", "花粉", "病情", "钙片", "1960-02-03"):
        assert trace not in kept, trace
    party.refresh_from_db()
    assert party.erased_at is not None and party.number in party.name and party.owner == firm["陈立"]
    assert Activity.objects.filter(party=party).count() == 1, "that there was a contact, and when, stays"
    assert Consent.objects.filter(party=party).count() == 1
    assert not Relation.objects.filter(other=party).exists()
    assert Event.objects.count() == events + 1, "the log stays whole"
    assert not may_contact(party, "call", "service", TEN)
    assert [found.pk for found in search(firm["陈立"], party.number)] == [party.pk]
    assert not search(firm["陈立"], "2233").exists()
    for action, facts in {"customer.amend": {"name": "曾小明"}, "customer.note": {"kind": "call", "text": "x"}}.items():
        with pytest.raises(RuleBroken):
            firm.do("陈立", action, party=party.pk, **facts)


def test_a_case_stays_with_the_customer_s_number(firm: Firm, remembered: Party) -> None:
    put_procedure(read_file(SHIPPED / "customer-service" / "procedures" / "complaint.yaml"), "pack:test")
    told = {"contact": "本人", "channel": "phone", "category": "product", "content": "胶囊受潮"}
    firm.do(
        "陈立",
        "case.open",
        procedure="complaint",
        title="胶囊受潮",
        party=remembered.pk,
        subject=remembered.name,
        answers=told,
    )
    case = Case.objects.filter(party=remembered)
    before = list(case.values())
    assert data_of(remembered)["cases"][0]["title"] == "胶囊受潮"
    firm.do("林晓岚", "customer.erase", party=remembered.pk, number=remembered.number, reason="本人来信")
    assert list(case.values()) == before != []
    assert page(browser(firm, "陈立"), at(remembered, "detail"))


def test_erasing_asks_for_authority_of_its_own(firm: Firm, remembered: Party) -> None:
    facts = {"party": remembered.pk, "number": remembered.number, "reason": "本人来信"}
    assert firm.do("陈立", "customer.erase", **facts).kind == "requested", "not even who keeps the file may"
    for who in ("何平", "吴越"):
        with pytest.raises(NotYours):
            firm.do(who, "customer.erase", **facts)


def test_the_page_says_what_may_be_done_and_takes_it_down(firm: Firm, remembered: Party) -> None:
    client = browser(firm, "陈立")
    form = {"purpose": "marketing", "channel": "message", "given": "no", "evidence": "短信退订"}
    assert client.post(at(remembered, "privacy"), form).status_code == 302
    assert client.post(at(remembered, "privacy-hours"), {"hours": "10:00-11:00"}).status_code == 302
    shown = page(client, at(remembered, "privacy"))
    assert "短信退订" in shown and "10:00-11:00" in shown and 'data-open="erase"' not in shown
    boss: Client = browser(firm, "林晓岚")
    assert 'data-open="erase"' in page(boss, at(remembered, "privacy"))
    wrong = boss.post(at(remembered, "privacy-erasure"), {"number": "KH-1", "reason": "本人来信"})
    assert wrong.status_code == 422
    boss.post(at(remembered, "privacy-erasure"), {"number": remembered.number, "reason": "本人来信"})
    remembered.refresh_from_db()
    assert remembered.erased_at is not None
    assert "曾小明" not in page(client, at(remembered, "detail"))
    assert browser(firm, "赵敏之").get(at(remembered, "privacy")).status_code == 404
