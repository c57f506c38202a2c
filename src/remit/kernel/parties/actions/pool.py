"""The common pool: put customers in, claim some within a limit, let those fall back whom nobody cares for."""

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.actions.belonging import PARTIES, REASON, all_own, chosen, move, refuse_taker, told
from remit.kernel.parties.models import PoolPolicy, Transfer, TransferKind
from remit.kernel.parties.queries import GRADED, idle_ids, policy_of
from remit.kernel.parties.rules import hold

CLAIM_PERIOD: Final = dt.timedelta(days=30)


@action("customer.release", gettext_lazy("Put customers into the pool"), PARTIES, REASON, inherent=all_own)
def release(call: Call) -> Done:
    parties = [party for party in chosen(call) if party.owner_id is not None]
    if not parties:
        raise RuleBroken(_("They are in the pool already."))
    return told(move(call, parties, None, TransferKind.POOL, reason=call.text("reason")), parties)


@action("customer.claim", gettext_lazy("Claim customers from the pool"), PARTIES, words=("认领客户", "领取客户"))
def claim(call: Call) -> Done:
    """Two who claim the same one meet at its row: the later is told. The limit counts the last thirty days."""
    if call.person is None:
        raise RuleBroken(_("A customer is claimed by a person."))
    # One claim of a person at a time, or two at once would each find room for themselves.
    Person.objects.select_for_update(no_key=True).get(pk=call.person.pk)
    parties = chosen(call)
    refuse_taker(call.person, parties)
    taken = [party.name for party in parties if party.owner_id is not None]
    if taken:
        raise RuleBroken(_("Somebody has claimed it before you: %(names)s.") % {"names": "、".join(taken[:5])})
    limit = policy_of(parties[0].company_id).claims_in_30_days
    since = Transfer.objects.filter(taker=call.person, kind=TransferKind.CLAIM, made_at__gt=call.at - CLAIM_PERIOD)
    used = sum(since.values_list("count", flat=True))
    if used + len(parties) > limit:
        raise RuleBroken(
            _("You may claim %(limit)d customers in thirty days and have claimed %(used)d.")
            % {"limit": limit, "used": used}
        )
    return told(move(call, parties, call.person, TransferKind.CLAIM), parties)


COMPANY: Final = Fact("company", "unit", gettext_lazy("Company"), concerns=True)


@action("customer.recycle", gettext_lazy("Let idle customers fall back into the pool"), COMPANY)
def recycle(call: Call) -> Done:
    """By grade and days without contact, and by the end of the contract, as the company has laid down. The nightly job calls it; nothing idle changes nothing."""
    company = Unit.objects.get(pk=call.id_of("company"))
    parties = hold(idle_ids(policy_of(company.pk), call.at))
    transfer = move(call, parties, None, TransferKind.RECYCLE) if parties else None
    label = f"{company.name} {len(parties)}"
    names = "、".join(party.name for party in parties[:20])
    return Done(
        ("transfer", transfer.pk if transfer else "", label), {"count": len(parties), "names": names}, company.pk
    )


@action(
    "customer.set_pool",
    gettext_lazy("Lay down the rules of the pool"),
    COMPANY,
    Fact("claims_in_30_days", "count", gettext_lazy("Claims in thirty days")),
    *(Fact(field, "count", label) for field, label in (
        ("idle_days_a", gettext_lazy("Idle days, grade A (0: never)")),
        ("idle_days_b", gettext_lazy("Idle days, grade B")),
        ("idle_days_c", gettext_lazy("Idle days, grade C")),
        ("idle_days_d", gettext_lazy("Idle days, grade D")),
        ("idle_days_none", gettext_lazy("Idle days, without a grade")),
    )),
    Fact("contract_ended_days", "count", gettext_lazy("Days after the end of the contract (0: never)"), required=False),
    Fact("first_contact_days", "count", gettext_lazy("Days for the first contact"), required=False),
)  # fmt: skip
def set_pool(call: Call) -> Done:
    company = Unit.objects.get(pk=call.id_of("company"), kind="company")
    fields = ("claims_in_30_days", *(field for _grade, field in GRADED))
    values = {field: min(call.count(field, 0), 30_000) for field in fields}
    if call.facts.get("contract_ended_days") is not None:
        values["contract_ended_days"] = min(call.count("contract_ended_days", 0), 30_000)
    if call.facts.get("first_contact_days") is not None:
        values["first_contact_days"] = max(1, min(call.count("first_contact_days", 7), 365))
    PoolPolicy.objects.update_or_create(company=company, defaults=values)
    return Done(("unit", company.pk, company.name), values, company.pk)
