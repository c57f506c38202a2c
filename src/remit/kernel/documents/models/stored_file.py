"""Stored files: content-addressed, written once."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class StoredFile(models.Model):
    """A file as somebody gave it: its name and type here, its bytes under settings.FILES_DIR by their SHA-256.

    Two files of the same content share their bytes and keep their own rows: name, company and room differ.
    """

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120)
    size = models.BigIntegerField()
    company_id = models.BigIntegerField(null=True)
    room = models.CharField(max_length=40)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(size__gte=0), name="stored_file_has_size")]

    def __str__(self) -> str:
        return self.name
