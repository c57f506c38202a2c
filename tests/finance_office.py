"""A finance department in the cast's firm, with the procedures of the finance pack, and how a story is walked through.

财务部  财务总监 韩涛 — 财务部经理 许静怡 — 会计 唐小满, 税务会计 邹敏, 成本核算 石磊, 记账会计2 冯岚
                      — 资金主管 梁宽 — 出纳 吴越 (of the cast)
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import pytest

from remit.kernel.authority.gate import Result
from remit.kernel.authority.loading import authority_changed, lock_authority, rulebook_now
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.documents.actions import store
from remit.kernel.organization import actions as organization
from remit.kernel.packs.loader import SHIPPED, Pack, put_in_place, read_pack
from remit.kernel.procedures.actions import may_do
from remit.kernel.procedures.models import Case, StepRun
from remit.lib import clock
from tests.cast import LONG_AGO, Firm, build_firm, give
from tests.key_accounts import picture

SHANGHAI: Final = dt.timezone(dt.timedelta(hours=8))
# A Tuesday without holidays near it.
MORNING: Final = dt.datetime(2026, 11, 24, 9, 10, tzinfo=SHANGHAI)
PAPER: Final = "a file"
PHOTO: Final = "a photo"
POSTS: Final = (
    ("财务部经理", "财务总监", "许静怡", "manager"), ("资金主管", "财务总监", "梁宽", "funds-supervisor"),
    ("会计", "财务部经理", "唐小满", "accountant"), ("税务会计", "财务部经理", "邹敏", ""),
    ("成本核算", "财务部经理", "石磊", ""), ("记账会计2", "财务部经理", "冯岚", ""),
)  # fmt: skip


@cache
def pack(name: str) -> Pack:
    return read_pack(SHIPPED / name)


def build_office() -> Firm:
    firm = build_firm()
    for number, (title, superior, name, _charter) in enumerate(POSTS, 60):
        firm.positions[title] = organization.open_position(
            unit=firm.finance, title=title, code=f"P-{number}", start=LONG_AGO, superior=firm.positions[superior]
        )
        person = organization.hire(name=name, employee_no=f"E{number:03d}", company=firm.health, joined_on=LONG_AGO)
        organization.appoint(position=firm.positions[title], person=person, start=LONG_AGO, end=None, is_main=True)
        firm.people[name] = person
    lock_authority(exclusively=True)
    # The cast declares some of the administration's actions itself; here the pack does.
    DeclaredAction.objects.filter(name__startswith="staff.").delete()
    for required in ("administration", "finance"):
        put_in_place(pack(required))
    authority_changed()
    for title, charter in [("出纳", "cashier"), *((title, charter) for title, _up, _name, charter in POSTS if charter)]:
        for clause in pack("finance").charters[charter].authority:
            give(firm, title, clause.id, *(grant.model_dump(exclude_defaults=True) for grant in clause.grants))
    authority_changed()
    return firm


def begin(firm: Firm, procedure: str, who: str, about: str | int, **answers: Any) -> Case:
    """A case about a customer's file by its number, or about what is named."""
    subject: dict[str, Any] = {"party": about} if isinstance(about, int) else {"subject": about}
    done = firm.do(who, "case.open", procedure=procedure, title="本期", answers=answers or None, **subject)
    return Case.objects.get(pk=done.subject[1])


def open_run(firm: Firm, case: Case, who: str) -> StepRun:
    """The open run; of several, the one that asks this person."""
    runs = list(StepRun.objects.filter(case=case, closed_at=None).select_related("case").order_by("pk"))
    mine = [run for run in runs if may_do(run, firm[who].pk, rulebook_now())]
    return (mine or runs)[0]


def step(firm: Firm, who: str, case: Case, outcome: str = "", **answers: Any) -> Result:
    """The open step done; PAPER and PHOTO stand for something handed in with the form."""
    given = {name: handed_in(firm, who, value) if value in (PAPER, PHOTO) else value for name, value in answers.items()}
    result = firm.do(who, "case.submit", step=open_run(firm, case, who).pk, outcome=outcome, answers=given)
    case.refresh_from_db()
    return result


def handed_in(firm: Firm, who: str, what: str) -> list[int]:
    name, kind, content = (
        ("现场.jpg", "image/jpeg", picture()) if what == PHOTO else ("单据.pdf", "application/pdf", b"%PDF-1.7")
    )
    kept = store(content, name, kind, actor=firm.actor(who), room="procedures", company_id=firm.health.pk)
    return [kept.pk]


@dataclass(frozen=True)
class Refused:
    """What somebody tries and must not: the error, and for a form the fields that are at fault."""

    who: str
    outcome: str
    answers: dict[str, Any]
    error: type[Exception] | tuple[type[Exception], ...]
    faults: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Told:
    """A story: who begins it with which answers, by when its first step is due, then step by step with what is refused, and its end."""

    procedure: str
    opener: str
    about: str
    intake: dict[str, Any]
    due: str
    deeds: list[tuple[str, str, dict[str, Any]] | Refused]
    end: str


def walk(firm: Firm, told: Told, about: str | int | None = None) -> Case:
    with clock.set_to(MORNING):
        case = begin(firm, told.procedure, told.opener, about or told.about, **told.intake)
        first = StepRun.objects.get(case=case)
        due = first.due_at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")
        assert due == told.due, due
        for deed in told.deeds:
            assert case.step, "it ended before its time"
            if isinstance(deed, Refused):
                refuse(firm, case, deed)
            else:
                step(firm, deed[0], case, deed[1], **deed[2])
    assert case.outcome == told.end
    return case


def refuse(firm: Firm, case: Case, tried: Refused) -> None:
    before = (case.step, StepRun.objects.filter(case=case).count())
    with pytest.raises(tried.error) as refused:
        step(firm, tried.who, case, tried.outcome, **tried.answers)
    if tried.faults:
        assert set(refused.value.faults) == tried.faults  # type: ignore[attr-defined]  # BadFacts
    case.refresh_from_db()
    assert (case.step, StepRun.objects.filter(case=case).count()) == before, "nothing moved"
