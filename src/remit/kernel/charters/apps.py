from django.apps import AppConfig


class ChartersConfig(AppConfig):
    name = "remit.kernel.charters"
    label = "charters"

    def ready(self) -> None:
        # Declaring is importing: the registry is complete once these are loaded.
        from remit.kernel.charters import actions, asking  # noqa: F401
