from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "remit.kernel.parties"
    label = "parties"

    def ready(self) -> None:
        # Declaring is importing: the registry is complete once these are loaded.
        from remit.kernel.documents.access import let_read
        from remit.kernel.parties import actions  # noqa: F401
        from remit.kernel.parties.access import FILES_ROOM, may_read_file

        let_read(FILES_ROOM, may_read_file)
