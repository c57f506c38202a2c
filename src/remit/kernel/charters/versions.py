"""Bring a charter version into force, and take it out again: trusted functions that the actions call."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext as _

from remit.kernel.authority.granting import (
    GrantedClause,
    declare_action,
    end_grants,
    resume_grants,
    write_grants,
)
from remit.kernel.authority.loading import authority_changed, rulebook_now
from remit.kernel.authority.models import DeclaredAction, Ruling, Step
from remit.kernel.authority.rulebook import GrantRule
from remit.kernel.authority.separation import Conflict, conflicts_among
from remit.kernel.authority.spec import GrantSpec
from remit.kernel.charters import hooks
from remit.kernel.charters.drafted_grants import general_condition_words, general_label
from remit.kernel.charters.format import CharterSpec
from remit.kernel.charters.models import Charter, CharterPosition, CharterVersion, ImportedDocument, Signature
from remit.kernel.organization.models import Appointment, Person, Position
from remit.kernel.organization.models.spans import holds_on
from remit.lib import clock
from remit.lib.refusals import RuleBroken

# What a general request ("有权决定展位调整") can be asked with; its grant bounds whichever of the figures its clause names.
GENERAL_FACTS: list[dict[str, object]] = [
    {"name": "matter", "kind": "text", "labels": {"zh-hans": "事项", "zh-hant": "事項", "en": "Matter"}},
    {"name": "customer", "kind": "text", "labels": {"zh-hans": "客户", "zh-hant": "客戶", "en": "Customer"},
     "required": False, "per": True},
    {"name": "amount", "kind": "money", "labels": {"zh-hans": "金额", "zh-hant": "金額", "en": "Amount"}, "required": False},
    {"name": "percent", "kind": "percent", "labels": {"zh-hans": "比例", "zh-hant": "比例", "en": "Percent"}, "required": False},
    {"name": "days", "kind": "days", "labels": {"zh-hans": "天数", "zh-hant": "天數", "en": "Days"}, "required": False},
    {"name": "count", "kind": "count", "labels": {"zh-hans": "次数", "zh-hant": "次數", "en": "Count"}, "required": False},
    {"name": "reason", "kind": "long_text", "labels": {"zh-hans": "原因", "zh-hant": "原因", "en": "Reason"}},
]  # fmt: skip


def digest_of(spec: CharterSpec) -> str:
    text = json.dumps(spec.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def bring_into_force(
    charter: Charter,
    spec: CharterSpec,
    *,
    effective_on: dt.date,
    by: Person | None,
    document: ImportedDocument | None = None,
) -> CharterVersion:
    """Make the next version; its grants hold from `effective_on`, those of the version before end there.

    The caller holds the authority lock exclusively. Everyone who holds one of the charter's positions is asked to sign anew.
    """
    before = charter.versions.filter(retired_on=None).first()
    if before is not None:
        if effective_on < before.effective_on:
            values = {"number": before.number, "day": before.effective_on}
            raise RuleBroken(
                _("Version %(number)s takes effect on %(day)s; the next one can't lie before it.") % values
            )
        retire(before, effective_on)
    declare_general_requests(spec, charter)
    version = CharterVersion.objects.create(
        charter=charter,
        number=(charter.versions.aggregate(last=models.Max("number"))["last"] or 0) + 1,
        body=spec.model_dump(mode="json"),
        digest=digest_of(spec),
        effective_on=effective_on,
        activated_at=clock.now(),
        activated_by=by,
        document=document,
    )
    for place in charter.places.filter(models.Q(end=None) | models.Q(end__gt=effective_on)):
        give_place(version, place.position_id, max(effective_on, place.start))
    authority_changed()
    return version


def give_place(version: CharterVersion, position_id: int, start: dt.date, signed: frozenset[int] = frozenset()) -> None:
    """Grant a position what the version gives, and ask its holders for their signatures; not those who have `signed`."""
    write_grants(position_id, clauses_of(version.spec), source=version.label, source_id=version.pk, start=start)
    holding = Appointment.objects.filter(holds_on(start), position_id=position_id)
    for holder_id in holding.exclude(person__in=signed).values_list("person_id", flat=True):
        hooks.run(hooks.signature_wanted, version.pk, position_id, holder_id, "holder")


def clauses_of(spec: CharterSpec) -> list[GrantedClause]:
    """The clauses of authority with their grants, numbered as the charter prints them."""
    return [GrantedClause(f"第{n}条", clause.text, clause.grants) for n, clause in enumerate(spec.authority, 1)]


def retire(version: CharterVersion, on: dt.date) -> None:
    version.retired_on = max(on, version.effective_on)
    version.save(update_fields=["retired_on"])
    end_grants(version.pk, on)
    for place in version.charter.places.filter(end=None):
        for holder_id in place.position.appointments.filter(holds_on(on)).values_list("person_id", flat=True):
            for role in ("holder", "reviewer"):
                hooks.run(hooks.signature_settled, version.pk, place.position_id, holder_id, role)


def declare_general_requests(spec: CharterSpec, charter: Charter) -> None:
    """Declare the general requests that the charter speaks of and nobody has declared yet, with the conditions of its clauses.

    The same matter has the same name in every charter: a condition that only this one knows is added to the declared facts.
    """
    for clause in spec.authority:
        for grant in clause.grants:
            if not grant.action.startswith("general.") or grant.action.endswith("*"):
                continue
            row = DeclaredAction.objects.filter(name=grant.action).first()
            facts = list(row.facts) if row else list(GENERAL_FACTS)
            known = {fact["name"] for fact in facts}
            words = general_condition_words(clause.text)
            added = [condition_fact(name, words) for name in grant.conditions if name not in known]
            if row is None or added:
                labels = row.labels if row else {"zh-hans": general_label(clause.text)}
                origin = row.origin if row else f"charter:{charter.pk}"
                reason = [fact for fact in facts if fact["name"] == "reason"]
                asked = [fact for fact in facts if fact["name"] != "reason"]
                declare_action(grant.action, labels=labels, facts=[*asked, *added, *reason], origin=origin)


def condition_fact(name: str, words: Mapping[str, str]) -> dict[str, object]:
    """A condition of a clause as a question in the form of the general request."""
    label = words.get(name) or "符合条文所列条件"
    return {"name": name, "kind": "yes_no", "labels": {"zh-hans": label}, "required": False}


# --- separation of duties --------------------------------------------------------------------------------------------------------


def conflicts_of(spec: CharterSpec, position: Position | None) -> list[Conflict]:
    """What would meet in one hand: within the charter, and with the other positions of those who hold this one."""
    drafted = [draft_rule(grant, clause.id, clause.text) for clause in spec.authority for grant in clause.grants]
    found = conflicts_among(drafted, spec.title)
    if position is None or found:
        return found
    book = rulebook_now()
    for person_id in book.structure.positions[position.pk].holders if position.pk in book.structure.positions else ():
        others = [g for p in book.positions_of(person_id) if p != position.pk for g in book.by_position.get(p, ())]
        found += conflicts_among([*drafted, *others], book.structure.people[person_id], person_id)
    return found


def draft_rule(grant: GrantSpec, clause: str, text: str) -> GrantRule:
    """A grant of a draft, as far as a check needs it."""
    return GrantRule(id=0, position_id=0, action=grant.action, right=grant.right, clause=clause, text=text)


# --- taking an import back ---------------------------------------------------------------------------------------------------------


def take_back(document: ImportedDocument, today: dt.date) -> tuple[int, int]:
    """Close what an import has made, provided that nothing was done under it. Returns (versions, positions) closed.

    Raises RuleBroken that names the first thing done: an act under its grants, a request that waits for one, a signature,
    a later version.
    """
    # Those that were retired or replaced since are history already.
    versions = list(document.versions.filter(retired_on=None).select_related("charter"))
    for version in document.versions.select_related("charter"):
        refuse_if_used(version)
    positions = 0
    for version in versions:
        retire(version, today)
        end_grants(version.pk, dt.date.min)
        if version.number == 1:
            positions += _close_places(version.charter, today)
        else:
            _bring_back(version, today)
    authority_changed()
    return len(versions), positions


def _bring_back(version: CharterVersion, today: dt.date) -> None:
    """The version that this one had replaced is in force again: as if nothing had been, where this one had not begun yet;
    else from today on, with its grants written anew, so that what was decided in between keeps its clause.
    """
    before = version.charter.versions.filter(number=version.number - 1, retired_on=version.effective_on).first()
    if before is None:  # the charter had been retired before the import: nothing was replaced
        return
    before.retired_on = None
    before.save(update_fields=["retired_on"])
    if version.effective_on > today:
        resume_grants(before.pk, version.effective_on)
        return
    for place in version.charter.places.filter(end=None):
        signed = before.signatures.filter(position=place.position_id, role="holder").values_list("holder_id", flat=True)
        give_place(before, place.position_id, max(today, place.start), signed=frozenset(signed))


def refuse_if_used(version: CharterVersion) -> None:
    use = Ruling.objects.filter(grant__source_id=version.pk).order_by("id").first()
    if use is not None:
        values = {"version": version.label, "day": use.at.date()}
        raise RuleBroken(
            _("Under %(version)s something was decided on %(day)s; it can't be taken back any more.") % values
        )
    if Step.objects.filter(grant__source_id=version.pk).exists():
        raise RuleBroken(
            _("A request was sent to whoever may decide it by %(version)s; it can't be taken back any more.")
            % {"version": version.label}
        )
    if Signature.objects.filter(version=version).exists():
        raise RuleBroken(
            _("%(version)s has been signed; it can't be taken back any more.") % {"version": version.label}
        )
    if version.charter.versions.filter(number__gt=version.number).exists():
        raise RuleBroken(
            _("%(version)s has a later version; it can't be taken back any more.") % {"version": version.label}
        )


def _close_places(charter: Charter, today: dt.date) -> int:
    """Positions that came into being with the charter and nobody has held are closed; the others lose the charter only."""
    closed = 0
    for place in CharterPosition.objects.filter(charter=charter, end=None).select_related("position"):
        place.end = max(today, place.start)
        place.save(update_fields=["end"])
        position = place.position
        made_here = position.opened_on == place.start and not position.appointments.exists()
        if made_here and not Position.objects.filter(superior=position, closed_on=None).exists():
            position.closed_on = today
            position.save(update_fields=["closed_on"])
            position.spells.filter(end=None).update(end=today)
            position.lines.filter(end=None).update(end=today)
            closed += 1
    return closed
