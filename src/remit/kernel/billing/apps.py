from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "remit.kernel.billing"
    label = "billing"

    def ready(self) -> None:
        from remit.kernel.billing import actions  # noqa: F401 - declaring is importing
        from remit.kernel.billing.access_meters import PHOTOS, may_read_photo
        from remit.kernel.billing.queries import sub_ledger
        from remit.kernel.documents.access import let_read
        from remit.kernel.ledger import hooks

        hooks.sub_ledgers.append(sub_ledger)
        hooks.controlled_roles.append("receivable")
        let_read(PHOTOS, may_read_photo)
