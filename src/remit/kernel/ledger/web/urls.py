"""The addresses of the books."""

from django.urls import path

from remit.kernel.ledger.web import views, views_vouchers

app_name = "ledger"

urlpatterns = [
    path("", views.trial, name="trial"),
    path("journal/", views.journal, name="journal"),
    path("months/closing/", views.close_month, name="close"),
    path("months/reopening/", views.reopen_month, name="reopen"),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("entries/<int:pk>/", views_vouchers.entry, name="entry"),
    path("entries/<int:pk>/auditing/", views_vouchers.audit, name="audit"),
    path("entries/<int:pk>/reversing/", views_vouchers.reverse_entry, name="reverse"),
    path("entries/<int:pk>/attaching/", views_vouchers.attach, name="attach"),
    path("entries/<int:pk>/originals/<int:paper>/", views_vouchers.original, name="original"),
    path("vouchers/new/", views_vouchers.new, name="voucher-new"),
]
