from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    name = "remit.kernel.treasury"
    label = "treasury"

    def ready(self) -> None:
        from remit.kernel.ledger import hooks as ledger_hooks
        from remit.kernel.payments import hooks
        from remit.kernel.treasury import actions, counting  # noqa: F401 - declaring is importing
        from remit.kernel.treasury.drawers import cash_account
        from remit.kernel.treasury.queries import sentences

        hooks.cash_accounts.append(cash_account)
        ledger_hooks.checks.append(sentences)
