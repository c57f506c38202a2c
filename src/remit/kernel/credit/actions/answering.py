"""What a customer says to a statement: by link himself, on paper or by telephone through a clerk. What differs is somebody's work."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.credit.access import FILES_ROOM
from remit.kernel.credit.actions.stating import STATEMENT, held, told
from remit.kernel.credit.models import AccountStatement, Confirmation, Difference, StatementLink, StatementState
from remit.kernel.documents.models import StoredFile
from remit.kernel.work.actions import Performer, close_item, open_item
from remit.kernel.work.calendars import calendar_at
from remit.kernel.work.texts import in_every_language
from remit.lib.amounts import format_amount, parse_amount
from remit.lib.printable import made_one_line

KIND: Final = "statement_differs"
WORKDAYS: Final = 5
DIFFERENCES_MAX: Final = 50
WHO: Final = Fact("name", "text", gettext_lazy("Who said it for the customer"))
DIFFERENCES: Final = Fact("differences", "data", gettext_lazy("What differs"), required=False)
BY_CLERK: Final = (Confirmation.PAPER, Confirmation.TELEPHONE)


def _read(given: Any) -> list[tuple[str, Decimal, str]]:
    """Rows {"line", "amount", "remark"} as a form or a program gives them; rows without line and amount are left out."""
    rows = given if isinstance(given, list) else []
    if len(rows) > DIFFERENCES_MAX:
        raise RuleBroken(_("At most %(n)d lines can differ.") % {"n": DIFFERENCES_MAX})
    found = []
    for row in rows:
        line = made_one_line(str(row.get("line") or ""), 160) if isinstance(row, dict) else ""
        amount = str(row.get("amount") or "").strip() if isinstance(row, dict) else ""
        if not line and not amount:
            continue
        try:
            by = parse_amount(amount)
        except (ValueError, InvalidOperation):
            by = Decimal(0)
        if not line or not by:
            raise RuleBroken(_("Say of every line that differs which it is, and by how much."))
        found.append((line, by, made_one_line(str(row.get("remark") or ""), 200)))
    return found


def _answer(
    call: Call,
    row: AccountStatement,
    way: str,
    differences: Sequence[tuple[str, Decimal, str]],
    scan: StoredFile | None = None,
) -> Done:
    if row.answered_at is not None:
        raise RuleBroken(_("The customer has answered %(number)s already.") % {"number": row.number})
    row.state = StatementState.DIFFERS if differences else StatementState.CONFIRMED
    row.way, row.answered_by, row.answered_at = way, made_one_line(call.text("name"), 80), call.at
    row.taken_by, row.scan = call.person, scan
    row.save(update_fields=["state", "way", "answered_by", "answered_at", "taken_by", "scan"])
    Difference.objects.bulk_create(
        Difference(statement=row, line=line, amount=amount, remark=remark) for line, amount, remark in differences
    )
    StatementLink.objects.filter(statement=row, withdrawn_at=None).exclude(pk=call.id_or_none("link") or 0).update(
        withdrawn_at=call.at
    )
    performer = row.made_by_id or row.party.owner_id
    if differences and performer is not None:
        calendar = calendar_at(row.company_id)
        open_item(
            KIND,
            row.pk,
            Performer(person_id=performer),
            due_at=calendar.end_of_day(calendar.add_workdays(timezone.localdate(call.at), WORKDAYS)),
            labels=in_every_language(partial(_title, row)),
            provenances=in_every_language(partial(_why, row, sum((one[1] for one in differences), Decimal(0)))),
            target=row.pk,
            company_id=row.company_id,
        )
    return told(
        row, state=str(row.state), way=way, differences=[[line, f"{by:f}"] for line, by, _remark in differences]
    )


def _title(row: AccountStatement) -> str:
    return _("Clear up what %(customer)s sees otherwise") % {"customer": row.party.name}


def _why(row: AccountStatement, by: Decimal) -> str:
    return _("Statement %(number)s differs by %(amount)s") % {"number": row.number, "amount": format_amount(by)}


def _nobody_else(*_given: object) -> str | None:
    return None


@action(
    "statement.answer_by_link",
    gettext_lazy("A customer answered a statement by its link"),
    Fact("link", "id", gettext_lazy("Link")),
    WHO,
    DIFFERENCES,
    inherent=_nobody_else,
)
def answer_by_link(call: Call) -> Done:
    if call.person is not None:
        raise RuleBroken(_("Only customers do this, on their own page."))
    link = StatementLink.objects.filter(pk=call.id_of("link"), withdrawn_at=None, expires_at__gt=call.at).first()
    if link is None:
        raise RuleBroken(_("There is no such link."))
    rows = AccountStatement.objects.select_for_update(no_key=True, of=("self",)).select_related("party", "company")
    row = rows.get(pk=link.statement_id)
    return _answer(call, row, Confirmation.LINK, _read(call.facts.get("differences")))


@action(
    "statement.answer",
    gettext_lazy("Take down a customer's answer to a statement"),
    STATEMENT,
    Fact("way", "choice", gettext_lazy("How"), choices=tuple((way.value, way.label) for way in BY_CLERK)),
    WHO,
    Fact("scan", "id", gettext_lazy("Scan"), required=False),
    DIFFERENCES,
    words=("对账确认", "核对往来账"),
)
def answer(call: Call) -> Done:
    """On paper only with its scan, so that what was said can be shown."""
    row, way = held(call), call.text("way")
    scan_id = call.id_or_none("scan")
    scan = StoredFile.objects.filter(pk=scan_id or 0, room=FILES_ROOM, company_id=row.company_id).first()
    if way == Confirmation.PAPER and scan is None:
        raise RuleBroken(_("Attach the scan of what the customer sealed or signed."))
    return _answer(call, row, way, _read(call.facts.get("differences")), scan)


@action(
    "statement.explain",
    gettext_lazy("Clear up what differs in a statement"),
    STATEMENT,
    Fact("explanation", "long_text", gettext_lazy("Explanation")),
    words=("核对差异", "往来差异"),
)
def explain(call: Call) -> Done:
    row = held(call)
    if row.state != StatementState.DIFFERS:
        raise RuleBroken(_("Nothing differs in %(number)s.") % {"number": row.number})
    row.state, row.explanation = StatementState.EXPLAINED, made_one_line(call.text("explanation"), 400)
    row.explained_at, row.explained_by = call.at, call.person
    row.save(update_fields=["state", "explanation", "explained_at", "explained_by"])
    close_item(KIND, row.pk, done_by_id=call.person.pk if call.person is not None else None, at=call.at)
    return told(row, explanation=row.explanation)
