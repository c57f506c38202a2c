"""The register of matters and what is owed, as their pages show them."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from remit.kernel.authority.access import visible_matters, visible_obligations
from remit.kernel.authority.fulfilment import ANSWERS, KINDS
from remit.kernel.authority.models import Matter, Obligation, Ruling
from remit.kernel.authority.queries import clause_label, owed_obligations
from remit.kernel.authority.reading import FactRow, Reader
from remit.kernel.organization.models import Person


@dataclass(frozen=True, slots=True)
class MatterRow:
    pk: int
    number: str
    headline: str
    done_by: str
    position: str
    behalf_of: str
    at: dt.datetime
    borne_by: str
    is_replaced: bool


def matters_for(person: Person, *, text: str = "", action: str = "") -> QuerySet[Matter]:
    found = visible_matters(person).select_related("done_by", "position", "behalf_of", "borne_by_person", "replaced_by")
    if action:
        found = found.filter(action=action)
    if text:
        found = found.filter(Q(number__icontains=text) | Q(done_by__name__icontains=text))
    return found


def matter_rows(matters: Iterable[Matter]) -> list[MatterRow]:
    fetched = list(matters)
    reader = Reader((matter.action, matter.facts) for matter in fetched)
    return [
        MatterRow(
            pk=matter.pk,
            number=matter.number,
            headline=reader.headline(matter.action, matter.facts),
            done_by=matter.done_by.name,
            position=matter.position.title if matter.position else "",
            behalf_of=matter.behalf_of.name if matter.behalf_of else "",
            at=matter.at,
            borne_by=matter.borne_by_person.name if matter.borne_by_person else matter.borne_by,
            is_replaced=hasattr(matter, "replaced_by"),
        )
        for matter in fetched
    ]


@dataclass(frozen=True, slots=True)
class MatterDetail:
    """A matter with the ruling and the clause it rests on, what is owed after it, and who bears it."""

    matter: Matter
    action_label: str
    headline: str
    facts: list[FactRow]
    ruling: Ruling | None
    clause: str
    clause_text: str
    sentence: str
    event_id: int | None
    obligations: list["ObligationRow"]
    replaced_by: Matter | None


def matter_detail(matter: Matter) -> MatterDetail:
    reader = Reader([(matter.action, matter.facts)])
    ruling = ruling_of(matter)
    grant = ruling.grant if ruling else None
    return MatterDetail(
        matter=matter,
        action_label=reader.label(matter.action),
        headline=reader.headline(matter.action, matter.facts),
        facts=reader.fact_rows(matter.action, matter.facts),
        ruling=ruling,
        clause=clause_label(grant) if grant else (ruling.inherent if ruling else ""),
        clause_text=grant.text if grant else "",
        sentence=str((ruling.answer or {}).get("sentence", "")) if ruling else "",
        event_id=ruling.event_id if ruling else None,
        obligations=obligation_rows(ruling.obligations.order_by("id")) if ruling else [],
        replaced_by=getattr(matter, "replaced_by", None),
    )


def ruling_of(matter: Matter) -> Ruling | None:
    """The ruling under which a matter was entered: by its request, else by the answer that the caller got."""
    rulings = Ruling.objects.select_related("grant", "person", "position", "request").filter(action=matter.action)
    if matter.request_id is not None:
        return rulings.filter(request_id=matter.request_id, outcome="approved").order_by("-id").first()
    # The answer keeps the subject as ["matter", "12", label].
    return rulings.filter(
        outcome="granted", person_id=matter.done_by_id, answer__subject__contains=["matter", str(matter.pk)]
    ).first()


# --- obligations -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """One thing owed. `answer` is set once it was given; `performer` the position or the person who owes it."""

    pk: int
    kind: str
    kind_label: str
    what: str
    performer: str
    due_at: dt.datetime
    done_at: dt.datetime | None
    done_by: str
    behalf_of: str
    answer: str
    is_good: bool
    responsible: str
    note: str


def _with_people(found: QuerySet[Obligation]) -> QuerySet[Obligation]:
    return found.select_related("ruling", "position", "person", "done_by", "behalf_of", "responsible")


def obligations_for(person: Person, tab: str) -> QuerySet[Obligation]:
    """`owed`: what the person can fulfil now; `open` and `done`: all that he may see. Ordered by whoever pages them."""
    if tab == "owed":
        return _with_people(owed_obligations(person).order_by())
    return _with_people(visible_obligations(person).filter(done_at__isnull=tab == "open"))


def obligation_rows(obligations: QuerySet[Obligation] | list[Obligation]) -> list[ObligationRow]:
    """Lines of a list. The number of queries does not depend on theirs; a list must have been fetched with its people."""
    fetched = obligations if isinstance(obligations, list) else list(_with_people(obligations))
    reader = Reader((obligation.ruling.action, obligation.ruling.facts) for obligation in fetched)
    return [
        ObligationRow(
            pk=one.pk,
            kind=one.kind,
            kind_label=str(KINDS[one.kind]),
            what=reader.headline(one.ruling.action, one.ruling.facts),
            performer=one.person.name if one.person else (one.position.title if one.position else ""),
            due_at=one.due_at,
            done_at=one.done_at,
            done_by=one.done_by.name if one.done_by else "",
            behalf_of=one.behalf_of.name if one.behalf_of else "",
            answer=str(dict(ANSWERS[one.kind]).get(one.answer, "")),
            is_good=one.answer not in ("questioned", "objected"),
            responsible=one.responsible.name if one.responsible else "",
            note=one.note,
        )
        for one in fetched
    ]


@dataclass(frozen=True, slots=True)
class ObligationDetail:
    obligation: Obligation
    row: ObligationRow
    facts: list[FactRow]
    clause: str
    matter: Matter | None
    may_fulfil: bool
    answers: tuple[tuple[str, str], ...]


def obligation_detail(obligation: Obligation, person: Person) -> ObligationDetail:
    found = (
        _with_people(Obligation.objects.filter(pk=obligation.pk))
        .select_related("ruling__grant", "ruling__person", "ruling__position")
        .get()
    )
    ruling = found.ruling
    reader = Reader([(ruling.action, ruling.facts)])
    return ObligationDetail(
        obligation=found,
        row=obligation_rows([found])[0],
        facts=reader.fact_rows(ruling.action, ruling.facts),
        clause=clause_label(ruling.grant) if ruling.grant else "",
        matter=_matter_of(ruling, person),
        may_fulfil=owed_obligations(person).filter(pk=found.pk).exists(),
        answers=tuple((key, str(label)) for key, label in ANSWERS[found.kind]),
    )


def _matter_of(ruling: Ruling, person: Person) -> Matter | None:
    """The matter that the act entered, if the person may see it."""
    kind, pk, _label = (ruling.answer or {}).get("subject") or ("", "", "")
    reachable = visible_matters(person)
    if kind == "matter":
        return reachable.filter(pk=int(pk)).first()
    return reachable.filter(request_id=ruling.request_id).first() if ruling.request_id else None
