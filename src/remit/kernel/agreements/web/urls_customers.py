"""What a customer opens with a link, without a login."""

from django.urls import path

from remit.kernel.agreements.web import views_links as links

app_name = "papers"

urlpatterns = [
    path("papers/<str:token>/", links.shown, name="shown"),
    path("papers/<str:token>/paper.pdf", links.paper, name="paper"),
]
