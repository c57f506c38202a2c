"""A statement for the customer, reached by a signed link that ends by itself: he confirms it, or says what differs."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import Refusal
from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import perform
from remit.kernel.credit.links import good_link, token_of
from remit.kernel.credit.papers import statement_data, statements_pdf
from remit.kernel.credit.web.reading import differences_in

CUSTOMER = system("link")


def _private(response: HttpResponse) -> HttpResponse:
    """Not kept by a browser, not found by a search engine, not told to the next site."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def shown(request: HttpRequest, token: str) -> HttpResponse:
    link = good_link(token)
    if link is None:
        return _private(render(request, "credit/customer_gone.html", {}, status=404))
    refusal = ""
    if request.method == "POST":
        differs = differences_in(request.POST) if request.POST.get("answer") == "differs" else []
        facts = {"link": link.pk, "name": request.POST.get("name", ""), "differences": differs}
        try:
            if request.POST.get("answer") == "differs" and not differs:
                facts["differences"] = [{"line": "", "amount": "0"}]  # refused by the action, in its words
            perform(CUSTOMER, "statement.answer_by_link", facts)
            return _private(redirect("statements:shown", token_of(link)))
        except BadFacts as error:
            refusal = " ".join(error.faults.values())
        except Refusal as error:
            refusal = error.sentence
    statement = link.statement
    context = {
        "row": statement,
        "sheet": statement_data(statement),
        "token": token_of(link),
        "until": link.expires_at,
        "refusal": refusal,
        "typed": request.POST,
        "typed_rows": differences_in(request.POST) or [{}],
        "differences": list(statement.differences.order_by("id")),
    }
    return _private(render(request, "credit/customer_statement.html", context, status=422 if refusal else 200))


@login_not_required
@never_cache
@require_GET
def paper(request: HttpRequest, token: str) -> HttpResponse:
    link = good_link(token)
    if link is None:
        return _private(render(request, "credit/customer_gone.html", {}, status=404))
    headers = {"Content-Disposition": f'inline; filename="{link.statement.number}.pdf"'}
    return _private(HttpResponse(statements_pdf([link.statement]), content_type="application/pdf", headers=headers))
