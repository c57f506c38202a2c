"""The page of one case for its customer, reached by a signed link. A GET changes nothing: programs that look at mails open links, too."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import one_act, perform
from remit.kernel.procedures.models import StatusLink
from remit.kernel.procedures.public.limits import WORDS_BY_ADDRESS, refuse_too_many
from remit.kernel.procedures.public.links import good_link, token_of
from remit.kernel.procedures.public.reading import LEVEL_LABELS, customer_view
from remit.kernel.procedures.public.speaking import CUSTOMER, telephone_of
from remit.kernel.procedures.web.views_customers import address_here, kept, look_at
from remit.lib import clock
from remit.lib.refusals import Refusal

TOLD: Final = {
    "note": lambda: _("Sent. Whoever handles the matter reads it."),
    "confirmed": lambda: _("Thank you. We have noted that it is settled."),
    "not_solved": lambda: _("Noted. We go on with it."),
}


def by_link(view: Callable[[HttpRequest, StatusLink], HttpResponse]) -> Callable[[HttpRequest, str], HttpResponse]:
    """Opens the link, and lets nobody keep or find the page: not the browser, not a search engine, not the next site."""

    @login_not_required
    @never_cache
    def opened(request: HttpRequest, token: str) -> HttpResponse:
        link = good_link(token)
        if link is None:
            response = render(request, "procedures/customer_gone.html", {}, status=404)
        else:
            response = view(request, link)
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        # Nothing to other sites; with "no-referrer" browsers would send the forms without their origin, and they would be refused.
        response["Referrer-Policy"] = "same-origin"
        return response

    return opened


@require_GET
@by_link
def status(request: HttpRequest, link: StatusLink) -> HttpResponse:
    """?new=1 right after the matter was sent in."""
    return _draw(request, link)


def _draw(request: HttpRequest, link: StatusLink, refusal: str = "", code: int = 200) -> HttpResponse:
    case = link.case
    context = {
        "view": customer_view(case),
        "company": case.company.name,
        "telephone": telephone_of(case.company_id),
        "token": token_of(link),
        "levels": LEVEL_LABELS,
        "is_new": "new" in request.GET,
        "read_only": request.user.is_authenticated,
        "refusal": refusal,
    }
    return render(request, "procedures/customer_status.html", context, status=code)


def _say(request: HttpRequest, link: StatusLink, name: str, facts: Mapping[str, Any], told: str) -> HttpResponse:
    if request.user.is_authenticated:
        return _draw(request, link, _("Only customers do this, on their own page."), 403)
    address, uploads = address_here(request), {"files": request.FILES.getlist("photos")}
    try:
        refuse_too_many(link.company_id, {address: WORDS_BY_ADDRESS}, clock.now(), telephone_of(link.company_id))
        look_at(uploads)
        with one_act():
            given = {"case": link.case_id, "address": address, **facts, **kept(uploads, CUSTOMER, link.company_id)}
            perform(CUSTOMER, name, {key: value for key, value in given.items() if value})
    except BadFacts as error:
        return _draw(request, link, " ".join(error.faults.values()), 422)
    except Refusal as error:
        return _draw(request, link, error.sentence, error.status)
    messages.success(request, told)
    return redirect("customers:status", token_of(link))


@require_POST
@by_link
def word(request: HttpRequest, link: StatusLink) -> HttpResponse:
    """A note with photos; or, where the case waits for it, that it is settled or is not."""
    kind = request.POST.get("kind", "")
    facts = {"kind": kind, "text": request.POST.get("text", "")[:2000]}
    return _say(request, link, "case.customer_says", facts, TOLD.get(kind, TOLD["note"])())


@require_POST
@by_link
def rating(request: HttpRequest, link: StatusLink) -> HttpResponse:
    """One tap: the level; words may follow."""
    facts = {"level": request.POST.get("level", ""), "text": request.POST.get("text", "")[:2000]}
    return _say(request, link, "case.rate", facts, _("Thank you."))
