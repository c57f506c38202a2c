"""What is installed: each pack with its version and a digest of its files."""

from django.db import models


class InstalledPack(models.Model):
    name = models.CharField(max_length=40, unique=True)
    version = models.CharField(max_length=20)
    labels = models.JSONField()
    digest = models.CharField(max_length=64)  # SHA-256 over the pack's files: whether it changed since
    place = models.CharField(max_length=400)  # the folder it was loaded from
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.version}"
