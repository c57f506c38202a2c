"""What is done from an agreement's page: each a POST that does one thing and leads back."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from remit.kernel.agreements.access import agreement_visible_to
from remit.kernel.agreements.web.views import draw
from remit.web.acting import act, answer, person_here
from remit.web.http import Request


def _deed(request: Request, pk: int, action: str, names: tuple[str, ...], done: str, **more: Any) -> HttpResponse:
    """One act on one agreement; what is refused is told on the page."""
    person = person_here(request)
    agreement = agreement_visible_to(person, pk)
    given: Mapping[str, Any] = {name: request.POST.get(name, "").strip() for name in names}
    outcome = act(request, action, {"agreement": pk, **given, **more})
    if outcome.result is None:
        return draw(request, person, agreement, refusal=outcome.refusal, status=outcome.status)
    return answer(request, outcome, done, "agreements:detail", pk)


@require_POST
def send(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "agreement.send", ("how",), _("Noted as sent."))


@require_POST
def convert(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    agreement = agreement_visible_to(person, pk)
    outcome = act(request, "agreement.convert", {"agreement": pk, "to": request.POST.get("to", "")})
    if outcome.result is None:
        return draw(request, person, agreement, refusal=outcome.refusal, status=outcome.status)
    made = int(outcome.result.subject[1]) if outcome.result.kind == "done" else pk
    return answer(
        request, outcome, _("Made out of %(number)s.") % {"number": agreement.number}, "agreements:detail", made
    )


@require_POST
def review(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "contract.review", ("side", "passed", "reason"), _("Your opinion is written down."))


@require_POST
def sign(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "contract.sign", ("signed_on", "their_name"), _("Signed."))


@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "agreement.cancel", ("reason",), _("Called off."))


@require_POST
def register(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "contract.register", ("kept_at", "kept_by", "copies"), _("Entered in the ledger."))


@require_POST
def note_payment(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "agreement.note_payment", ("line", "received"), _("Noted."))


@require_POST
def seal(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "seal.use", ("seal", "paper", "reason"), _("Entered in the log of seals."))


@require_POST
def share(request: Request, pk: int) -> HttpResponse:
    prices = "no" if request.POST.get("without_prices") else "yes"
    return _deed(request, pk, "agreement.share", ("days",), _("The link is ready."), with_prices=prices)


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    return _deed(request, pk, "agreement.withdraw_link", ("link",), _("Withdrawn."))
