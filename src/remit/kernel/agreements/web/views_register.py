"""The ledger of contracts with its export; seals and the log of their use; the price list; the company's own templates."""

from typing import Final

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.agreements.access import FILES_ROOM, REGISTER
from remit.kernel.agreements.models import AgreementKind, ListPrice, PaperTemplate, Seal, SealKind, SealUse
from remit.kernel.agreements.queries import Register, list_register
from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.documents.actions import store
from remit.kernel.documents.errors import BadFileName, EmptyFile, FileTooLarge
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.lib.sheets import write_xlsx
from remit.web.acting import Outcome, act, answer, person_here
from remit.web.http import Request
from remit.web.paging import page_of

EXPORT_MAX: Final = 20_000
TAGS: Final = "{{ number }}, {{ them.name }}, {{ total }}, {{ capital }}, {%tr for line in lines %} {{ line.goods }} {%tr endfor %}"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _wanted(request: Request) -> Register:
    """?kind=contract ?year=2026 ?q= ?only=custody"""
    year, kind = request.GET.get("year", ""), request.GET.get("kind", AgreementKind.CONTRACT)
    return Register(
        text=request.GET.get("q", "").strip()[:80],
        kind=kind if kind in AgreementKind.values else "",
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
        only=request.GET.get("only", ""),
    )


@require_GET
def register(request: Request) -> HttpResponse:
    person, wanted = person_here(request), _wanted(request)
    rows = list_register(person, wanted).select_related("party", "kept_by", "signed_by")
    context = {
        "page": page_of(rows, request.GET),
        "wanted": wanted,
        "kinds": AgreementKind.choices,
        "years": [today().year - n for n in range(4)],
        "query": request.GET.urlencode(),
        "narrows": wanted != Register(kind=wanted.kind),
    }
    return render(request, "agreements/register.html", context)


@require_GET
def export(request: Request) -> HttpResponse:
    """What the register shows, as a workbook; what begins like a formula is text in it."""
    person, wanted = person_here(request), _wanted(request)
    rows = list_register(person, wanted).select_related("party", "kept_by", "signed_by").order_by("id")[:EXPORT_MAX]
    headers = [
        _("Number"), _("Kind"), _("Title"), _("Customer"), _("Amount"), _("State"), _("Signed on"), _("Signed by"), _("Last day"),
        _("Where the original lies"), _("Who keeps it"), _("Originals"),
    ]  # fmt: skip
    table = [
        [
            row.number, str(row.get_kind_display()), row.title, row.party.name, row.amount, str(row.get_state_display()),
            row.signed_on, row.signed_by.name if row.signed_by else "", row.ends_on, row.kept_at,
            row.kept_by.name if row.kept_by else "", row.copies,
        ]
        for row in rows
    ]  # fmt: skip
    name = f"register-{today():%Y%m%d}.xlsx"
    return HttpResponse(
        write_xlsx(headers, table, title=_("Ledger of contracts")),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _only_for(person: Person, *actions: str) -> None:
    if not any(oversees(person, action) for action in actions):
        raise NotYours(_("There is no such page."))


@require_http_methods(["GET", "POST"])
def seals(request: Request) -> HttpResponse:
    person = person_here(request)
    _only_for(person, "seal.keep", "seal.use", REGISTER)
    refusal, status = "", 200
    if request.POST:
        if request.POST.get("verb") == "keep":
            names, action, done = ("seal", "keeper", "place"), "seal.keep", _("Written down.")
        else:
            names, action, done = ("seal", "paper", "reason"), "seal.use", _("Entered in the log of seals.")
        facts = {name: request.POST.get(name, "").strip() for name in names}
        if action == "seal.keep":
            facts["company"] = str(person.company_id)
        outcome = act(request, action, facts)
        if outcome.result is not None:
            return answer(request, outcome, done, "agreements:seals")
        refusal, status = outcome.refusal, outcome.status
    uses = SealUse.objects.filter(company=person.company_id).select_related("seal", "keeper", "made_by", "agreement")
    context = {
        "page": page_of(uses, request.GET),
        "seals": Seal.objects.filter(company=person.company_id).select_related("keeper").order_by("kind"),
        "kinds": SealKind.choices,
        "may_keep": oversees(person, "seal.keep"),
        "may_use": oversees(person, "seal.use"),
        "refusal": refusal,
    }
    return render(request, "agreements/seals.html", context, status=status)


@require_http_methods(["GET", "POST"])
def prices(request: Request) -> HttpResponse:
    """Everybody who sells sees the list; who may, puts goods on it."""
    person = person_here(request)
    refusal, status = "", 200
    if request.POST:
        names = ("goods", "unit", "price", "floor", "tax_rate", "start")
        facts = {name: request.POST.get(name, "").strip() for name in names}
        outcome = act(request, "price.list", {**facts, "company": person.company_id})
        if outcome.result is not None:
            return answer(request, outcome, _("It stands on the list."), "agreements:prices")
        refusal, status = outcome.refusal, outcome.status
    rows = ListPrice.objects.filter(company=person.company_id)
    text = request.GET.get("q", "").strip()[:80]
    context = {
        "page": page_of(rows.filter(goods__icontains=text) if text else rows, request.GET),
        "q": text,
        "may": oversees(person, "price.list"),
        "day": today(),
        "refusal": refusal,
    }
    return render(request, "agreements/prices.html", context, status=status)


@require_http_methods(["GET", "POST"])
def templates(request: Request) -> HttpResponse:
    """The company's own Word templates. What is refused leaves no file behind."""
    person = person_here(request)
    _only_for(person, "agreement.put_template")
    refusal, status = "", 200
    if request.POST:
        outcome = _put(request, person)
        if outcome.result is not None:
            return answer(request, outcome, _("From now on the paper is made with it."), "agreements:templates")
        refusal, status = outcome.refusal, outcome.status
    rows = PaperTemplate.objects.filter(company=person.company_id).select_related("file", "made_by")
    context = {
        "rows": rows.order_by("kind", "-id").distinct("kind"),
        "kinds": AgreementKind.choices,
        "help": _("Write %(tags)s where they belong.") % {"tags": TAGS},
        "refusal": refusal,
    }
    return render(request, "agreements/templates.html", context, status=status)


def _put(request: Request, person: Person) -> Outcome:
    upload = request.FILES.get("file")
    if upload is None:
        return Outcome(None, _("Choose a file."), 422)
    try:
        with transaction.atomic():
            file = store(upload, upload.name or "", upload.content_type or "", actor=request.actor, room=FILES_ROOM,
                         company_id=person.company_id)  # fmt: skip
            facts = {"company": person.company_id, "kind": request.POST.get("kind", ""), "file": file.pk}
            outcome = act(request, "agreement.put_template", facts)
            if outcome.result is None:
                transaction.set_rollback(True)
            return outcome
    except (BadFileName, EmptyFile, FileTooLarge) as error:
        return Outcome(None, error.sentence, error.status)
