"""Questions about agreements and mandates, for the rooms above and for the pages."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from remit.kernel.agreements.access import visible_agreements, visible_mandates
from remit.kernel.agreements.models import Agreement, AgreementKind, AgreementState, Mandate, PlanLine
from remit.kernel.agreements.rules import opened_account
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.parties.access import visible_parties
from remit.kernel.parties.models import Party
from remit.kernel.parties.queries import hits


def mandates_on(company_id: int, day: dt.date) -> QuerySet[Mandate]:
    """The mandate of each customer that counts on the day, at most one a customer. One statement for a whole batch."""
    good = Q(revoked_on=None) | Q(revoked_on__gt=day)
    found = Mandate.objects.filter(good, company=company_id, valid_from__lte=day).exclude(account_sealed="")
    return found.order_by("party_id", "-valid_from", "-id").distinct("party_id")


def mandate_of(party: Party | int, day: dt.date) -> Mandate | None:
    """Under which the customer (by row or id) may be debited on the day. One query."""
    pk = party if isinstance(party, int) else party.pk
    good = Q(revoked_on=None) | Q(revoked_on__gt=day)
    found = Mandate.objects.filter(good, party=pk, valid_from__lte=day).exclude(account_sealed="")
    return found.order_by("-valid_from", "-id").first()


def accounts_of(mandates: Iterable[Mandate]) -> dict[int, str]:
    """The whole account numbers by mandate, for the file that goes to the bank; nothing else asks. Raises SealedWithAnotherKey."""
    return {mandate.pk: opened_account(mandate.account_sealed) for mandate in mandates}


STATES: Final = ("good", "revoked", "all")


def list_mandates(
    person: Person, *, text: str = "", state: str = "good", party: Party | None = None
) -> QuerySet[Mandate]:
    """What the register shows, to be ordered by id. `text`: a part of the number, of the holder's or customer's name, or the tail."""
    rows = visible_mandates(person)
    if party is not None:
        rows = rows.filter(party=party)
    if state == "good":
        rows = rows.filter(Q(revoked_on=None) | Q(revoked_on__gt=today()))
    elif state == "revoked":
        rows = rows.filter(revoked_on__isnull=False)
    if text:
        named = Q(number__icontains=text) | Q(holder__icontains=text) | Q(account_tail=text)
        rows = rows.filter(named | Q(party__in=parties_named(person, text)))
    return rows


def parties_named(person: Person, text: str) -> list[int]:
    """The customers that the person sees and that the text means: by name, pinyin, initials, number. One query."""
    return hits(visible_parties(person), text)


def mandates_of(party: Party, most: int = 10) -> list[Mandate]:
    """For the customer's page, the latest first."""
    return list(Mandate.objects.filter(party=party).order_by("-valid_from", "-id")[:most])


# --- agreements -----------------------------------------------------------------------------------------------------------------

SCOPES: Final = ("open", "signed", "due", "ending", "cancelled", "all")
SOON: Final = dt.timedelta(days=30)


def list_agreements(
    person: Person, *, text: str = "", kind: str = "", scope: str = "all", party: Party | None = None
) -> QuerySet[Agreement]:
    """What a list shows, to be ordered by id. `scope`: open, signed, with a payment due, ending within its renewal days, cancelled."""
    rows = visible_agreements(person)
    if party is not None:
        rows = rows.filter(party=party)
    if kind in AgreementKind.values:
        rows = rows.filter(kind=kind)
    rows = _scoped(rows, scope)
    if text:
        named = Q(number__icontains=text) | Q(title__icontains=text)
        rows = rows.filter(named | Q(party__in=parties_named(person, text)))
    return rows


def _scoped(rows: QuerySet[Agreement], scope: str) -> QuerySet[Agreement]:
    day = today()
    if scope == "open":
        return rows.filter(state__in=[AgreementState.DRAFT, AgreementState.SENT])
    if scope in ("signed", "cancelled"):
        return rows.filter(state=scope)
    if scope == "due":
        due = PlanLine.objects.filter(agreement=OuterRef("pk"), received_at=None, due_on__lte=day)
        return rows.filter(Exists(due), state=AgreementState.SIGNED)
    if scope == "ending":
        return rows.filter(state=AgreementState.SIGNED, ends_on__range=(day, day + SOON))
    return rows


def due_lines(company_id: int, until: dt.date) -> QuerySet[PlanLine]:
    """Payments of signed agreements that are due by the day and of which nothing has been noted, the longest due first (P-045)."""
    rows = PlanLine.objects.filter(company=company_id, due_on__lte=until, received_at=None)
    return (
        rows.filter(agreement__state=AgreementState.SIGNED).select_related("agreement__party").order_by("due_on", "id")
    )


def chain_of(agreement: Agreement) -> list[Agreement]:
    """What it was made from and what was made from it, in the order in which they were made. One query."""
    sql = """
        WITH RECURSIVE up(id, source_id) AS (
            SELECT id, source_id FROM agreements_agreement WHERE id = %(pk)s
            UNION SELECT a.id, a.source_id FROM agreements_agreement a JOIN up ON a.id = up.source_id
        ), down(id) AS (
            SELECT id FROM agreements_agreement WHERE id = %(pk)s
            UNION SELECT a.id FROM agreements_agreement a JOIN down ON a.source_id = down.id
        )
        SELECT * FROM agreements_agreement WHERE id IN (SELECT id FROM up UNION SELECT id FROM down) ORDER BY id LIMIT 60
    """
    return list(Agreement.objects.raw(sql, {"pk": agreement.pk}))


def agreements_of(person: Person, party: Party, most: int = 10) -> list[Agreement]:
    """For the customer's page, the latest first."""
    return list(visible_agreements(person).filter(party=party).order_by("-id")[:most])


def ending_soon(company_id: int, day: dt.date) -> QuerySet[Agreement]:
    """Signed ones whose renewal days have begun and about which nobody was asked yet."""
    return _ending(Agreement.objects.filter(company=company_id), day).select_related("party").order_by("ends_on", "id")


def _ending(rows: QuerySet[Agreement], day: dt.date) -> QuerySet[Agreement]:
    begun = ExpressionWrapper(F("ends_on") - F("renew_days"), output_field=DateField())
    signed = rows.filter(state=AgreementState.SIGNED, asked_on=None, ends_on__gte=day)
    return signed.annotate(begun=begun).filter(begun__lte=day)


def companies_to_remind(day: dt.date) -> list[int]:
    """The companies in which a sum falls due or a contract ends, and nobody was asked yet. Two queries."""
    open_lines = PlanLine.objects.filter(
        received_at=None, asked_on=None, due_on__lte=day, agreement__state=AgreementState.SIGNED
    )
    due = set(open_lines.values_list("company_id", flat=True).distinct())
    ending = _ending(Agreement.objects.all(), day).values_list("company_id", flat=True).distinct()
    return sorted(due | set(ending))


@dataclass(frozen=True, slots=True)
class Register:
    """What the ledger of contracts is asked for. `only`: "custody", signed ones whose original nobody has put away."""

    text: str = ""
    kind: str = ""
    year: int | None = None
    only: str = ""


def list_register(person: Person, wanted: Register) -> QuerySet[Agreement]:
    """The register by number: with it, what was cancelled keeps its place. To be ordered by id."""
    rows = list_agreements(person, text=wanted.text, kind=wanted.kind)
    if wanted.year is not None:
        rows = rows.filter(number__contains=f"-{wanted.year}-")
    if wanted.only == "custody":
        rows = rows.filter(state=AgreementState.SIGNED, kept_at="")
    return rows
