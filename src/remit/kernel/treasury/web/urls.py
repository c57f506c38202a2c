"""The addresses of the cashier's office."""

from django.urls import path

from remit.kernel.treasury.web import views, views_drawers

app_name = "treasury"

urlpatterns = [
    path("", views.payments, name="payments"),
    path("vouchers/<int:pk>/paying/", views.pay, name="pay"),
    path("cheques/", views.cheques, name="cheques"),
    path("cheques/books/", views.take_book, name="take-book"),
    path("cheques/<int:pk>/voiding/", views.void, name="void"),
    path("drawers/", views_drawers.drawers, name="drawers"),
    path("drawers/<int:pk>/", views_drawers.drawer, name="drawer"),
    path("drawers/<int:pk>/closing/", views_drawers.close, name="drawer-close"),
    path("drawers/<int:pk>/reopening/", views_drawers.reopen, name="drawer-reopen"),
    path("drawers/<int:pk>/deposits/", views_drawers.deposit, name="drawer-deposit"),
    path("funds/", views_drawers.funds, name="funds"),
    path("counts/", views.counts, name="counts"),
]
