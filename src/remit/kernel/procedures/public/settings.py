"""Whether a company takes matters in on a page of its own, at which address, and at whose desk they arrive."""

import re
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.organization.models import Person, Unit
from remit.kernel.procedures.actions import opening_desk
from remit.kernel.procedures.compiled import label, latest_versions, spec_of
from remit.kernel.procedures.format import ProcedureSpec
from remit.kernel.procedures.models import IntakePage, ProcedureVersion
from remit.kernel.procedures.public.links import LINK_DAYS
from remit.lib.identifiers import read_phone

AN_HOUR: Final = 60
_SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{1,38})[a-z0-9]")


def public_versions() -> list[tuple[ProcedureVersion, ProcedureSpec]]:
    """The procedures that customers may begin by themselves. One query."""
    found = [(version, spec_of(version)) for version in latest_versions()]
    return [(version, spec) for version, spec in found if spec.intake.public is not None]


def public_name(spec: ProcedureSpec) -> str:
    """How customers find it."""
    public = spec.intake.public
    return label(public.labels if public is not None and public.labels is not None else spec.labels)


def offered(page: IntakePage) -> list[tuple[ProcedureVersion, ProcedureSpec]]:
    """Those of which the page's keeper may take cases in: what he may not handle is not offered."""
    book = rulebook_now()
    return [(version, spec) for version, spec in public_versions() if opening_desk(spec, page.keeper, book) is not None]


@action(
    "intake.set",
    gettext_lazy("Set the page on which customers send matters in"),
    Fact("company", "unit", gettext_lazy("Company"), concerns=True),
    Fact("slug", "text", gettext_lazy("Address of the page")),
    Fact("keeper", "person", gettext_lazy("Taken in by")),
    Fact("telephone", "text", gettext_lazy("Telephone for customers")),
    Fact("purpose", "long_text", gettext_lazy("What the data are for"), required=False),
    Fact("link_days", "count", gettext_lazy("Days that a status link stays good after the end"), required=False),
    Fact("an_hour", "count", gettext_lazy("At most so many an hour"), required=False),
    Fact("is_active", "yes_no", gettext_lazy("Is open"), required=False),
)
def set_page(call: Call) -> Done:
    """One company, one page: set again, it is changed. Closed, its address leads nowhere; links to cases stay good."""
    company = Unit.objects.get(pk=call.id_of("company"), kind="company")
    slug = call.text("slug").lower()
    if not _SLUG.fullmatch(slug):
        raise RuleBroken(_("The address is 3 to 40 small letters, figures and dashes, such as hengxin-service."))
    if IntakePage.objects.filter(slug=slug).exclude(company=company).exists():
        raise RuleBroken(_("This address is taken; choose another."))
    keeper = Person.objects.get(pk=call.id_of("keeper"))
    if keeper.company_id != company.pk:
        raise RuleBroken(_("%(name)s works for another company.") % {"name": keeper.name})
    try:
        telephone = read_phone(call.text("telephone"))
    except ValueError as error:
        raise RuleBroken(str(error)) from error
    link_days, an_hour = call.count("link_days", LINK_DAYS), call.count("an_hour", AN_HOUR)
    if not 1 <= link_days <= 3650 or not 1 <= an_hour <= 10_000:
        raise RuleBroken(_("Days are 1 to 3650, matters an hour 1 to 10000."))
    fields: dict[str, Any] = {
        "slug": slug,
        "keeper": keeper,
        "telephone": telephone,
        "purpose": call.text("purpose")[:400],
        "link_days": link_days,
        "an_hour": an_hour,
        "is_active": call.facts.get("is_active") is not False,
    }
    page, _made = IntakePage.objects.update_or_create(company=company, defaults=fields)
    if page.is_active and not offered(page):
        raise RuleBroken(
            _("There is nothing to offer: no procedure is open to customers of which %(name)s may take cases in.")
            % {"name": keeper.name}
        )
    changes = {"slug": slug, "keeper": keeper.name, "active": page.is_active}
    return Done(("intake_page", page.pk, slug), changes, company.pk)
