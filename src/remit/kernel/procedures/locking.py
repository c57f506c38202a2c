"""A step's case, locked: whoever comes second sees what the first did."""

import json
from typing import Any, Final

from django.db.models import Field, QuerySet
from django.utils.translation import gettext as _

from remit.kernel.audit.statements import ask, columns_of, fields_of
from remit.kernel.authority.errors import NotYours
from remit.kernel.parties.models import Party
from remit.kernel.procedures.models import Case, ProcedureVersion, StepRun
from remit.kernel.work.calendars import shifts_kept
from remit.lib.shifts import Shifts

_RUN: Final = fields_of(StepRun, without=())
_CASE: Final = fields_of(Case, without=())
# The text of the procedure is kept by process (compiled.spec_of) and read along only where it is not.
_VERSION: Final = fields_of(ProcedureVersion, without=("spec",))
_PARTY: Final = [field for field in fields_of(Party, without=()) if field.name in ("id", "company", "owner", "name")]

# Both rows are locked, so that of both the newest state is read when the lock was waited for; always the case first.
_LOOK: Final = f"""
SELECT hours.revision, {columns_of(_RUN, "run")}, {columns_of(_CASE, "one")}, {columns_of(_VERSION, "version")}, {columns_of(_PARTY, "party")}
FROM procedures_case one
JOIN procedures_steprun run ON run.case_id = one.id
JOIN procedures_procedureversion version ON version.id = one.version_id
LEFT JOIN parties_party party ON party.id = one.party_id
LEFT JOIN work_unithours hours ON hours.unit_id = one.company_id
WHERE run.id = %s
FOR NO KEY UPDATE OF one, run
"""  # noqa: S608 - the names of our own columns


def lock_run(pk: int) -> tuple[Case, StepRun, Shifts]:
    """The run with its case, both locked, and the calendars of its company. One statement. Raises NotYours."""
    found = ask(_LOOK, [pk])
    if not found:
        raise NotYours(_("There is no such step."))
    revision, *row = found[0]
    run, row = _made(StepRun, _RUN, row)
    case, row = _made(Case, _CASE, row)
    case.version, row = _made(ProcedureVersion, _VERSION, row)
    case.party = _made(Party, _PARTY, row)[0] if case.party_id is not None else None
    run.case = case
    return case, run, shifts_kept(case.company_id, revision)


def _made(model: Any, fields: "list[Field[Any, Any]]", row: list[Any]) -> tuple[Any, list[Any]]:
    values = [
        json.loads(value) if field.get_internal_type() == "JSONField" and isinstance(value, str) else value
        for field, value in zip(fields, row, strict=False)
    ]
    return model.from_db("default", [field.attname for field in fields], values), row[len(fields) :]


def lock_case(pk: int) -> Case:
    return locked(Case.objects.filter(pk=pk)).get()


def locked(cases: QuerySet[Case]) -> QuerySet[Case]:
    return cases.select_for_update(of=("self",), no_key=True).select_related("version", "party").order_by()
