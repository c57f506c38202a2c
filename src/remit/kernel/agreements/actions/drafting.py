"""Draft, change, send, make the next paper out of one, call off."""

import datetime as dt
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.agreements.access import agreement_visible_to
from remit.kernel.agreements.actions.following import renewed, settled
from remit.kernel.agreements.facts import AGREEMENT, BOUNDED, agreement_in
from remit.kernel.agreements.lines import list_prices, measure, read_lines, read_plan, totals_of
from remit.kernel.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementLine,
    AgreementState,
    AgreementVersion,
    PlanLine,
)
from remit.kernel.agreements.rules import PARTY, customer_of, held, keeper_of_customer, save, take_number, told
from remit.kernel.agreements.terms import FOLLOWS, SERIES, TERMS, WITHOUT_LINES, read_terms
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person
from remit.kernel.parties.access import keeps
from remit.lib.printable import made_one_line

TITLE_LENGTH: Final = 120
KIND: Final = Fact("kind", "choice", gettext_lazy("Kind"), choices=tuple((k.value, k.label) for k in AgreementKind))
LINES: Final = Fact("lines", "data", gettext_lazy("Lines"), required=False, quiet=True)
TERMS_FACT: Final = Fact("terms", "data", gettext_lazy("Terms"), required=False, quiet=True)
PLAN: Final = Fact("plan", "data", gettext_lazy("Payments"), required=False, quiet=True)
SAYING: Final = (
    Fact("title", "text", gettext_lazy("Title")),
    LINES,
    TERMS_FACT,
    PLAN,
    Fact("valid_until", "date", gettext_lazy("Offer good until"), required=False),
    Fact("ends_on", "date", gettext_lazy("Last day"), required=False),
    Fact("renew_days", "count", gettext_lazy("Days before the end"), required=False),
    Fact("reason", "long_text", gettext_lazy("Why at this price"), required=False),
)
OPEN: Final = frozenset({AgreementState.DRAFT, AgreementState.SENT})


def _at_list_price(facts: Facts) -> bool:
    return not facts.get("discount") and facts.get("below_floor") is False


def _own_at_list_price(person: Person, facts: Facts) -> str | None:
    """For one's own customer at the price of the list nobody has to be asked; what is cheaper, charters bound."""
    own = keeper_of_customer(person, facts)
    return _("the customer is your own, and no price lies below the list") if own and _at_list_price(facts) else None


def keeper_of_agreement(person: Person, facts: Facts) -> str | None:
    agreement = agreement_visible_to(person, int(str(facts["agreement"])))
    return _("the customer is your own") if keeps(person, agreement.party) else None


def only_who_sees_it(person: Person, facts: Facts) -> None:
    """No right by itself; but to whoever does not see the agreement it is not there, so that he can't ask for anything about it."""
    agreement_visible_to(person, int(str(facts["agreement"])))


def _own_agreement_at_list_price(person: Person, facts: Facts) -> str | None:
    own = keeper_of_agreement(person, facts)
    return _("the customer is your own, and no price lies below the list") if own and _at_list_price(facts) else None


@action(
    "agreement.draft",
    gettext_lazy("Draft a quote, a contract or a confirmation"),
    PARTY,
    KIND,
    *SAYING,
    *BOUNDED,
    inherent=_own_at_list_price,
    words=("报价", "起草合同", "起草销售合同", "拟订合同", "销售确认书"),
)
def draft(call: Call) -> Done:
    """P-036, P-042: what exceeds the drafter's price authority is asked for before there is a document (S-063)."""
    party = customer_of(call)
    kind = call.text("kind")
    agreement = Agreement(
        company_id=party.company_id,
        party=party,
        kind=kind,
        made_at=call.at,
        made_by=call.person,
        renew_days=min(call.count("renew_days", 30), 365),
    )
    version = _read_version(call, agreement, 1)
    agreement.number = take_number(party.company_id, SERIES[kind], timezone.localdate(call.at).year)
    _write(call, agreement, version)
    return told(agreement, {"kind": kind, "amount": f"{agreement.amount:f}", "discount": f"{version[0].discount:f}"})


@action(
    "agreement.revise",
    gettext_lazy("Change a quote, a contract or a confirmation"),
    AGREEMENT,
    Fact("version", "count", gettext_lazy("Version seen"), required=False),
    *SAYING,
    *BOUNDED,
    inherent=_own_agreement_at_list_price,
)
def revise(call: Call) -> Done:
    """Each change is a version of its own; what somebody has seen stays as he saw it. What is signed is not changed."""
    agreement = held(call)
    if agreement.state not in OPEN:
        raise RuleBroken(_("It is %(state)s and not changed any more.") % {"state": agreement.get_state_display()})
    seen = call.facts.get("version")
    if seen is not None and seen != agreement.version:
        raise RuleBroken(_("Somebody has changed it meanwhile. Look at it again, then enter your changes."))
    before = agreement.amount
    agreement.current += 1
    if call.facts.get("renew_days") is not None:
        agreement.renew_days = min(call.count("renew_days", 30), 365)
    version = _read_version(call, agreement, agreement.current)
    agreement.state, agreement.sent_at, agreement.asked_on = AgreementState.DRAFT, None, None
    PlanLine.objects.filter(agreement=agreement).delete()
    _write(call, agreement, version)
    return told(agreement, {"version": agreement.current, "amount": [f"{before:f}", f"{agreement.amount:f}"]})


_Version = tuple[AgreementVersion, list[AgreementLine], list[PlanLine]]


def _read_version(call: Call, agreement: Agreement, number: int) -> _Version:
    """What the call says, as rows not yet written. Raises RuleBroken."""
    kind, title = agreement.kind, made_one_line(call.text("title"), TITLE_LENGTH)
    try:
        lines = read_lines(call.facts.get("lines"))
        terms = read_terms(kind, call.facts.get("terms"))
        totals = totals_of(lines)
        plan = read_plan(call.facts.get("plan"), totals.total)
    except ValueError as error:
        raise RuleBroken(str(error)) from error
    if not lines and kind not in WITHOUT_LINES:
        raise RuleBroken(_("Nothing is agreed yet: enter at least one line."))
    if lines and not totals.total and kind not in WITHOUT_LINES:
        raise RuleBroken(_("It comes to nothing; enter prices."))
    measured = measure(lines, list_prices(agreement.company_id, timezone.localdate(call.at)))
    version = AgreementVersion(
        company_id=agreement.company_id, number=number, title=title, terms=terms, net=totals.net, tax=totals.tax,
        total=totals.total, discount=measured.discount, below_floor=measured.below_floor,
        valid_until=call.day_or_none("valid_until"), ends_on=call.day_or_none("ends_on"), made_at=call.at, made_by=call.person,
    )  # fmt: skip
    rows = [
        AgreementLine(
            company_id=agreement.company_id, position=position, goods=line.goods, quality=line.quality, spec=line.spec,
            unit=line.unit, quantity=line.quantity, unit_price=line.unit_price, discount=line.discount, tax_rate=line.tax_rate,
            net=line.net, tax=line.tax, total=line.total,
        )
        for position, line in enumerate(lines, 1)
    ]  # fmt: skip
    dues = [
        PlanLine(company_id=agreement.company_id, position=n, due_on=due.due_on, amount=due.amount, note=due.note)
        for n, due in enumerate(plan, 1)
    ]
    return version, rows, dues


def _write(call: Call, agreement: Agreement, read: _Version) -> None:
    """Agreement, version, lines, payments: four statements however many lines there are."""
    version, lines, plan = read
    agreement.title, agreement.amount = version.title, version.total
    agreement.valid_until, agreement.ends_on = version.valid_until, version.ends_on
    if agreement._state.adding:
        agreement.save(force_insert=True)
    else:
        save(
            agreement,
            ["title", "amount", "valid_until", "ends_on", "renew_days", "current", "state", "sent_at", "asked_on"],
        )
    version.agreement = agreement
    version.save(force_insert=True)
    for line in lines:
        line.version = version
    AgreementLine.objects.bulk_create(lines)
    for due in plan:
        due.agreement = agreement
    PlanLine.objects.bulk_create(plan)


@action("agreement.send", gettext_lazy("Send a quote or contract to the customer"), AGREEMENT,
        Fact("how", "text", gettext_lazy("By which way"), required=False), inherent=keeper_of_agreement)  # fmt: skip
def send(call: Call) -> Done:
    agreement = held(call)
    if agreement.state not in OPEN:
        raise RuleBroken(_("It is %(state)s and not sent any more.") % {"state": agreement.get_state_display()})
    agreement.state, agreement.sent_at = AgreementState.SENT, call.at
    save(agreement, ["state", "sent_at"])
    return told(agreement, {"version": agreement.current, "how": made_one_line(call.text("how"), 80)})


def _lapsed(agreement: Agreement, day: dt.date) -> bool:
    return agreement.valid_until is not None and agreement.valid_until < day


@action(
    "agreement.convert",
    gettext_lazy("Make the next paper out of one"),
    AGREEMENT,
    Fact("to", "choice", gettext_lazy("Becomes"), choices=tuple((k.value, k.label) for k in AgreementKind)),
    inherent=keeper_of_agreement,
)
def convert(call: Call) -> Done:
    """One step: the lines go along as they are, at the prices that were decided; terms that the new paper has, too. A contract made
    out of a contract renews it."""
    old, to = held(call), call.text("to")
    if to not in FOLLOWS[old.kind]:
        raise RuleBroken(_("A %(to)s is not made out of a %(kind)s.") % _both(old.kind, to))
    if old.state == AgreementState.CANCELLED:
        raise RuleBroken(_("It was cancelled."))
    if old.kind == AgreementKind.QUOTE:
        if old.state == AgreementState.ACCEPTED:
            raise RuleBroken(_("This quote was taken up already."))
        if _lapsed(old, timezone.localdate(call.at)):
            raise RuleBroken(_("The offer was good until %(day)s. Change it first.") % {"day": old.valid_until})
    elif old.state != AgreementState.SIGNED:
        raise RuleBroken(_("It has to be signed first."))
    said = old.versions.get(number=old.current)
    new = Agreement.objects.create(
        company_id=old.company_id, party_id=old.party_id, kind=to, title=said.title, amount=said.total, source=old,
        number=take_number(old.company_id, SERIES[to], timezone.localdate(call.at).year), renew_days=old.renew_days, made_at=call.at, made_by=call.person,
    )  # fmt: skip
    kept = {term.name for term in TERMS[to]}
    terms = {name: text for name, text in said.terms.items() if name in kept}
    if "based_on" in kept:
        terms["based_on"] = old.number
    _copy(call, said, new, terms)
    if to == old.kind:
        old.asked_on = timezone.localdate(call.at)
        save(old, ["asked_on"])
        renewed(call, old)
    elif old.kind == AgreementKind.QUOTE:
        old.state = AgreementState.ACCEPTED
        save(old, ["state"])
    return told(new, {"from": old.number, "amount": f"{new.amount:f}"})


def _both(kind: str, to: str) -> dict[str, Any]:
    return {"kind": AgreementKind(kind).label, "to": AgreementKind(to).label}


def _copy(call: Call, said: AgreementVersion, new: Agreement, terms: dict[str, str]) -> None:
    version = AgreementVersion.objects.create(
        company_id=new.company_id, agreement=new, number=1, title=said.title, terms=terms, net=said.net, tax=said.tax,
        total=said.total, discount=said.discount, below_floor=said.below_floor, made_at=call.at, made_by=call.person,
    )  # fmt: skip
    lines = list(said.lines.order_by("position"))
    for line in lines:
        line.pk, line.version = None, version
    AgreementLine.objects.bulk_create(lines)


def _cancels(person: Person, facts: Facts) -> str | None:
    own = keeper_of_agreement(person, facts)
    agreement = agreement_in(facts)
    return own if agreement is not None and agreement.state in OPEN else None


@action("agreement.cancel", gettext_lazy("Call off a quote, a contract or a confirmation"), AGREEMENT,
        Fact("reason", "text", gettext_lazy("Reason")), inherent=_cancels)  # fmt: skip
def cancel(call: Call) -> Done:
    """It keeps its number and its place in the register. What is signed is called off by a grant only."""
    agreement = held(call)
    if agreement.state in (AgreementState.CANCELLED, AgreementState.ACCEPTED):
        raise RuleBroken(_("It is %(state)s already.") % {"state": agreement.get_state_display()})
    before = agreement.state
    agreement.state = AgreementState.CANCELLED
    agreement.cancelled_why = made_one_line(call.text("reason"), 200)
    save(agreement, ["state", "cancelled_why"])
    settled(call, agreement)
    return told(agreement, {"state": [before, agreement.state], "reason": agreement.cancelled_why})
