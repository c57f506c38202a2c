"""Every job that runs by the clock or on demand, on one page, each line with its reason. `remit worker` runs them.

Every task must be safe to run twice: one whose worker was killed is run again. Sync tasks run in threads; procrastinate's Django
app closes their connections when they end.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone
from procrastinate import App, JobContext

from remit.kernel.accounts.actor import system
from remit.kernel.agreements.queries import companies_to_remind
from remit.kernel.audit.actions import seal_events
from remit.kernel.authority.approvals import overdue_requests
from remit.kernel.authority.gate import perform
from remit.kernel.parties.importing import working
from remit.kernel.parties.queries import pools_to_recycle
from remit.kernel.procedures.mailbox.answering import send_answers
from remit.kernel.procedures.mailbox.ending import send_endings
from remit.kernel.procedures.mailbox.fetching import fetch_all
from remit.kernel.procedures.plans.queries import plans_to_run
from remit.kernel.procedures.standing import steps_to_climb
from remit.kernel.work.missing import missing_now
from remit.kernel.work.notices import mailing
from remit.kernel.work.routines import is_pending
from remit.lib import clock
from remit.lib.refusals import Refusal
from remit.packs.key_accounts.queries import companies_to_warn

logger = logging.getLogger(__name__)

# A worker notes that it lives every ten seconds; one that missed three is gone, and its jobs with it.
STALLED_AFTER_SECONDS: Final = 30
KEEP_FINISHED_JOBS_HOURS: Final = 24 * 7


async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> int:
    """Queue again what a killed worker had begun; without this such a job stays "doing" and keeps its lock for ever."""
    manager = context.app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS))
    for job in stalled:
        logger.warning("job %s (%s) is run again: its worker is gone", job.id, job.task_name)
        await manager.retry_job(job)
    return len(stalled)


def seal_the_log(timestamp: int) -> int:
    """Seal new events. Where writers keep the table for more than two seconds the next minute's run does it."""
    try:
        seal = seal_events()
    except OperationalError as error:
        logger.info("sealing waits for the next minute: %s", str(error).splitlines()[0])
        return 0
    return seal.event_count if seal else 0


def climb_overdue_requests(timestamp: int) -> int:
    """Pass every overdue request one level up, each in a transaction of its own: one that can't climb stops no other."""
    climbed = 0
    for request_id in overdue_requests():
        try:
            perform(system("climb overdue requests"), "approval.climb", {"request": request_id})
        except Refusal as refusal:  # the top keeps it, or somebody decided in this very second
            logger.info("request %s stays where it is: %s", request_id, refusal.code)
        else:
            climbed += 1
    return climbed


def climb_overdue_steps(timestamp: int) -> int:
    """Tell the reporting line of every overdue step of a case, one rung a time, each in a transaction of its own."""
    climbed = 0
    for step_id in steps_to_climb():
        try:
            perform(system("climb overdue steps"), "case.climb", {"step": step_id})
        except Refusal as refusal:  # somebody finished it in this very second
            logger.info("step %s does not climb: %s", step_id, refusal.code)
        else:
            climbed += 1
    return climbed


def open_todays_routines(timestamp: int) -> None:
    """What the charters ask for today is on every desk when people come; later runs find who came and which charter changed."""
    today = timezone.localdate(clock.now())
    if is_pending(today):
        perform(system("open routines"), "work.open_routines", {"day": today})


def send_notices(timestamp: int) -> int:
    """Mails for what cannot wait, and on a workday's morning the daily ones. What the hours forbid, or no server takes, waits."""
    if not mailing.is_set_up():
        return 0
    mailing.queue_mails()
    return mailing.send_mails()


def open_plans(timestamp: int) -> int:
    """The cases that plans ask for today, a thousand a transaction; later runs find what a killed worker left open (S-040)."""
    opened = 0
    for plan, company_id in plans_to_run(timezone.localdate(clock.now())):
        more = True
        while more:
            try:
                result = perform(system("open plans"), "plan.open_due", {"plan": plan, "company": company_id})
            except Refusal as refusal:  # suspended in this very second
                logger.info("plan %s of %s opens nothing: %s", plan, company_id, refusal.code)
                break
            opened, more = opened + result.changes["opened"], result.changes["more"]
    return opened


def fetch_mail(timestamp: int) -> int:
    """Mails that came into the mailboxes become cases or notes on them; who wrote gets the number, and is told of the end. Each mail once."""
    taken = sum(one.count for one in fetch_all())
    send_answers()
    send_endings()
    return taken


def follow_agreements(timestamp: int) -> None:
    """Sums that fall due and contracts that end come onto their keepers' desks, each once (S-060)."""
    for company_id in companies_to_remind(timezone.localdate(clock.now())):
        perform(system("follow agreements"), "agreement.follow", {"company": company_id})


def recycle_pools(timestamp: int) -> None:
    """Customers whom nobody has cared for as long as their company allows fall back into its pool (S-020)."""
    for company_id in pools_to_recycle(clock.now()):
        perform(system("recycle customers"), "customer.recycle", {"company": company_id})


def warn_of_falling_traffic(timestamp: int) -> None:
    """Customers whose weeks fall below the company's rule come onto their keepers' desks (S-023, S-029)."""
    for company_id in companies_to_warn():
        perform(system("warn of traffic"), "traffic.warn", {"company": company_id})


def forget_uploads(timestamp: int) -> int:
    """Files of customers that were sent and neither taken in nor dropped; they hold what people would not want kept."""
    return working.forget_old()


def work_on_upload(upload: int) -> None:
    """A large file of customers: check it, or take it in."""
    working.work_on(upload)


def chase_missing_summaries(timestamp: int) -> None:
    """Who let the time for a summary pass is asked for it, each once; later his superior hears of it (S-132, S-152)."""
    for kind, start in sorted({(one.kind, one.starts_on) for one in missing_now()}):
        perform(system("chase summaries"), "summary.chase", {"kind": kind, "starts_on": start})


def purge_expired_sessions(timestamp: int) -> None:
    """Django never removes a session by itself; the table would grow with every login."""
    call_command("clearsessions")


async def purge_finished_jobs(context: JobContext, timestamp: int) -> None:
    """Jobs that succeeded are kept for a week; failed ones stay until somebody has looked at them."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_FINISHED_JOBS_HOURS)


@dataclass(frozen=True, slots=True)
class Timed:
    """A task, when it runs (cron: minute hour day month weekday, UTC), and how it is queued."""

    cron: str
    task: Callable[..., Any]
    needs_context: bool = False


SCHEDULE: Final[tuple[Timed, ...]] = (
    # A rescued job should not wait much longer than the half minute after which its worker counts as gone.
    Timed("* * * * *", rescue_stalled_jobs, needs_context=True),
    # What is not sealed yet could still be changed without showing.
    Timed("* * * * *", seal_the_log),
    # Answering times are in hours and days of business; five minutes more do no harm.
    Timed("*/5 * * * *", climb_overdue_requests),
    Timed("*/5 * * * *", climb_overdue_steps),
    # From midnight in China on; a charter that takes effect or a holder who leaves in the day is seen within a quarter of an hour.
    Timed("*/15 * * * *", open_todays_routines),
    # "At once" is within a minute.
    Timed("* * * * *", send_notices),
    # From midnight in China on, like the routines; a plan that has run today is not asked again.
    Timed("7-59/15 * * * *", open_plans),
    # The clock of a case runs from when the mail came; nobody waits for an answer by mail by the minute.
    Timed("*/3 * * * *", fetch_mail),
    # At three in the morning in China: nobody is surprised by a customer that is gone from under his hands.
    Timed("0 19 * * *", recycle_pools),
    # At half past five in the morning in China: on the desk before work.
    Timed("30 21 * * *", follow_agreements),
    # At five in the morning in China: on the desk before work, once for the week that came in.
    Timed("0 21 * * *", warn_of_falling_traffic),
    # A file is kept for a day, and hardly longer.
    Timed("40 * * * *", forget_uploads),
    # Terms of summaries are in working hours; a quarter of an hour more does no harm.
    Timed("11-59/15 * * * *", chase_missing_summaries),
    # At four in the morning in China, when nobody minds a large DELETE.
    Timed("10 20 * * *", purge_expired_sessions),
    Timed("20 20 * * *", purge_finished_jobs, needs_context=True),
)

# Queued by a page, by these names; what may not run at once is locked where it is queued.
ON_DEMAND: Final[tuple[Callable[..., Any], ...]] = (work_on_upload,)


def register(app: App) -> None:
    """Called by procrastinate when the apps are ready (settings.PROCRASTINATE_ON_APP_READY)."""
    for timed in SCHEDULE:
        name = timed.task.__name__
        # queueing_lock only: with `lock` a rescuer that was killed itself would keep every later one out.
        options: dict[str, Any] = {"name": f"remit.{name}", "queueing_lock": name, "pass_context": timed.needs_context}
        app.periodic(cron=timed.cron)(app.task(**options)(timed.task))
    for task in ON_DEMAND:
        app.task(name=f"remit.{task.__name__}")(task)
