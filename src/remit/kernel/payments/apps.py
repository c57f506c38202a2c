from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "remit.kernel.payments"
    label = "payments"

    def ready(self) -> None:
        from remit.kernel.billing import hooks
        from remit.kernel.documents.access import let_read
        from remit.kernel.ledger import hooks as ledger_hooks
        from remit.kernel.payments import actions  # noqa: F401 - declaring is importing
        from remit.kernel.payments.banking import access, bouncing, debiting  # noqa: F401 - as above
        from remit.kernel.payments.banking import actions as banking  # noqa: F401 - as above
        from remit.kernel.payments.queries import sub_ledger
        from remit.kernel.payments.receiving import give_back

        hooks.freed.append(give_back)
        ledger_hooks.sub_ledgers.append(sub_ledger)
        ledger_hooks.controlled_roles.append("prepayment")
        let_read(access.FILES_ROOM, access.may_read_file)
