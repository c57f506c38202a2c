"""What was offered, agreed and confirmed: one family of papers, from the quote to the closing of the account."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person, Unit
from remit.kernel.parties.models import Party


class AgreementKind(models.TextChoices):
    QUOTE = "quote", _("Quote")
    CONTRACT = "contract", _("Contract")
    CONFIRMATION = "confirmation", _("Sales confirmation")
    ORDER = "order", pgettext_lazy("an agreement", "Order")
    PROMOTION = "promotion", _("Promotion cooperation confirmation")
    TITLE = "title", _("Title confirmation")
    CLOSING = "closing", _("Account closing confirmation")


class AgreementState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent")
    ACCEPTED = "accepted", _("Accepted")
    SIGNED = "signed", pgettext_lazy("an agreement", "Signed")
    CANCELLED = "cancelled", _("Cancelled")


def agreement_kinds() -> list[tuple[str, str]]:
    return [(kind.value, str(kind.label)) for kind in AgreementKind]


def agreement_states() -> list[tuple[str, str]]:
    return [(state.value, str(state.label)) for state in AgreementState]


class Agreement(models.Model):
    """One paper of the register (D-063), D-062 and D-070 to D-073 by its kind.

    `number` is given once, without gaps by company, kind and year; a cancelled one keeps its place. What it says stands in its
    versions; `current` is the last one, and title, amount and end repeat it for lists. `source` is what it was made from in one step.
    `version` grows with every change of the row, so that two who save at once are told. `kept_at` says where the original lies.
    """

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=12, choices=agreement_kinds)
    number = models.CharField(max_length=24)
    state = models.CharField(max_length=10, choices=agreement_states, default=AgreementState.DRAFT)
    title = models.CharField(max_length=120)
    source = models.ForeignKey("self", models.PROTECT, null=True, related_name="successors")
    current = models.PositiveSmallIntegerField(default=1)
    currency = models.CharField(max_length=3, default="CNY")
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    valid_until = models.DateField(null=True)
    ends_on = models.DateField(null=True)  # the last day; None: it has no term
    renew_days = models.PositiveSmallIntegerField(
        default=30
    )  # so many days before the end somebody is asked about renewal
    sent_at = models.DateTimeField(null=True)
    signed_on = models.DateField(null=True)
    signed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    signed_as = models.CharField(max_length=80, blank=True)  # the position in which it was signed
    signed_for_them = models.CharField(max_length=80, blank=True)
    paper = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")  # the PDF as it was signed
    kept_at = models.CharField(max_length=120, blank=True)
    kept_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    copies = models.PositiveSmallIntegerField(default=0)
    cancelled_why = models.CharField(max_length=200, blank=True)
    asked_on = models.DateField(null=True)  # when somebody was asked about renewal
    version = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["company", "number"], name="agreement_number_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="agreement_amount_not_negative"),
            models.CheckConstraint(
                condition=~models.Q(state=AgreementState.SIGNED) | models.Q(signed_on__isnull=False),
                name="agreement_signed_on_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "kind", "-id"], name="agreement_by_kind"),
            models.Index(fields=["party", "-id"], name="agreement_by_party"),
            models.Index(
                fields=["company", "ends_on"], condition=models.Q(state=AgreementState.SIGNED), name="agreement_by_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class AgreementVersion(models.Model):
    """What an agreement said from one change to the next. Never changed, by the database too: who saw it saw this."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    terms = models.JSONField(default=dict)  # text by the names in terms.TERMS
    net = models.DecimalField(max_digits=18, decimal_places=2)
    tax = models.DecimalField(max_digits=18, decimal_places=2)
    total = models.DecimalField(max_digits=18, decimal_places=2)
    discount = models.DecimalField(max_digits=6, decimal_places=2, default=0)  # the greatest of its lines, percent
    below_floor = models.BooleanField(default=False)
    valid_until = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "number"], name="agreement_version_once"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("tax")), name="agreement_version_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} v{self.number}"


class AgreementLine(models.Model):
    """One kind of goods. The price includes the tax; total = quantity × price less the discount, to the cent."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="lines")
    position = models.PositiveSmallIntegerField()
    goods = models.CharField(max_length=120)
    quality = models.CharField(max_length=80, blank=True)
    spec = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    quantity = models.DecimalField(max_digits=18, decimal_places=4)
    unit_price = models.DecimalField(max_digits=18, decimal_places=4)
    discount = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    tax_rate = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    net = models.DecimalField(max_digits=18, decimal_places=2)
    tax = models.DecimalField(max_digits=18, decimal_places=2)
    total = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "position"], name="agreement_line_once"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("tax")), name="agreement_line_adds_up"
            ),
        ]

    def __str__(self) -> str:
        return self.goods


class PlanLine(models.Model):
    """One payment that falls due (D-062): `received` says in words what has come in, until bills do."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="plan")
    position = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    note = models.CharField(max_length=120, blank=True)
    received = models.CharField(max_length=120, blank=True)
    received_at = models.DateTimeField(null=True)
    asked_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "position"], name="plan_line_once"),
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="plan_line_above_nothing"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "due_on"], condition=models.Q(received_at=None), name="plan_line_by_due")
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.amount}"


class ReviewSide(models.TextChoices):
    SALES = "sales", _("Sales")
    FINANCE = "finance", _("Finance")
    LEGAL = "legal", _("Legal")


def review_sides() -> list[tuple[str, str]]:
    return [(side.value, str(side.label)) for side in ReviewSide]


class ContractReview(models.Model):
    """What one side said of one version of a contract (合同评审, S-059)."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="reviews")
    version = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=8, choices=review_sides)
    passed = models.BooleanField()
    reason = models.CharField(max_length=400, blank=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["agreement", "version", "-id"], name="contract_review_by_version")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.side}"
