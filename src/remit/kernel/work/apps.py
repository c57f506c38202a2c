from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "remit.kernel.work"
    label = "work"
