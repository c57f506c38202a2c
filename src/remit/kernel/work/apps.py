from django.apps import AppConfig


class WorkConfig(AppConfig):
    name = "remit.kernel.work"
    label = "work"

    def ready(self) -> None:
        from remit.kernel.documents.access import let_read
        from remit.kernel.work import calendar_actions, deeds, sources, succession, summaries, task_actions  # noqa: F401 - declaring is importing
        from remit.kernel.work.access import EVIDENCE_ROOM, may_read_evidence
        from remit.kernel.work.notices import actions, telling  # noqa: F401 - as above

        sources.register()
        telling.register()
        succession.register()
        let_read(EVIDENCE_ROOM, may_read_evidence)
