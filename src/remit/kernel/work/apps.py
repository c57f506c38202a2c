from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "remit.kernel.work"
    label = "work"

    def ready(self) -> None:
        from remit.kernel.documents.access import let_read
        from remit.kernel.work import (  # noqa: F401 - declaring is importing
            calendar_actions,
            deeds,
            first_contacts,
            sources,
            succession,
            summaries,
            task_actions,
        )
        from remit.kernel.work.access import EVIDENCE_ROOM, may_read_evidence
        from remit.kernel.work.notices import actions, telling  # noqa: F401 - as above

        sources.register()
        telling.register()
        succession.register()
        first_contacts.register()
        let_read(EVIDENCE_ROOM, may_read_evidence)
