"""The map of addresses. The first word of a path is the room's name; rooms bring their own maps."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from remit.api.router import urls as api_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("i18n/language/", login_not_required(set_language), name="set_language"),
    path("", include("remit.kernel.accounts.web.urls")),  # login/, logout/, me/
    path("", include("remit.web.urls")),
    path("", include("remit.kernel.work.web.urls")),  # Today
    path("", include("remit.kernel.procedures.web.urls_customers")),  # intake/ and status/, for customers
    path("authority/", include("remit.kernel.authority.web.urls")),
    path("charters/", include("remit.kernel.charters.web.urls")),
    path("procedures/", include("remit.kernel.procedures.web.urls")),
    path("parties/", include("remit.kernel.parties.web.urls")),
    path("", include("remit.kernel.agreements.web.urls_customers")),  # papers/, for customers
    path("agreements/", include("remit.kernel.agreements.web.urls")),
    path("payments/banking/", include("remit.kernel.payments.web.urls_banking")),
    path("ledger/", include("remit.kernel.ledger.web.urls")),
    path("billing/", include("remit.kernel.billing.web.urls")),
    path("payments/", include("remit.kernel.payments.web.urls")),
    path("organization/", include("remit.kernel.organization.web.urls")),
    path("traffic/", include("remit.packs.key_accounts.web.urls")),
    path("audit/", include("remit.kernel.audit.web.urls")),
    path("dunning/", include("remit.kernel.dunning.web.urls")),
    path("", include("remit.kernel.credit.web.urls_customers")),  # statements/, for customers
    path("credit/", include("remit.kernel.credit.web.urls")),
    path("treasury/", include("remit.kernel.treasury.web.urls")),
    path("spending/", include("remit.kernel.spending.web.urls")),
    path("api/", api_urls()),
]

handler400 = "remit.web.errors.bad_request"
handler403 = "remit.web.errors.permission_denied"
handler404 = "remit.web.errors.page_not_found"
handler500 = "remit.web.errors.server_error"
