"""Parties: the people and organizations we deal with. The screen says "customers"; a party may be payer, member or tenant too."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.organization.models import Person, Unit


class PartyKind(models.TextChoices):
    PERSON = "person", pgettext_lazy("kind of customer", "Person")
    ORGANIZATION = "organization", pgettext_lazy("kind of customer", "Organization")


class PartyStatus(models.TextChoices):
    PROSPECT = "prospect", _("Prospect")
    ACTIVE = "active", _("Customer")
    LOST = "lost", _("Lost")


class Grade(models.TextChoices):
    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"


def party_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in PartyKind]


def party_statuses() -> list[tuple[str, str]]:
    return [(status.value, str(status.label)) for status in PartyStatus]


def grades() -> list[tuple[str, str]]:
    return [(grade.value, str(grade.label)) for grade in Grade]


class Party(models.Model):
    """One customer file (D-021): a person or an organization, with an owner who keeps it, or in the common pool (owner None).

    `number` is given once, "KH-2026-000001", and is unique within the company. `folded_name`, `sort_key` and `search` are made
    from the name, the telephone numbers, the number and the credit code by `parties.finding`; nothing else writes them.
    `version` grows with every change of the row, so that two who save at once are told. `touched_at` is when somebody last had
    to do with the customer; `owned_since` when the present owner got it. `merged_into` takes it out of every list;
    `erased_at` says that nothing of whom it was about is left in it.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.CharField(max_length=24)
    kind = models.CharField(max_length=12, choices=party_kinds)
    name = models.CharField(max_length=200)
    folded_name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=600)  # pinyin: servers without ICU can't sort Chinese names
    search = SearchVectorField()
    status = models.CharField(max_length=10, choices=party_statuses, default=PartyStatus.PROSPECT)
    grade = models.CharField(max_length=1, choices=grades, blank=True)
    grade_reason = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="parties_owned")
    owned_since = models.DateTimeField(null=True)
    pooled_at = models.DateTimeField(null=True)
    industry = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=80, blank=True)
    birthday = models.DateField(null=True)
    contract_ends_on = models.DateField(null=True)  # the last day; None: there is no contract, or nobody has said
    needs = models.TextField(blank=True)
    remark = models.TextField(blank=True)
    contact_hours = models.CharField(max_length=100, blank=True, db_default="")  # "": the company's
    erased_at = models.DateTimeField(null=True)
    extra = models.JSONField(default=dict, db_default={})  # the values of fields that packs add: `parties.fields`
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())
    touched_at = models.DateTimeField(db_default=Now())
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="party_number_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="party_has_name"),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | ~models.Q(merged_into=models.F("id")),
                name="party_not_into_itself",
            ),
            models.CheckConstraint(
                condition=models.Q(owner=None) | models.Q(owned_since__isnull=False), name="party_owned_since_a_time"
            ),
        ]
        indexes: ClassVar = [
            # Lists walk these: everybody's by name, one owner's by name, and both by the last contact. Rows that were merged
            # away stand in none of them.
            models.Index(
                fields=["company", "sort_key", "id"], condition=models.Q(merged_into=None), name="party_by_name"
            ),
            models.Index(
                fields=["owner", "sort_key", "id"], condition=models.Q(merged_into=None), name="party_by_owner_name"
            ),
            models.Index(
                fields=["owner", "touched_at", "id"], condition=models.Q(merged_into=None), name="party_by_owner_touch"
            ),
            models.Index(
                fields=["company", "contract_ends_on", "id"],
                condition=models.Q(merged_into=None, contract_ends_on__isnull=False),
                name="party_by_contract_end",
            ),
            models.Index(fields=["company", "folded_name"], name="party_by_folded_name"),
            GinIndex(fields=["search"], name="party_search", fastupdate=False),
            GinIndex(fields=["extra"], opclasses=["jsonb_path_ops"], name="party_extra", fastupdate=False),
        ]

    def __str__(self) -> str:
        return self.name


class PartyNumber(models.Model):
    """The last number that a company has given in a year; locked while numbers are taken from it."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "year"], name="party_number_series")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
