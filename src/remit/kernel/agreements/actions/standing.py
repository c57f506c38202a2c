"""What follows a draft: review by several sides, signing on delegated authority, the register, what comes due."""

from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.agreements import hooks
from remit.kernel.agreements.access import FILES_ROOM
from remit.kernel.agreements.actions.drafting import OPEN, keeper_of_agreement, only_who_sees_it
from remit.kernel.agreements.actions.following import settled
from remit.kernel.agreements.facts import AGREEMENT, STANDING
from remit.kernel.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementState,
    ContractReview,
    PlanLine,
    ReviewSide,
)
from remit.kernel.agreements.papers import pdf_of
from remit.kernel.agreements.rules import held, save, told
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.documents.actions import store
from remit.kernel.organization.models import Position
from remit.lib.printable import made_one_line

# A contract is signed when these sides have let its present version pass (S-059: sales and finance review it).
SIDES: Final = (ReviewSide.SALES, ReviewSide.FINANCE)


@action(
    "contract.review",
    gettext_lazy("Review a contract"),
    AGREEMENT,
    Fact("side", "choice", gettext_lazy("Side"), choices=tuple((s.value, s.label) for s in ReviewSide)),
    Fact("passed", "yes_no", gettext_lazy("May be signed like this")),
    Fact("reason", "long_text", gettext_lazy("Opinion"), required=False),
    *STANDING,
    inherent=only_who_sees_it,
    words=("合同评审", "评审+合同"),
)
def review(call: Call) -> Done:
    """What is said holds for the version that was looked at; changed, a contract is reviewed anew."""
    agreement = held(call)
    if agreement.kind != AgreementKind.CONTRACT or agreement.state not in OPEN:
        raise RuleBroken(_("Contracts are reviewed, before they are signed."))
    if call.person is not None and agreement.made_by_id == call.person.pk:
        raise RuleBroken(_("Nobody reviews a contract that he has drafted."))
    passed, reason = call.is_yes("passed"), made_one_line(call.text("reason"), 400)
    if not passed and not reason:
        raise RuleBroken(_("Say what has to be changed."))
    ContractReview.objects.create(
        company_id=agreement.company_id, agreement=agreement, version=agreement.current, side=call.text("side"), passed=passed,
        reason=reason, made_at=call.at, made_by=call.person,
    )  # fmt: skip
    return told(agreement, {"side": call.text("side"), "passed": passed, "version": agreement.current})


def missing_sides(agreement: Agreement) -> list[ReviewSide]:
    """Which sides have still to let the present version of a contract pass; the last word of each counts. One query."""
    if agreement.kind != AgreementKind.CONTRACT:
        return []
    rows = ContractReview.objects.filter(agreement=agreement, version=agreement.current).order_by("id")
    last = dict(rows.values_list("side", "passed"))
    return [side for side in SIDES if not last.get(side)]


@action(
    "contract.sign",
    gettext_lazy("Sign a contract"),
    AGREEMENT,
    Fact("signed_on", "date", gettext_lazy("Signed on"), required=False),
    Fact("their_name", "text", gettext_lazy("Who signed for the customer"), required=False),
    *STANDING,
    inherent=only_who_sees_it,
    words=("签订合同", "签署合同"),
)
def sign(call: Call) -> Done:
    """R-187: nobody signs but under a charter that lets him, up to its amount. The paper is kept as it was signed."""
    agreement = held(call)
    if agreement.kind == AgreementKind.QUOTE:
        raise RuleBroken(_("A quote is not signed: make a contract or a confirmation out of it."))
    if agreement.state not in OPEN:
        raise RuleBroken(_("It is %(state)s already.") % {"state": agreement.get_state_display()})
    missing = missing_sides(agreement)
    if missing:
        names = "、".join(str(side.label) for side in missing)
        raise RuleBroken(_("The review is not done: %(sides)s has not let this version pass.") % {"sides": names})
    day = call.day_or_none("signed_on") or timezone.localdate(call.at)
    if day > timezone.localdate(call.at):
        raise RuleBroken(_("What has not happened yet can't be registered as signed."))
    for hook in hooks.before_signing:
        hook(agreement)
    position = Position.objects.filter(pk=call.position_id).first() if call.position_id else None
    agreement.state, agreement.signed_on, agreement.signed_by = AgreementState.SIGNED, day, call.person
    agreement.signed_as = position.title[:80] if position is not None else ""
    agreement.signed_for_them = made_one_line(call.text("their_name"), 80)
    paper = pdf_of(agreement)
    agreement.paper = store(
        paper,
        f"{agreement.number}.pdf",
        "application/pdf",
        actor=call.actor,
        room=FILES_ROOM,
        company_id=agreement.company_id,
    )
    save(agreement, ["state", "signed_on", "signed_by", "signed_as", "signed_for_them", "paper"])
    return told(
        agreement, {"amount": f"{agreement.amount:f}", "signed_on": day.isoformat(), "version": agreement.current}
    )


@action(
    "contract.register",
    gettext_lazy("Enter a contract in the ledger"),
    AGREEMENT,
    Fact("kept_at", "text", gettext_lazy("Where the original lies")),
    Fact("kept_by", "person", gettext_lazy("Who keeps it"), required=False),
    Fact("copies", "count", gettext_lazy("Number of originals"), required=False),
    *STANDING,
    inherent=only_who_sees_it,
    words=("合同台账", "保管合同", "合同原件"),
)
def register(call: Call) -> Done:
    """S-060, D-063: where the original lies, from whoever keeps the ledger."""
    agreement = held(call)
    if agreement.state != AgreementState.SIGNED:
        raise RuleBroken(_("It has to be signed first."))
    before = agreement.kept_at
    agreement.kept_at = made_one_line(call.text("kept_at"), 120)
    agreement.kept_by_id = call.id_or_none("kept_by") or (call.person.pk if call.person is not None else None)
    agreement.copies = min(call.count("copies", 1), 100)
    save(agreement, ["kept_at", "kept_by", "copies"])
    return told(agreement, {"kept_at": [before, agreement.kept_at], "copies": agreement.copies})


@action(
    "agreement.note_payment",
    gettext_lazy("Note that a payment of a contract came in"),
    AGREEMENT,
    Fact("line", "id", gettext_lazy("Payment")),
    Fact("received", "text", gettext_lazy("What came in")),
    inherent=keeper_of_agreement,
)
def note_payment(call: Call) -> Done:
    agreement = held(call)
    line = PlanLine.objects.select_for_update().filter(pk=call.id_of("line"), agreement=agreement).first()
    if line is None:
        raise RuleBroken(_("There is no such payment."))
    if line.received_at is not None:
        raise RuleBroken(_("It was noted already: %(text)s") % {"text": line.received})
    line.received, line.received_at = made_one_line(call.text("received"), 120), call.at
    line.save(update_fields=["received", "received_at"])
    settled(call, agreement, [line])
    return told(agreement, {"due_on": line.due_on.isoformat(), "amount": f"{line.amount:f}", "received": line.received})
