"""The addresses of agreements, as an outline."""

from django.urls import include, path

from remit.kernel.agreements.web import views, views_register
from remit.kernel.agreements.web import views_deeds as deeds
from remit.kernel.agreements.web import views_mandates as mandates

app_name = "agreements"

one_agreement = [
    path("", views.agreement_page, name="detail"),
    path("change/", views.agreement_change, name="change"),
    path("paper.pdf", views.paper_pdf, name="paper"),
    path("paper.docx", views.paper_docx, name="paper-docx"),
    path("signed.pdf", views.signed_paper, name="signed-paper"),
    path("sending/", deeds.send, name="send"),
    path("conversion/", deeds.convert, name="convert"),
    path("review/", deeds.review, name="review"),
    path("signing/", deeds.sign, name="sign"),
    path("cancelling/", deeds.cancel, name="cancel"),
    path("custody/", deeds.register, name="custody"),
    path("payments/", deeds.note_payment, name="payment"),
    path("sealing/", deeds.seal, name="seal"),
    path("links/", deeds.share, name="share"),
    path("links/withdrawal/", deeds.withdraw, name="withdraw-link"),
]

urlpatterns = [
    path("", views.agreement_list, name="list"),
    path("new/", views.agreement_new, name="new"),
    path("lines/", views.lines, name="lines"),
    path("totals/", views.totals, name="totals"),
    path("register/", views_register.register, name="register"),
    path("register.xlsx", views_register.export, name="register-xlsx"),
    path("seals/", views_register.seals, name="seals"),
    path("prices/", views_register.prices, name="prices"),
    path("templates/", views_register.templates, name="templates"),
    path("mandates/", mandates.mandate_list, name="mandates"),
    path("mandates/new/", mandates.mandate_new, name="mandate-new"),
    path("mandates/<int:pk>/", include([path("revocation/", mandates.revoke, name="mandate-revoke")])),
    path("<int:pk>/", include(one_agreement)),
]
