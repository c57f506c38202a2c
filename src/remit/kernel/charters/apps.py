from django.apps import AppConfig


class ChartersConfig(AppConfig):
    name = "remit.kernel.charters"
    label = "charters"
