from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "remit.kernel.work"
    label = "work"

    def ready(self) -> None:
        from remit.kernel.work import sources

        sources.register()
