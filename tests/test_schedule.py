"""The timed jobs, run by a real worker on the real queue."""

import asyncio
import datetime as dt

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from remit.kernel.audit.models import Event, Seal
from remit.kernel.authority.models import Request, Step
from remit.kernel.parties.importing import working
from remit.lib import clock
from remit.lib.sheets import write_csv
from remit.schedule import SCHEDULE, climb_overdue_requests, rescue_stalled_jobs, seal_the_log
from tests.at_once import apart
from tests.cast import Firm, build_firm
from tests.write_guard import without_guard

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def firm() -> Firm:
    with transaction.atomic():
        return build_firm()


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty queue (its tables belong to no model of ours, so nobody else empties them) in which no clock puts jobs."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
    monkeypatch.setattr(app.periodic_registry, "periodic_tasks", {})


def run_worker() -> None:
    """Everything that is queued, then stop."""
    worker = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]  # Django's has it
    apart(
        lambda: worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="never")
    )


def test_every_timed_job_is_known_to_the_worker_by_its_name_and_time() -> None:
    known = {(task.task.name, task.cron) for task in app.periodic_registry.periodic_tasks.values()}
    assert {(f"remit.{timed.task.__name__}", timed.cron) for timed in SCHEDULE} <= known


def test_every_timed_job_runs_on_an_installation_that_is_empty_or_not(firm: Firm, queue: None) -> None:
    firm.do("陈立", "remedy.gift", customer="王女士", amount="30", reason="生日")
    for timed in SCHEDULE:
        app.configure_task(f"remit.{timed.task.__name__}").defer(timestamp=0)
    run_worker()
    states = {job.task_name: job.status for job in app.job_manager.list_jobs()}
    assert set(states.values()) == {"succeeded"}, states
    assert Seal.objects.get().event_count == Event.objects.count()


def test_events_are_sealed_minute_by_minute_and_each_once(firm: Firm) -> None:
    firm.do("陈立", "remedy.gift", customer="王女士", amount="30", reason="生日")
    assert seal_the_log(0) == Event.objects.count() > 0
    assert seal_the_log(0) == 0


def test_an_overdue_request_climbs_and_one_that_cannot_stops_no_other(firm: Firm) -> None:
    first = firm.do("陈立", "remedy.gift", customer="王女士", amount="80", reason="生日").request_id
    second = firm.do("陈立", "remedy.gift", customer="周先生", amount="90", reason="生日").request_id
    with without_guard():
        Step.objects.filter(request__in=[first, second]).update(due_at=clock.now() - dt.timedelta(days=9))
    assert climb_overdue_requests(0) == 2
    assert {step.rung for step in Step.objects.filter(closed_at=None)} == {2}
    event = Event.objects.filter(kind="approval.climb").latest("id")
    assert (event.actor_kind, event.door) == ("system", "job")
    with without_guard():
        Step.objects.filter(closed_at=None).update(due_at=clock.now() - dt.timedelta(days=9))
    climb_overdue_requests(0)  # nobody stands above the director for gifts: both stay, and nothing breaks
    assert Request.objects.filter(closed_at=None).count() == 2


def test_a_job_whose_worker_was_killed_is_run_again(firm: Firm, queue: None) -> None:
    """A worker that fetched a job and died looks like this to the queue: the job is "doing", its worker has no heartbeat."""
    job_id = app.configure_task("remit.seal_the_log").defer(timestamp=0)
    manager = app.job_manager

    async def fetch_and_die() -> None:
        worker = await manager.register_worker()
        await manager.fetch_job(queues=None, worker_id=worker)
        await manager.unregister_worker(worker)

    apart(lambda: asyncio.run(fetch_and_die()))
    assert {job.status for job in manager.list_jobs(id=job_id)} == {"doing"}
    app.configure_task(f"remit.{rescue_stalled_jobs.__name__}").defer(timestamp=0)
    run_worker()
    run_worker()
    assert {job.status for job in manager.list_jobs(id=job_id)} == {"succeeded"}


def test_a_large_file_that_somebody_sent_is_checked_by_the_worker(firm: Firm, queue: None) -> None:
    rows = [[f"客户{n}号", f"1380571{n:04d}", "由展会登记表转来，" * 8] for n in range(1200)]
    upload = working.keep(firm["林晓岚"], "sent", "客户.csv", write_csv(["客户名称", "联系电话", "备注"], rows))
    run_worker()
    upload.refresh_from_db()
    assert (upload.stage, upload.report["added_count"]) == ("checked", 1200)
