"""Procedures, which everybody may read, and cases, which are there for those who have to do with them."""

from collections.abc import Mapping
from typing import Any, Final

from tests.addresses.address import Address, call, deed, in_company, page, record
from tests.world import CUSTOMER, World

WHO: Final = "陈立"
AT: Final = {"pk": "case"}
RUNNING: Final = {"key": "=callback_members", "company": "company"}
IDLE: Final = {"key": "=callback_birthday", "company": "company"}
RUN: Final = {"pk": "case", "run": "case_run"}


def _taken_in(_world: World) -> Mapping[str, Any]:
    return {
        "title": "再次受潮",
        "subject": "欧阳",
        "contact": "欧阳",
        "channel": "phone",
        "category": "product",
        "content": "又受潮",
    }


def _explained(_world: World) -> Mapping[str, Any]:
    return {"reason_sufficient": "false", "demand_reasonable": "false", "explanation": f"已向{CUSTOMER}说明"}


def _yearly(_world: World) -> Mapping[str, Any]:
    return {"sample": "all", "every_A": "year", "performer": "owner"}


def _mailbox(world: World) -> Mapping[str, Any]:
    return {
        "address": "kefu@example.cn", "host": "imap.example.cn", "port": "993", "security": "tls", "username": "kefu",
        "password": "kan yi kan", "folder": "INBOX", "procedure": "complaint", "keeper": world.firm["陈立"].pk, "is_active": "yes",
        "answers": "contact @sender\nchannel =online\ncategory =product\ncontent @text",
    }  # fmt: skip


def _intake_page(world: World) -> Mapping[str, Any]:
    return {"slug": "hengxin", "keeper": world.firm["陈立"].pk, "telephone": "400-8001234", "purpose": "", "link_days": 30,
            "an_hour": 60, "is_active": "yes"}  # fmt: skip


AT_THE_DESK: Final = {"slug": "=hengxin"}
ONE_FORM: Final = {"slug": "=hengxin", "key": "=complaint"}
MINE: Final = {"token": "status"}


def _posted(name: str, who: str, status: int, nobody: int, at: Mapping[str, str], **facts: str) -> Address:
    """A form for customers: whoever is logged in gets one answer, whoever he is."""
    return Address(name, who, "POST", status, status, status, nobody, at=at, facts=lambda _w: facts)


# Open to everybody who has the address. A form without its stamp is not taken; who works here does not speak for a customer.
CUSTOMERS: Final[list[Address]] = [
    page("customers:intake", may=302, colleague=302, stranger=302, nobody=302, at=AT_THE_DESK),
    page("customers:intake-form", nobody=200, at=ONE_FORM),
    _posted("customers:intake-form", WHO, 422, 422, ONE_FORM, content="又受潮"),
    page("customers:status", nobody=200, at=MINE),
    _posted("customers:status-word", WHO, 403, 302, MINE, kind="note", text="还是不行"),
    _posted("customers:status-rating", WHO, 403, 422, MINE, level="5"),
]

PROCEDURES: Final[list[Address]] = [
    page("procedures:list"),
    Address("procedures:detail", WHO, at={"key": "=complaint"}),
    Address("procedures:bpmn", WHO, at={"key": "=complaint"}),
    *[page("procedures:case-list", WHO, f"?state={state}") for state in ("open", "late", "mine", "closed", "all")],
    page("procedures:case-list", WHO, "?q=欧阳&procedure=complaint"),
    page("procedures:case-statistics", WHO),
    page("procedures:calls", WHO),
    deed("procedures:view-keep", WHO, lambda _w: {"name": "逾期", "filter": "state=late"}, colleague=302, stranger=302),
    *[deed(f"procedures:view-{name}", "林晓岚", at={"pk": "view"}) for name in ("share", "default", "remove")],
    # Who keeps no mailboxes has no such pages.
    *[Address("procedures:mailboxes", "周岚", colleague=404, stranger=404, query=query) for query in ("", "?change=1")],
    *[
        Address("procedures:mails", "周岚", colleague=404, stranger=404, query=query)
        for query in ("", "?state=refused")
    ],
    deed("procedures:mailboxes", "周岚", _mailbox),
    Address("procedures:intake-page", "周岚", colleague=404, stranger=404),
    deed("procedures:intake-page", "周岚", _intake_page),
    *CUSTOMERS,
    record("procedures:mail-file", "周岚", at={"pk": "mail"}),
    record("procedures:mail-file", WHO, at={"pk": "mail"}),
    *[page(f"procedures:case-report{kind}", WHO, "?procedure=complaint&period=week") for kind in ("", "-xlsx", "-pdf")],
    page("procedures:case-board", WHO, "?procedure=complaint"),
    *[
        Address(
            name,
            WHO,
            "POST",
            colleague=422,
            stranger=422,
            at=at,
            facts=lambda w: {"deed": "note", "ids": [w.case], "confirmed": "yes"},
        )
        for name, at in (("procedures:case-bulk", {}), ("procedures:move", {"key": "=complaint"}))
    ],
    Address("procedures:move", "林晓岚", at={"key": "=complaint"}),
    call("GET /api/procedures/{key}/move", "林晓岚", at={"key": "=complaint"}),
    Address("procedures:case-new", WHO, at={"key": "=complaint"}),
    Address(
        "procedures:case-new",
        WHO,
        "POST",
        may=302,
        colleague=302,
        stranger=302,
        at={"key": "=complaint"},
        facts=_taken_in,
    ),
    page(
        "procedures:case-list",
        WHO,
        "?state=all&plan=callback_members&result=missed&answer=category:product&end=settled&handler=1&since=2026-01-01",
    ),
    page("procedures:plan-list"),
    in_company("procedures:plan-detail", at=RUNNING),
    in_company("procedures:plan-detail", at=IDLE),
    deed("procedures:plan-start", "周岚", at=IDLE, colleague=302),
    deed("procedures:plan-change", "周岚", _yearly, at=RUNNING, colleague=302),
    deed("procedures:plan-suspension", "周岚", lambda _w: {"reason": "换系统"}, at=RUNNING, colleague=302),
    deed("procedures:plan-resumption", "周岚", at=RUNNING, may=422, colleague=302),
    record("procedures:case-detail", WHO, at=AT),
    record("procedures:case-detail", "林晓岚", at=AT),
    record("procedures:step-hint", WHO, at=RUN),
    record("procedures:case-record", WHO, at=AT),
    deed("procedures:case-pause", WHO, lambda _w: {"reason": "等客户"}, at=AT, may=422),  # no pause while it is judged
    deed("procedures:case-call", WHO, lambda w: {"step": w.case_run}, at=AT, may=422),  # it is judged at the desk
    deed("procedures:case-resume", WHO, at=AT, may=422),
    deed("procedures:case-reopening", WHO, lambda _w: {"reason": "又来电"}, at=AT, may=422),
    deed("procedures:case-note", WHO, at=AT),
    deed(
        "procedures:case-assignment",
        WHO,
        lambda w: {"step": w.case_run, "person": w.firm["赵敏之"].pk, "reason": "外出"},
        at=AT,
    ),
    deed("procedures:case-link", WHO, at=AT),
    deed("procedures:case-withdrawal", WHO, at=AT, may=422),
    deed("procedures:case-cancellation", "林晓岚", lambda _w: {"reason": "重复登记"}, at=AT),
    deed("procedures:step-submit", WHO, _explained, at=RUN),
    # A case with files has a test of its own; this one has none.
    Address("procedures:case-file", WHO, may=404, colleague=404, stranger=404, at={"pk": "case", "file": "=1"}),
    page("procedures:day", WHO),
    Address("procedures:day-worker", WHO, nobody=200),
    # Nothing of the pages: JSON for the phone. The stranger and the colleague are told that there is no such step.
    Address(
        "procedures:day-submit",
        WHO,
        "POST",
        may=200,
        colleague=404,
        stranger=404,
        at={"run": "case_run"},
        facts=_explained,
    ),
    Address("procedures:case-thumbnail", WHO, may=404, colleague=404, stranger=404, at={"pk": "case", "file": "=1"}),
    call("GET /api/cases", WHO, query="?state=all"),
    call("GET /api/cases/{id}", WHO, colleague=404, stranger=404, at={"id": "case"}),
]
