from django.apps import AppConfig


class OrganizationConfig(AppConfig):
    name = "remit.kernel.organization"
    label = "organization"
