"""Two files of one customer become one, with everything that hangs on them, and can be parted again."""

from typing import Any, Final

from django.db.models import Model, Q
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties import hooks
from remit.kernel.parties.access import keeps, party_visible_to
from remit.kernel.parties.first_contacts import fall_away
from remit.kernel.parties.models import (
    Activity,
    Collaborator,
    Consent,
    ContactPoint,
    Identifier,
    Merge,
    Party,
    PartyFile,
    PartyTag,
    Relation,
)
from remit.kernel.parties.rules import DAYS, about, index, save

# What hangs on a customer, and by which fields two rows of it say the same.
HANGING: Final[dict[str, tuple[type[Model], tuple[str, ...]]]] = {
    "contacts": (ContactPoint, ("kind", "value")),
    "identifiers": (Identifier, ("kind", "value")),
    "tags": (PartyTag, ("tag_id",)),
    "collaborators": (Collaborator, ("person_id",)),
    "activities": (Activity, ("id",)),
    "consents": (Consent, ("id",)),
    "files": (PartyFile, ("id",)),
}
# What the one that is kept takes from the other where it has nothing itself.
FILLED: Final = ("grade", "grade_reason", "industry", "source", "birthday", "contract_ends_on", "needs", "remark")
_NEVER: Final = object()
KEPT: Final = Fact("party", "id", gettext_lazy("The one that stays"))
GONE: Final = Fact("gone", "id", gettext_lazy("The one that is taken up"))


def _keeps_both(person: Person, facts: Facts) -> str | None:
    both = [party_visible_to(person, int(str(facts[name]))) for name in ("party", "gone")]
    return _("both customers are your own") if all(keeps(person, party) for party in both) else None


@action("customer.merge", gettext_lazy("Merge two customers"), KEPT, GONE, inherent=_keeps_both, words=("客户合并",))
def merge(call: Call) -> Done:
    """Rows that both had are put away whole, the others change sides; other rooms move theirs by hook. Nothing is lost."""
    kept, gone = _both(call)
    moved: dict[str, Any] = {}
    dropped: dict[str, Any] = {}
    for name, (model, alike) in HANGING.items():
        moved[name], dropped[name] = _take_over(model, alike, kept, gone)
    moved["relations"], dropped["relations"] = _take_over_relations(kept, gone)
    moved["filled"] = _fill(kept, gone)
    moved["extra"] = {name: value for name, value in gone.extra.items() if name not in kept.extra}
    kept.extra = {**kept.extra, **moved["extra"]}
    moved["elsewhere"] = hooks.run_all(hooks.merged, kept.pk, gone.pk)
    Merge.objects.create(
        company_id=kept.company_id,
        kept=kept,
        gone=gone,
        moved=moved,
        dropped=dropped,
        made_at=call.at,
        made_by=call.person,
    )
    fall_away(gone.pk, call.at)
    kept.touched_at = max(kept.touched_at, gone.touched_at)
    gone.merged_into = kept
    save(gone, ["merged_into"], call.at)
    save(kept, [*FILLED, "extra", "touched_at"], call.at)
    index(kept)
    return about(kept, {"taken_up": f"{gone.name} {gone.number}"})


def _both(call: Call) -> tuple[Party, Party]:
    """Both customers, locked in the order of their ids. Raises NotYours, RuleBroken."""
    ids = [call.id_of("party"), call.id_of("gone")]
    if call.person is not None:
        ids = [party_visible_to(call.person, pk).pk for pk in ids]
    rows = {row.pk: row for row in Party.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")}
    if len(rows) != 2:
        raise RuleBroken(_("Choose two different customers."))
    kept, gone = rows[ids[0]], rows[ids[1]]
    if (kept.company_id, kept.kind) != (gone.company_id, gone.kind):
        raise RuleBroken(_("Only customers of the same company and kind can be one."))
    if kept.merged_into_id or gone.merged_into_id:
        raise RuleBroken(_("One of them has been merged already."))
    return kept, gone


def _take_over(
    model: type[Model], alike: tuple[str, ...], kept: Party, gone: Party
) -> tuple[list[int], list[dict[str, Any]]]:
    """The ids of the rows that change sides, and, whole, those of which the other had the same."""
    rows = model._default_manager
    there = set(rows.filter(party=kept).values_list(*alike))
    mine = list(rows.filter(party=gone))
    twice = [row for row in mine if tuple(getattr(row, name) for name in alike) in there]
    passing = [row.pk for row in mine if row not in twice]
    put_away = [_as_data(row) for row in twice]
    rows.filter(pk__in=[row.pk for row in twice]).delete()
    rows.filter(pk__in=passing).update(party=kept)
    return passing, put_away


def _take_over_relations(kept: Party, gone: Party) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    """[id, which side]: a relation has two ends, and either may change. One between the two themselves means nothing now."""
    there = {(r.party_id, r.other_id, r.kind) for r in Relation.objects.filter(Q(party=kept) | Q(other=kept))}
    moved: list[list[Any]] = []
    dropped: list[dict[str, Any]] = []
    for row in Relation.objects.filter(Q(party=gone) | Q(other=gone)).order_by("pk"):
        side = "party" if row.party_id == gone.pk else "other"
        after = (kept.pk, row.other_id, row.kind) if side == "party" else (row.party_id, kept.pk, row.kind)
        if after[0] == after[1] or after in there:
            dropped.append(_as_data(row))
            row.delete()
        else:
            there.add(after)
            moved.append([row.pk, side])
    for side in ("party", "other"):
        Relation.objects.filter(pk__in=[pk for pk, one in moved if one == side]).update(**{side: kept})
    return moved, dropped


def _as_data(row: Model) -> dict[str, Any]:
    values = model_to_dict(row)
    values.pop("id", None)
    return {name: value if isinstance(value, str | int | None) else str(value) for name, value in values.items()}


def _fill(kept: Party, gone: Party) -> dict[str, Any]:
    filled = {}
    for name in FILLED:
        if not getattr(kept, name) and getattr(gone, name):
            setattr(kept, name, getattr(gone, name))
            filled[name] = str(getattr(gone, name))
    return filled


def _kept_by(person: Person, facts: Facts) -> str | None:
    merge = Merge.objects.filter(pk=int(str(facts["merge"]))).first()
    if merge is None:
        raise NotYours(_("There is no such merge."))
    return _("the customer is your own") if keeps(person, party_visible_to(person, merge.kept_id)) else None


@action(
    "customer.part",
    gettext_lazy("Undo a merge"),
    Fact("merge", "id", gettext_lazy("Merge")),
    inherent=_kept_by,
)
def part(call: Call) -> Done:
    """What changed sides returns, what was put away comes back; what was added since stays with the one that was kept."""
    record = Merge.objects.select_for_update(no_key=True).get(pk=call.id_of("merge"))
    if call.person is not None:
        party_visible_to(call.person, record.kept_id)
    if record.undone_at is not None:
        raise RuleBroken(_("This merge has been undone already."))
    rows = Party.objects.select_for_update(no_key=True).filter(pk__in=[record.kept_id, record.gone_id]).order_by("pk")
    both = {row.pk: row for row in rows}
    kept, gone = both[record.kept_id], both[record.gone_id]
    if kept.merged_into_id is not None:
        raise RuleBroken(_("The customer has itself been merged since; undo that first."))
    for name, (model, _alike) in HANGING.items():
        model._default_manager.filter(pk__in=record.moved[name], party=kept).update(party=gone)
        _bring_back(model, record.dropped[name])
    for side in ("party", "other"):
        ids = [pk for pk, one in record.moved["relations"] if one == side]
        Relation.objects.filter(pk__in=ids, **{side: kept}).update(**{side: gone})
    _bring_back(Relation, record.dropped["relations"])
    for name, value in record.moved["filled"].items():
        if str(getattr(kept, name)) == value:
            setattr(kept, name, None if name in DAYS else "")
    brought = record.moved["extra"]
    kept.extra = {name: value for name, value in kept.extra.items() if brought.get(name, _NEVER) != value}
    for hook in hooks.parted:
        hook(kept.pk, gone.pk, record.moved["elsewhere"])
    gone.merged_into = None
    save(gone, ["merged_into"], call.at)
    save(kept, [*FILLED, "extra"], call.at)
    index(kept)
    index(gone)
    record.undone_at, record.undone_by = call.at, call.person
    record.save(update_fields=["undone_at", "undone_by"])
    return about(kept, {"parted": f"{gone.name} {gone.number}"})


def _bring_back(model: type[Model], rows: list[dict[str, Any]]) -> None:
    """Rows that were put away, as they were; relations are given by their ids."""
    relations = {field.name for field in model._meta.fields if field.is_relation}
    model._default_manager.bulk_create(
        model(**{f"{name}_id" if name in relations else name: value for name, value in row.items()}) for row in rows
    )
