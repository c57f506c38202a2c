"""Two at the same second: real threads, real connections, real commits."""

import datetime as dt
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils.translation import gettext_lazy

from remit.kernel.accounts.actor import system
from remit.kernel.audit.actions import seal_events
from remit.kernel.audit.models import Event
from remit.kernel.audit.queries import verify_seals
from remit.kernel.authority import registry
from remit.kernel.authority.bulk import perform_rows
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.gate import Result, perform
from remit.kernel.authority.loading import authority_changed, forget_cached, lock_authority
from remit.kernel.authority.models import Grant, Matter, Request, Ruling
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties import importing
from remit.kernel.parties.models import Party
from remit.lib.refusals import Refusal
from tests.at_once import PATIENCE, at_once
from tests.cast import Firm, build_firm, give

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def firm() -> Firm:
    with transaction.atomic():
        return build_firm()


def gift(firm: Firm, amount: str, key: str | None = None) -> Result:
    return firm.do("陈立", "remedy.gift", customer="王女士", amount=amount, reason="生日", key=key)


def test_two_approvers_at_the_same_second_decide_once(firm: Firm) -> None:
    for _turn in range(5):
        asked = gift(firm, "80").request_id
        assert asked is not None
        answers = at_once(
            partial(firm.do, "林晓岚", "approval.approve", request=asked),
            partial(firm.do, "高岚", "approval.reject", request=asked, note="不必"),
        )
        refused = [answer for answer in answers if isinstance(answer, Refusal)]
        assert [one.code for one in refused] == ["already_decided"]
        request = Request.objects.get(pk=asked)
        assert request.steps.get().decided_by is not None
        assert Matter.objects.filter(request=request).count() == (1 if request.outcome == "approved" else 0)
    events = Event.objects.filter(kind="remedy.gift").count()
    assert events == Matter.objects.count() == Request.objects.filter(outcome="approved").count()


def test_the_same_call_twice_at_once_is_done_once_and_answered_twice(firm: Firm) -> None:
    for turn in range(5):
        first, second = at_once(*[partial(gift, firm, "8", f"call-{turn}")] * 2)
        assert isinstance(first, Result) and isinstance(second, Result), (first, second)
        assert {first.repeated, second.repeated} == {False, True}
        assert first.subject == second.subject
        assert first.event_id == second.event_id
        Ruling.objects.filter(idempotency_key=f"call-{turn}").get()
    assert Matter.objects.count() == 3, "three gifts a year and customer; the rest was asked for, once each"
    assert Request.objects.count() == 2


def test_a_window_is_never_overdrawn_however_many_try(firm: Firm) -> None:
    """Three gifts a customer and year: of six at once three go through, the others are asked for."""
    answers = at_once(*[lambda: gift(firm, "8") for _n in range(6)])
    assert sorted(answer.kind for answer in answers) == ["done"] * 3 + ["requested"] * 3
    assert Matter.objects.count() == 3


def test_numbers_have_no_gap_and_no_double(firm: Firm) -> None:
    at_once(*[lambda: gift(firm, "80") for _n in range(6)])
    year = dt.date.today().year
    assert sorted(Request.objects.values_list("number", flat=True)) == [f"SQ-{year}-{n:04d}" for n in range(1, 7)]


class Paused:
    """An action that stops in its middle, after it has written, until it is let go."""

    def __init__(self) -> None:
        self.has_begun, self.may_end = threading.Event(), threading.Event()


@pytest.fixture
def paused() -> Iterator[Paused]:
    pause = Paused()

    @action("race.pause", gettext_lazy("Appoint"), Fact("note", "text", gettext_lazy("Note")))
    def stop_in_the_middle(call: Call) -> Done:
        assert call.person is not None
        Person.objects.filter(pk=call.person.pk).update(mobile=call.text("note"))
        pause.has_begun.set()
        assert pause.may_end.wait(PATIENCE)
        return Done(("person", call.person.pk, call.person.name))

    forget_cached()
    yield pause
    del registry.CODED["race.pause"]
    forget_cached()


def end_grants_of(title: str, firm: Firm) -> None:
    """Take the authority away, as the activation of another charter does."""
    with transaction.atomic():
        lock_authority(exclusively=True)
        Grant.objects.filter(position=firm.positions[title]).update(end=dt.date(2024, 1, 2))
        authority_changed()


def test_authority_is_not_taken_away_in_the_middle_of_an_act(firm: Firm, paused: Paused) -> None:
    """Whoever was granted finishes first; the change waits, and holds for everybody after."""
    with transaction.atomic():
        give(firm, "出纳", "第1条", {"action": "race.pause"})
        authority_changed()
    order: list[str] = []

    def act() -> Any:
        result = firm.do("吴越", "race.pause", note="13900000000")
        order.append("acted")
        return result

    def take_away() -> None:
        assert paused.has_begun.wait(PATIENCE)
        threading.Timer(0.5, paused.may_end.set).start()
        end_grants_of("出纳", firm)
        order.append("taken away")

    result, _none = at_once(act, take_away)
    assert result.kind == "done"
    assert order == ["acted", "taken away"]
    with pytest.raises(Refusal):
        firm.do("吴越", "race.pause", note="13900000001")
    assert Person.objects.get(name="吴越").mobile == "13900000000"


def test_who_comes_while_authority_changes_is_judged_by_what_it_becomes(firm: Firm) -> None:
    """The change has the lock; the act that came meanwhile is decided under the new rulebook, not the one it found."""
    changing, acting = threading.Event(), threading.Event()

    def change() -> None:
        with transaction.atomic():
            lock_authority(exclusively=True)
            changing.set()
            assert acting.wait(PATIENCE)
            Grant.objects.filter(position=firm.positions["健康顾问"]).update(end=dt.date(2024, 1, 2))
            authority_changed()

    def act() -> Any:
        assert changing.wait(PATIENCE)
        threading.Timer(0.3, acting.set).start()
        return gift(firm, "8")

    _none, answer = at_once(change, act)
    assert answer.kind == "requested", "the adviser has no grant any more, the manager has"


def test_two_files_of_rows_do_not_lock_each_other_out(firm: Firm) -> None:
    def rows(door: int) -> list[dict[str, Any]]:
        return [{"name": f"新人{door}{n}", "employee_no": f"N{door}{n}", "company": firm.health.pk, "joined_on": "2026-01-01"}
                for n in range(5)]  # fmt: skip

    actor = system("operator")
    answers = at_once(*[lambda d=door: perform_rows(actor, "organization.hire", rows(d)) for door in range(3)])
    assert all(row.is_done for answer in answers for row in answer)
    assert Person.objects.filter(employee_no__startswith="N").count() == 15


def test_sealing_meets_writers_and_every_event_is_sealed_once(firm: Firm) -> None:
    """The seal takes the table for a moment: no event can slip in below what was sealed."""

    def write() -> None:
        for n in range(5):
            perform(
                system("writer"), "organization.change_person", {"person": firm["陈立"].pk, "mobile": f"1390000000{n}"}
            )

    def seal() -> None:
        for _n in range(5):
            seal_events()

    at_once(write, seal, write)
    while seal_events():
        pass
    report = verify_seals()
    assert report.is_whole
    assert report.sealed == report.events == Event.objects.count() >= 10
    assert connection.in_atomic_block is False


def test_two_files_of_the_same_customers_at_once_make_each_customer_once(firm: Firm) -> None:
    with transaction.atomic():
        lock_authority(exclusively=True)
        give(firm, "客服部经理", "第6条", {"action": "customer.import"})
        authority_changed()
    rows = [{"row": n, "name": f"客户{n}号", "phones": f"1380571{n:04d}"} for n in range(2, 300)]
    facts = {"rows": rows, "digest": importing.digest_of(rows), "count": len(rows)}
    done = at_once(*[partial(firm.do, "林晓岚", "customer.import", **facts)] * 2)
    assert sorted((one.changes["made"], one.changes["changed"]) for one in done) == [(0, 298), (298, 0)]
    assert Party.objects.count() == 298
