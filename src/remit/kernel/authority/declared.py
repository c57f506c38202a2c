"""Declared actions: from their rows to the registry, and what they do: an entry in the register of matters."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import get_language

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact, to_json
from remit.kernel.authority.models import DeclaredAction, Matter, MatterNumber, RequestNumber
from remit.kernel.authority.registry import ActionType, Call, Done
from remit.lib import clock


class LabelIn:
    """A label in several languages that reads in the language of whoever looks: {"zh-hans": "退货", "en": "Refund"}."""

    __slots__ = ("labels",)

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = labels

    def __str__(self) -> str:
        language = get_language() or "zh-hans"
        return self.labels.get(language) or self.labels.get("zh-hans") or next(iter(self.labels.values()))


def fact_from_json(data: Mapping[str, Any]) -> Fact:
    """A fact of a declared action from its row: {"name", "kind", "labels", "required", "choices", "concerns", "owner", "per"}."""
    return Fact(
        name=data["name"],
        kind=data["kind"],
        label=LabelIn(data["labels"]),  # type: ignore[arg-type]  # read by str() everywhere, as a lazy translation is
        required=data.get("required", True),
        choices=tuple((key, LabelIn(labels)) for key, labels in data.get("choices", [])),  # type: ignore[misc]
        concerns=data.get("concerns", False),
        owner=data.get("owner", False),
        per=data.get("per", False),
    )


def action_from_row(row: DeclaredAction) -> ActionType:
    facts = [fact_from_json(data) for data in row.facts]
    return ActionType(
        name=row.name,
        label=LabelIn(row.labels),  # type: ignore[arg-type]
        facts={fact.name: fact for fact in facts},
        run=enter_matter,
        words=tuple(row.words),
        origin=row.origin,
    )


def next_number(prefix: str, counter: type[MatterNumber] | type[RequestNumber]) -> str:
    """The next number of the year without gaps: "SX-2026-0007". Locks the year's counter until the transaction ends."""
    year = timezone.localdate(clock.now()).year
    counter._default_manager.get_or_create(year=year)
    counter._default_manager.filter(year=year).update(last=F("last") + 1)
    last = counter._default_manager.values_list("last", flat=True).get(year=year)
    return f"{prefix}-{year}-{last:04d}"


def enter_matter(call: Call) -> Done:
    """What every declared action does: enter the matter with its facts under a number."""
    if call.person is None:
        raise RuleBroken("只有员工(或代理岗位的智能体)才能办理这一事项,系统不能。")
    replaces = None
    if call.request_id is not None:
        replaces = Matter.objects.filter(request__amendments=call.request_id, replaced_by=None).first()
    matter = Matter.objects.create(
        number=next_number("SX", MatterNumber),
        action=call.action.name,
        company_id=call.person.company_id,
        facts=to_json(call.facts),
        done_by=call.person,
        position_id=call.position_id,
        behalf_of_id=call.behalf_id,
        request_id=call.request_id,
        replaces=replaces,
        at=call.at,
    )
    label = f"{call.action.label} {matter.number}"
    changes = {"number": matter.number} | ({"replaces": replaces.number} if replaces else {})
    return Done(("matter", matter.pk, label), changes, call.person.company_id)
