from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "remit.kernel.billing"
    label = "billing"

    def ready(self) -> None:
        from remit.kernel.billing import actions  # noqa: F401 - declaring is importing
