"""Customers in and out as a file: one action each, the rows in neither event."""

from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties import importing
from remit.kernel.parties.models import ColumnMapping, ImportRun

# The first half of an advisory lock; the second is the company. Two that take in at once would both find a customer new.
IMPORT_LOCK: Final = 0x524B494D
FAULTS_TOLD: Final = 10
ROWS_MAX: Final = 200_000


@action(
    "customer.import",
    gettext_lazy("Take in customers from a file"),
    Fact("rows", "data", gettext_lazy("Rows"), secret=True),
    Fact("digest", "text", gettext_lazy("Digest of the rows")),
    Fact("count", "count", gettext_lazy("Number of rows")),
    Fact("file_name", "text", gettext_lazy("File"), required=False),
    Fact("company", "unit", gettext_lazy("Company"), required=False),
    Fact("headers", "text", gettext_lazy("Digest of the headers"), required=False),
    Fact("mapping", "data", gettext_lazy("Columns"), required=False),
    words=("客户导入",),
)
def import_parties(call: Call) -> Done:
    """Plan again within the transaction, so that what is carried out fits what is there now; then do it in sets, all or nothing."""
    rows = call.facts["rows"]
    if (
        not isinstance(rows, list)
        or len(rows) != call.count("count", 0)
        or importing.digest_of(rows) != call.text("digest")
    ):
        raise RuleBroken(_("These are not the rows that were looked at; look at the preview again."))
    if len(rows) > ROWS_MAX:
        raise RuleBroken(_("At most %(n)d rows at once.") % {"n": ROWS_MAX})
    company_id = call.person.company_id if call.person is not None else call.id_of("company")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashint8(%s))", [IMPORT_LOCK, company_id])
    plan = importing.make_plan(rows, person=call.person, company_id=company_id)
    if plan.faults:
        told = "；".join(f"{fault.row} {fault}" for fault in plan.faults[:FAULTS_TOLD])
        raise RuleBroken(_("The rows have %(n)d faults: %(first)s") % {"n": len(plan.faults), "first": told})
    if not plan.added and not plan.changed:
        raise RuleBroken(_("There is no row to take in."))
    run = importing.apply(
        plan,
        company_id=company_id,
        person=call.person,
        at=call.at,
        file_name=call.text("file_name"),
        digest=call.text("digest"),
    )
    _remember(call)
    label = run.file_name or f"#{run.pk}"
    return Done(("party_import", run.pk, label), {"made": run.made, "changed": run.changed}, company_id)


def _remember(call: Call) -> None:
    """Which column meant what, for this person's next file with the same headers."""
    mapping: dict[str, Any] = call.mapping("mapping")
    if call.person is not None and mapping and call.text("headers"):
        ColumnMapping.objects.update_or_create(
            person=call.person, headers=call.text("headers")[:64], defaults={"fields": mapping}
        )


def _importer(person: Person, facts: Facts) -> str | None:
    """Who took a file in may take it back."""
    run = ImportRun.objects.filter(pk=int(str(facts["run"]))).first()
    if run is None or run.made_by_id != person.pk:
        raise NotYours(_("There is no such import."))
    return _("the import is your own")


@action(
    "customer.undo_import",
    gettext_lazy("Undo an import of customers"),
    Fact("run", "id", gettext_lazy("Import")),
    inherent=_importer,
)
def undo_import(call: Call) -> Done:
    run = ImportRun.objects.select_for_update(no_key=True).get(pk=call.id_of("run"))
    if run.undone_at is not None:
        raise RuleBroken(_("This import has been undone already."))
    changes = importing.take_back(run, call.at)
    run.undone_at, run.undone_by = call.at, call.person
    run.save(update_fields=["undone_at", "undone_by"])
    return Done(("party_import", run.pk, run.file_name or f"#{run.pk}"), changes, run.company_id)


@action(
    "customer.export",
    gettext_lazy("Take customers out as a file"),
    Fact("rows", "count", gettext_lazy("Number of rows")),
    Fact("filter", "data", gettext_lazy("Which ones"), required=False),
    words=("客户导出",),
)
def export_parties(call: Call) -> Done:
    """The trace of a file that goes out; a grant may bound how many rows. The page writes the file once this has been done."""
    if call.person is None:
        raise RuleBroken(_("A file is taken out by a person."))
    company_id = call.person.company_id
    return Done(("export", "parties", str(_("Customers"))), {"rows": call.count("rows", 0)}, company_id)
