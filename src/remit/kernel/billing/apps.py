from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "remit.kernel.billing"
    label = "billing"
