from django.apps import AppConfig


class DunningConfig(AppConfig):
    name = "remit.kernel.dunning"
    label = "dunning"

    def ready(self) -> None:
        # Declaring is importing: the registry is complete once these are loaded.
        from remit.kernel.dunning import actions, following  # noqa: F401

        following.register()
