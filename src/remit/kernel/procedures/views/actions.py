"""Name a view of the case list, open the list with it, share it with the department, put it away."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties.segments import department_of
from remit.kernel.procedures.models import SavedView
from remit.kernel.procedures.views.viewing import as_data, view_from
from remit.kernel.work.access import people_below
from remit.lib.printable import made_one_line

NAME_LENGTH: Final = 40
VIEWS_MAX: Final = 50
VIEW: Final = Fact("view", "id", gettext_lazy("View"))
END: Final = Fact("end", "yes_no", gettext_lazy("No longer"), required=False)


def _own(person: Person, pk: object) -> SavedView:
    found = SavedView.objects.filter(pk=int(str(pk)), person=person).first()
    if found is None:
        raise NotYours(_("There is no such view."))
    return found


def _keeper(person: Person, facts: Facts) -> str | None:
    """A new one is one's own; an old one has to be. Raises NotYours."""
    if facts.get("view") is not None:
        _own(person, facts["view"])
    return _("the view is your own")


def _sharer(person: Person, facts: Facts) -> str | None:
    """Who leads people shares with their department; others by a grant. To stop sharing one's own asks for nothing. Raises NotYours."""
    _own(person, facts["view"])
    if facts.get("end"):
        return _("the view is your own")
    return _("you lead the people who will see it") if people_below(person).exists() else None


def _about(view: SavedView, changes: dict[str, Any]) -> Done:
    return Done(("saved_view", view.pk, view.name), changes, view.company_id)


def _held(call: Call) -> SavedView:
    found = SavedView.objects.select_for_update(no_key=True).get(pk=call.id_of("view"))
    if call.person is not None and found.person_id != call.person.pk:
        raise NotYours(_("There is no such view."))
    return found


@action(
    "case.keep_view",
    gettext_lazy("Keep a view of the cases"),
    Fact("name", "text", gettext_lazy("Name")),
    Fact("filter", "data", gettext_lazy("Which ones"), required=False),
    Fact("view", "id", gettext_lazy("View"), required=False),
    inherent=_keeper,
)
def keep_view(call: Call) -> Done:
    """A new view, or another filter, order, columns and name for one that is there."""
    if call.person is None:
        raise RuleBroken(_("A view is kept by a person."))
    person = Person.objects.select_for_update(no_key=True).get(pk=call.person.pk)
    kept = (
        _held(call) if call.id_or_none("view") is not None else SavedView(company_id=person.company_id, person=person)
    )
    others = SavedView.objects.filter(person=person).exclude(pk=kept.pk)
    kept.name, kept.made_at = made_one_line(call.text("name"), NAME_LENGTH), call.at
    kept.wanted = as_data(view_from(call.mapping("filter")))
    if others.filter(name=kept.name).exists():
        raise RuleBroken(_("You have a view called “%(name)s” already.") % {"name": kept.name})
    if others.count() >= VIEWS_MAX:
        raise RuleBroken(_("You have %(n)d views; put one away first.") % {"n": VIEWS_MAX})
    kept.save()
    return _about(kept, {"filter": kept.wanted})


@action("case.default_view", gettext_lazy("Open the cases with a view"), VIEW, END, inherent=_keeper)
def default_view(call: Call) -> Done:
    """The list opens with it from now on, in place of another; with `end` as it is by itself."""
    view = _held(call)
    Person.objects.select_for_update(no_key=True).get(pk=view.person_id)
    SavedView.objects.filter(person=view.person_id, is_default=True).update(is_default=False)
    view.is_default = not call.is_yes("end")
    view.save(update_fields=["is_default"])
    return _about(view, {"is_default": view.is_default})


@action("case.share_view", gettext_lazy("Share a view with the department"), VIEW, END, inherent=_sharer)
def share_view(call: Call) -> Done:
    """The whole department sees the view, each with the cases that he may see: a filter tells of none."""
    view = _held(call)
    before = view.unit_id
    view.unit_id = None if call.is_yes("end") else department_of(view.person)
    if view.unit_id is None and not call.is_yes("end"):
        raise RuleBroken(_("Who holds no post has no department to share with."))
    view.save(update_fields=["unit"])
    return _about(view, {"unit": [before, view.unit_id]})


@action("case.remove_view", gettext_lazy("Put a view away"), VIEW, inherent=_keeper)
def remove_view(call: Call) -> Done:
    view = _held(call)
    done = _about(view, {"filter": view.wanted})
    view.delete()
    return done
