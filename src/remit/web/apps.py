from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "remit.web"
    label = "web"

    def ready(self) -> None:
        from remit.web.compile_catalogues import compile_catalogues, forget_read

        if compile_catalogues():
            forget_read()
