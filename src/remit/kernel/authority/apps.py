from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    name = "remit.kernel.authority"
    label = "authority"
