"""The verbs of charters: import, review, activate, take back, revise, assign. Signing has a page of its own (signing.py)."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import ValidationError

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.loading import authority_changed
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.charters import reviewing
from remit.kernel.charters.access import IMPORTS_ROOM, draft_visible_to, import_visible_to, visible_charters
from remit.kernel.charters.format import CharterSpec, charter_from_yaml
from remit.kernel.charters.importing.handed_in import HandedReading
from remit.kernel.charters.models import (
    Charter,
    CharterPosition,
    DraftCharter,
    DraftItem,
    ImportedDocument,
)
from remit.kernel.charters.versions import bring_into_force, conflicts_of, give_place, retire, take_back
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization import actions as organization
from remit.kernel.organization.models import Position, Unit
from remit.kernel.organization.queries import today
from remit.lib import clock
from remit.lib.yaml_reader import BadYaml

DOCUMENT = Fact("document", "id", gettext_lazy("Document"))
DRAFT = Fact("draft", "id", gettext_lazy("Draft"))
CHARTER = Fact("charter", "id", gettext_lazy("Charter"))


def _company(derive: Callable[[Facts], int | None]) -> Fact:
    """Whose charters the act is about, for the scope of a grant. None for those that all companies share."""
    return Fact("company", "unit", gettext_lazy("Company"), required=False, concerns=True, derive=derive)


def _named(queryset: QuerySet[Any], fact: str, column: str = "company_id") -> Callable[[Facts], int | None]:
    """The company in `column` of the record whose id is that fact."""

    def derive(facts: Facts) -> int | None:
        found = queryset.filter(pk=facts[fact]).values_list(column, flat=True).first()
        return None if found is None else int(found)

    return derive


COMPANY_OF_CHARTER = _company(_named(Charter.objects.all(), "charter"))
COMPANY_OF_DOCUMENT = _company(_named(ImportedDocument.objects.all(), "document"))
COMPANY_OF_DRAFT = _company(_named(DraftCharter.objects.all(), "draft", "document__company_id"))
EFFECTIVE_ON = Fact("effective_on", "date", gettext_lazy("Takes effect on"))
ACCEPT_CONFLICTS = Fact("accept_conflicts", "yes_no", gettext_lazy("Accept conflicting duties"), required=False)


def _reach_import(call: Call, pk: Any) -> ImportedDocument:
    """The document, as far as the actor may reach it; the system reaches all."""
    if call.person is None:
        found = ImportedDocument.objects.filter(pk=pk).first()
        if found is None:
            raise NotYours(_("There is no such document."))
        return found
    return import_visible_to(call.person, pk)


def _reach_draft(call: Call, pk: Any) -> DraftCharter:
    if call.person is None:
        found = DraftCharter.objects.filter(pk=pk).select_related("document").first()
        if found is None:
            raise NotYours(_("There is no such document."))
        return found
    return draft_visible_to(call.person, pk)


def _reach_charter(call: Call) -> Charter:
    """The charter, locked, as far as the actor may reach it."""
    reached = Charter.objects.all() if call.person is None else visible_charters(call.person)
    found = (
        Charter.objects.select_for_update(no_key=True).filter(pk__in=reached.filter(pk=call.id_of("charter"))).first()
    )
    if found is None:
        raise NotYours(_("There is no such charter."))
    return found


# --- import and review -----------------------------------------------------------------------------------------------------------


@action(
    "charter.import",
    gettext_lazy("Import a document"),
    Fact("name", "text", gettext_lazy("File name")),
    Fact("company", "unit", gettext_lazy("Company"), concerns=True),
    Fact("file", "id", gettext_lazy("Stored file"), required=False),
    # What importing.service made of the file, outside the transaction: reading may take seconds, and holds no lock.
    Fact("reading", "data", gettext_lazy("Reading"), secret=True),
    words=("导入岗位说明书",),
)
def import_document(call: Call) -> Done:
    company = Unit.objects.get(pk=call.id_of("company"))
    if company.kind != "company":
        raise RuleBroken(_("Charters are imported for a company; %(unit)s is none.") % {"unit": company.name})
    try:
        reading = HandedReading.model_validate(call.mapping("reading"))
    except ValidationError as error:
        raise RuleBroken(_("The document was not read.")) from error
    file_id = call.id_or_none("file")
    if file_id is not None and not StoredFile.objects.filter(pk=file_id, room=IMPORTS_ROOM).exists():
        raise RuleBroken(_("There is no such file."))
    document = ImportedDocument.objects.create(
        name=call.text("name")[:255],
        file_id=file_id,
        company=company,
        media_type=reading.media_type,
        encoding=reading.encoding or "",
        script=reading.script,
        text=reading.text,
        blocks=reading.blocks,
        warnings=reading.warnings,
        read_by=call.person,
        read_at=call.at,
    )
    for order, draft in enumerate(reading.drafts):
        reviewing.enter_draft(document, order, draft.model_dump(mode="json"))
    changes = {"positions": len(reading.drafts), "characters": len(reading.text)}
    return Done(("import", document.pk, document.name), changes, company.pk)


@action(
    "charter.review",
    gettext_lazy("Review drafts"),
    DRAFT,
    COMPANY_OF_DRAFT,
    Fact("items", "data", gettext_lazy("Items")),
    Fact(
        "change",
        "choice",
        gettext_lazy("Change"),
        choices=tuple((name, name) for name in reviewing.CHANGES),
    ),
    Fact("data", "data", gettext_lazy("New data"), required=False),
    # The stamps that the reviewer's page shows (reviewing.stamp_of): of two reviewers the second is told.
    Fact("seen", "data", gettext_lazy("Seen as"), required=False),
)
def review(call: Call) -> Done:
    """Accept, reject, edit, split, merge, re-type, move or add items of a draft. See reviewing.CHANGES."""
    draft = DraftCharter.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=_reach_draft(call, call.id_of("draft")).pk
    )
    if draft.version_id is not None:
        raise RuleBroken(_("This draft is in force already; revise the charter instead."))
    data = call.facts.get("data")
    ids = call.facts["items"]
    if not isinstance(ids, list) or not all(map(reviewing.is_number, ids)):
        raise RuleBroken(_("Name the items by their numbers."))
    if draft.document.undone_at is not None:
        raise RuleBroken(_("This import was taken back; import the document again."))
    items = list(
        DraftItem.objects.filter(draft=draft, pk__in=ids).select_related("reviewed_by").order_by("order", "id")
    )
    if len(items) != len(set(ids)):
        raise RuleBroken(_("Some of these items belong to another draft, or are gone; load the page again."))
    seen = call.facts.get("seen")
    reviewing.refuse_if_changed(items, seen if isinstance(seen, dict) else {})
    changed = reviewing.CHANGES[call.text("change")](
        reviewing.Review(draft, items, data if isinstance(data, dict) else {}, call.person, call.at)
    )
    return Done(("draft", draft.pk, draft.title), {"items": changed}, draft.document.company_id)


@action(
    "charter.review_header",
    gettext_lazy("Correct a draft's head"),
    DRAFT,
    COMPANY_OF_DRAFT,
    Fact("data", "data", gettext_lazy("New data")),
)
def review_header(call: Call) -> Done:
    """Correct title, department, relations, purpose of a draft; or drop it, or take it up again (`{"dropped": true}`)."""
    draft = DraftCharter.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=_reach_draft(call, call.id_of("draft")).pk
    )
    if draft.version_id is not None:
        raise RuleBroken(_("This draft is in force already; revise the charter instead."))
    data = call.facts["data"]
    changes = reviewing.change_header(draft, data if isinstance(data, dict) else {}, call.at)
    return Done(("draft", draft.pk, draft.title), changes, draft.document.company_id)


# --- activate and take back ----------------------------------------------------------------------------------------------------------


@action(
    "charter.activate",
    gettext_lazy("Put a charter into force"),
    DRAFT,
    Fact("unit", "unit", gettext_lazy("Unit"), concerns=True),
    Fact("position", "position", gettext_lazy("Existing position"), required=False),
    Fact("superior", "position", gettext_lazy("Superior"), required=False),
    Fact("headcount", "count", gettext_lazy("Places"), required=False),
    EFFECTIVE_ON,
    ACCEPT_CONFLICTS,
    changes_authority=True,
)
def activate(call: Call) -> Done:
    """A reviewed draft becomes a charter in force, for an existing position or for a new one."""
    draft = DraftCharter.objects.select_for_update(no_key=True, of=("self",)).get(
        pk=_reach_draft(call, call.id_of("draft")).pk
    )
    if draft.version_id is not None or draft.dropped_at is not None:
        raise RuleBroken(_("This draft is in force already, or was put aside."))
    if draft.document.undone_at is not None:
        raise RuleBroken(_("This import was taken back; import the document again."))
    waiting = draft.items.filter(state="proposed").count()
    if waiting:
        raise RuleBroken(_("%(n)d items have not been reviewed yet; nothing takes effect unseen.") % {"n": waiting})
    spec = reviewing.spec_of(draft)
    unit = Unit.objects.get(pk=call.id_of("unit"))
    effective_on = call.day("effective_on")
    position = _position_for(call, draft, spec, unit, effective_on)
    refuse_conflicts(spec, position, accepted=call.is_yes("accept_conflicts"))
    charter = _charter_for(position, spec, effective_on)
    version = bring_into_force(charter, spec, effective_on=effective_on, by=call.person, document=draft.document)
    draft.version = version
    draft.save(update_fields=["version"])
    changes = {"version": version.number, "position": position.pk, "grants": sum(len(a.grants) for a in spec.authority)}
    return Done(("charter_version", version.pk, version.label), changes, position.company_id)


def _position_for(call: Call, draft: DraftCharter, spec: CharterSpec, unit: Unit, start: dt.date) -> Position:
    if call.id_or_none("position") is not None:
        position = Position.objects.get(pk=call.id_of("position"))
        if position.company_id != draft.document.company_id:
            raise RuleBroken(_("The position belongs to another company than the import."))
        if position.unit_id != unit.pk or position.closed_on is not None:
            # Authority was decided for the unit: it must be the one that the position stands in.
            raise RuleBroken(
                _("%(title)s is no open position of %(unit)s.") % {"title": position.title, "unit": unit.name}
            )
        return position
    if unit.company_id != draft.document.company_id:
        raise RuleBroken(_("The unit belongs to another company than the import."))
    superior_id = call.id_or_none("superior")
    superior = Position.objects.get(pk=superior_id) if superior_id is not None else superior_named(spec, unit)
    position = organization.open_position(
        unit=unit,
        title=spec.title,
        code=spec.code if spec.code and not Position.objects.filter(code=spec.code).exists() else free_code(unit),
        start=start,
        headcount=max(1, call.count("headcount", 1)),
        superior=superior,
    )
    _take_up_subordinates(draft, position, start)
    authority_changed()
    return position


def superior_named(spec: CharterSpec, unit: Unit) -> Position | None:
    """The open position that the charter says it answers to: in the same unit first, then anywhere in the company."""
    for title in spec.reports_to:
        found = Position.objects.filter(title=title, closed_on=None, company_id=unit.company_id).exclude(
            title=spec.title
        )
        nearest = found.filter(unit=unit).first() or found.order_by("id").first()
        if nearest is not None:
            return nearest
    return None


def _take_up_subordinates(draft: DraftCharter, position: Position, start: dt.date) -> None:
    """Positions of the same import that were opened before their superior and named it now get their line."""
    for sibling in draft.document.drafts.exclude(version=None).select_related("version"):
        if sibling.version is None or position.title not in sibling.version.spec.reports_to:
            continue
        for below in Position.objects.filter(charters__charter=sibling.version.charter, superior=None, closed_on=None):
            if below.pk != position.pk:
                organization.change_position(
                    below, start=max(start, below.opened_on), title=below.title, unit=below.unit, headcount=below.headcount,
                    is_head=below.is_head, superior=position, second_superior=below.second_superior,
                )  # fmt: skip


def free_code(unit: Unit) -> str:
    """A code that nobody has: the unit's, with the next number."""
    taken = set(Position.objects.filter(code__startswith=f"{unit.code}-").values_list("code", flat=True))
    return next(code for n in range(1, len(taken) + 2) if (code := f"{unit.code}-{n:02d}") not in taken)


def _charter_for(position: Position, spec: CharterSpec, start: dt.date) -> Charter:
    place = CharterPosition.objects.filter(position=position, end=None).select_related("charter").first()
    if place is not None:
        return place.charter
    charter = Charter.objects.create(title=spec.title, company_id=position.company_id, made_at=clock.now())
    CharterPosition.objects.create(charter=charter, position=position, start=start)
    return charter


def refuse_conflicts(spec: CharterSpec, position: Position | None, *, accepted: bool) -> None:
    """Conflicting duties are shown before anything takes effect; whoever accepts them says so (settled: separation)."""
    found = [] if accepted else conflicts_of(spec, position)
    if found:
        listed = ";".join(f"{conflict.holder}:{conflict.rule.name}" for conflict in found)
        raise RuleBroken(
            _("Duties that should be separate meet here: %(listed)s. Change the charter, or accept it knowingly.")
            % {"listed": listed},
            conflicts=[conflict.rule.code for conflict in found],
        )


@action(
    "charter.undo_import", gettext_lazy("Take an import back"), DOCUMENT, COMPANY_OF_DOCUMENT, changes_authority=True
)
def undo_import(call: Call) -> Done:
    """Close what the import has made. Refused once something was done under it."""
    document = ImportedDocument.objects.select_for_update(no_key=True).get(
        pk=_reach_import(call, call.id_of("document")).pk
    )
    if document.undone_at is not None:
        raise RuleBroken(_("This import was taken back already."))
    versions, positions = take_back(document, today())
    document.undone_at, document.undone_by = call.at, call.person
    document.save(update_fields=["undone_at", "undone_by"])
    changes = {"versions": versions, "positions": positions}
    return Done(("import", document.pk, document.name), changes, document.company_id)


# --- charters in force ---------------------------------------------------------------------------------------------------------------


@action(
    "charter.revise",
    gettext_lazy("Revise a charter"),
    CHARTER,
    COMPANY_OF_CHARTER,
    Fact("yaml", "data", gettext_lazy("Charter as YAML")),
    EFFECTIVE_ON,
    ACCEPT_CONFLICTS,
    changes_authority=True,
)
def revise(call: Call) -> Done:
    """Make the next version of a charter from its YAML file (`{"text": …}`). Holders are asked to sign anew."""
    charter = _reach_charter(call)
    spec = spec_from_yaml(str(call.mapping("yaml").get("text", "")))
    for place in charter.places.filter(end=None).select_related("position"):
        refuse_conflicts(spec, place.position, accepted=call.is_yes("accept_conflicts"))
    effective_on = call.day("effective_on")
    version = bring_into_force(charter, spec, effective_on=effective_on, by=call.person)
    return Done(("charter_version", version.pk, version.label), {"version": version.number}, charter.company_id)


def spec_from_yaml(text: str) -> CharterSpec:
    try:
        return charter_from_yaml(text)
    except BadYaml as error:
        raise RuleBroken(str(error)) from error


@action(
    "charter.define",
    gettext_lazy("Define a position by a charter"),
    Fact("position", "position", gettext_lazy("Position"), concerns=True),
    Fact("charter", "id", gettext_lazy("Existing charter"), required=False),
    Fact("yaml", "data", gettext_lazy("Charter as YAML"), required=False),
    Fact("start", "date", gettext_lazy("From")),
    ACCEPT_CONFLICTS,
    changes_authority=True,
)
def define(call: Call) -> Done:
    """Give a position a charter: one that exists already (a branch's post), or a new one from YAML."""
    position = Position.objects.get(pk=call.id_of("position"))
    start = call.day("start")
    place = CharterPosition.objects.filter(position=position, end=None).first()
    if place is not None:
        raise RuleBroken(_("%(title)s has a charter; revise it instead.") % {"title": position.title})
    if call.id_or_none("charter") is not None:
        charter = _reach_charter(call)
        version = charter.versions.filter(retired_on=None).first()
        if version is None:
            raise RuleBroken(_("There is no such charter."))
        refuse_conflicts(version.spec, position, accepted=call.is_yes("accept_conflicts"))
        CharterPosition.objects.create(charter=charter, position=position, start=start)
        give_place(version, position.pk, start)
    else:
        spec = spec_from_yaml(str(call.mapping("yaml").get("text", "")))
        refuse_conflicts(spec, position, accepted=call.is_yes("accept_conflicts"))
        charter = Charter.objects.create(title=spec.title, company_id=position.company_id, made_at=clock.now())
        CharterPosition.objects.create(charter=charter, position=position, start=start)
        version = bring_into_force(charter, spec, effective_on=start, by=call.person)
    return Done(("charter_version", version.pk, version.label), {"position": position.pk}, position.company_id)


@action("charter.retire", gettext_lazy("Retire a charter"), CHARTER, COMPANY_OF_CHARTER,
        Fact("end", "date", gettext_lazy("On")), changes_authority=True)  # fmt: skip
def retire_charter(call: Call) -> Done:
    charter = _reach_charter(call)
    end = call.day("end")
    version = charter.versions.filter(retired_on=None).first()
    if version is None:
        raise RuleBroken(_("This charter is not in force."))
    retire(version, end)
    charter.places.filter(end=None).update(end=end)
    return Done(("charter_version", version.pk, version.label), {"retired": str(end)}, charter.company_id)
