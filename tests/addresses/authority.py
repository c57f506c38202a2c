"""The shell, Today, the event log, and authority with its requests."""

from collections.abc import Mapping
from typing import Any, Final

from tests.addresses.address import Address, deed, page, record
from tests.addresses.work import WORK
from tests.world import World

SHELL: Final[list[Address]] = [
    page("work:today"),
    *WORK,
    page("web:menu"),
    page("web:settings"),
    # Initials, pinyin and a number: what is typed comes back on the page, and must not count as found there.
    *[page("web:find", query=f"?q={text}") for text in ("", "lxl", "chenli", "ouyang", "tousu", "HX", "GM")],
    page("audit:event-list"),
    page("audit:event-list", query="?q=1"),
    record("audit:event-detail", "陈立", at={"pk": "event"}),
]

SETTINGS: Final[list[Address]] = [
    page("web:about"),
    *[record(f"web:{name}", "周岚") for name in ("logins", "policy", "answer-time", "packs")],
    deed("web:policy", "周岚", lambda _w: {"min_length": "14"}),
    deed("web:answer-time", "周岚", lambda _w: {"within": "2 workdays"}),
    # The cast's own pack declares the same actions.
    deed("web:pack-load", "周岚", may=422, at={"name": "=administration"}),
    # He has a login already.
    deed("web:login-create_login", "周岚", may=422, at={"pk": "person"}),
    # The temporary password stands on the answer itself.
    deed("web:login-reset_password", "周岚", may=200, at={"pk": "person"}),
    deed("web:login-deactivate", "周岚", at={"pk": "person"}),
    deed("web:login-reactivate", "周岚", may=422, at={"pk": "person"}),  # it is open
    deed("web:login-reset_factors", "周岚", at={"pk": "person"}),
]


def reward(world: World) -> Mapping[str, Any]:
    return {"staff": world.firm["陈立"].pk, "amount": "80", "reason": "季度之星"}


def _deputy(world: World) -> Mapping[str, Any]:
    return {
        "position": world.firm.positions["客服部总监"].pk,
        "principal": world.firm["高岚"].pk,
        "deputy": world.firm["孙可"].pk,
        "starts_at": "2031-01-06T09:00",
        "ends_at": "2031-01-09T18:00",
        "reason": "出差",
    }


AUTHORITY: Final[list[Address]] = [
    *[page("authority:request-list", query=f"?tab={tab}") for tab in ("waiting", "mine", "all")],
    record("authority:request-detail", "高岚", at={"pk": "waiting"}),
    record("authority:request-detail", "林晓岚", at={"pk": "waiting"}),
    record("authority:request-amend", "林晓岚", at={"pk": "waiting"}),
    deed("authority:request-amend", "林晓岚", lambda w: {**reward(w), "amount": "120"}, at={"pk": "waiting"}),
    deed("authority:request-approval", "高岚", lambda _w: {"note": "同意"}, at={"pk": "waiting"}),
    deed("authority:request-rejection", "高岚", lambda _w: {"note": "先写说明"}, at={"pk": "waiting"}),
    deed("authority:request-question", "高岚", lambda _w: {"question": "哪两户?"}, at={"pk": "waiting"}),
    # Nobody has asked: he may answer, but there is nothing to answer.
    deed("authority:request-answer", "林晓岚", lambda _w: {"answer": "王女士"}, may=422, at={"pk": "waiting"}),
    deed("authority:request-withdrawal", "林晓岚", at={"pk": "waiting"}),
    # Who asked can't decide, and is told so.
    deed("authority:request-approval", "林晓岚", may=403, at={"pk": "waiting"}),
    # Others' requests are left out of a bulk, whoever sends it.
    Address("authority:request-bulk", "高岚", "POST", facts=lambda w: {"selected": [w.waiting, w.own]}),
    page("authority:action-list"),
    page("authority:action-list", query="?q=jiangli"),
    page("authority:action-do", "林晓岚", at={"name": "=staff.reward"}),
    # With authority at once; without it as a request to whoever may; in another company not at all.
    Address("authority:action-do", "林晓岚", "POST", 302, 302, 403, at={"name": "=staff.reward"}, facts=reward),
    Address(
        "authority:action-do", "高岚", "POST", 302, 302, 403, at={"name": "=organization.appoint_deputy"}, facts=_deputy
    ),
    page("authority:action-hint", "林晓岚", "?amount=80", at={"name": "=staff.reward"}),
    page("authority:action-sheet", "林晓岚", at={"name": "=staff.reward"}),
    page("authority:sheet-template", "林晓岚", at={"name": "=staff.reward"}),
    Address("authority:action-sheet", "林晓岚", "POST", 422, 422, 422, at={"name": "=staff.reward"}),  # no file
    record("authority:sheet-preview", "林晓岚", at={"name": "=staff.reward", "token": "sheet"}),
    deed(
        "authority:sheet-preview", "林晓岚", at={"name": "=staff.reward", "token": "sheet"}
    ),  # done already: to the result
    record("authority:sheet-result", "林晓岚", at={"name": "=staff.reward", "token": "sheet"}),
    record("authority:sheet-refused", "林晓岚", at={"name": "=staff.reward", "token": "sheet"}),
    *[page("authority:obligation-list", query=f"?tab={tab}") for tab in ("owed", "open", "done")],
    record("authority:obligation-detail", "高岚", at={"pk": "obligation"}),
    deed(
        "authority:obligation-fulfil",
        "高岚",
        lambda _w: {"answer": "company", "note": "查不清"},
        at={"pk": "obligation"},
    ),
    page("authority:matter-list"),
    page("authority:matter-list", query="?q=1"),
    record("authority:matter-detail", "高岚", at={"pk": "matter"}),
    page("authority:matrix"),
    page("authority:matrix", query="?on=2025-01-01"),
    page("authority:matrix-xlsx"),
    page("authority:matrix-pdf"),
    page("authority:why", query="?action=staff.reward&f-amount=80"),
    page("authority:what-if", "林晓岚"),
    page("authority:separation"),
    *[page("authority:people-json", query=f"?q={text}") for text in ("", "lxl", "E00")],
    *[page("authority:positions-json", query=f"?q={text}") for text in ("", "kefu")],
    *[page("authority:units-json", query=f"?q={text}") for text in ("", "KF")],
]
