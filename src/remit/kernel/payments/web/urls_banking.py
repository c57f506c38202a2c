"""Accounts at banks, statements, direct debit."""

from django.urls import path

from remit.kernel.payments.web import views_debits as debits
from remit.kernel.payments.web import views_statements as statements

app_name = "banking"
urlpatterns = [
    path("", statements.accounts, name="accounts"),
    path("new/", statements.account_new, name="account-new"),
    path("<int:pk>/", statements.account, name="account"),
    path("<int:pk>/send/", statements.upload, name="upload"),
    path("<int:pk>/files/<int:file>/", statements.file_preview, name="file"),
    path("<int:pk>/files/<int:file>/recipe/", statements.recipe, name="recipe"),
    path("<int:pk>/match/", statements.match, name="match"),
    path("<int:pk>/matched/", statements.matched, name="matched"),
    path("<int:pk>/unmatch/<int:matching>/", statements.unmatch, name="unmatch"),
    path("<int:pk>/reconciliation/", statements.reconciliation, name="reconciliation"),
    path("reconciliations/<int:pk>/check/", statements.check, name="check"),
    path("reconciliations/<int:pk>/paper/", statements.paper, name="paper"),
    path("debits/", debits.batches, name="batches"),
    path("debits/new/", debits.batch_new, name="batch-new"),
    path("debits/<int:pk>/", debits.batch, name="batch"),
    path("debits/<int:pk>/send/", debits.send, name="batch-send"),
    path("debits/<int:pk>/file/", debits.fetch, name="batch-fetch"),
    path("debits/<int:pk>/drop/", debits.drop, name="batch-drop"),
    path("debits/<int:pk>/return/", debits.return_upload, name="return-upload"),
    path("debits/<int:pk>/return/<int:file>/", debits.return_preview, name="return"),
    path("debits/items/<int:pk>/", debits.item, name="item"),
    path("debits/items/<int:pk>/bounce/", debits.bounce, name="bounce"),
    path("formats/", debits.formats, name="formats"),
    path("formats/new/", debits.format_new, name="format-new"),
]
