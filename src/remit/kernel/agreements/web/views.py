"""Agreements: the list, one of them with its versions and its chain, the form with its lines, the papers."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from remit.kernel.agreements.access import agreement_visible_to, customer_within_reach
from remit.kernel.agreements.actions.standing import missing_sides
from remit.kernel.agreements.links import token_of
from remit.kernel.agreements.models import Agreement, AgreementKind, AgreementState, ReviewSide, Seal, SealKind
from remit.kernel.agreements.papers import docx_of, pdf_of, template_for
from remit.kernel.agreements.queries import SCOPES, chain_of, list_agreements
from remit.kernel.agreements.terms import FOLLOWS, TERMS, WITHOUT_LINES
from remit.kernel.agreements.web.entering import (
    EMPTY,
    Added,
    added_up,
    as_entered,
    entered_lines,
    entered_plan,
    filled,
    plan_as_entered,
    rearranged,
)
from remit.kernel.agreements.web.forms import AgreementForm
from remit.kernel.audit.models import Event
from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.authority.loading import find_action
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.errors import BadPaperData, BadTemplate, FileNotFound
from remit.kernel.documents.queries import open_content
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import today
from remit.kernel.parties.access import keeps
from remit.web.acting import act, answer, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

OPEN = (AgreementState.DRAFT, AgreementState.SENT)
EVENTS_SHOWN = 30
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SCOPE_LABELS = {
    "all": lambda: _("All"),
    "open": lambda: _("Open"),
    "signed": lambda: pgettext("an agreement", "Signed"),
    "due": lambda: _("Payment due"),
    "ending": lambda: _("Ending soon"),
    "cancelled": lambda: _("Cancelled"),
}


@require_GET
def agreement_list(request: Request) -> HttpResponse:
    """?q= ?kind=contract ?scope=due ?party=12"""
    person = person_here(request)
    text, kind = request.GET.get("q", "").strip()[:80], request.GET.get("kind", "")
    scope = request.GET.get("scope", "all")
    pk = number_or_none(request.GET.get("party", ""))
    party = customer_within_reach(person, pk) if pk is not None else None
    rows = list_agreements(person, text=text, kind=kind, scope=scope if scope in SCOPES else "all", party=party)
    context = {
        "page": page_of(rows.select_related("party"), request.GET),
        "q": text,
        "kind": kind,
        "scope": scope,
        "party": party,
        "kinds": AgreementKind.choices,
        "scopes": [(name, SCOPE_LABELS[name]()) for name in ("all", "open", "signed", "due", "ending", "cancelled")],
        "narrows": bool(text or kind or party or scope != "all"),
        "day": today(),
    }
    return render(request, "agreements/agreement_list.html", context)


@require_http_methods(["GET", "POST"])
def agreement_new(request: Request) -> HttpResponse:
    """?kind=quote ?party=12"""
    person = person_here(request)
    given = request.POST if request.method == "POST" else request.GET
    kind = given.get("kind", "")
    kind = kind if kind in AgreementKind.values else AgreementKind.QUOTE
    pk = number_or_none(given.get("party", ""))
    party = customer_within_reach(person, pk) if pk is not None else None
    form = AgreementForm(request.POST or None, kind=kind, initial={"party": pk, "renew_days": 30})
    form.offer(party)
    if request.POST and not request.POST.get("rows") and form.is_valid():
        facts = {**form.facts(), "kind": kind, "lines": filled(entered_lines(request.POST)),
                 "plan": filled(entered_plan(request.POST))}  # fmt: skip
        outcome = act(request, "agreement.draft", facts, form)
        if outcome.result is not None:
            made = outcome.result.subject[1] if outcome.result.kind == "done" else "0"
            return answer(request, outcome, _("Drafted."), "agreements:detail", int(made or 0))
        return _form(request, form, kind, refusal=outcome.refusal, status=outcome.status)
    return _form(request, form, kind, status=422 if form.is_bound and not request.POST.get("rows") else 200)


@require_http_methods(["GET", "POST"])
def agreement_change(request: Request, pk: int) -> HttpResponse:
    agreement = agreement_visible_to(person_here(request), pk)
    if agreement.state not in OPEN:
        raise NotYours(_("There is no such page."))
    said = agreement.versions.get(number=agreement.current)
    initial = {
        "party": agreement.party_id, "title": said.title, "valid_until": said.valid_until, "ends_on": said.ends_on,
        "renew_days": agreement.renew_days, "version": agreement.version,
        **{f"term_{name}": text for name, text in said.terms.items()},
    }  # fmt: skip
    form = AgreementForm(request.POST or None, kind=agreement.kind, initial=initial)
    del form.fields["party"]  # it stays the customer's
    if request.POST and not request.POST.get("rows") and form.is_valid():
        facts = {**form.facts(), "agreement": pk, "version": form.cleaned_data["version"],
                 "lines": filled(entered_lines(request.POST)), "plan": filled(entered_plan(request.POST))}  # fmt: skip
        del facts["party"]
        outcome = act(request, "agreement.revise", facts, form)
        if outcome.result is not None:
            return answer(request, outcome, _("Saved as a new version."), "agreements:detail", pk)
        return _form(request, form, agreement.kind, agreement, refusal=outcome.refusal, status=outcome.status)
    return _form(
        request, form, agreement.kind, agreement, status=422 if form.is_bound and not request.POST.get("rows") else 200
    )


def _form(
    request: Request,
    form: AgreementForm,
    kind: str,
    agreement: Agreement | None = None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    if request.POST:
        rows, plan = rearranged(request.POST)
    elif agreement is not None:
        rows = as_entered(agreement.versions.get(number=agreement.current)) or [dict(EMPTY)]
        plan = plan_as_entered(list(agreement.plan.order_by("position")))
    else:
        rows, plan = [dict(EMPTY)], []
    label = AgreementKind(kind).label
    title = _("Change %(number)s") % {"number": agreement.number} if agreement else _("New: %(kind)s") % {"kind": label}
    context = {
        "form": form,
        "kind": kind,
        "title": title,
        "agreement": agreement,
        "refusal": refusal,
        "plan": list(enumerate(plan)),
        "has_plan": kind not in WITHOUT_LINES,
        "back": reverse("agreements:detail", args=[agreement.pk]) if agreement else reverse("agreements:list"),
        "back_label": agreement.number if agreement else _("Agreements"),
        **_counted(request, agreement, kind, rows, None if agreement else form["party"].value()),
    }
    return render(request, "agreements/form.html", context, status=status)


def _counted(
    request: Request, agreement: Agreement | None, kind: str, rows: list[dict[str, str]], party: object
) -> dict[str, Any]:
    if agreement is not None:
        added = added_up(request.actor, "agreement.revise", {"agreement": agreement.pk}, rows)
    else:
        facts = {"kind": kind, **({"party": party} if party else {})}
        added = added_up(request.actor, "agreement.draft", facts, rows)
    return {"added": added, "rows": list(zip(range(len(rows)), rows, added.line_totals, strict=True))}


def _from_form(request: Request) -> tuple[dict[str, Any], Added]:
    person, kind = person_here(request), request.POST.get("kind", "")
    pk = number_or_none(request.POST.get("agreement", ""))
    agreement = agreement_visible_to(person, pk) if pk is not None else None
    lines, plan = rearranged(request.POST)
    kind = agreement.kind if agreement else kind if kind in AgreementKind.values else AgreementKind.QUOTE
    counted = _counted(request, agreement, kind, lines, number_or_none(request.POST.get("party", "")))
    found = {**counted, "plan": list(enumerate(plan)), "kind": kind, "agreement": agreement}
    return {**found, "has_plan": kind not in WITHOUT_LINES}, counted["added"]


@require_POST
def lines(request: Request) -> HttpResponse:
    """The table after a line or a payment was added or taken out; for the form, as a fragment."""
    context, _added = _from_form(request)
    return render(request, "agreements/_lines.html", context)


@require_POST
def totals(request: Request) -> HttpResponse:
    """What it comes to now, while somebody types."""
    context, _added = _from_form(request)
    return render(request, "agreements/_totals.html", context)


@require_GET
def agreement_page(request: Request, pk: int) -> HttpResponse:
    person = person_here(request)
    return draw(request, person, agreement_visible_to(person, pk))


def draw(
    request: Request, person: Person, agreement: Agreement, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    """The record page: ?version=1 shows an earlier one. Some fifteen queries, however long the chain."""
    wanted = number_or_none(request.GET.get("version", "")) or agreement.current
    said = agreement.versions.filter(number=wanted).first() or agreement.versions.get(number=agreement.current)
    own, is_open = keeps(person, agreement.party), agreement.state in OPEN
    labels = {term.name: term.label for term in TERMS[agreement.kind]}
    context = {
        "agreement": agreement,
        "said": said,
        "lines": said.lines.order_by("position"),
        "terms": [(labels[name], said.terms[name]) for name in labels if name in said.terms],
        "versions": agreement.versions.select_related("made_by").order_by("-number")[:50],
        "chain": chain_of(agreement),
        "plan": agreement.plan.order_by("position"),
        "reviews": agreement.reviews.select_related("made_by").order_by("-id")[:20],
        "missing_said": "、".join(str(side.label) for side in missing_sides(agreement)) if is_open else "",
        "uses": agreement.seal_uses.select_related("seal", "keeper", "made_by").order_by("-id")[:20],
        "links": [(link, reverse("papers:shown", args=[token_of(link)])) for link in agreement.links.order_by("-id")[:10]],
        "events": _events(agreement),
        "may": _may(person, agreement, own=own, is_open=is_open),
        "nexts": [(kind, AgreementKind(kind).label) for kind in FOLLOWS[agreement.kind]] if own else [],
        "sides": _sides(),
        "seals": [(kind.value, kind.label) for kind in SealKind if Seal.objects.filter(company=agreement.company_id, kind=kind).exists()],
        "template": template_for(agreement.company_id, agreement.kind),
        "steps": _steps(agreement),
        "day": today(),
        "refusal": refusal,
    }  # fmt: skip
    return render(request, "agreements/detail.html", context, status=status)


def _events(agreement: Agreement) -> list[tuple[Event, str]]:
    """What was done with it, the latest first, each with the action's name."""
    rows = Event.objects.filter(subject_type="agreement", subject_id=str(agreement.pk)).order_by("-id")[:EVENTS_SHOWN]
    return [(event, str(find_action(event.kind).label)) for event in rows]


def _sides() -> list[tuple[str, str]]:
    return [(side.value, str(side.label)) for side in ReviewSide]


def _may(person: Person, agreement: Agreement, *, own: bool, is_open: bool) -> dict[str, bool]:
    """What the page offers. Whether it is done, the gate says."""
    signs = is_open and agreement.kind != AgreementKind.QUOTE
    signed = agreement.state == AgreementState.SIGNED
    return {
        "change": is_open and (own or oversees(person, "agreement.revise")),
        "send": is_open and (own or oversees(person, "agreement.send")),
        "convert": own and agreement.state not in (AgreementState.CANCELLED, AgreementState.ACCEPTED)
        and (signed or agreement.kind == AgreementKind.QUOTE),
        "sign": signs and (own or oversees(person, "contract.sign")),
        "review": is_open and agreement.kind == AgreementKind.CONTRACT and oversees(person, "contract.review")
        and agreement.made_by_id != person.pk,
        "cancel": (is_open and own) or (signed and oversees(person, "agreement.cancel")),
        "register": signed and oversees(person, "contract.register"),
        "seal": oversees(person, "seal.use"),
        "share": own and agreement.state != AgreementState.CANCELLED,
        "pay": signed and (own or oversees(person, "agreement.note_payment")),
    }  # fmt: skip


def _steps(agreement: Agreement) -> list[tuple[str, str]]:
    """(label, state of the step) for the bar at the top."""
    signed, quote = agreement.state == AgreementState.SIGNED, agreement.kind == AgreementKind.QUOTE
    sent = agreement.sent_at is not None
    done = agreement.state in (AgreementState.SIGNED, AgreementState.ACCEPTED)
    last = _("Taken up") if quote else pgettext("an agreement", "Signed")
    steps = [
        (_("Draft"), "done" if sent or done else "now"),
        (_("Sent"), "done" if sent else "skipped" if done else ""),
    ]
    steps.append((last, "done" if done else "now" if sent else ""))
    if not quote:
        steps.append((_("In the ledger"), "done" if agreement.kept_at else "now" if signed else ""))
    return steps


# --- papers ---------------------------------------------------------------------------------------------------------------------


@require_GET
def paper_pdf(request: Request, pk: int) -> HttpResponse:
    """?version=1 ?prices=no"""
    agreement = agreement_visible_to(person_here(request), pk)
    wanted = number_or_none(request.GET.get("version", ""))
    said = agreement.versions.filter(number=wanted).first() if wanted else None
    paper = pdf_of(agreement, said, with_prices=request.GET.get("prices") != "no")
    return _download(paper, f"{agreement.number}.pdf", "application/pdf", inline=True)


@require_GET
def paper_docx(request: Request, pk: int) -> HttpResponse:
    agreement = agreement_visible_to(person_here(request), pk)
    template = template_for(agreement.company_id, agreement.kind)
    if template is None:
        raise NotYours(_("There is no such paper."))
    try:
        paper = docx_of(agreement, template, with_prices=request.GET.get("prices") != "no")
    except (BadTemplate, BadPaperData) as error:
        messages.error(request, error.sentence)
        return redirect("agreements:detail", pk)
    return _download(paper, f"{agreement.number}.docx", DOCX)


def _download(paper: bytes, name: str, media_type: str, *, inline: bool = False) -> HttpResponse:
    how = "inline" if inline else "attachment"
    return HttpResponse(paper, content_type=media_type, headers={"Content-Disposition": f'{how}; filename="{name}"'})


@require_GET
def signed_paper(request: Request, pk: int) -> FileResponse:
    """As it was signed, byte for byte."""
    agreement = agreement_visible_to(person_here(request), pk)
    try:
        file = file_to_read(request.actor, agreement.paper_id or 0)
    except FileNotFound as error:
        raise NotYours(_("There is no such paper.")) from error
    return FileResponse(open_content(file), filename=file.name, content_type=file.media_type)
