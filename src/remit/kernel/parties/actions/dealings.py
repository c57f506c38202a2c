"""What is done with a customer's file day by day: grade, tag, relate, write down what passed, show a masked number whole."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.gate import perform
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import keeps, only_by_oversight, party_visible_to
from remit.kernel.parties.fields import sees
from remit.kernel.parties.first_contacts import meet
from remit.kernel.parties.models import Activity, ContactPoint, CustomField, Identifier, Party, PartyTag, Relation, Tag
from remit.kernel.parties.models.activity import ActivityKind
from remit.kernel.parties.models.party import Grade
from remit.kernel.parties.models.ties import RelationKind
from remit.kernel.parties.rules import PARTY, about, contributor, keeper, locked, reader, save, touch
from remit.kernel.parties.values import masked_contact, masked_identifier
from remit.lib.printable import made_one_line

TAGS_MAX: Final = 30
TAG_LENGTH: Final = 40
GRADE = Fact("grade", "choice", gettext_lazy("Grade"), choices=tuple((g.value, g.label) for g in Grade))


@action(
    "customer.grade",
    gettext_lazy("Grade a customer"),
    PARTY,
    GRADE,
    Fact("reason", "text", gettext_lazy("Reason")),
    inherent=keeper,
    words=("客户分级", "客户分类"),
)
def grade(call: Call) -> Done:
    """S-019: A, B, C or D, and why; visits, care and the pool's rules go by it."""
    party = locked(call)
    before = party.grade
    party.grade, party.grade_reason = call.text("grade"), call.text("reason")[:200]
    save(party, ["grade", "grade_reason"], call.at)
    return about(party, {"grade": [before, party.grade]})


@action(
    "customer.tag",
    gettext_lazy("Tag a customer"),
    PARTY,
    Fact("tags", "data", gettext_lazy("Tags")),
    inherent=contributor,
)
def tag(call: Call) -> Done:
    """The tags as they now are, all of them. A word that the company has not used yet becomes one of its tags."""
    party = locked(call)
    given = call.facts["tags"]
    names = [made_one_line(str(name), TAG_LENGTH) for name in (given if isinstance(given, list) else [])]
    names = list(dict.fromkeys(name for name in names if name))
    if len(names) > TAGS_MAX:
        raise RuleBroken(_("At most %(n)d tags.") % {"n": TAGS_MAX})
    Tag.objects.bulk_create([Tag(company_id=party.company_id, name=name) for name in names], ignore_conflicts=True)
    wanted = {row.name: row.pk for row in Tag.objects.filter(company=party.company_id, name__in=names)}
    held = {row.tag.name: row.pk for row in PartyTag.objects.filter(party=party).select_related("tag")}
    PartyTag.objects.filter(pk__in=[pk for name, pk in held.items() if name not in wanted]).delete()
    new = [
        PartyTag(company_id=party.company_id, party=party, tag_id=wanted[name]) for name in names if name not in held
    ]
    PartyTag.objects.bulk_create(new)
    return about(party, {"tags": [sorted(held), sorted(wanted)]})


@action(
    "customer.note",
    gettext_lazy("Write down a contact"),
    PARTY,
    Fact("kind", "choice", gettext_lazy("Kind"), choices=tuple((k.value, k.label) for k in ActivityKind)),
    Fact("text", "long_text", gettext_lazy("What was said or done")),
    Fact("at", "moment", gettext_lazy("When"), required=False),
    Fact("next_step", "text", gettext_lazy("Next step"), required=False),
    inherent=contributor,
    words=("备案", "跟进记录"),
)
def note(call: Call) -> Done:
    """D-025: a contact, a need, what competitors do (S-034). Entries are added; none is changed or taken away."""
    party = locked(call)
    at = call.moment("at") if call.facts.get("at") is not None else call.at
    if at > call.at:
        raise RuleBroken(_("What has not happened yet can't be written down; name it as the next step."))
    entry = Activity.objects.create(
        company_id=party.company_id,
        party=party,
        kind=call.text("kind"),
        at=at,
        text=call.text("text"),
        next_step=call.text("next_step")[:300],
        made_at=call.at,
        made_by=call.person,
    )
    touch([party.pk], at)
    meet(entry, by_owner=call.person is None or keeps(call.person, party))
    return about(party, {"entry": entry.pk, "kind": entry.kind})


@action(
    "customer.relate",
    gettext_lazy("Relate two customers"),
    PARTY,
    Fact("other", "id", gettext_lazy("The other")),
    Fact(
        "kind", "choice", gettext_lazy("Is for the customer"), choices=tuple((k.value, k.label) for k in RelationKind)
    ),
    Fact("note", "text", gettext_lazy("Note"), required=False),
    Fact("end", "yes_no", gettext_lazy("No longer"), required=False),
    inherent=keeper,
)
def relate(call: Call) -> Done:
    """The other is key person, payer, member … for the customer (S-016); both must be visible to who says so."""
    party = locked(call)
    other = (
        party_visible_to(call.person, call.id_of("other")) if call.person else Party.objects.get(pk=call.id_of("other"))
    )
    if other.pk == party.pk or other.company_id != party.company_id:
        raise RuleBroken(_("A customer is related to another one of the same company."))
    which: dict[str, Any] = {"party": party, "other": other, "kind": call.text("kind")}
    if call.is_yes("end"):
        Relation.objects.filter(**which).delete()
        return about(party, {"relation": [f"{other.name} {call.text('kind')}", ""]})
    values = {"company_id": party.company_id, "note": call.text("note")[:120]}
    Relation.objects.update_or_create(**which, defaults=values)
    return about(party, {"relation": ["", f"{other.name} {call.text('kind')}"]})


@action(
    "customer.unmask",
    gettext_lazy("See a masked number whole"),
    PARTY,
    Fact("contact", "id", gettext_lazy("Way of contact"), required=False),
    Fact("identifier", "id", gettext_lazy("Official number"), required=False),
    Fact("field", "text", gettext_lazy("Field"), required=False),
    inherent=reader,
)
def unmask(call: Call) -> Done:
    """S-015: every look is in the log. The value itself is not: the page reads it once this has been done."""
    party = locked(call)
    if call.id_or_none("contact") is not None:
        contact = ContactPoint.objects.get(pk=call.id_of("contact"), party=party)
        return about(party, {"seen": masked_contact(contact.kind, contact.value)})
    if call.text("field"):
        field = CustomField.objects.get(name=call.text("field"))
        if call.person is not None and not sees(call.person, party, field):
            raise RuleBroken(_("This field is for who keeps the file."))
        return about(party, {"seen": field.name})
    identifier = Identifier.objects.get(pk=call.id_of("identifier"), party=party)
    return about(party, {"seen": masked_identifier(identifier.kind, identifier.value)})


def _overseer(person: Person, facts: dict[str, Any]) -> str | None:
    party = party_visible_to(person, int(str(facts["party"])))
    return _("your right to open customers' files") if only_by_oversight(person, party) else None


@action("customer.inspect", gettext_lazy("Open a customer's file by right of oversight"), PARTY, inherent=_overseer)
def inspect(call: Call) -> Done:
    """R-007 gives the right, S-015 asks for the trace: who is shown a file by oversight alone leaves an event for each look."""
    return about(locked(call), {})


def look_at(actor: Actor, person: Person, pk: int) -> Party:
    """The customer, for reading its file. A look by right of oversight alone leaves an event (S-011, S-015). Raises NotYours."""
    party = party_visible_to(person, pk)
    if only_by_oversight(person, party):
        perform(actor, "customer.inspect", {"party": party.pk})
    return party
