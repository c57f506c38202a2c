"""What a customer opens with a link, without a login."""

from django.urls import path

from remit.kernel.credit.web import views_links as links

app_name = "statements"

urlpatterns = [
    path("statements/<str:token>/", links.shown, name="shown"),
    path("statements/<str:token>/paper.pdf", links.paper, name="paper"),
]
