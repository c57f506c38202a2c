"""Name a filter of the list, share it with the department, put it away."""

from typing import Any, Final

from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties.models import Segment, Tag
from remit.kernel.parties.segments import as_data, department_of, wanted_from
from remit.lib.printable import made_one_line

NAME_LENGTH: Final = 40
SEGMENTS_MAX: Final = 100
SEGMENT: Final = Fact("segment", "id", gettext_lazy("Segment"))


def _own(person: Person, pk: object) -> Segment:
    found = Segment.objects.filter(pk=int(str(pk)), person=person).first()
    if found is None:
        raise NotYours(_("There is no such segment."))
    return found


def _keeper(person: Person, facts: Facts) -> str | None:
    """A new one is one's own; an old one has to be. Raises NotYours."""
    if facts.get("segment") is not None:
        _own(person, facts["segment"])
    return _("the segment is your own")


def _about(segment: Segment, changes: dict[str, Any]) -> Done:
    return Done(("segment", segment.pk, segment.name), changes, segment.company_id)


def _held(call: Call) -> Segment:
    found = Segment.objects.select_for_update(no_key=True).get(pk=call.id_of("segment"))
    if call.person is not None and found.person_id != call.person.pk:
        raise NotYours(_("There is no such segment."))
    return found


@action(
    "customer.keep_segment",
    gettext_lazy("Keep a filter as a segment"),
    Fact("name", "text", gettext_lazy("Name")),
    Fact("filter", "data", gettext_lazy("Which ones"), required=False),
    Fact("segment", "id", gettext_lazy("Segment"), required=False),
    inherent=_keeper,
    words=("客户细分", "客户分群"),
)
def keep_segment(call: Call) -> Done:
    """A new segment, or another filter and name for one that is there."""
    if call.person is None:
        raise RuleBroken(_("A segment is kept by a person."))
    person = Person.objects.select_for_update(no_key=True).get(pk=call.person.pk)
    wanted = wanted_from(call.mapping("filter"))
    if wanted.tag is not None and not Tag.objects.filter(pk=wanted.tag, company=person.company_id).exists():
        raise RuleBroken(_("There is no such tag."))
    kept = (
        _held(call) if call.id_or_none("segment") is not None else Segment(company_id=person.company_id, person=person)
    )
    others = Segment.objects.filter(person=person).exclude(pk=kept.pk)
    kept.name, kept.wanted, kept.made_at = made_one_line(call.text("name"), NAME_LENGTH), as_data(wanted), call.at
    if others.filter(name=kept.name).exists():
        raise RuleBroken(_("You have a segment called “%(name)s” already.") % {"name": kept.name})
    if others.count() >= SEGMENTS_MAX:
        raise RuleBroken(_("You have %(n)d segments; put one away first.") % {"n": SEGMENTS_MAX})
    kept.save()
    return _about(kept, {"filter": kept.wanted})


def _taking_back(person: Person, facts: Facts) -> str | None:
    """Sharing asks for a grant; to stop sharing one's own does not. Raises NotYours."""
    _own(person, facts["segment"])
    return _("the segment is your own") if facts.get("end") else None


@action(
    "customer.share_segment",
    gettext_lazy("Share a segment with the department"),
    SEGMENT,
    Fact("end", "yes_no", gettext_lazy("No longer"), required=False),
    inherent=_taking_back,
)
def share_segment(call: Call) -> Done:
    """The whole department sees the segment, each with the customers that he may see: a filter tells of none."""
    segment = _held(call)
    before = segment.unit_id
    segment.unit_id = None if call.is_yes("end") else department_of(segment.person)
    if segment.unit_id is None and not call.is_yes("end"):
        raise RuleBroken(_("Who holds no post has no department to share with."))
    segment.save(update_fields=["unit"])
    return _about(segment, {"unit": [before, segment.unit_id]})


@action("customer.remove_segment", gettext_lazy("Put a segment away"), SEGMENT, inherent=_keeper)
def remove_segment(call: Call) -> Done:
    """One that a plan of another room goes by stays."""
    segment = _held(call)
    done = _about(segment, {"filter": segment.wanted})
    try:
        segment.delete()
    except ProtectedError as error:
        raise RuleBroken(_("A plan goes by this segment; end the plan first.")) from error
    return done
