"""People come, hold posts, act for each other and go; every span ends on the day before its end."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import LONG_AGO, Firm, away, build_firm

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.organization import actions
from remit.kernel.organization.models import Acting, Appointment, Person
from remit.kernel.organization.queries import (
    actings_in_force,
    person_of,
    positions_held,
    search_people,
    structure_on,
    today,
)
from remit.kernel.organization.rules import peak
from remit.lib import clock

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def newcomer(firm: Firm, **more: Any) -> Person:
    facts = {"name": "方敏", "employee_no": "E100", "company": firm.health, "joined_on": LONG_AGO, **more}
    return actions.hire(**facts)


# --- people ------------------------------------------------------------------------------------------------------------------


def test_somebody_is_hired_and_found_by_pinyin_and_number(firm: Firm) -> None:
    person = newcomer(firm, mobile="+86 138-0013-8000")
    assert person.mobile == "13800138000"
    for typed in ("方敏", "fangmin", "fm", "FangM", "e100"):
        assert person in search_people(typed), typed


@pytest.mark.parametrize(
    "given",
    [{"employee_no": "E001"}, {"mobile": "123"}, {"email": "nobody"}, {"name": "长" * 81}, {"employee_no": "9" * 41}],
)
def test_somebody_is_not_hired_so(firm: Firm, given: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken):
        newcomer(firm, **given)


def test_people_belong_to_companies(firm: Firm) -> None:
    with pytest.raises(RuleBroken):
        newcomer(firm, company=firm.service)


def test_a_very_long_name_has_room(firm: Firm) -> None:
    assert newcomer(firm, name="庄" * 80).sort_key.startswith("zhuang zhuang")


def test_data_change_and_can_be_taken_away(firm: Firm) -> None:
    firm.do(
        "周岚", "organization.change_person", person=firm["陈立"].pk, mobile="13900139000", email="chen@example.com"
    )
    assert Person.objects.get(name="陈立").mobile == "13900139000"
    facts = {"person": firm["陈立"].pk, "no_mobile": True, "name": "陈力"}
    perform(firm.actor("周岚"), "organization.change_person", facts)
    changed = Person.objects.get(name="陈力")
    assert (changed.mobile, changed.email) == ("", "chen@example.com")
    with pytest.raises(RuleBroken):
        firm.do("周岚", "organization.change_person", person=changed.pk, mobile="12")


def test_who_goes_next_week_works_until_then(firm: Firm) -> None:
    perform(system("tests"), "account.create_login", {"person": firm["高岚"].pk, "username": "gao"})
    gao = Person.objects.get(name="高岚")
    assert gao.user is not None
    last = today() + dt.timedelta(days=7)
    away(firm, "高岚", "孙可", days=30)
    firm.do("周岚", "organization.leave", person=gao.pk, left_on=last)
    gao = Person.objects.get(name="高岚")
    assert gao.user is not None and gao.user.is_active
    assert person_of(gao.user) == gao
    assert structure_on(last - DAY).positions[firm.positions["客服部总监"].pk].holders == (gao.pk,)
    assert structure_on(last).positions[firm.positions["客服部总监"].pk].holders == ()
    midnight = timezone.make_aware(dt.datetime.combine(last, dt.time.min))
    with clock.set_to(midnight - dt.timedelta(seconds=1)):
        assert actings_in_force().exists(), "the deputy acts while the principal is there"
        assert person_of(gao.user) == gao
    with clock.set_to(midnight):
        assert not actings_in_force().exists()
        assert person_of(gao.user) is None
        assert gao not in search_people("")


def test_who_has_gone_is_logged_out(firm: Firm) -> None:
    perform(system("tests"), "account.create_login", {"person": firm["陈立"].pk})
    firm.do("周岚", "organization.leave", person=firm["陈立"].pk, left_on=today())
    chen = Person.objects.get(name="陈立")
    assert chen.user is not None and not chen.user.is_active
    assert not positions_held(chen).exists()
    with pytest.raises(RuleBroken):
        actions.leave(chen, left_on=today())


def test_nobody_leaves_before_he_came(firm: Firm) -> None:
    with pytest.raises(RuleBroken):
        actions.leave(newcomer(firm, joined_on=today()), left_on=today() - DAY)


# --- who holds what ----------------------------------------------------------------------------------------------------------


def test_an_appointment_ends_and_the_next_begins_on_that_day(firm: Firm) -> None:
    post, heir = firm.positions["客服部总监"], newcomer(firm)
    with pytest.raises(RuleBroken):
        actions.appoint(position=post, person=heir, start=today(), end=None, is_main=True)
    actions.end_appointment(position=post, person=firm["高岚"], end=today())
    actions.appoint(position=post, person=heir, start=today(), end=None, is_main=True)
    assert structure_on(today() - DAY).positions[post.pk].holders == (firm["高岚"].pk,)
    assert structure_on(today()).positions[post.pk].holders == (heir.pk,)


def test_a_shared_post_counts_who_is_there_at_once(firm: Firm) -> None:
    post = actions.open_position(unit=firm.service, title="夜班", code="N", start=LONG_AGO, headcount=2)
    june, july, august = (dt.date(2025, month, 1) for month in (6, 7, 8))
    one, two, three = (newcomer(firm, employee_no=f"N{n}") for n in range(3))
    actions.appoint(position=post, person=one, start=june, end=july, is_main=True)
    actions.appoint(position=post, person=two, start=july, end=august, is_main=True)
    actions.appoint(position=post, person=three, start=june, end=august, is_main=True)
    with pytest.raises(RuleBroken):
        actions.appoint(position=post, person=firm["陈立"], start=july, end=None, is_main=False)
    actions.appoint(position=post, person=firm["陈立"], start=august, end=None, is_main=False)


def test_several_posts_and_one_main(firm: Firm) -> None:
    extra = actions.open_position(unit=firm.finance, title="内审", code="NS", start=LONG_AGO)
    actions.appoint(position=extra, person=firm["陈立"], start=LONG_AGO, end=None, is_main=False)
    assert [p.title for p in positions_held(firm["陈立"])] == ["健康顾问", "内审"]
    actions.end_appointment(position=extra, person=firm["陈立"], end=today())
    other = actions.open_position(unit=firm.finance, title="主计", code="ZJ", start=LONG_AGO)
    actions.appoint(position=other, person=firm["陈立"], start=today(), end=None, is_main=True)
    assert [p.title for p in positions_held(firm["陈立"])] == ["主计", "健康顾问"]
    assert Appointment.objects.filter(person=firm["陈立"], is_main=True).count() == 1


@pytest.mark.parametrize(
    "given",
    [{"start": LONG_AGO - DAY}, {"end": today()}, {"person": "何平"}, {"person": "孙可"}, {"start": today() - DAY}],
)
def test_an_appointment_that_can_not_be(firm: Firm, given: dict[str, Any]) -> None:
    """Before the post, over before it begins, of another company, twice, before the person came."""
    facts: dict[str, Any] = {"person": newcomer(firm, joined_on=today()), "start": today(), "end": None, **given}
    if isinstance(facts["person"], str):
        facts["person"] = firm[facts["person"]]
    with pytest.raises(RuleBroken):
        actions.appoint(position=firm.positions["总监助理"], is_main=True, **facts)


def test_a_leaver_is_appointed_until_he_goes_and_no_longer(firm: Firm) -> None:
    person = newcomer(firm)
    last = today() + dt.timedelta(days=10)
    actions.leave(person, left_on=last)
    with pytest.raises(RuleBroken):
        actions.appoint(position=firm.positions["健康顾问"], person=person, start=today(), end=None, is_main=True)
    actions.appoint(position=firm.positions["健康顾问"], person=person, start=today(), end=last, is_main=True)


def test_ending_what_was_not_held(firm: Firm) -> None:
    with pytest.raises(RuleBroken):
        actions.end_appointment(position=firm.positions["出纳"], person=firm["陈立"], end=today())


DATES = st.dates(dt.date(2025, 1, 1), dt.date(2025, 1, 20))


@given(st.lists(st.tuples(DATES, st.none() | DATES), max_size=8), DATES, st.none() | DATES)
def test_the_peak_is_what_counting_day_by_day_gives(
    spans: list[tuple[dt.date, dt.date | None]], start: dt.date, end: dt.date | None
) -> None:
    days = [start + DAY * n for n in range(((end or dt.date(2025, 2, 1)) - start).days)]
    slow = max([sum(a <= day and (b is None or day < b) for a, b in spans) for day in days], default=0)
    assert peak(spans, start, end) == slow


# --- acting ------------------------------------------------------------------------------------------------------------------


def acting(firm: Firm, starts_at: dt.datetime, ends_at: dt.datetime, **more: Any) -> Acting:
    facts = {"position": firm.positions["客服部总监"], "principal": firm["高岚"], "deputy": firm["孙可"], "reason": "休假",
             "scope": [], "appointed_by": firm["高岚"], "starts_at": starts_at, "ends_at": ends_at, **more}  # fmt: skip
    return actions.appoint_deputy(**facts)


@pytest.mark.ledger("S-009")
def test_acting_holds_from_the_first_instant_to_the_last_but_not_the_end(firm: Firm) -> None:
    start = timezone.make_aware(dt.datetime.combine(today() + DAY, dt.time(9)))
    end = start + dt.timedelta(hours=8)
    one = acting(firm, start, end)
    second = dt.timedelta(seconds=1)
    for moment, holds in ((start - second, False), (start, True), (end - second, True), (end, False)):
        with clock.set_to(moment):
            assert one.in_force(moment) is holds
            assert actings_in_force().exists() is holds
            assert bool(rulebook_now().deputyships(firm["孙可"].pk)) is holds
    following = acting(firm, end, end + DAY, deputy=firm["林晓岚"])
    assert following.starts_at == one.ends_at, "one begins at the instant at which the other ends"
    with pytest.raises(RuleBroken):
        acting(firm, end - second, end + DAY, deputy=firm["陈立"])


def test_shortly_after_midnight_the_company_counts_its_own_day(firm: Firm) -> None:
    """00:30 in Shanghai is still yesterday in UTC: who takes over on that day can name a deputy at once."""
    post, heir = firm.positions["客服部总监"], newcomer(firm)
    first = today() + DAY
    actions.end_appointment(position=post, person=firm["高岚"], end=first)
    actions.appoint(position=post, person=heir, start=first, end=None, is_main=True)
    half_past = timezone.make_aware(dt.datetime.combine(first, dt.time(0, 30)))
    assert acting(firm, half_past, half_past + DAY, principal=heir).principal == heir


def test_a_deputy_for_a_vacant_post(firm: Firm) -> None:
    now = timezone.now()
    with pytest.raises(RuleBroken):
        acting(firm, now, now + DAY, principal=None)
    actions.end_appointment(position=firm.positions["客服部总监"], person=firm["高岚"], end=today())
    assert acting(firm, now, now + DAY, principal=None).principal is None


@pytest.mark.parametrize(
    "given", [{"deputy": "高岚"}, {"deputy": "何平"}, {"principal": "陈立"}, {"days": 0}, {"days": -3}]
)
def test_a_deputy_who_can_not_be(firm: Firm, given: dict[str, Any]) -> None:
    """Oneself, somebody of another company, for somebody who is not there, for no time, for a time that is over."""
    now = timezone.now()
    people = {key: firm[name] for key, name in given.items() if key != "days"}
    start = now - dt.timedelta(days=7) if given.get("days", 0) < 0 else now
    with pytest.raises(RuleBroken):
        acting(firm, start, start + dt.timedelta(days=given.get("days", 1)), **people)


def test_acting_is_ended_early_or_taken_back_once(firm: Firm) -> None:
    now = timezone.now()
    later = acting(firm, now + DAY, now + 2 * DAY)
    actions.end_acting(later, at=now, by=firm["高岚"])
    assert not later.in_force(now + DAY)
    with pytest.raises(RuleBroken):
        actions.end_acting(later, at=now + DAY, by=firm["高岚"])
    assert acting(firm, now + DAY, now + 2 * DAY).pk > later.pk, "the time is free again"


def test_who_gives_up_a_post_has_nobody_acting_in_it(firm: Firm) -> None:
    away(firm, "高岚", "孙可")
    actions.end_appointment(position=firm.positions["客服部总监"], person=firm["高岚"], end=today())
    assert not actings_in_force().exists()


def test_a_manager_names_a_deputy_for_somebody_below_and_nobody_else_does(firm: Firm) -> None:
    now = timezone.now()
    facts = {"position": firm.positions["客服部经理"].pk, "principal": firm["林晓岚"].pk, "deputy": firm["陈立"].pk,
             "starts_at": now, "ends_at": now + DAY, "reason": "病假"}  # fmt: skip
    with pytest.raises(NotAuthorised):
        firm.do("何平", "organization.appoint_deputy", **facts)
    assert firm.do("陈立", "organization.appoint_deputy", **facts).kind == "requested", "he may ask for it"
    assert firm.do("高岚", "organization.appoint_deputy", **facts).kind == "done"
    with pytest.raises(RuleBroken):
        firm.do(
            "高岚",
            "organization.appoint_deputy",
            **{**facts, "scope": [{"action": "staff.*", "limits": {"amount": "x"}}]},
        )
