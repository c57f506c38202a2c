"""Segments: a filter that was given a name, who sees it, and whom it picks."""

import datetime as dt

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cast import Firm
from tests.web_help import browser, page

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.parties.models import Grade, Party, Segment
from remit.kernel.parties.queries import IDLE_DAYS, SCOPES, Wanted, list_parties
from remit.kernel.parties.segments import as_data, segment_queryset, visible_segments, wanted_from
from remit.kernel.parties.tests.conftest import Opener
from remit.lib import clock

pytestmark = pytest.mark.django_db


def keep(firm: Firm, who: str, name: str, **wanted: object) -> Segment:
    return Segment.objects.get(pk=firm.do(who, "customer.keep_segment", name=name, filter=wanted).subject[1])


def names(rows: object) -> set[str]:
    return {party.name for party in rows}  # type: ignore[attr-defined]


@pytest.mark.ledger("S-019")
def test_a_manager_keeps_the_sleeping_a_customers_and_finds_them_again(firm: Firm, opened: Opener) -> None:
    sleeping, awake, theirs = opened("甲公司"), opened("乙公司"), opened("丙公司", "赵敏之")
    for party, who in ((sleeping, "陈立"), (awake, "陈立"), (theirs, "赵敏之")):
        firm.do(who, "customer.grade", party=party.pk, grade="A", reason="大户")
    long_ago = clock.now() - dt.timedelta(days=120)
    Party.objects.filter(pk__in=[sleeping.pk, theirs.pk]).update(touched_at=long_ago)
    client = browser(firm, "陈立")
    shown = page(client, reverse("parties:list"), grade="A", idle="90")
    assert "甲公司" in shown and "keep-segment" in shown
    kept = client.post(reverse("parties:segment-keep"), {"name": "沉睡大户", "filter": '{"grade": "A", "idle": 90}'})
    again = page(client, kept.headers["Location"])
    assert "甲公司" in again and "乙公司" not in again and "沉睡大户" in again
    segment = Segment.objects.get()
    assert names(segment_queryset(firm["陈立"], segment)) == {"甲公司"}
    assert names(segment_queryset(firm["林晓岚"], segment)) == {"甲公司", "丙公司"}
    assert names(segment_queryset(firm.health, segment)) == {"甲公司", "丙公司"}
    firm.do("陈立", "customer.note", party=sleeping.pk, kind="call", text="来电")
    assert names(segment_queryset(firm["陈立"], segment)) == set(), "who is in it changes from day to day"


def test_a_segment_is_one_s_own_until_it_is_shared_with_the_department(firm: Firm, opened: Opener) -> None:
    opened("甲公司"), opened("丙公司", "赵敏之")
    mine = keep(firm, "林晓岚", "全部客户", scope="people")
    assert not visible_segments(firm["陈立"]).exists()
    with pytest.raises(NotYours):
        firm.do("陈立", "customer.remove_segment", segment=mine.pk)
    firm.do("林晓岚", "customer.share_segment", segment=mine.pk)
    assert visible_segments(firm["陈立"]).get() == mine
    assert not visible_segments(firm["吴越"]).exists(), "another department"
    assert names(segment_queryset(firm["陈立"], mine)) == set(), "a filter shows nobody what he may not see"
    assert names(segment_queryset(firm.health, mine)) == {"甲公司", "丙公司"}
    own = keep(firm, "陈立", "全部客户")
    assert firm.do("陈立", "customer.share_segment", segment=own.pk).kind == "requested"
    firm.do("林晓岚", "customer.share_segment", segment=mine.pk, end=True)
    assert visible_segments(firm["陈立"]).get() == own


def test_a_segment_is_changed_and_put_away_and_named_once(firm: Firm, opened: Opener) -> None:
    opened("甲公司")
    first, second = keep(firm, "陈立", "机构", kind="organization"), keep(firm, "陈立", "个人", kind="person")
    with pytest.raises(RuleBroken):
        keep(firm, "陈立", "机构")
    with pytest.raises(RuleBroken):
        keep(firm, "陈立", "别人的标签", tag=999)
    assert names(segment_queryset(firm["陈立"], second)) == set()
    facts = {
        "segment": second.pk,
        "name": "意向机构",
        "filter": {"kind": "organization", "status": "prospect", "q": "x"},
    }
    firm.do("陈立", "customer.keep_segment", **facts)
    second.refresh_from_db()
    assert (second.name, second.wanted) == ("意向机构", {"kind": "organization", "status": "prospect"})
    assert names(segment_queryset(firm["陈立"], second)) == {"甲公司"}
    firm.do("陈立", "customer.remove_segment", segment=first.pk)
    assert visible_segments(firm["陈立"]).get() == second


def test_the_list_of_thirty_segments_is_asked_for_as_that_of_one(firm: Firm, opened: Opener) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = browser(firm, "陈立")
    counts = []
    for n in range(30):
        keep(firm, "陈立", f"分组{n}", grade="A")
        if n in (0, 29):
            page(client, reverse("parties:list"))
            with CaptureQueriesContext(connection) as captured:
                page(client, reverse("parties:list"))
            counts.append(len(captured))
    assert counts[0] == counts[1]


filters = st.builds(
    Wanted,
    text=st.sampled_from(["", "jia", "客户1", "13805712233"]),
    scope=st.sampled_from(SCOPES),
    grade=st.sampled_from(["", "none", *Grade.values]),
    idle=st.sampled_from([None, *IDLE_DAYS]),
    kind=st.sampled_from(["", "person", "organization"]),
    status=st.sampled_from(["", "prospect", "active"]),
)


@given(wanted=filters)
def test_a_filter_survives_being_written_down(wanted: Wanted) -> None:
    assert wanted_from(as_data(wanted)) == wanted


def test_a_segment_holds_whom_the_list_shows(firm: Firm, opened: Opener) -> None:
    for n, name in enumerate(("甲公司", "甲一公司", "客户1号", "客户10号")):
        party = opened(
            name, ("陈立", "赵敏之")[n % 2], kind=("person", "organization")[n // 2], status="active" if n else None
        )
        if n:
            firm.do(("陈立", "赵敏之")[n % 2], "customer.grade", party=party.pk, grade="AB"[n % 2], reason="年采购")
    Party.objects.filter(name="客户1号").update(touched_at=clock.now() - dt.timedelta(days=100))
    segment = keep(firm, "林晓岚", "任意")

    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(wanted=filters)
    def same(wanted: Wanted) -> None:
        segment.wanted = as_data(wanted)
        for who in ("林晓岚", "陈立"):
            assert names(segment_queryset(firm[who], segment)) == names(list_parties(firm[who], wanted)), wanted

    same()
