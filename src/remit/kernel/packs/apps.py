from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "remit.kernel.packs"
    label = "packs"

    def ready(self) -> None:
        # Declaring is importing: the registry is complete once this is loaded.
        from remit.kernel.packs import actions  # noqa: F401
