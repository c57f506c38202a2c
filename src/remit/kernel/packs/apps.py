from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "remit.kernel.packs"
    label = "packs"
