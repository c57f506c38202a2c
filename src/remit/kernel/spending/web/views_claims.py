"""One's own claims, those to be reviewed and paid, and one of them with its originals and its paper."""

from typing import Final

from django.db.models import Q, QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.errors import FileNotFound
from remit.kernel.documents.queries import open_content
from remit.kernel.ledger.access import visible_books
from remit.kernel.organization.models import Person
from remit.kernel.payments.models import BankAccount
from remit.kernel.spending.access import PAY, REVIEW, claim_visible_to, visible_claims
from remit.kernel.spending.actions.claiming import REPLACEABLE
from remit.kernel.spending.models import Claim, ClaimState, claim_states, ways_of_paying
from remit.kernel.spending.papers import claim_pdf
from remit.lib import clock
from remit.lib.sheets import Cell
from remit.web.acting import person_here
from remit.web.http import Request
from remit.web.paging import page_of
from remit.web.workbooks import workbook

EXPORTED_MAX: Final = 20_000
TONES: Final = {
    "filed": "warn",
    "reviewed": "info",
    "paid": "ok",
    "returned": "danger",
    "rejected": "danger",
    "withdrawn": "neutral",
}
# Longer between an expense and its claim, and the reviewer is told.
LATE_DAYS: Final = 60


def rows_of(claims: list[Claim]) -> list[tuple[Claim, str]]:
    return [(claim, TONES[claim.state]) for claim in claims]


@require_GET
def mine(request: Request) -> HttpResponse:
    person = person_here(request)
    page = page_of(Claim.objects.filter(claimant=person).select_related("entry"), request.GET)
    context = {"page": page, "rows": rows_of(page.rows), "sees_others": sees_others(person)}
    return render(request, "spending/mine.html", context)


def sees_others(person: Person) -> bool:
    return oversees(person, REVIEW) or oversees(person, PAY) or visible_claims(person).exclude(claimant=person).exists()


def _chosen(request: Request, person: Person) -> QuerySet[Claim]:
    """?state= ?q= number, name or purpose"""
    found, state, text = visible_claims(person), request.GET.get("state", "open"), request.GET.get("q", "").strip()[:80]
    if state in ClaimState.values:
        found = found.filter(state=state)
    elif state != "all":
        found = found.filter(state__in=(ClaimState.FILED, ClaimState.REVIEWED))
    if text:
        found = found.filter(Q(number=text.upper()) | Q(claimant__name__contains=text) | Q(purpose__contains=text))
    return found.select_related("company", "claimant", "unit", "reviewed_by", "paid_by", "entry")


@require_GET
def listed(request: Request) -> HttpResponse:
    """What is open first; ?state=… for the others, ?format=xlsx"""
    person = person_here(request)
    found = _chosen(request, person)
    if request.GET.get("format") == "xlsx":
        return _workbook(found)
    page = page_of(found, request.GET)
    state = request.GET.get("state", "open")
    context = {
        "page": page,
        "rows": rows_of(page.rows),
        "state": state if state in (*ClaimState.values, "all") else "open",
        "states": claim_states(),
        "q": request.GET.get("q", ""),
    }
    return render(request, "spending/claims.html", context)


def _workbook(found: QuerySet[Claim]) -> HttpResponse:
    headers = [_("Number"), _("State"), _("Claimant"), _("Department"), _("Purpose"), _("Amount"), _("Filed on"), _("Reviewed by"), _("Paid by"), _("Paid on"), _("Entry")]  # fmt: skip
    rows: list[list[Cell]] = [
        [one.number, str(one.get_state_display()), one.claimant.name, one.unit.name, one.purpose, one.amount, timezone.localdate(one.filed_at),
         one.reviewed_by.name if one.reviewed_by else "", one.paid_by.name if one.paid_by else "", one.paid_on,
         one.entry.label if one.entry else ""]
        for one in found.order_by("-id")[:EXPORTED_MAX]
    ]  # fmt: skip
    return workbook(headers, rows, _("Expense claims"))


@require_GET
def one(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    claim = claim_visible_to(person, pk)
    return render(request, "spending/claim.html", claim_context(person, claim))


def claim_context(person: Person, claim: Claim) -> dict[str, object]:
    is_own, is_reviewer = claim.claimant_id == person.pk, claim.reviewed_by_id == person.pk
    lines = list(claim.lines.select_related("account", "stamp").order_by("line"))
    filed = timezone.localdate(claim.filed_at)
    may_review = not is_own and oversees(person, REVIEW)
    return {
        "claim": claim,
        "tone": TONES[claim.state],
        "lines": [(line, (filed - line.on).days > LATE_DAYS) for line in lines],
        "papers": claim.papers.select_related("file").order_by("pk"),
        "is_own": is_own,
        "may_review": may_review and claim.state == ClaimState.FILED,
        "may_end": not is_own and claim.is_open and (may_review or (oversees(person, "claim.return") and not is_own)),
        "may_pay": claim.state == ClaimState.REVIEWED and not is_own and not is_reviewer and oversees(person, PAY),
        "may_withdraw": is_own and claim.is_open,
        "may_renew": is_own and claim.state in REPLACEABLE and not hasattr(claim, "replaced_by"),
        "replaced_by": getattr(claim, "replaced_by", None),
        "reads_books": claim.entry is not None and visible_books(person).filter(company=claim.company_id).exists(),
        "ways": ways_of_paying(),
        "banks": BankAccount.objects.filter(company=claim.company_id, closed_on=None).order_by("pk"),
        "today": timezone.localdate(clock.now()),
    }


@require_GET
def paper(request: Request, pk: int) -> HttpResponse:
    """费用报销单 as PDF."""
    claim = claim_visible_to(person_here(request), pk)
    header = content_disposition_header(as_attachment=False, filename=f"{claim.number}.pdf") or "inline"
    return HttpResponse(claim_pdf(claim), content_type="application/pdf", headers={"Content-Disposition": header})


@require_GET
def original(request: Request, pk: int, file: int) -> FileResponse:
    row = claim_visible_to(person_here(request), pk).papers.filter(pk=file).first()
    try:
        found = file_to_read(request.actor, row.file_id if row is not None else 0)
    except FileNotFound as error:
        raise NotYours(error.sentence) from error
    return FileResponse(open_content(found), as_attachment=True, filename=found.name, content_type=found.media_type)
