from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "remit.kernel.parties"
    label = "parties"

    def ready(self) -> None:
        # Declaring is importing: the registry is complete once these are loaded.
        from remit.kernel.parties import actions  # noqa: F401
