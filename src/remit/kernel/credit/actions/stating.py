"""Statements drawn up, and links by which customers answer them."""

import datetime as dt
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.credit.access import stated_companies, statement_visible_to, visible_debtors
from remit.kernel.credit.drawing import draw
from remit.kernel.credit.models import AccountStatement, StatementLink
from remit.kernel.parties.models import Party

COMPANY: Final = Fact("company", "id", gettext_lazy("Company"))
STATEMENT: Final = Fact("statement", "id", gettext_lazy("Statement of account"))
SINCE: Final = Fact("since", "date", gettext_lazy("From"))
UNTIL: Final = Fact("until", "date", gettext_lazy("Until"))
DAYS: Final = 30
DAYS_MAX: Final = 90


def _span(call: Call) -> tuple[dt.date, dt.date]:
    since, until = call.day("since"), call.day("until")
    if until < since:
        raise RuleBroken(_("The last day lies before the first one."))
    if until > timezone.localdate(call.at):
        raise RuleBroken(_("An account is stated up to today at the most."))
    return since, until


def held(call: Call) -> AccountStatement:
    """The statement that the call is about, its row held until the transaction ends. Raises NotYours."""
    pk = call.id_of("statement")
    if call.person is not None:
        pk = statement_visible_to(call.person, pk).pk
    rows = AccountStatement.objects.select_for_update(no_key=True, of=("self",)).select_related("party", "company")
    return rows.get(pk=pk)


def told(row: AccountStatement, **changes: object) -> Done:
    return Done(("account_statement", row.pk, row.number), changes, row.company_id)


@action(
    "statement.draw",
    gettext_lazy("Draw up statements of account"),
    COMPANY,
    SINCE,
    UNTIL,
    words=("编制对账单", "客户对账"),
)
def draw_all(call: Call) -> Done:
    """Of every customer of the company with a balance or a movement; who has one to this day keeps it."""
    since, until = _span(call)
    company = stated_companies(call.person).filter(pk=call.id_of("company")).first()
    if company is None:
        raise NotYours(_("There is no such company."))
    made = draw(company.pk, since, until, at=call.at, by=call.person.pk if call.person else None)
    changes = {"since": since.isoformat(), "until": until.isoformat(), "made": len(made)}
    return Done(("company", company.pk, company.name), changes, company.pk)


@action(
    "statement.draw_one",
    gettext_lazy("Draw up a statement of account"),
    Fact("party", "id", gettext_lazy("Customer"), per=True),
    SINCE,
    UNTIL,
    words=("编制对账单",),
)
def draw_one(call: Call) -> Done:
    since, until = _span(call)
    rows = visible_debtors(call.person) if call.person is not None else Party.objects.filter(merged_into=None)
    party = rows.filter(pk=call.id_of("party")).first()
    if party is None:
        raise NotYours(_("There is no such customer."))
    by = call.person.pk if call.person else None
    made = draw(party.company_id, since, until, at=call.at, by=by, party_ids=[party.pk])
    row = AccountStatement.objects.select_related("party").filter(party=party, until=until).first()
    if row is None:
        raise RuleBroken(_("Nothing moved on this customer's account, and nothing is open."))
    return told(row, made=len(made), closing=f"{row.closing:f}")


@action(
    "statement.share",
    gettext_lazy("Make a link by which the customer confirms a statement"),
    STATEMENT,
    Fact("days", "days", gettext_lazy("Good for days"), required=False),
)
def share(call: Call) -> Done:
    """It ends by itself, and the one before it at once."""
    row = held(call)
    if row.answered_at is not None:
        raise RuleBroken(_("The customer has answered %(number)s already.") % {"number": row.number})
    days = int(str(call.facts["days"]).split(".")[0]) if call.facts.get("days") is not None else DAYS
    if not 1 <= days <= DAYS_MAX:
        raise RuleBroken(_("A link is good for 1 to %(n)d days.") % {"n": DAYS_MAX})
    StatementLink.objects.filter(statement=row, withdrawn_at=None).update(withdrawn_at=call.at)
    expires_at = call.at + dt.timedelta(days=days)
    link = StatementLink.objects.create(statement=row, expires_at=expires_at, made_at=call.at, made_by=call.person)
    return told(row, link=link.pk, days=days)
