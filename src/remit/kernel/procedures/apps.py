from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "remit.kernel.procedures"
    label = "procedures"

    def ready(self) -> None:
        from remit.kernel.authority import hooks
        from remit.kernel.documents.access import let_read
        from remit.kernel.procedures import access, actions, disclosing, merging, moving, redating, standing, waiting  # noqa: F401 - declaring is importing
        from remit.kernel.procedures.mailbox import receiving, settings  # noqa: F401 - as above
        from remit.kernel.procedures.plans import actions as plan_actions  # noqa: F401
        from remit.kernel.procedures.public import receiving as public_receiving  # noqa: F401
        from remit.kernel.procedures.public import settings as public_settings  # noqa: F401
        from remit.kernel.procedures.public import speaking  # noqa: F401
        from remit.kernel.procedures.views import actions as view_actions  # noqa: F401

        merging.register()
        redating.register()
        disclosing.register()
        hooks.request_settled.append(waiting.request_settled)
        let_read("procedures", access.may_read_file)
        let_read(receiving.ROOM, access.may_read_mail)
