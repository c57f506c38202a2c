"""The addresses of the cashier's office."""

from django.urls import path

from remit.kernel.treasury.web import views

app_name = "treasury"

urlpatterns = [
    path("", views.payments, name="payments"),
    path("vouchers/<int:pk>/paying/", views.pay, name="pay"),
    path("cheques/", views.cheques, name="cheques"),
    path("cheques/books/", views.take_book, name="take-book"),
    path("cheques/<int:pk>/voiding/", views.void, name="void"),
    path("counts/", views.counts, name="counts"),
]
