from django.apps import AppConfig


class AuthorityConfig(AppConfig):
    name = "remit.kernel.authority"
    label = "authority"

    def ready(self) -> None:
        # Declaring is importing: the registry is complete once these are loaded.
        from remit.kernel.authority import (  # noqa: F401
            accounts,
            approvals,
            founding,
            fulfilment,
            organization,
            organization_import,
            settings,
        )
