from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    name = "remit.kernel.treasury"
    label = "treasury"

    def ready(self) -> None:
        from remit.kernel.treasury import actions, counting  # noqa: F401 - declaring is importing
