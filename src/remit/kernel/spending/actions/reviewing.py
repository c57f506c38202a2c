"""The financial review of a claim: passed, returned for mending, or rejected; never by the claimant."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import REASON, Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.spending.access import claim_visible_to
from remit.kernel.spending.actions.claiming import about, end
from remit.kernel.spending.facts import ABOUT
from remit.kernel.spending.models import Claim, ClaimState


def _locked(call: Call) -> Claim:
    """The claim, held; of somebody else. Raises NotYours, unless somebody higher up has approved just this."""
    pk = call.id_of("claim")
    if call.person is not None and call.request_id is None:
        pk = claim_visible_to(call.person, pk).pk
    claim = Claim.objects.select_for_update(no_key=True).get(pk=pk)
    if call.person is not None and claim.claimant_id == call.person.pk:
        raise RuleBroken(_("Nobody reviews a claim of his own."))
    return claim


@action(
    "claim.review",
    gettext_lazy("Review an expense claim"),
    *ABOUT,
    Fact("note", "text", gettext_lazy("Note"), required=False),
    words=("报销", "审批报销", "审批+费用"),
)
def review(call: Call) -> Done:
    """P-095, step 2: the originals were looked at, and the sum may be paid. Whoever may not decide so much asks who may."""
    claim = _locked(call)
    if claim.state != ClaimState.FILED:
        values = {"number": claim.number, "state": claim.get_state_display()}
        raise RuleBroken(_("%(number)s is %(state)s; there is nothing to review.") % values)
    claim.state, claim.reviewed_at, claim.reviewed_by = ClaimState.REVIEWED, call.at, call.person
    claim.review_note = call.text("note")[:200]
    claim.save(update_fields=["state", "reviewed_at", "reviewed_by", "review_note"])
    return about(claim, state=claim.state, amount=f"{claim.amount:f}")


@action("claim.return", gettext_lazy("Return an expense claim"), *ABOUT, REASON, words=("退回报销",))
def give_back(call: Call) -> Done:
    """The claimant mends it and files it anew under another number; this one stays as it was."""
    claim = _locked(call)
    end(claim, ClaimState.RETURNED, call, call.text("reason"))
    return about(claim, state=claim.state, reason=claim.end_reason)


@action("claim.reject", gettext_lazy("Reject an expense claim"), *ABOUT, REASON, words=("驳回报销",))
def reject(call: Call) -> Done:
    """For good: it can't be filed anew."""
    claim = _locked(call)
    end(claim, ClaimState.REJECTED, call, call.text("reason"))
    return about(claim, state=claim.state, reason=claim.end_reason)
