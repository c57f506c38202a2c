"""Actions that are declared as data: by a pack, or as the general request of a charter's unknown kind of authority."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class DeclaredAction(models.Model):
    """An action whose effect is its entry in the register of matters. `labels` maps a language code to the name."""

    name = models.CharField(max_length=80, unique=True)
    labels = models.JSONField()
    facts = models.JSONField(default=list)  # in the order of the form, see declared.fact_from_json
    words = models.JSONField(default=list)
    origin = models.CharField(max_length=60)  # "pack:customer-service", "charter:12"
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~models.Q(name=""), name="declared_action_named")]

    def __str__(self) -> str:
        return self.name
