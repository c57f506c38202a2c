from django.apps import AppConfig


class ChartersConfig(AppConfig):
    name = "remit.kernel.charters"
    label = "charters"

    def ready(self) -> None:
        # Declaring is importing: the registry is complete once these are loaded.
        from remit.kernel.charters import actions, asking, signing  # noqa: F401
        from remit.kernel.charters.access import IMPORTS_ROOM, SIGNATURES_ROOM, may_read_import, may_read_signature
        from remit.kernel.documents.access import let_read

        let_read(IMPORTS_ROOM, may_read_import)
        let_read(SIGNATURES_ROOM, may_read_signature)
