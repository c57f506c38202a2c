"""Fields that an industry's pack adds to the customer file; their values stand in `Party.extra`."""

from typing import ClassVar

from django.db import models

from remit.kernel.parties.models.party import party_kinds


class CustomField(models.Model):
    """One field, as a pack's fields.yaml says it. `origin` is "pack:…"; a field that its pack no longer has is `is_retired`: its
    values stay where they are and nobody is asked for it.

    `seen`: by everybody who reads the file, by the keeper and the line above, or by the keeper and collaborators alone.
    `is_masked`: whoever does not keep the file asks for the value, which leaves an event.
    """

    name = models.CharField(max_length=40, unique=True)
    origin = models.CharField(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(max_length=10)  # of facts: text, long_text, choice, yes_no, date, count, money
    labels = models.JSONField()
    help = models.JSONField(default=dict)
    choices = models.JSONField(default=list)  # [[key, labels], …]
    party_kind = models.CharField(max_length=12, choices=party_kinds, blank=True)  # "": of both
    seen = models.CharField(max_length=8, default="file")  # file, line, keeper
    is_masked = models.BooleanField(default=False)
    is_required = models.BooleanField(default=False)
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["origin", "order", "id"]

    def __str__(self) -> str:
        return self.name
