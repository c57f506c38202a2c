from django.urls import path

from remit.kernel.audit.web import views

app_name = "audit"

urlpatterns = [
    path("", views.event_list, name="event-list"),
    path("<int:pk>/", views.event_page, name="event-detail"),
]
