"""The addresses of payments: what is owed by whom, one payer's account, receipts."""

from django.urls import path

from remit.kernel.payments.web import views_charges as charges
from remit.kernel.payments.web import views_receipts as receipts

app_name = "payments"

urlpatterns = [
    path("", charges.owed, name="owed"),
    path("payers/<int:pk>/", charges.account, name="account"),
    path("payers/<int:pk>/take/", receipts.take, name="take"),
    path("payers/<int:pk>/charge/", charges.add, name="charge-add"),
    path("charges/<int:pk>/", charges.charge_page, name="charge"),
    path("charges/<int:pk>/waiver/", charges.give_up, {"how": "waive"}, name="charge-waive"),
    path("charges/<int:pk>/write-off/", charges.give_up, {"how": "write_off"}, name="charge-write-off"),
    path("charges/<int:pk>/reversal/", charges.reverse_charge, name="charge-reverse"),
    path("movements/<int:pk>/restoration/", charges.restore, name="restore"),
    path("receipts/", receipts.receipt_list, name="receipts"),
    path("receipts/<int:pk>/", receipts.receipt_page, name="receipt"),
    path("receipts/<int:pk>/paper.pdf", receipts.paper, name="receipt-paper"),
    path("receipts/<int:pk>/allocation/", receipts.clear_more, name="receipt-allocate"),
    path("receipts/<int:pk>/refund/", receipts.give_back, name="receipt-refund"),
    path("receipts/<int:pk>/void/", receipts.cancel, name="receipt-void"),
]
