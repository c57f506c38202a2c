"""Cases as a set: what a clerk's intake, a plan's thousands and the public form all come to. Called inside an action's transaction."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from remit.kernel.authority.rulebook import Rulebook
from remit.kernel.procedures.clocks import Calendars, due_moment
from remit.kernel.procedures.compiled import spec_of
from remit.kernel.procedures.engine import next_numbers, open_steps
from remit.kernel.procedures.models import Case, ProcedureVersion
from remit.kernel.work.calendars import shifts_of


@dataclass(frozen=True, slots=True)
class Opening:
    """One case to be opened. `position_id` is the desk from which `handler_id` works; `opener_id` None: a plan or the customer."""

    title: str
    subject: str
    handler_id: int
    position_id: int
    party_id: int | None = None
    owner_id: int | None = None
    opener_id: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    started_at: dt.datetime | None = None


def open_cases(
    version: ProcedureVersion, company_id: int, openings: Sequence[Opening], at: dt.datetime, book: Rulebook
) -> list[Case]:
    """Open them all, each with its first step asked: a handful of statements however many there are. Locks the number series."""
    spec = spec_of(version)
    calendars = Calendars(spec, shifts_of(company_id), book.structure)
    by_intake = spec.first_response is not None and spec.first_response.step == "intake"
    terms: dict[tuple[dt.datetime, int], dt.datetime] = {}
    cases = []
    for number, one in zip(next_numbers(company_id, spec.prefix, at, len(openings)), openings, strict=True):
        started = one.started_at or at
        if (started, one.position_id) not in terms:
            calendar = calendars.whole(one.position_id)
            terms[started, one.position_id] = due_moment(calendar, spec.within, started, [], at)
        cases.append(
            Case(
                company_id=company_id,
                procedure_id=version.procedure_id,
                version=version,
                number=number,
                title=one.title[:200],
                party_id=one.party_id,
                subject=one.subject[:200],
                opened_by_id=one.opener_id,
                handler_id=one.handler_id,
                position_id=one.position_id,
                values=dict(one.values),
                step=spec.steps[0].id,
                started_at=started,
                opened_at=at,
                responded_at=at if by_intake else None,
                due_at=terms[started, one.position_id],
            )
        )
    Case.objects.bulk_create(cases, batch_size=1000)
    owners = {one.party_id: one.owner_id for one in openings if one.party_id is not None}
    open_steps(cases, spec.steps[0], at, book, owners=owners)
    return cases
