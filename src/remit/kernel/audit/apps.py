from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "remit.kernel.audit"
    label = "audit"
