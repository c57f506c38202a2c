from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "remit.kernel.agreements"
    label = "agreements"

    def ready(self) -> None:
        # Declaring is importing: the registry is complete once these are loaded.
        from remit.kernel.agreements import actions, following  # noqa: F401

        following.register()
