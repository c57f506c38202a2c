"""The end of a customer's contract: written down, found by, told in the timeline, taken in and given out, and the pool's rule on it."""

import csv
import datetime as dt
import io

import pytest
from django.urls import reverse
from tests.cast import Firm
from tests.web_help import browser, page

from remit.kernel.accounts.actor import system
from remit.kernel.authority.gate import perform
from remit.kernel.parties.models import Activity, Party
from remit.kernel.parties.queries import Wanted, list_parties
from remit.kernel.parties.segments import as_data, wanted_from
from remit.kernel.parties.tests.conftest import Opener
from remit.kernel.parties.tests.test_intake import rows
from remit.lib import clock
from remit.schedule import recycle_pools

pytestmark = pytest.mark.django_db


def in_days(count: int) -> dt.date:
    return clock.now().date() + dt.timedelta(days=count)


def found(firm: Firm, contract: str) -> set[str]:
    return set(list_parties(firm["陈立"], Wanted(contract=contract)).values_list("name", flat=True))


def test_it_is_written_down_found_by_and_told_when_it_changes(firm: Firm, opened: Opener) -> None:
    soon, later = opened("甲公司", contract_ends_on=in_days(20)), opened("乙公司", contract_ends_on=in_days(60))
    opened("丙公司", contract_ends_on=in_days(-3))
    opened("丁公司")
    assert (found(firm, "30"), found(firm, "90"), found(firm, "ended")) == (
        {"甲公司"},
        {"甲公司", "乙公司"},
        {"丙公司"},
    )
    assert wanted_from(as_data(Wanted(contract="90"))) == Wanted(contract="90"), "a segment keeps it"
    assert wanted_from({"contract": "tomorrow"}) == Wanted()
    firm.do("陈立", "customer.amend", party=soon.pk, contract_ends_on=in_days(385))
    firm.do("陈立", "customer.amend", party=later.pk, emptied=["contract_ends_on"])
    told = Activity.objects.get(party=soon)
    assert in_days(20).isoformat() in told.text and in_days(385).isoformat() in told.text
    assert found(firm, "90") == set()
    client = browser(firm, "陈立")
    assert in_days(385).isoformat() in page(client, reverse("parties:detail", args=[soon.pk]))
    assert "丙公司" in page(client, reverse("parties:list"), contract="ended")


def test_a_file_brings_it_changes_it_and_takes_it_out(firm: Firm, opened: Opener) -> None:
    known = opened("恒远精密机械", contract_ends_on=dt.date(2027, 1, 31))
    given = {"name": "恒远精密机械", "kind": "企业", "number": known.number, "contract_ends_on": "2028/1/31"}
    new = {"name": "湖滨大酒店", "kind": "企业", "contract_ends_on": "2027年6月30日", "owner": "陈立"}
    run = firm.do("林晓岚", "customer.import", company=firm.health.pk, file_name="x.csv", **rows(firm, given, new))
    ends = dict(Party.objects.values_list("name", "contract_ends_on"))
    assert ends == {"恒远精密机械": dt.date(2028, 1, 31), "湖滨大酒店": dt.date(2027, 6, 30)}
    response = browser(firm, "林晓岚").get(reverse("parties:export-csv"))
    table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert {"2028-01-31", "2027-06-30"} <= {cell[:10] for line in table for cell in line}
    firm.do("林晓岚", "customer.undo_import", run=run.subject[1])
    assert dict(Party.objects.values_list("name", "contract_ends_on")) == {"恒远精密机械": dt.date(2027, 1, 31)}


def test_long_after_the_end_he_falls_back_into_the_pool(firm: Firm, opened: Opener) -> None:
    with clock.set_to(clock.now() - dt.timedelta(days=100)):
        ended, running = opened("到期", contract_ends_on=in_days(60)), opened("在约", contract_ends_on=in_days(400))
    fresh = opened("刚接手", contract_ends_on=in_days(-60))
    rules = {f"idle_days_{grade}": 0 for grade in ("a", "b", "c", "d", "none")}
    facts = {"company": firm.health.pk, "claims_in_30_days": 5, "contract_ended_days": 30, **rules}
    perform(system("tests"), "customer.set_pool", facts)
    recycle_pools(0)
    assert list(Party.objects.filter(owner=None)) == [ended]
    assert {running.pk, fresh.pk} == set(Party.objects.exclude(owner=None).values_list("pk", flat=True))
