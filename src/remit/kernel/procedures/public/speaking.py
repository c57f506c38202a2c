"""What a customer does through the link to his case: he adds a word, confirms or denies, says how content he is; and who gives him the
link, or takes it back."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from remit.kernel.accounts.actor import system
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import LONGEST_TEXT, Fact, Facts, Label
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import case_visible_to, is_above
from remit.kernel.procedures.clocks import due_moment
from remit.kernel.procedures.compiled import spec_of
from remit.kernel.procedures.engine import CANCELLED, RATED, calendars_of, item_labels, standing_of
from remit.kernel.procedures.evidence import FILES, PHOTOS
from remit.kernel.procedures.format import ProcedureSpec
from remit.kernel.procedures.locking import lock_case
from remit.kernel.procedures.models import Case, CustomerWord, IntakePage, Rating, StatusLink, StepRun
from remit.kernel.procedures.performers import asked_by
from remit.kernel.procedures.photos import read_shot
from remit.kernel.procedures.public.limits import WORDS_BY_ADDRESS, WORDS_BY_CASE, bucket, count, refuse_too_many
from remit.kernel.procedures.public.links import is_over, issue
from remit.kernel.procedures.public.receiving import only_from_outside
from remit.kernel.work.actions import Performer, close_item, open_item
from remit.kernel.work.models import NoticeKind
from remit.kernel.work.notices.telling import tell, topic_of
from remit.kernel.work.texts import in_every_language

CUSTOMER: Final = system("customer by status link").at("web")
PHOTOS_MAX: Final = 6
CHANGEABLE: Final = dt.timedelta(days=7)
LEVELS: Final = (1, 2, 3, 4, 5)
CASE: Final = Fact("case", "id", gettext_lazy("Case"))
ADDRESS: Final = Fact("address", "text", gettext_lazy("Where it came from"), required=False, secret=True)
SAID: Final[Mapping[str, Label]] = {
    "note": gettext_lazy("added a word"),
    "confirmed": gettext_lazy("confirmed that it is settled"),
    "not_solved": gettext_lazy("said that it is not solved"),
}


def awaiting(case: Case, spec: ProcedureSpec) -> StepRun | None:
    """The open step that the customer may confirm, None where nothing waits for him."""
    steps = [step.id for step in spec.steps if step.customer is not None and step.customer.confirms]
    if not steps or case.closed_at is not None or case.paused_at is not None:
        return None
    return case.runs.filter(step__in=steps, closed_at=None, request=None).order_by("pk").first()


def _admitted(call: Call) -> Case:
    """The case, locked and counted. Raises TooMany, RuleBroken."""
    only_from_outside(call)
    case = lock_case(call.id_of("case"))
    link = StatusLink.objects.filter(case=case, withdrawn_at=None).first()
    if link is None or is_over(case):
        raise RuleBroken(_("This link leads nowhere any more."))
    most = {bucket("case", str(case.pk)): WORDS_BY_CASE}
    if call.text("address"):
        most[call.text("address")] = WORDS_BY_ADDRESS
    refuse_too_many(case.company_id, most, call.at, telephone_of(case.company_id))
    count(case.company_id, most, call.at)
    return case


def telephone_of(company_id: int) -> str:
    """Where customers call; "" where the company has not said."""
    return IntakePage.objects.filter(company=company_id).values_list("telephone", flat=True).first() or ""


def _done(case: Case, **changes: Any) -> Done:
    return Done(("case", case.pk, case.number), {"case": case.number, **changes}, case.company_id)


# --- words -------------------------------------------------------------------------------------------------------------------


@action(
    "case.customer_says",
    gettext_lazy("Say something as the customer"),
    CASE,
    Fact("kind", "choice", gettext_lazy("What"), choices=tuple(SAID.items())),
    Fact("text", "long_text", gettext_lazy("Words"), required=False, secret=True),
    Fact("files", "data", pgettext_lazy("of a customer", "Photos"), required=False, secret=True),
    ADDRESS,
)
def customer_says(call: Call) -> Done:
    """A note, or whether what was done has settled the matter. His own evidence: the step goes on only as he said (R-034)."""
    case = _admitted(call)
    kind, text = str(call.facts["kind"]), call.text("text")[:LONGEST_TEXT]
    files = _photos(call, case)
    if case.closed_at is not None:
        raise RuleBroken(_("The case is closed; call us, and it is taken up again."))
    run = None
    if kind == "note":
        if not text and not files:
            raise RuleBroken(_("Write something, or add a photo."))
    else:
        run = awaiting(case, spec_of(case.version))
        if run is None:
            raise RuleBroken(_("There is nothing to confirm at the moment."))
        if kind == "not_solved" and not text:
            raise RuleBroken(_("Say in a word what is still not right."))
    CustomerWord.objects.create(
        company_id=case.company_id, case=case, run=run, kind=kind, text=text, files=files, at=call.at
    )
    tell(
        NoticeKind.CASE,
        topic_of("case_word", str(case.pk)),
        [case.handler_id],
        labels=in_every_language(
            lambda: _("The customer %(said)s: %(case)s") % {"said": SAID[kind], "case": f"{case.number} {case.title}"}
        ),
        provenances=in_every_language(lambda: text[:120]),
        link=reverse("procedures:case-detail", args=[case.pk]),
    )
    return _done(case, said=kind, photos=len(files))


def _photos(call: Call, case: Case) -> list[int]:
    """Photos that came with a word, kept with the case. Raises BadFact where one is none."""
    given = call.facts.get("files")
    ids = [pk for pk in given if isinstance(pk, int)] if isinstance(given, list) else []
    found = list(StoredFile.objects.filter(pk__in=ids[:PHOTOS_MAX], room="procedures", company_id=case.company_id))
    if len(found) != len(ids):
        raise RuleBroken(_("At most %(n)d photos.") % {"n": PHOTOS_MAX})
    if found:
        shots = {str(file.pk): read_shot(file, "files").as_json() for file in found}
        case.values = {
            **case.values,
            FILES: sorted({*case.values.get(FILES, ()), *ids}),
            PHOTOS: {**case.values.get(PHOTOS, {}), **shots},
        }
        case.save(update_fields=["values"])
    return sorted(ids)


# --- how content he is ---------------------------------------------------------------------------------------------------------


@action(
    "case.rate",
    gettext_lazy("Say how content one is"),
    CASE,
    Fact("level", "count", gettext_lazy("From 1 to 5")),
    Fact("text", "long_text", gettext_lazy("Words"), required=False, secret=True),
    ADDRESS,
)
def rate(call: Call) -> Done:
    """One rating a case (S-032): it may be changed for seven days, and is kept then. A low one has to be looked into."""
    case = _admitted(call)
    level, spec = call.count("level", 0), spec_of(case.version)
    if level not in LEVELS:
        raise RuleBroken(_("Choose one of the five."))
    if case.closed_at is None or case.outcome == CANCELLED or spec.satisfaction is None:
        raise RuleBroken(_("This can be said when the case is closed."))
    rating = Rating.objects.select_for_update().filter(case=case).first()
    if rating is not None and call.at > rating.at + CHANGEABLE:
        raise RuleBroken(_("Your word of %(day)s is kept; it can't be changed any more.") % {"day": rating.at.date()})
    text = call.text("text")[:LONGEST_TEXT]
    if rating is None:
        Rating.objects.create(company_id=case.company_id, case=case, level=level, text=text, at=call.at)
    else:
        rating.level, rating.text, rating.changed_at = level, text or rating.text, call.at
        rating.save(update_fields=["level", "text", "changed_at"])
    if level <= spec.satisfaction.low:
        _look_into(case, spec, level, call.at)
    else:
        close_item(RATED, case.pk, at=call.at)
    return _done(case, level=level)


def _look_into(case: Case, spec: ProcedureSpec, level: int, at: dt.datetime) -> None:
    assert spec.satisfaction is not None  # noqa: S101 - asked by the caller
    book = rulebook_now()
    calendars = calendars_of(case)
    for one in asked_by((spec.satisfaction.by,), standing_of(case, book), book):
        open_item(
            RATED,
            case.pk,
            Performer(one.person_id, one.position_id, one.excepted_id),
            due_at=due_moment(calendars.at_desk(one.position_id, one.person_id), spec.satisfaction.within, at, [], at),
            labels=item_labels(spec.labels, case),
            provenances=in_every_language(lambda: _("The customer gave %(n)d of 5") % {"n": level}),
            target=case.pk,
            action="case.take_note",
            company_id=case.company_id,
        )


# --- the link ----------------------------------------------------------------------------------------------------------------


def _handler_or_above(person: Person, facts: Facts) -> str | None:
    case = case_visible_to(person, int(str(facts["case"])))
    if case.handler_id == person.pk:
        return _("you are the handler of the case")
    return _("the case is handled below you") if is_above(person, case) else None


@action("case.share_status", gettext_lazy("Make a status link for the customer"), CASE, inherent=_handler_or_above)
def share_status(call: Call) -> Done:
    """For a customer who came by telephone or in person. After it was withdrawn the next one is another."""
    case = lock_case(call.id_of("case"))
    if is_over(case):
        raise RuleBroken(_("The case ended too long ago for a link."))
    link = issue(case, call.at, call.person)
    return _done(case, link=link.serial)


@action("case.withdraw_status", gettext_lazy("Withdraw the status link"), CASE, inherent=_handler_or_above)
def withdraw_status(call: Call) -> Done:
    """From now on it leads nowhere."""
    case = lock_case(call.id_of("case"))
    if not StatusLink.objects.filter(case=case, withdrawn_at=None).update(withdrawn_at=call.at):
        raise RuleBroken(_("There is no link to withdraw."))
    return _done(case, withdrawn=True)
