"""A paper for the customer, reached by a signed link that ends by itself. Each look leaves an event."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from remit.kernel.accounts.actor import system
from remit.kernel.agreements.links import good_link, token_of
from remit.kernel.agreements.models import ShareLink
from remit.kernel.agreements.papers import paper_data, pdf_of
from remit.kernel.authority.gate import perform

CUSTOMER = system("link")


def _private(response: HttpResponse) -> HttpResponse:
    """Not kept by a browser, not found by a search engine, not told to the next site."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


@login_not_required
@never_cache
@require_GET
def shown(request: HttpRequest, token: str) -> HttpResponse:
    link = good_link(token)
    if link is None:
        return _private(render(request, "agreements/customer_gone.html", {}, status=404))
    _look(request, link)
    said = link.agreement.versions.get(number=link.version)
    context = {
        "paper": paper_data(link.agreement, said, with_prices=link.with_prices),
        "token": token_of(link),
        "until": link.expires_at,
    }
    return _private(render(request, "agreements/customer_paper.html", context))


@login_not_required
@never_cache
@require_GET
def paper(request: HttpRequest, token: str) -> HttpResponse:
    link = good_link(token)
    if link is None:
        return _private(render(request, "agreements/customer_gone.html", {}, status=404))
    _look(request, link)
    said = link.agreement.versions.get(number=link.version)
    content = pdf_of(link.agreement, said, with_prices=link.with_prices)
    headers = {"Content-Disposition": f'inline; filename="{link.agreement.number}.pdf"'}
    return _private(HttpResponse(content, content_type="application/pdf", headers=headers))


def _look(request: HttpRequest, link: ShareLink) -> None:
    """Who works here and tries the link out is no customer who looked."""
    if not request.user.is_authenticated:
        address = request.META.get("REMOTE_ADDR", "")
        perform(CUSTOMER, "agreement.shown", {"link": link.pk, "address": str(address)[:60]})
