"""The addresses of what customers see without a login."""

from django.urls import path

from remit.kernel.procedures.web import views_customers, views_status

app_name = "customers"

urlpatterns = [
    path("intake/<slug:slug>/", views_customers.intake, name="intake"),
    path("intake/<slug:slug>/<slug:key>/", views_customers.intake_form, name="intake-form"),
    path("status/<str:token>/", views_status.status, name="status"),
    path("status/<str:token>/word/", views_status.word, name="status-word"),
    path("status/<str:token>/rating/", views_status.rating, name="status-rating"),
]
