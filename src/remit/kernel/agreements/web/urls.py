"""The addresses of agreements, as an outline."""

from django.urls import include, path

from remit.kernel.agreements.web import views_mandates as mandates

app_name = "agreements"

urlpatterns = [
    path("mandates/", mandates.mandate_list, name="mandates"),
    path("mandates/new/", mandates.mandate_new, name="mandate-new"),
    path("mandates/<int:pk>/", include([path("revocation/", mandates.revoke, name="mandate-revoke")])),
]
