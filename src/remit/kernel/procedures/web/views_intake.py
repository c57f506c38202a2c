"""The settings of the page on which customers send matters in."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.organization.models import Person
from remit.kernel.procedures.models import IntakePage
from remit.kernel.procedures.public.links import LINK_DAYS
from remit.kernel.procedures.public.settings import AN_HOUR, offered, public_name, public_versions
from remit.web.acting import act, number_or_none, person_here
from remit.web.http import Request

TEXTS: Final = ("slug", "keeper", "telephone", "purpose", "link_days", "an_hour")
USUAL: Final = {"link_days": LINK_DAYS, "an_hour": AN_HOUR}


@require_http_methods(["GET", "POST"])
def intake_page(request: Request) -> HttpResponse:
    """One a company. What it offers is said by the procedures, not here."""
    person = person_here(request)
    if not oversees(person, "intake.set"):
        raise NotYours(_("There is no such page."))
    page = IntakePage.objects.filter(company=person.company_id).select_related("keeper").first()
    refusal, status = "", 200
    if request.method == "POST":
        facts = {name: request.POST.get(name, "") for name in TEXTS}
        is_active = bool(request.POST.get("is_active"))
        outcome = act(request, "intake.set", {"company": person.company_id, **facts, "is_active": is_active})
        if outcome.result is not None:
            messages.success(request, _("Saved."))
            return redirect("procedures:intake-page")
        refusal, status = outcome.refusal, outcome.status
    keeper = number_or_none(request.POST.get("keeper", ""))
    context = {
        "page": page,
        "given": request.POST if refusal else _as_given(page),
        "keeper": Person.objects.filter(pk=keeper).first() if keeper else page.keeper if page else None,
        "address": request.build_absolute_uri(reverse("customers:intake", args=[page.slug])) if page else "",
        "offers": [public_name(spec) for _version, spec in (offered(page) if page else public_versions())],
        "refusal": refusal,
    }
    return render(request, "procedures/intake_page.html", context, status=status)


def _as_given(page: IntakePage | None) -> dict[str, Any]:
    if page is None:
        return USUAL
    return {name: getattr(page, name) for name in TEXTS if name != "keeper"} | {"is_active": page.is_active}
