from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "remit.kernel.accounts"
    label = "accounts"
