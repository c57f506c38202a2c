"""The addresses of the books."""

from django.urls import path

from remit.kernel.ledger.web import views, views_archive, views_chart, views_vouchers

app_name = "ledger"

urlpatterns = [
    path("", views.trial, name="trial"),
    path("journal/", views.journal, name="journal"),
    path("months/closing/", views.close_month, name="close"),
    path("months/reopening/", views.reopen_month, name="reopen"),
    path("founding/", views_chart.found, name="found"),
    path("chart/", views_chart.chart, name="chart"),
    path("chart/account/", views_chart.put_account, name="put-account"),
    path("chart/role/", views_chart.set_role, name="set-role"),
    path("opening/", views_chart.opening, name="opening"),
    path("years/carrying/", views_chart.carry_forward, name="carry-forward"),
    path("accounts/<int:pk>/", views.account, name="account"),
    path("entries/<int:pk>/", views_vouchers.entry, name="entry"),
    path("entries/<int:pk>/auditing/", views_vouchers.audit, name="audit"),
    path("entries/<int:pk>/reversing/", views_vouchers.reverse_entry, name="reverse"),
    path("entries/<int:pk>/attaching/", views_vouchers.attach, name="attach"),
    path("entries/<int:pk>/originals/<int:paper>/", views_vouchers.original, name="original"),
    path("archive/", views_archive.archive, name="archive"),
    path("archive/<int:pk>/lending/", views_archive.lend, name="archive-lend"),
    path("archive/<int:pk>/taking-back/", views_archive.take_back, name="archive-take-back"),
    path("archive/<int:pk>/moving/", views_archive.move, name="archive-move"),
    path("archive/<int:pk>/destroying/", views_archive.destroy, name="archive-destroy"),
    path("vouchers/new/", views_vouchers.new, name="voucher-new"),
]
