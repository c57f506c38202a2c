from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "remit.kernel.ledger"
    label = "ledger"

    def ready(self) -> None:
        from remit.kernel.documents.access import let_read
        from remit.kernel.ledger import access, actions, archiving, vouchers  # noqa: F401 - declaring is importing

        let_read(access.FILES_ROOM, access.may_read_file)
