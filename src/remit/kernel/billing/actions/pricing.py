"""At which price, and what applies to what. A price is never overwritten: a new step begins on its day."""

from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.billing.models import (
    Assignment,
    Charge,
    ChargeKind,
    ClearingRule,
    Cycle,
    LateFeePolicy,
    Tariff,
    TariffPrice,
)
from remit.kernel.billing.models.tariff import cycles
from remit.kernel.billing.rules import (
    BILLABLE,
    COMPANY,
    SINCE,
    TARIFF,
    UNTIL,
    company_of,
    ends_after,
    locked_billable,
    tariff_of,
)
from remit.kernel.ledger.queries import account_for
from remit.lib.clearing import LEGAL_ORDER
from remit.lib.printable import made_one_line
from remit.lib.tariffs import read_terms, terms_data
from remit.lib.yaml_reader import BadYaml

ONCE: Final = frozenset({"deposit", "one_off"})
PERCENT: Final = Decimal(100)


@action(
    "late_fee.lay_down",
    gettext_lazy("Lay down what is due for being late"),
    COMPANY,
    Fact("name", "text", gettext_lazy("Name")),
    Fact("rate", "percent", gettext_lazy("Percent a day of what is open")),
    Fact("grace", "days", gettext_lazy("Days that cost nothing"), required=False),
    Fact("cap", "percent", gettext_lazy("At most so much of the fee"), required=False),
    words=("滞纳金标准",),
)
def lay_down(call: Call) -> Done:
    """Settled default: 0.05 % a day from the day after the due day, at most 20 %; law and contract decide. Whoever has the policy by name has the
    new one: what is due is worked out anew by it."""
    company, name = company_of(call), made_one_line(call.text("name"), 60)
    rate = (Decimal(str(call.facts["rate"])) / PERCENT).quantize(Decimal("0.0000001"))
    cap = call.facts.get("cap")
    values = {
        "rate": rate,
        "grace_days": int(Decimal(str(call.facts.get("grace") or 0))),
        "cap": None if cap is None else (Decimal(str(cap)) / PERCENT).quantize(Decimal("0.0001")),
    }
    if not 0 <= rate < 1:
        raise RuleBroken(_("The rate is a part of what is open, below 100 % a day."))
    policy, _made = LateFeePolicy.objects.update_or_create(company=company, name=name, defaults=values)
    return Done(("late_fee_policy", policy.pk, name), {key: str(value) for key, value in values.items()}, company.pk)


@action(
    "tariff.lay_down",
    gettext_lazy("Lay down a tariff"),
    COMPANY,
    Fact("code", "text", gettext_lazy("Code")),
    Fact("name", "text", gettext_lazy("Name")),
    Fact("cycle", "choice", gettext_lazy("How often"), choices=tuple((str(value), label) for value, label in cycles())),
    Fact("terms", "data", gettext_lazy("Terms")),
    SINCE,
    Fact("due", "days", gettext_lazy("Due so many days after the first day of the period"), required=False),
    Fact("role", "text", gettext_lazy("Account of the income, by its role"), required=False),
    Fact("late_fee", "text", gettext_lazy("What is due for being late"), required=False),
    Fact("position", "count", gettext_lazy("Place on the bill"), required=False),
    words=("收费标准", "收费制度"),
)
def lay_down_tariff(call: Call) -> Done:
    """S-092: by code: one that is there gets a new step of its price from `since` on; its kind never changes."""
    company, code = company_of(call), made_one_line(call.text("code"), 40)
    try:
        terms = read_terms(call.mapping("terms"))
    except BadYaml as error:
        raise RuleBroken("；".join(fault.message_zh for fault in error.faults)) from error
    cycle = int(call.text("cycle"))
    if (cycle == Cycle.ONCE) != (terms.kind in ONCE):
        raise RuleBroken(_("A deposit and a single fee are charged once, all others again and again."))
    role = call.text("role") or ("deposit_received" if terms.kind == "deposit" else "revenue")
    account_for(company.pk, role)
    values = {
        "name": made_one_line(call.text("name"), 60), "kind": terms.kind, "cycle": cycle, "role": role,
        "due_days": min(int(Decimal(str(call.facts.get("due") or 15))), 366), "position": call.count("position", 100),
        "late_fee": _policy(company.pk, call.text("late_fee")),
    }  # fmt: skip
    tariff = Tariff.objects.select_for_update(no_key=True).filter(company=company, code=code).first()
    if tariff is None:
        tariff = Tariff.objects.create(company=company, code=code, **values)
    elif tariff.kind != terms.kind:
        raise RuleBroken(
            _("“%(tariff)s” is of another kind; lay down a tariff with a code of its own.") % {"tariff": tariff}
        )
    else:
        Tariff.objects.filter(pk=tariff.pk).update(**values)
    _add_step(tariff, call, terms_data(terms))
    return Done(
        ("tariff", tariff.pk, f"{code} {values['name']}"),
        {"terms": terms_data(terms), "since": call.day("since").isoformat()},
        company.pk,
    )


def _policy(company_id: int, name: str) -> LateFeePolicy | None:
    if not name:
        return None
    policy = LateFeePolicy.objects.filter(company=company_id, name=name).first()
    if policy is None:
        raise RuleBroken(_("Nothing called “%(name)s” is laid down for being late.") % {"name": name})
    return policy


def _add_step(tariff: Tariff, call: Call, terms: dict[str, object]) -> None:
    since = call.day("since")
    if Charge.objects.filter(tariff=tariff, reversed_at=None, of=None, period_until__gt=since).exists():
        newest = TariffPrice.objects.filter(tariff=tariff, since__lte=since).order_by("-since").first()
        if newest is None or newest.terms != terms:
            raise RuleBroken(
                _("Days from %(day)s on were charged already; reverse that run first.") % {"day": since.isoformat()}
            )
    TariffPrice.objects.update_or_create(tariff=tariff, since=since, defaults={"terms": terms})


@action(
    "tariff.assign",
    gettext_lazy("Let a tariff apply"),
    BILLABLE,
    TARIFF,
    SINCE,
    UNTIL,
    Fact("factor", "percent", gettext_lazy("Percent of the price"), required=False),
)
def assign(call: Call) -> Done:
    billable, since, until = locked_billable(call), call.day("since"), call.day_or_none("until")
    tariff = tariff_of(call, billable.company_id)
    ends_after(since, until)
    others = Assignment.objects.filter(billable=billable, tariff=tariff).order_by("-since")
    newest = others.first()
    if newest is not None and (newest.until is None or newest.until > since):
        raise RuleBroken(_("The tariff applies already from %(day)s on.") % {"day": newest.since.isoformat()})
    given = call.facts.get("factor")
    factor = Decimal(1) if given is None else (Decimal(str(given)) / PERCENT).quantize(Decimal("0.0001"))
    Assignment.objects.create(billable=billable, tariff=tariff, since=since, until=until, factor=factor)
    told = {"tariff": str(tariff), "since": since.isoformat(), "factor": str(factor)}
    return Done(("billable", billable.pk, str(billable)), told, billable.company_id)


@action(
    "tariff.unassign",
    gettext_lazy("Let a tariff apply no more"),
    BILLABLE,
    TARIFF,
    Fact("until", "date", gettext_lazy("Until (the day before)")),
)
def unassign(call: Call) -> Done:
    billable, until = locked_billable(call), call.day("until")
    tariff = tariff_of(call, billable.company_id)
    standing = Assignment.objects.filter(billable=billable, tariff=tariff, until=None).first()
    if standing is None or standing.since >= until:
        raise RuleBroken(_("The tariff does not apply that long."))
    Assignment.objects.filter(pk=standing.pk).update(until=until)
    return Done(
        ("billable", billable.pk, str(billable)),
        {"tariff": str(tariff), "until": until.isoformat()},
        billable.company_id,
    )


@action(
    "clearing.lay_down",
    gettext_lazy("Lay down the order of clearing"),
    COMPANY,
    Fact("kinds", "data", gettext_lazy("Kinds of debts, first to last")),
)
def lay_down_order(call: Call) -> Done:
    """Costs of recovery, late fees, then the principal, of each the oldest first, is the law's (民法典第561条) and needs no rule."""
    company, kinds = company_of(call), call.facts["kinds"]
    if not isinstance(kinds, list) or sorted(map(str, kinds)) != sorted(LEGAL_ORDER):
        known = "、".join(str(kind.label) for kind in ChargeKind)
        raise RuleBroken(_("Name each kind once: %(known)s.") % {"known": known})
    ClearingRule.objects.update_or_create(company=company, defaults={"kinds": kinds})
    return Done(("unit", company.pk, company.name), {"kinds": kinds}, company.pk)
