"""The addresses of credit."""

from django.urls import path

from remit.kernel.credit.web import views_limits as limits
from remit.kernel.credit.web import views_orders as orders
from remit.kernel.credit.web import views_statements as statements

app_name = "credit"

urlpatterns = [
    path("", statements.listed, name="statements"),
    path("drawing/", statements.draw, name="draw"),
    path("papers.pdf", statements.papers, name="papers"),
    path("statements/<int:pk>/", statements.detail, name="statement"),
    path("statements/<int:pk>/paper.pdf", statements.paper, name="paper"),
    path("statements/<int:pk>/link/", statements.share, name="share"),
    path("statements/<int:pk>/answer/", statements.answered, name="answer"),
    path("statements/<int:pk>/explanation/", statements.explain, name="explain"),
    path("statements/<int:pk>/scan/", statements.scan, name="scan"),
    path("limits/", limits.listed, name="limits"),
    path("limits/setting/", limits.set_limit, name="set-limit"),
    path("orders/", orders.listed, name="orders"),
    path("orders/<int:pk>/release/", orders.release_credit, name="release-credit"),
    path("orders/<int:pk>/terms/", orders.set_terms, name="set-terms"),
    path("orders/<int:pk>/charge/", orders.match, name="match-charge"),
    path("orders/<int:pk>/shipment/", orders.ship, name="ship"),
]
