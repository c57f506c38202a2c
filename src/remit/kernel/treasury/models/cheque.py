"""Cheque books with their keepers, and the cheque register (支票明细表)."""

from typing import ClassVar

from django.db import models

from remit.kernel.organization.models import Person, Unit


class ChequeBook(models.Model):
    """Cheques bought from the bank, `first` to `last`, in somebody's keeping (S-177). Numbers of a company never overlap."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    first = models.CharField(max_length=20)
    last = models.CharField(max_length=20)
    keeper = models.ForeignKey(Person, models.PROTECT, related_name="+")
    taken_on = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "first"], name="cheque_book_once")]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"


class ChequeState(models.TextChoices):
    BLANK = "blank"
    ISSUED = "issued"
    VOID = "void"


class Cheque(models.Model):
    """One cheque, in the register from the day its book was bought (R-084). An issued one bears its payee (R-083); a void one stays."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    book = models.ForeignKey(ChequeBook, models.PROTECT, related_name="cheques")
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=6, default=ChequeState.BLANK)
    payee = models.CharField(max_length=120, blank=True)
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    purpose = models.CharField(max_length=200, blank=True)
    on = models.DateField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="cheque_once"),
            models.CheckConstraint(condition=models.Q(state__in=ChequeState.values), name="cheque_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state="issued")
                | (~models.Q(payee="") & models.Q(amount__gt=0) & models.Q(on__isnull=False)),
                name="cheque_bears_its_payee",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="void") | ~models.Q(void_reason=""), name="cheque_void_for_a_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["company", "state", "number"], name="cheque_by_state")]

    def __str__(self) -> str:
        return self.number
