"""People who work here, whether or not they can log in."""

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models

from remit.kernel.organization.models.unit import Unit


class Person(models.Model):
    name = models.CharField(max_length=80)
    employee_no = models.CharField(max_length=40, unique=True)
    company = models.ForeignKey(Unit, models.PROTECT, related_name="people")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="person")
    is_agent = models.BooleanField(default=False)  # an AI agent that holds a position
    mobile = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True)  # half-open as all spans: on that day the person no longer works here
    sort_key = models.CharField(max_length=200, db_index=True)  # pinyin: servers without ICU can't sort Chinese names
    search = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "sort_key"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name

    def has_left(self, day: dt.date) -> bool:
        """The day of leaving may be known, and lie ahead."""
        return self.left_on is not None and self.left_on <= day
