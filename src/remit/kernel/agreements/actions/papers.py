"""How papers leave the house: the company's own Word template, and links that show one version without a login."""

import datetime as dt
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.agreements.access import FILES_ROOM
from remit.kernel.agreements.actions.drafting import KIND, keeper_of_agreement
from remit.kernel.agreements.actions.seals import COMPANY
from remit.kernel.agreements.facts import AGREEMENT
from remit.kernel.agreements.models import AgreementKind, AgreementState, PaperTemplate, ShareLink
from remit.kernel.agreements.papers import sample_data
from remit.kernel.agreements.rules import held, told
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.documents.errors import BadPaperData, BadTemplate
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import content_of
from remit.kernel.documents.rendering import docx
from remit.kernel.organization.models import Unit

DAYS: Final = 14
DAYS_MAX: Final = 90
LINK: Final = Fact("link", "id", gettext_lazy("Link"))


@action("agreement.put_template", gettext_lazy("Put the company's own Word template"), COMPANY, KIND,
        Fact("file", "id", gettext_lazy("File")))  # fmt: skip
def put_template(call: Call) -> Done:
    """It is filled once with a sample before it is taken, so that a faulty tag is told to who put it and not to who needs the paper."""
    company, kind = Unit.objects.get(pk=call.id_of("company")), call.text("kind")
    file = StoredFile.objects.filter(pk=call.id_of("file"), room=FILES_ROOM, company_id=company.pk).first()
    if file is None:
        raise RuleBroken(_("There is no such file."))
    try:
        docx.render(content_of(file), sample_data(kind, company.name))
    except (BadTemplate, BadPaperData) as error:
        raise RuleBroken(str(error.sentence)) from error
    row = PaperTemplate.objects.create(company=company, kind=kind, file=file, made_at=call.at, made_by=call.person)
    label = str(AgreementKind(kind).label)
    return Done(("paper_template", row.pk, label), {"kind": kind, "file": file.name}, company.pk)


@action(
    "agreement.share",
    gettext_lazy("Make a link that shows a paper without a login"),
    AGREEMENT,
    Fact("days", "days", gettext_lazy("Good for days"), required=False),
    Fact("with_prices", "yes_no", gettext_lazy("With prices"), required=False),
    inherent=keeper_of_agreement,
)
def share(call: Call) -> Done:
    """It shows the version of now, whatever is changed later, and ends by itself."""
    agreement = held(call)
    if agreement.state == AgreementState.CANCELLED:
        raise RuleBroken(_("It was cancelled."))
    days = int(str(call.facts["days"]).split(".")[0]) if call.facts.get("days") is not None else DAYS
    if not 1 <= days <= DAYS_MAX:
        raise RuleBroken(_("A link is good for 1 to %(n)d days.") % {"n": DAYS_MAX})
    link = ShareLink.objects.create(
        company_id=agreement.company_id, agreement=agreement, version=agreement.current, made_at=call.at, made_by=call.person,
        with_prices=call.facts.get("with_prices") is not False, expires_at=call.at + dt.timedelta(days=days),
    )  # fmt: skip
    return told(agreement, {"link": link.pk, "days": days, "with_prices": link.with_prices})


@action("agreement.withdraw_link", gettext_lazy("Withdraw a link"), AGREEMENT, LINK, inherent=keeper_of_agreement)
def withdraw(call: Call) -> Done:
    agreement = held(call)
    link = ShareLink.objects.select_for_update().filter(pk=call.id_of("link"), agreement=agreement).first()
    if link is None or link.withdrawn_at is not None:
        raise RuleBroken(_("There is no such link."))
    link.withdrawn_at = call.at
    link.save(update_fields=["withdrawn_at"])
    return told(agreement, {"link": link.pk})


def _nobody_else(*_given: object) -> str | None:
    return None


@action("agreement.shown", gettext_lazy("A paper was looked at by its link"), LINK,
        Fact("address", "text", gettext_lazy("From"), required=False), inherent=_nobody_else)  # fmt: skip
def shown(call: Call) -> Done:
    """The log of views: each is an event with the address that asked."""
    if call.person is not None:
        raise RuleBroken(_("Only customers do this, on their own page."))
    link = ShareLink.objects.select_for_update().select_related("agreement").filter(pk=call.id_of("link")).first()
    if link is None:
        raise RuleBroken(_("There is no such link."))
    link.views, link.seen_at = link.views + 1, call.at
    link.save(update_fields=["views", "seen_at"])
    return told(link.agreement, {"link": link.pk, "views": link.views})
