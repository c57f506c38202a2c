"""A matter that was sent in on a company's page becomes a case: one action, one transaction, each form once."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import Fact
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.parties.models import ContactKind, ContactPoint, Party
from remit.kernel.procedures.actions import opening_desk
from remit.kernel.procedures.answers import parse_answers
from remit.kernel.procedures.compiled import label, latest_version, spec_of
from remit.kernel.procedures.evidence import with_evidence
from remit.kernel.procedures.format import ProcedureSpec, Public
from remit.kernel.procedures.models import IntakePage, Submission
from remit.kernel.procedures.opening import Opening, open_cases
from remit.kernel.procedures.public.limits import BY_ADDRESS, BY_PHONE, COMPANY, bucket, count, refuse_too_many
from remit.kernel.procedures.public.links import issue
from remit.kernel.work.calendars import calendar_of
from remit.lib.identifiers import read_phone

SENDER: Final = system("intake page").at("web")
NAME_MAX: Final = 40
TITLE_MAX: Final = 40


def buckets_of(page: IntakePage, address: str, phone: str) -> dict[str, int]:
    """What is counted when a matter comes in, and how much of each is taken within an hour. `address` is a bucket already."""
    return {address: BY_ADDRESS, bucket("phone", phone): BY_PHONE, COMPANY: page.an_hour}


def only_from_outside(call: Call) -> None:
    """Nobody of the house says what only a customer can say, whatever he may do else. Raises RuleBroken."""
    if call.person is not None:
        raise RuleBroken(_("Only customers do this, on their own page."))


@action(
    "intake.receive",
    gettext_lazy("Take in what a customer sent"),
    Fact("page", "id", gettext_lazy("Page")),
    Fact("procedure", "text", gettext_lazy("Procedure")),
    Fact("key", "text", gettext_lazy("Key of the form")),
    Fact("name", "text", gettext_lazy("Name"), secret=True),
    Fact("phone", "text", gettext_lazy("Telephone"), secret=True),
    Fact("email", "text", gettext_lazy("E-mail"), required=False, secret=True),
    Fact("address", "text", gettext_lazy("Where it came from"), required=False, secret=True),
    Fact("answers", "data", gettext_lazy("Answers"), required=False, secret=True),
)
def receive(call: Call) -> Done:
    """Run by the page. The same form a second time changes nothing and answers with the case that it made."""
    only_from_outside(call)
    # The row is the queue's head: of two sends at the same second the later finds what the first made, and counts it.
    page = (
        IntakePage.objects.select_for_update(of=("self",))
        .select_related("keeper")
        .get(pk=call.id_of("page"), is_active=True)
    )
    earlier = Submission.objects.select_related("case").filter(page=page, key=call.text("key")[:40]).first()
    if earlier is not None:
        return Done(("case", earlier.case_id, earlier.case.number), {"known": True}, page.company_id)
    version = latest_version(call.text("procedure"))
    spec, book = spec_of(version), rulebook_now()
    desk = opening_desk(spec, page.keeper, book)
    if spec.intake.public is None or desk is None:
        raise RuleBroken(
            _("This is not taken in here any more; please call %(telephone)s.") % {"telephone": page.telephone}
        )
    phone = _phone(call)
    most = buckets_of(page, call.text("address"), phone)
    refuse_too_many(page.company_id, most, call.at, page.telephone)
    answers = parse_answers(spec.intake.fields, filled_in(spec.intake.public, call, phone), {})
    party = known_customer(page.company_id, phone)
    opening = Opening(
        title=title_of(spec, answers),
        subject=call.text("name")[:NAME_MAX],
        handler_id=page.keeper_id,
        position_id=desk,
        party_id=party.pk if party and spec.subject == "party" else None,
        owner_id=party.owner_id if party and spec.subject == "party" else None,
        values=with_evidence(answers, spec.intake.fields, {}, page.company_id, calendar_of(page.company_id)),
    )
    case = open_cases(version, page.company_id, [opening], call.at, book)[0]
    Submission.objects.create(company_id=page.company_id, page=page, key=call.text("key")[:40], case=case)
    issue(case, call.at)
    count(page.company_id, most, call.at)
    return Done(("case", case.pk, case.number), {"case": case.number, "procedure": spec.id}, page.company_id)


def _phone(call: Call) -> str:
    try:
        return read_phone(call.text("phone"))
    except ValueError as error:
        raise RuleBroken(str(error)) from error


def filled_in(public: Public, call: Call, phone: str) -> dict[str, Any]:
    """The intake form: what the customer was asked, and what the file says of the rest. Whatever else was sent does not count."""
    given: Mapping[str, Any] = call.mapping("answers")
    answers = {name: given[name] for name in public.fields if given.get(name) not in (None, "", [])}
    answers |= public.set
    if public.contact is not None:
        parts = (call.text("name")[:NAME_MAX], phone, call.text("email"))
        answers[public.contact] = " ".join(part for part in parts if part)[:120]
    return answers


def title_of(spec: ProcedureSpec, answers: Mapping[str, Any]) -> str:
    """The beginning of the first long text, else of any; the procedure's name where nothing was written."""
    asked = spec.intake.public.fields if spec.intake.public else ()
    texts = [
        field
        for kind in ("long_text", "text")
        for field in spec.intake.fields
        if field.kind == kind and field.name in asked
    ]
    said = next((str(answers[field.name]) for field in texts if answers.get(field.name)), "")
    return " ".join(said.split())[:TITLE_MAX] or label(spec.labels)


def known_customer(company_id: int, phone: str) -> Party | None:
    """The one customer of the company who has this number; nobody where several have. Whether there is one, the page never tells."""
    points = ContactPoint.objects.filter(company=company_id, kind=ContactKind.PHONE, value=phone)
    found = list(
        Party.objects.filter(pk__in=points.values("party"), company=company_id, merged_into=None, erased_at=None)[:2]
    )
    return found[0] if len(found) == 1 else None
