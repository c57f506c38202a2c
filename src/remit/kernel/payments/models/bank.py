"""The company's accounts at banks, and how each bank's files are written."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.ledger.models import Account
from remit.kernel.organization.models import Person, Unit


class BankAccount(models.Model):
    """One account of the company, with the account of the ledger that is its book side: one for each. `recipe` says which column of the
    bank's table means what (lib.bankfiles.statements.Recipe), {} until somebody made it. `creditor_id` is how the bank knows who debits.
    From `since` on lines are compared with the books; what was before is taken as agreed."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    bank_name = models.CharField(max_length=80)
    bank_code = models.CharField(max_length=20, blank=True)
    number = models.CharField(max_length=34)
    currency = models.CharField(max_length=3, default="CNY")
    account = models.OneToOneField(Account, models.PROTECT, related_name="+")
    creditor_id = models.CharField(max_length=35, blank=True)
    recipe = models.JSONField(default=dict, db_default={})
    since = models.DateField()
    closed_on = models.DateField(null=True)
    made_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "number"], name="bank_account_number_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.tail}"

    @property
    def tail(self) -> str:
        return f"…{self.number[-4:]}"


class BankDescription(models.Model):
    """How a bank's batch and return file look, as YAML (lib.bankfiles.format); batches keep the text that they were made by."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=60)
    text = models.TextField()
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["company", "code"], name="bank_description_code_once")]

    def __str__(self) -> str:
        return self.name
