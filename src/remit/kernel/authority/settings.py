"""What the company decides for all of it, as actions: how long an approver has, and what is wanted of passwords."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.accounts import actions as accounts
from remit.kernel.accounts.models import AccountPolicy
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.models import AuthorityState
from remit.kernel.authority.registry import Call, Done, action
from remit.lib.calendars import parse_duration

ANSWER_WITHIN_LENGTH = 20  # of the column


@action(
    "authority.set_answer_time",
    gettext_lazy("Set the time for answering requests"),
    Fact("within", "text", gettext_lazy("Answer within"), help=gettext_lazy("Business time: 1 workday, 4 hours.")),
    changes_authority=True,
)
def set_answer_time(call: Call) -> Done:
    """Holds for requests that climb or are asked from now on; clocks that run already keep their time."""
    within = " ".join(call.text("within").split())
    try:
        parse_duration(within)
    except ValueError as error:
        raise RuleBroken(str(error)) from error
    if len(within) > ANSWER_WITHIN_LENGTH:
        raise RuleBroken(_("“%(text)s” is too long.") % {"text": within[:30]})
    before = AuthorityState.objects.values_list("answer_within", flat=True).get(pk=1)
    AuthorityState.objects.filter(pk=1).update(answer_within=within)
    return Done(("setting", "answer_within", _("Time for answering requests")), {"within": [before, within]})


@action(
    "account.set_policy",
    gettext_lazy("Set the rules for passwords and sessions"),
    Fact("min_length", "count", gettext_lazy("Characters of a password, at least")),
    Fact("password_period_days", "count", gettext_lazy("Days after which a password must be changed"), required=False),
    Fact("idle_session_minutes", "count", gettext_lazy("Minutes of rest after which a session ends"), required=False),
)
def set_policy(call: Call) -> Done:
    """Empty: no period, no end by rest."""
    names = ("min_length", "password_period_days", "idle_session_minutes")
    old = AccountPolicy.objects.first() or AccountPolicy()
    before = {name: getattr(old, name) for name in names}
    given = {name: call.count(name, 0) or None for name in names}
    try:
        accounts.set_policy(
            min_length=call.count("min_length", 0),
            password_period_days=given["password_period_days"],
            idle_session_minutes=given["idle_session_minutes"],
            actor=call.actor,
            leave_event=False,
        )
    except ValidationError as error:
        raise RuleBroken(" ".join(error.messages)) from error
    changes = {name: [before[name], given[name]] for name in names if before[name] != given[name]}
    return Done(("setting", "account_policy", _("Rules for passwords and sessions")), changes)
