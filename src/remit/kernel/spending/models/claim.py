"""What somebody laid out for the company and wants back, and the stamp on each invoice that was paid."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.documents.models import StoredFile
from remit.kernel.ledger.models import Account, Entry
from remit.kernel.organization.models import Person, Position, Unit


class ClaimState(models.TextChoices):
    FILED = "filed", pgettext_lazy("claim", "To be reviewed")
    REVIEWED = "reviewed", pgettext_lazy("claim", "To be paid")
    PAID = "paid", pgettext_lazy("claim", "Paid")
    RETURNED = "returned", pgettext_lazy("claim", "Returned")
    REJECTED = "rejected", pgettext_lazy("claim", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("claim", "Withdrawn")


def claim_states() -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in ClaimState]


class PaidBy(models.TextChoices):
    CASH = "cash", _("Cash")
    BANK = "bank", _("Bank transfer")


def ways_of_paying() -> list[tuple[str, str]]:
    return [(way.value, str(way.label)) for way in PaidBy]


class ClaimNumber(models.Model):
    """The last number of a company's claims in a year; locked while one is taken from it, so that none is left out."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "year"], name="claim_number_series")]

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Claim(models.Model):
    """One claim of expenses, "BX-2026-0001" (S-171). What it says never changes: one that was returned is filed anew, and `replaces` it.

    `unit` and `position` are the claimant's main ones on the day of filing. `ended_*` says who returned, rejected or withdrew it, and why.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=24)
    claimant = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    state = models.CharField(max_length=9, choices=claim_states, default=ClaimState.FILED.value)
    filed_at = models.DateTimeField()
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    review_note = models.CharField(max_length=200, blank=True)
    way = models.CharField(max_length=4, choices=ways_of_paying, blank=True)
    paid_on = models.DateField(null=True)
    paid_at = models.DateTimeField(null=True)
    paid_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reference = models.CharField(max_length=60, blank=True)  # the bank's, of a transfer
    entry = models.OneToOneField(Entry, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="claim_number_once"),
            models.UniqueConstraint(
                fields=["company", "reference"], condition=~Q(reference=""), name="claim_reference_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_above_0"),
            models.CheckConstraint(condition=Q(state__in=ClaimState.values), name="claim_state_known"),
            models.CheckConstraint(
                condition=~Q(state="paid") | Q(entry__isnull=False, paid_at__isnull=False, paid_on__isnull=False),
                name="claim_paid_by_entry",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("reviewed", "paid")) | Q(reviewed_at__isnull=False),
                name="claim_paid_after_review",
            ),
            models.CheckConstraint(condition=~Q(way="bank") | ~Q(reference=""), name="claim_transfer_has_reference"),
            models.CheckConstraint(
                condition=Q(reviewed_by=None) | ~Q(reviewed_by=F("claimant")), name="claim_reviewed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(paid_by=None)
                | ~Q(paid_by=F("claimant")) & (Q(reviewed_by=None) | ~Q(paid_by=F("reviewed_by"))),
                name="claim_paid_by_a_third",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("returned", "rejected")) | ~Q(end_reason=""), name="claim_ended_for_a_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-id"], name="claim_newest"),
            models.Index(fields=["claimant", "-id"], name="claim_of_claimant"),
            models.Index(fields=["company", "id"], condition=Q(state__in=("filed", "reviewed")), name="claim_open"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return self.state in (ClaimState.FILED, ClaimState.REVIEWED)


class ClaimLine(models.Model):
    """One thing that was paid for. `key` is the invoice's code and number as they are compared ("" where there is no invoice), and stands
    on one living line at a time; `is_live` ends when the claim is returned, rejected or withdrawn."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="lines")
    line = models.PositiveSmallIntegerField()
    on = models.DateField()
    purpose = models.CharField(max_length=120)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    invoice_code = models.CharField(max_length=20, blank=True)
    invoice_number = models.CharField(max_length=30, blank=True)
    key = models.CharField(max_length=52, blank=True)
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "line"], name="claim_line_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(is_live=True) & ~Q(key=""), name="claim_line_invoice_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="claim_line_above_0"),
        ]

    def __str__(self) -> str:
        return f"{self.claim_id}/{self.line}"

    @property
    def invoice(self) -> str:
        """As it is printed: "3300204130 04758321"."""
        return f"{self.invoice_code} {self.invoice_number}".strip()


class Stamp(models.Model):
    """付讫: the invoice was paid out and is never paid again, in any company of the group (R-085). Only added."""

    key = models.CharField(max_length=52, unique=True)
    line = models.OneToOneField(ClaimLine, models.PROTECT, related_name="stamp")
    on = models.DateField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.key


class ClaimPaper(models.Model):
    """A picture or a file of an original that goes with a claim."""

    claim = models.ForeignKey(Claim, models.PROTECT, related_name="papers")
    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return str(self.file)
