from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "remit.kernel.documents"
    label = "documents"
