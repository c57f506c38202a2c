"""How a paper leaves the house: a company's own Word template, and links that show it without a login."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from remit.kernel.agreements.models.agreement import Agreement, agreement_kinds
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person, Unit


class PaperTemplate(models.Model):
    """The company's own .docx for a kind of agreement, filled in place. The one that was put last counts."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=agreement_kinds)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["company", "kind", "-id"], name="paper_template_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ShareLink(models.Model):
    """A link to one version of an agreement, good until it expires or is withdrawn. The address is signed, not kept."""

    company = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="links")
    version = models.PositiveSmallIntegerField()
    with_prices = models.BooleanField(default=True)
    expires_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    views = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["agreement", "-id"], name="share_link_by_agreement")]

    def __str__(self) -> str:
        return f"{self.agreement_id} {self.pk}"
