from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "remit.kernel.accounts"
    label = "accounts"

    def ready(self) -> None:
        from remit import checks  # noqa: F401 - importing registers the system checks
        from remit.kernel.accounts import login_log

        login_log.connect()
