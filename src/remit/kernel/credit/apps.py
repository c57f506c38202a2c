from django.apps import AppConfig


class CreditConfig(AppConfig):
    name = "remit.kernel.credit"
    label = "credit"

    def ready(self) -> None:
        from remit.kernel.agreements import hooks
        from remit.kernel.credit import access, actions
        from remit.kernel.documents.access import let_read

        hooks.before_signing.append(actions.limiting.ask_credit)
        let_read(access.FILES_ROOM, access.may_read_file)
