"""The claimant's verbs: file a claim of what he laid out, and take it back as long as it has not been paid."""

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from remit.kernel.audit.statements import ask
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.documents.models import StoredFile
from remit.kernel.ledger.posting import book_of
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import positions_held
from remit.kernel.spending.access import FILES_ROOM
from remit.kernel.spending.facts import CLAIM, claim_in
from remit.kernel.spending.lines import accounts_of, read_lines, refuse_double
from remit.kernel.spending.models import Claim, ClaimLine, ClaimPaper, ClaimState
from remit.lib.ids import number_for
from remit.lib.printable import made_one_line

SERIES: Final = "BX"
FILES_MAX: Final = 30
# What may be filed anew: it was not paid, and nobody is looking at it.
REPLACEABLE: Final = (ClaimState.RETURNED, ClaimState.WITHDRAWN)


def _ones_own(_person: Person, _facts: Facts) -> str | None:
    return _("everybody may claim back what he laid out himself")


def _claimant(person: Person, facts: Facts) -> str | None:
    claim = claim_in(facts)
    if claim is None or claim.claimant_id != person.pk:
        raise NotYours(_("There is no such claim."))
    return _("the claim is your own")


@action(
    "claim.file",
    gettext_lazy("File an expense claim"),
    Fact("title", "text", gettext_lazy("Purpose")),
    Fact("lines", "data", gettext_lazy("Lines")),
    Fact("files", "data", pgettext_lazy("claim", "Originals"), required=False),
    Fact("replaces", "id", gettext_lazy("Files anew"), required=False),
    inherent=_ones_own,
    words=("费用报销", "填写报销单"),
)
def file_claim(call: Call) -> Done:
    """P-095, step 1. An invoice that stands on a living claim or was paid is refused with the place where it stands (R-085)."""
    if call.person is None:
        raise RuleBroken(_("A claim is filed by the person who laid the money out."))
    company_id = call.person.company_id
    book_of(company_id)
    position = positions_held(call.person).select_related("unit").first()
    if position is None:
        raise RuleBroken(_("You hold no position; expenses are claimed for a department."))
    lines = read_lines(call.facts["lines"], timezone.localdate(call.at))
    accounts = accounts_of(company_id, lines)
    replaced = _replaced(call, call.person)
    refuse_double(company_id, lines)
    year = timezone.localdate(call.at).year
    claim = Claim.objects.create(
        company_id=company_id, number=number_for(SERIES, year, int(ask(_NUMBER, [company_id, year])[0][0])), claimant=call.person,
        unit=position.unit, position=position, purpose=made_one_line(call.text("title")), amount=sum(one.amount for one in lines),
        replaces=replaced, filed_at=call.at,
    )  # fmt: skip
    ClaimLine.objects.bulk_create(
        ClaimLine(
            claim=claim, line=nth, on=one.on, purpose=one.purpose, account_id=accounts[one.account], amount=one.amount,
            invoice_code=one.invoice_code, invoice_number=one.invoice_number, key=one.key,
        )
        for nth, one in enumerate(lines, 1)
    )  # fmt: skip
    _attach(call, claim)
    return about(claim, amount=f"{claim.amount:f}", lines=len(lines))


_NUMBER: Final = """
INSERT INTO spending_claimnumber (company_id, year, last) VALUES (%s, %s, 1)
ON CONFLICT (company_id, year) DO UPDATE SET last = spending_claimnumber.last + 1 RETURNING last
"""


def _replaced(call: Call, person: Person) -> Claim | None:
    pk = call.id_or_none("replaces")
    if pk is None:
        return None
    found = Claim.objects.select_for_update(no_key=True).filter(pk=pk, claimant=person).first()
    if found is None:
        raise NotYours(_("There is no such claim."))
    if found.state not in REPLACEABLE or Claim.objects.filter(replaces=found).exists():
        raise RuleBroken(_("%(number)s can't be filed anew.") % {"number": found.number})
    return found


def _attach(call: Call, claim: Claim) -> None:
    """Files that were stored for this room, and belong to no claim yet."""
    given = call.facts.get("files")
    ids = {one for one in (given if isinstance(given, list) else []) if isinstance(one, int)}
    if len(ids) > FILES_MAX:
        raise RuleBroken(_("At most %(n)d originals.") % {"n": FILES_MAX})
    files = StoredFile.objects.filter(pk__in=ids, room=FILES_ROOM, company_id=claim.company_id)
    found = list(files.exclude(pk__in=ClaimPaper.objects.filter(file__in=ids).values("file_id")).order_by("pk"))
    if len(found) != len(ids):
        raise NotYours(_("There is no such file."))
    ClaimPaper.objects.bulk_create(ClaimPaper(claim=claim, file=file) for file in found)


@action("claim.withdraw", gettext_lazy("Withdraw an expense claim"), CLAIM, inherent=_claimant, words=("撤回报销",))
def withdraw(call: Call) -> Done:
    """Its invoices may then stand on another claim. What was paid stays."""
    claim = Claim.objects.select_for_update(no_key=True).get(pk=call.id_of("claim"))
    end(claim, ClaimState.WITHDRAWN, call, "")
    return about(claim, state=claim.state)


def end(claim: Claim, state: ClaimState, call: Call, reason: str) -> None:
    """The claim lives no longer. Raises RuleBroken where it was paid, or had ended."""
    if not claim.is_open:
        values = {"number": claim.number, "state": claim.get_state_display()}
        raise RuleBroken(_("%(number)s is %(state)s; nothing can be changed about it.") % values)
    claim.state, claim.ended_at, claim.ended_by, claim.end_reason = state, call.at, call.person, reason[:200]
    claim.save(update_fields=["state", "ended_at", "ended_by", "end_reason"])
    claim.lines.update(is_live=False)


def about(claim: Claim, **changes: Any) -> Done:
    return Done(("claim", claim.pk, claim.number), changes, claim.company_id)
