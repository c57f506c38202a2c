"""A write without an event fails the suite: the guard that every test runs under finds what it should, and nothing else."""

import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings

from remit.kernel.accounts.actor import system
from remit.kernel.audit.actions import record
from remit.kernel.authority.errors import NotAuthorised
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import lock_authority
from remit.kernel.organization.models import Unit
from tests.cast import Firm, build_firm
from tests.write_guard import guarded, without_guard

pytestmark = pytest.mark.django_db


@login_not_required
def rename_in_silence(request: HttpRequest) -> HttpResponse:
    Unit.objects.filter(code="KF").update(name="悄悄改名")
    return HttpResponse("ok")


@login_not_required
def rename_and_tell(request: HttpRequest) -> HttpResponse:
    rename_in_silence(request)
    record(system("tests"), "organization.change_unit")
    return HttpResponse("ok")


@login_not_required
def rename_and_take_back(request: HttpRequest) -> HttpResponse:
    with transaction.atomic():
        rename_in_silence(request)
        transaction.set_rollback(True)
    return HttpResponse("ok")


urlpatterns = [
    path("silent/", rename_in_silence),
    path("told/", rename_and_tell),
    path("taken-back/", rename_and_take_back),
]


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def test_a_view_that_writes_by_itself_is_found(firm: Firm, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    with guarded() as guard:
        Client().get("/silent/")
    assert len(guard.faults) == 1
    assert "a request wrote organization_unit and left no event" in guard.faults[0]
    assert "test_writes_leave_events.py" in guard.faults[0], "the fault says where the line is"


def test_a_view_that_leaves_an_event_or_takes_it_back_is_not(firm: Firm, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    with guarded() as guard:
        Client().get("/told/")
        Client().get("/taken-back/")
    assert guard.faults == []


def test_a_gate_that_forgot_its_event_would_be_found(firm: Firm) -> None:
    """What `perform` would look like to the database without its last step; bulk writes count as well as single ones."""
    with guarded() as guard, transaction.atomic():
        lock_authority()
        Unit.objects.filter(code="KF").update(name="悄悄改名")
    assert [fault.partition("\n")[0] for fault in guard.faults] == [
        "a run of the gate wrote organization_unit and left no event; it was written"
    ]


def test_the_gate_itself_leaves_an_event_for_what_it_does_and_none_for_what_it_refuses(firm: Firm) -> None:
    with guarded() as guard:
        firm.do("陈立", "remedy.gift", customer="王女士", amount="30", reason="生日")
        firm.do("陈立", "remedy.gift", customer="王女士", amount="80", reason="生日")
        with pytest.raises(NotAuthorised):
            firm.do("何平", "remedy.gift", customer="王女士", amount="30", reason="生日")
        perform(
            system("tests"),
            "organization.change_unit",
            {"unit": firm.service.pk, "name": "客服部", "start": "2026-01-01"},
        )
    assert guard.faults == []


def test_what_a_test_sets_up_is_its_own_affair() -> None:
    with guarded() as guard:
        build_firm()
        Unit.objects.filter(code="KF").update(name="改名")
    assert guard.faults == []


def test_a_test_that_plays_the_tamperer_says_so(firm: Firm, settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    with guarded() as guard, without_guard():
        Client().get("/silent/")
    assert guard.faults == []
