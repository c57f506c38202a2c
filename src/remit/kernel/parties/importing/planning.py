"""Which rows are new customers, which change one, and which can't be taken. A handful of queries for any number of rows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from remit.kernel.organization.models import Person
from remit.kernel.organization.models.spans import still_open
from remit.kernel.organization.queries import today
from remit.kernel.parties.access import reach_of, visible_parties
from remit.kernel.parties.fields import fields_in_use, missing_in
from remit.kernel.parties.finding import AnyOf, AnyTextOf
from remit.kernel.parties.importing.reading import Fault, read_rows
from remit.kernel.parties.models import ContactKind, ContactPoint, CustomField, Identifier, Party
from remit.lib.text import fold

OFFICIAL: Final = ("number", "credit_code", "id_card")


@dataclass(slots=True)
class Plan:
    """`added`: rows that become customers. `changed`: (customer's id, row). Rows hold values by field; `owner` and `author` are ids."""

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)  # of the customers that change, for the preview

    @property
    def bad_rows(self) -> int:
        return len({fault.row for fault in self.faults})


def make_plan(given: Sequence[Any], *, person: Person | None, company_id: int) -> Plan:
    """Read the rows and hold them against what there is.

    A row is an existing customer's when number, credit code or identity card say so, or name and telephone together; customers
    that the person doesn't see are none of his and are not hinted at. `person` None is the system.
    """
    rows, faults = read_rows(given)
    plan = Plan(faults=faults)
    people = _People(person, company_id)
    known = _Known(rows, person, company_id)
    seen: Counter[tuple[str, str]] = Counter()
    required = [one for one in fields_in_use() if one.is_required]
    for row in rows:
        problem = people.resolve(row) or _twice(row, seen)
        if problem is not None:
            plan.faults.append(problem)
            continue
        found = known.match(row)
        problem = None if found else _incomplete(row, required)
        if problem is not None:
            plan.faults.append(problem)
            continue
        if len(found) > 1:
            plan.faults.append(Fault(row["row"], "", "与不止一位已有客户相符，请先合并或写明客户编号。"))
        elif found:
            (pk,) = found
            plan.changed.append((pk, row))
            plan.names[pk] = known.names[pk]
        elif "number" in row:
            plan.faults.append(Fault(row["row"], "number", "没有这个编号的客户；新客户请不要填编号。"))
        else:
            plan.added.append({**row, "kind": _kind_of(row)})
    return plan


def _kind_of(row: dict[str, Any]) -> str:
    if "kind" not in row and "id_card" not in row and "credit_code" not in row:
        return "organization" if len(row.get("name", "")) > 4 else "person"
    return str(row.get("kind", "person" if "id_card" in row else "organization"))


def _incomplete(row: dict[str, Any], required: list[CustomField]) -> Fault | None:
    """A new customer has every field that a pack requires of its kind."""
    missing = missing_in(required, _kind_of(row), row.get("extra", {}))
    return Fault(row["row"], "", f"缺少：{'、'.join(missing)}。") if missing else None


def _twice(row: dict[str, Any], seen: Counter[tuple[str, str]]) -> Fault | None:
    for key in OFFICIAL:
        if key in row:
            seen[key, row[key]] += 1
            if seen[key, row[key]] > 1:
                return Fault(row["row"], key, "文件中重复。")
    return None


class _People:
    """Owners and authors by employee number or name."""

    def __init__(self, person: Person | None, company_id: int) -> None:
        working = Person.objects.filter(still_open(today(), "left_on"), company=company_id)
        self._owners = set(reach_of(person).owners) if person is not None else None
        self._default = person.pk if person is not None else None
        self._working: dict[str, list[int]] = {}
        self._ever: dict[str, list[int]] = {}
        self._read(self._working, working)
        self._read(self._ever, Person.objects.filter(company=company_id))

    @staticmethod
    def _read(into: dict[str, list[int]], people: Any) -> None:
        for pk, name, number in people.values_list("pk", "name", "employee_no"):
            into.setdefault(name, []).append(pk)
            into.setdefault(number, []).append(pk)

    def resolve(self, row: dict[str, Any]) -> Fault | None:
        """Put ids in place of the names; a row without an owner is the importer's."""
        for key, known in (("owner", self._working), ("author", self._ever)):
            if key not in row:
                continue
            found = known.get(row[key], [])
            if len(found) != 1:
                told = "没有这个人" if not found else "有几个人同名，请填工号"
                return Fault(row["row"], key, f"“{row[key]}”：{told}。")
            row[key] = found[0]
        if "owner" not in row:
            row["owner"] = self._default
        elif self._owners is not None and row["owner"] not in self._owners:
            return Fault(row["row"], "owner", "负责人只能是本人或下属。")
        return None


class _Known:
    """The customers that the rows could be, by what says so. Five queries."""

    def __init__(self, rows: list[dict[str, Any]], person: Person | None, company_id: int) -> None:
        live = visible_parties(person) if person is not None else Party.objects.filter(merged_into=None)
        live = live.filter(company=company_id)
        numbers = [row["number"] for row in rows if "number" in row]
        codes = [row[key] for row in rows for key in ("credit_code", "id_card") if key in row]
        phones = [phone for row in rows for phone in row.get("phones", ())]
        named = live.filter(AnyTextOf("number", numbers)).values_list("number", "pk")
        self._by_number = dict(named) if numbers else {}
        held = Identifier.objects.filter(AnyTextOf("value", codes), company=company_id)
        by_code = list(held.values_list("value", "party_id")) if codes else []
        called = ContactPoint.objects.filter(AnyTextOf("value", phones), company=company_id, kind=ContactKind.PHONE)
        by_phone = list(called.values_list("value", "party_id")) if phones else []
        ids = {*self._by_number.values(), *(pk for _v, pk in by_code), *(pk for _v, pk in by_phone)}
        found = live.filter(AnyOf("id", ids)).values_list("pk", "name", "folded_name")
        self.names: dict[int, str] = {}
        self._folded: dict[int, str] = {}
        for pk, name, folded in found:
            self.names[pk], self._folded[pk] = name, folded
        self._by_code = self._grouped(by_code)
        self._by_phone = self._grouped(by_phone)

    def _grouped(self, pairs: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
        """Only of customers that the person may see."""
        found: dict[str, set[int]] = {}
        for value, pk in pairs:
            if pk in self.names:
                found.setdefault(value, set()).add(pk)
        return found

    def match(self, row: dict[str, Any]) -> set[int]:
        if row.get("number") in self._by_number:
            return {self._by_number[row["number"]]}
        for key in ("credit_code", "id_card"):
            if row.get(key) in self._by_code:
                return self._by_code[row[key]]
        called = {pk for phone in row.get("phones", ()) for pk in self._by_phone.get(phone, ())}
        if not called:
            return called
        name = fold(row.get("name", ""))[:200]
        return {pk for pk in called if self._folded[pk] == name}
