"""What several verbs of the room share."""

from django.utils.translation import gettext as _

from remit.kernel.agreements.access import agreement_visible_to
from remit.kernel.agreements.models import Agreement
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.registry import Call


def held_agreement(call: Call) -> Agreement:
    """The agreement that the call is about, its row held until the transaction ends. Raises NotYours, RuleBroken."""
    pk = call.id_of("agreement")
    if call.person is not None:
        pk = agreement_visible_to(call.person, pk).pk
    rows = Agreement.objects.select_for_update(no_key=True, of=("self",)).select_related("party", "company")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise RuleBroken(_("There is no such agreement."))
    return found
