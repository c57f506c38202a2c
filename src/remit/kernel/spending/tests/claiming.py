"""Steps that the stories share."""

from typing import Any

from tests.cast import Firm

from remit.kernel.spending.models import Claim

TRAVEL, OFFICE, TREAT = "560102", "560105", "560103"


def line(amount: str = "320.50", number: str = "04758321", code: str = "3300204130", **more: Any) -> dict[str, Any]:
    told = {"on": "2026-03-18", "purpose": "高铁往返上海", "account": TRAVEL, "amount": amount}
    return {**told, "invoice_code": code if number else "", "invoice_number": number, **more}


def filed(firm: Firm, *lines: dict[str, Any], who: str = "陈立", title: str = "拜访客户", **more: Any) -> Claim:
    done = firm.do(who, "claim.file", title=title, lines=list(lines or (line(),)), **more)
    return Claim.objects.get(pk=int(done.subject[1]))


def reviewed(firm: Firm, *lines: dict[str, Any], who: str = "陈立") -> Claim:
    claim = filed(firm, *lines, who=who)
    firm.do("韩涛", "claim.review", claim=claim.pk)
    claim.refresh_from_db()
    return claim


def paid(firm: Firm, *lines: dict[str, Any], who: str = "陈立") -> Claim:
    claim = reviewed(firm, *lines, who=who)
    firm.do("吴越", "claim.pay", claim=claim.pk, way="cash", on="2026-03-20")
    claim.refresh_from_db()
    return claim
