"""The addresses of the book of traffic."""

from django.urls import include, path

from remit.packs.key_accounts.web import views, views_import

app_name = "traffic"

one_upload = [
    path("", views_import.preview, name="import-preview"),
    path("taking-in/", views_import.take_in, name="import-take-in"),
    path("mending/", views_import.error_file, name="import-error-file"),
]

urlpatterns = [
    path("", views.book, name="book"),
    path("rule/", views.rule, name="rule"),
    path("import/", views_import.upload, name="import"),
    path("import/template/", views_import.template, name="import-template"),
    path("import/<int:pk>/undoing/", views_import.undo, name="import-undo"),
    path("import/<str:token>/", include(one_upload)),
]
