from django.apps import AppConfig


class SpendingConfig(AppConfig):
    name = "remit.kernel.spending"
    label = "spending"

    def ready(self) -> None:
        from remit.kernel.documents.access import let_read
        from remit.kernel.spending import access, actions  # noqa: F401 - declaring is importing

        let_read(access.FILES_ROOM, access.may_read_file)
