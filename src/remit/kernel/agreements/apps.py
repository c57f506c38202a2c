from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "remit.kernel.agreements"
    label = "agreements"

    def ready(self) -> None:
        # Declaring is importing: the registry is complete once these are loaded.
        from remit.kernel.agreements import access, actions, following  # noqa: F401
        from remit.kernel.documents.access import let_read

        following.register()
        let_read(access.FILES_ROOM, access.may_read_file)
