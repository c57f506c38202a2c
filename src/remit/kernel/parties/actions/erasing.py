"""Erasure on request (PIPL article 47): whom a file is about goes out of it; what others rely on stays. It can't be undone."""

from typing import Any, Final

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.documents.actions import erase as erase_files
from remit.kernel.organization.models import Person
from remit.kernel.parties import hooks
from remit.kernel.parties.access import party_visible_to
from remit.kernel.parties.first_contacts import fall_away
from remit.kernel.parties.models import (
    Activity,
    Collaborator,
    Consent,
    ContactPoint,
    Identifier,
    ImportedParty,
    Merge,
    Party,
    PartyFile,
    PartyStatus,
    PartyTag,
    Relation,
)
from remit.kernel.parties.rules import PARTY, about, index, locked, name_party, save

ERASED_TEXT: Final = "（应客户要求，已删除）"
CLEARED: Final[dict[str, Any]] = {
    "grade_reason": "",
    "industry": "",
    "source": "",
    "birthday": None,
    "contract_ends_on": None,
    "needs": "",
    "remark": "",
    "contact_hours": "",
    "extra": {},
    "status": PartyStatus.LOST,
}


def _there(person: Person, facts: Facts) -> str | None:
    """No right of its own, not even the keeper's; only that a stranger's customer is not there. Raises NotYours."""
    party_visible_to(person, int(str(facts["party"])))
    return None


@action(
    "customer.erase",
    gettext_lazy("Erase a customer's data"),
    PARTY,
    Fact("number", "text", gettext_lazy("The customer's number, once more")),
    Fact("reason", "text", gettext_lazy("On whose request")),
    inherent=_there,
)
def erase(call: Call) -> Done:
    """The file and those that were merged into it. Its number stays, so that bills, cases and events still tell one customer from
    another; docs/guide/customers.md says what else stays, and why."""
    party = locked(call)
    if call.text("number").upper() != party.number:
        raise RuleBroken(
            _("That is not this customer's number; write %(number)s to erase it.") % {"number": party.number}
        )
    family = [party, *_merged_into(party)]
    ids = [one.pk for one in family]
    for model in (ContactPoint, Identifier, PartyTag, Collaborator):
        model.objects.filter(party__in=ids).delete()
    Relation.objects.filter(Q(party__in=ids) | Q(other__in=ids)).delete()
    ImportedParty.objects.filter(party__in=ids, before__isnull=False).update(before={"fields": {}, "added": {}})
    Merge.objects.filter(Q(kept__in=ids) | Q(gone__in=ids), undone_at=None).update(
        undone_at=call.at, undone_by=call.person, dropped={}, moved={}
    )
    Merge.objects.filter(Q(kept__in=ids) | Q(gone__in=ids)).update(dropped={}, moved={})
    stored = list(PartyFile.objects.filter(party__in=ids).values_list("file_id", flat=True))
    PartyFile.objects.filter(party__in=ids).delete()
    erase_files(stored, actor=call.actor)
    _overwrite(ids)
    for one in family:
        _pseudonymise(one, call)
    fall_away(party.pk, call.at)
    for hook in hooks.erased:
        hook(ids, call.actor)
    # The name goes into no event from here on; the reason is the trace that has to stay.
    return about(party, {"reason": call.text("reason"), "files": len(family)})


def _merged_into(party: Party) -> list[Party]:
    """Files that were taken up into this one, and into those."""
    found: list[Party] = []
    level = [party.pk]
    while level:
        rows = list(Party.objects.select_for_update(no_key=True).filter(merged_into__in=level).order_by("pk"))
        found += rows
        level = [row.pk for row in rows]
    return found


def _overwrite(ids: list[int]) -> None:
    """The texts of the timeline and the evidence of consents. The database lets these be changed for an erasure alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('remit.erasing', 'on', true)")
        Activity.objects.filter(party__in=ids).update(text=ERASED_TEXT, next_step="")
        Consent.objects.filter(party__in=ids).update(evidence=ERASED_TEXT)
        cursor.execute("SELECT set_config('remit.erasing', '', true)")


def _pseudonymise(party: Party, call: Call) -> None:
    for name, value in CLEARED.items():
        setattr(party, name, value)
    party.erased_at = call.at
    name_party(party, _("Erased customer %(number)s") % {"number": party.number})
    save(party, [*CLEARED, "erased_at", "name", "folded_name", "sort_key"], call.at)
    index(party)
