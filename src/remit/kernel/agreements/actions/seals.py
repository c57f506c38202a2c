"""Seals: who keeps which, and the log of their use (S-177). And the price list."""

from decimal import Decimal
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.agreements.access import agreement_visible_to
from remit.kernel.agreements.lines import HUNDRED, read_price
from remit.kernel.agreements.models import ListPrice, Seal, SealKind, SealUse
from remit.kernel.agreements.rules import take_number
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person, Unit
from remit.lib.printable import made_one_line

USES: Final = "YY"
COMPANY: Final = Fact("company", "unit", gettext_lazy("Company"), concerns=True)
SEAL: Final = Fact("seal", "choice", gettext_lazy("Seal"), choices=tuple((k.value, k.label) for k in SealKind))


@action("seal.keep", gettext_lazy("Say who keeps a seal"), COMPANY, SEAL,
        Fact("keeper", "person", gettext_lazy("Keeper")),
        Fact("place", "text", gettext_lazy("Where it lies"), required=False), words=("保管印鉴", "印章保管"))  # fmt: skip
def keep(call: Call) -> Done:
    company = Unit.objects.get(pk=call.id_of("company"))
    keeper = Person.objects.get(pk=call.id_of("keeper"))
    if keeper.company_id != company.pk:
        raise RuleBroken(_("A seal is kept by somebody of its company."))
    row = Seal.objects.select_for_update().filter(company=company, kind=call.text("seal")).first()
    before = row.keeper.name if row is not None else ""
    row = row or Seal(company=company, kind=call.text("seal"))
    row.keeper, row.place, row.since = keeper, made_one_line(call.text("place"), 120), timezone.localdate(call.at)
    row.save()
    told = {"seal": row.kind, "keeper": [before, keeper.name], "place": row.place}
    return Done(("seal", row.pk, str(row.get_kind_display())), told, company.pk)


@action(
    "seal.use",
    gettext_lazy("Use a seal"),
    SEAL,
    Fact("paper", "text", gettext_lazy("Paper")),
    Fact("reason", "long_text", gettext_lazy("Reason")),
    Fact("agreement", "id", gettext_lazy("Agreement"), required=False),
    words=("印鉴", "公章", "财务专用章", "用印"),
)
def use(call: Call) -> Done:
    """Each use stands in the log under a number of its own, with who kept the seal that day."""
    if call.person is None:
        raise RuleBroken(_("A seal is used by a person."))
    company_id = call.person.company_id
    seal = Seal.objects.select_related("keeper").filter(company=company_id, kind=call.text("seal")).first()
    if seal is None:
        raise RuleBroken(_("Nobody keeps this seal yet: say first who does."))
    pk = call.id_or_none("agreement")
    agreement = agreement_visible_to(call.person, pk) if pk is not None else None
    if agreement is not None and agreement.company_id != company_id:
        raise RuleBroken(_("The agreement is another company's."))
    entry = SealUse.objects.create(
        company_id=company_id, number=take_number(company_id, USES, timezone.localdate(call.at).year), seal=seal, agreement=agreement,
        paper=made_one_line(call.text("paper"), 200), reason=made_one_line(call.text("reason"), 400), keeper=seal.keeper,
        made_at=call.at, made_by=call.person,
    )  # fmt: skip
    told = {"number": entry.number, "paper": entry.paper, "keeper": seal.keeper.name}
    return Done(("seal_use", entry.pk, entry.number), told, company_id)


@action(
    "price.list",
    gettext_lazy("Put goods on the price list"),
    COMPANY,
    Fact("goods", "text", gettext_lazy("Goods")),
    Fact("unit", "text", gettext_lazy("Unit"), required=False),
    Fact("price", "text", gettext_lazy("List price, tax included")),
    Fact("floor", "text", gettext_lazy("Floor price")),
    Fact("tax_rate", "percent", gettext_lazy("Tax rate"), required=False),
    Fact("start", "date", gettext_lazy("From"), required=False),
    words=("价格表", "定价", "最低限价"),
)
def put_price(call: Call) -> Done:
    """Quotes below the floor ask for authority; those of yesterday keep the price they had."""
    company = Unit.objects.get(pk=call.id_of("company"))
    try:
        price, floor = read_price(call.text("price")), read_price(call.text("floor"))
    except ValueError as error:
        raise RuleBroken(str(error)) from error
    if floor > price:
        raise RuleBroken(_("The floor lies above the list price."))
    goods, start = made_one_line(call.text("goods"), 120), call.day_or_none("start") or timezone.localdate(call.at)
    rate = call.facts.get("tax_rate")
    tax_rate = rate if isinstance(rate, Decimal) else Decimal(0)
    if tax_rate > HUNDRED:
        raise RuleBroken(_("A tax rate is at most 100 %."))
    row, _made = ListPrice.objects.update_or_create(
        company=company,
        goods=goods,
        start=start,
        defaults={"price": price, "floor": floor, "unit": made_one_line(call.text("unit"), 20), "tax_rate": tax_rate},
    )
    told = {"price": f"{price:f}", "floor": f"{floor:f}", "start": start.isoformat()}
    return Done(("list_price", row.pk, goods), told, company.pk)
