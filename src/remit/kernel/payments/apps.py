from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "remit.kernel.payments"
    label = "payments"

    def ready(self) -> None:
        from remit.kernel.billing import hooks
        from remit.kernel.ledger import hooks as ledger_hooks
        from remit.kernel.payments import actions  # noqa: F401 - declaring is importing
        from remit.kernel.payments.queries import sub_ledger
        from remit.kernel.payments.receiving import give_back

        hooks.freed.append(give_back)
        ledger_hooks.sub_ledgers.append(sub_ledger)
        ledger_hooks.controlled_roles.append("prepayment")
