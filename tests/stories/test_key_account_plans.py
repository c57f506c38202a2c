"""What plans bring onto an account manager's desk by themselves: visits by grade, greetings before festivals."""

import datetime as dt

import pytest
from django.utils import timezone

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.parties.models import Party
from remit.kernel.procedures.models import Case
from remit.kernel.work.queries import todays_items
from remit.lib import clock
from tests.cast import give
from tests.key_accounts import SHANGHAI, Accounts, build_accounts

pytestmark = pytest.mark.django_db
# A Monday; the month has begun the day before.
MONDAY = dt.datetime(2026, 11, 2, 6, 0, tzinfo=SHANGHAI)


@pytest.fixture
def accounts(db: None) -> Accounts:
    accounts = build_accounts()
    lock_authority(exclusively=True)
    give(accounts.firm, "大客户主管", "第99条", {"action": "plan.*"})
    authority_changed()
    return accounts


def live(accounts: Accounts, plan: str, first: dt.datetime, days: int) -> None:
    """The company starts the plan, and so many mornings pass."""
    firm = accounts.firm
    with clock.set_to(first):
        firm.do("江一舟", "plan.start", plan=plan, company=firm.health.pk, seed="0123456789abcdef")
    for day in range(days):
        with clock.set_to(first + dt.timedelta(days=day)):
            perform(system("open plans"), "plan.open_due", {"plan": plan, "company": firm.health.pk})


def graded(accounts: Accounts, party: Party, grade: str, who: str) -> None:
    accounts.firm.do(who, "customer.grade", party=party.pk, grade=grade, reason="按年收入")


@pytest.mark.ledger("S-021", "S-019", "R-053", "R-060", "P-013")
def test_a_customer_of_class_a_is_visited_each_week_and_one_of_class_c_each_month(accounts: Accounts) -> None:
    graded(accounts, accounts.hongye, "A", "罗小满")
    graded(accounts, accounts.yuanda, "C", "秦朗")
    live(accounts, "visit_by_grade", MONDAY, 28)
    visits = Case.objects.filter(procedure__key="visit")
    assert visits.filter(party=accounts.hongye).count() == 4
    assert visits.filter(party=accounts.yuanda).count() == 1
    weeks = {timezone.localtime(case.opened_at).isocalendar().week for case in visits.filter(party=accounts.hongye)}
    assert len(weeks) == 4, "one in each week"
    case = visits.get(party=accounts.yuanda)
    assert case.step == "appointment", "a plan asks for the appointment, it makes none"
    with clock.set_to(case.opened_at):
        assert case.pk in [item.target for item in todays_items(accounts.firm["秦朗"])]


@pytest.mark.ledger("S-022", "R-049", "P-014")
def test_greetings_stand_on_the_owners_desk_before_each_of_the_four_festivals(accounts: Accounts) -> None:
    eve = dt.datetime(2026, 12, 24, 6, 0, tzinfo=SHANGHAI)
    live(accounts, "greet_new_year", eve, 8)
    spring = dt.datetime(2027, 1, 28, 6, 0, tzinfo=SHANGHAI)
    live(accounts, "greet_spring", spring, 9)
    cases = Case.objects.filter(procedure__key="festival_care").order_by("pk")
    found = [(case.party_id, case.values["festival"]) for case in cases]
    both = [accounts.hongye.pk, accounts.yuanda.pk]
    assert sorted(found) == sorted((pk, festival) for pk in both for festival in ("new_year", "spring"))
    assert {case.handler.name for case in cases} == {"罗小满", "秦朗"}
