"""What is done with one claim: review, return, reject, withdraw, pay."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from remit.kernel.spending.access import claim_visible_to
from remit.web.acting import act, answer, person_here
from remit.web.http import Request


def _do(request: Request, pk: int, action: str, done: str, *names: str) -> HttpResponse:
    claim = claim_visible_to(person_here(request), pk)
    facts = {"claim": claim.pk, **{name: request.POST.get(name, "") for name in names}}
    return answer(request, act(request, action, facts), done, "spending:claim", claim.pk)


@require_POST
def review(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, "claim.review", _("Reviewed; it can be paid now."), "note")


@require_POST
def give_back(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, "claim.return", _("Returned to the claimant."), "reason")


@require_POST
def reject(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, "claim.reject", _("Rejected."), "reason")


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, "claim.withdraw", _("Withdrawn."))


@require_POST
def pay(request: Request, pk: int) -> HttpResponse:
    return _do(request, pk, "claim.pay", _("Paid, entered and stamped."), "way", "on", "bank", "reference")
