"""What becomes of a step whose action waited for approval."""

from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.models import Matter, Request
from remit.kernel.organization.queries import actor_for
from remit.kernel.procedures.compiled import spec_of
from remit.kernel.procedures.engine import Move, open_run_item
from remit.kernel.procedures.locking import lock_case
from remit.kernel.procedures.models import StepRun
from remit.kernel.procedures.noting import note_in_file
from remit.kernel.procedures.papers import produce


def request_settled(pk: int) -> None:
    """Carried out: the step is done with the outcome that was chosen. Not: it is the performer's again, with his answers kept.

    A request that was amended hands the wait on to its successor. Runs inside the transaction of the decision.
    """
    found = StepRun.objects.filter(request=pk, closed_at=None).values_list("pk", "case_id").first()
    if found is None:
        return
    case = lock_case(found[1])
    run = StepRun.objects.get(pk=found[0])
    request = Request.objects.get(pk=pk)
    successor = Request.objects.filter(amends=request).order_by("-pk").first()
    if request.outcome == "superseded" and successor is not None:
        run.request = successor
        run.save(update_fields=["request"])
        return
    if request.outcome != "approved" or request.executed_at is None:
        run.request = None
        run.save(update_fields=["request"])
        step = spec_of(case.version).step(run.step)
        if case.closed_at is None and case.paused_at is None and step is not None:
            open_run_item(case, run, spec_of(case.version), step)
        return
    run.matter_number = Matter.objects.filter(request=request).values_list("number", flat=True).first() or ""
    run.event_id = request.event_id
    requester = request.requester
    move = Move(case, request.executed_at, rulebook_now())
    move.finish(run, run.outcome, requester)
    move.write()
    note_in_file(actor_for(requester, "web"), requester, case, run)
    produce(actor_for(requester, "web"), case)
