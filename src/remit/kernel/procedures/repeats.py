"""Cases that come again: another one of the same customer, begun soon after the end of one, says that it was not done well (S-053)."""

import datetime as dt
from typing import Final

from django.db.models import DateTimeField, Exists, ExpressionWrapper, OuterRef, QuerySet, Value

from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import visible_cases
from remit.kernel.procedures.engine import CANCELLED
from remit.kernel.procedures.format import ProcedureSpec, Repeat
from remit.kernel.procedures.models import Case

CAME_AGAIN: Final = {"yes": True, "no": False}


def ended(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those that can come again."""
    return cases.exclude(closed_at=None).exclude(outcome=CANCELLED)


def came_again(repeat: Repeat) -> Exists:
    """Of a case that ended: whether another one followed it within the days."""
    days = Value(dt.timedelta(days=repeat.days))
    until = ExpressionWrapper(OuterRef("closed_at") + days, output_field=DateTimeField())
    alike = {f"values__{name}": OuterRef(f"values__{name}") for name in repeat.same}
    following = Case.objects.filter(
        party=OuterRef("party"), company=OuterRef("company"), procedure=OuterRef("procedure"),
        started_at__gt=OuterRef("closed_at"), started_at__lte=until, **alike,
    )  # fmt: skip
    return Exists(following.exclude(outcome=CANCELLED))


def came_after(person: Person, case: Case, spec: ProcedureSpec) -> Case | None:
    """The case after which this one comes again, as far as the reader sees it. One query, where the procedure counts repeats."""
    if spec.repeat is None or case.party_id is None:
        return None
    alike = {f"values__{name}": case.values.get(name) for name in spec.repeat.same}
    since = case.started_at - dt.timedelta(days=spec.repeat.days)
    before = visible_cases(person).filter(
        party=case.party_id, company=case.company_id, procedure=case.procedure_id,
        closed_at__gte=since, closed_at__lt=case.started_at, **alike,
    )  # fmt: skip
    return before.exclude(outcome=CANCELLED).order_by("-closed_at").first()
