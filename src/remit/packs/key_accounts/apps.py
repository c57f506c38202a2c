from django.apps import AppConfig


class KeyAccountsConfig(AppConfig):
    name = "remit.packs.key_accounts"
    label = "key_accounts"

    def ready(self) -> None:
        from remit.packs.key_accounts import actions  # noqa: F401 - declaring is importing
