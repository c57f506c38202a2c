from django.urls import path

from remit.kernel.work.web import views

app_name = "work"

urlpatterns = [path("", views.today, name="today")]
