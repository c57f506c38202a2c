from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "remit.kernel.parties"
    label = "parties"
