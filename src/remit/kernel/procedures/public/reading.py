"""How a case stands, in words for the customer: what the procedure lets him read, and nothing of what the house says to itself."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.facts import Label
from remit.kernel.procedures.answers import shown_answers
from remit.kernel.procedures.clocks import read_clock
from remit.kernel.procedures.compiled import label, spec_of
from remit.kernel.procedures.engine import CANCELLED, calendars_of
from remit.kernel.procedures.format import ForCustomer, ProcedureSpec
from remit.kernel.procedures.models import Case, Rating, Submission
from remit.kernel.procedures.public.settings import public_name
from remit.kernel.procedures.public.speaking import CHANGEABLE, SAID, awaiting
from remit.lib import clock

# Of how content somebody is, the lowest first.
LEVEL_LABELS: Final[tuple[tuple[int, Label], ...]] = (
    (1, gettext_lazy("Not at all")),
    (2, gettext_lazy("Not really")),
    (3, gettext_lazy("So-so")),
    (4, gettext_lazy("Content")),
    (5, gettext_lazy("Very content")),
)
WORDS_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class OwnWord:
    """Something that the customer said; `photos` is how many he added."""

    at: dt.datetime
    said: Label
    text: str
    photos: int


@dataclass(frozen=True, slots=True)
class CustomerView:
    """Everything on the customer's page. `tells` are (label, text) of the answers that the procedure tells him."""

    number: str
    title: str
    says: str
    tells: tuple[tuple[str, str], ...]
    received_at: dt.datetime
    due_at: dt.datetime
    closed_at: dt.datetime | None
    is_paused: bool
    awaits: bool
    confirmed: bool | None  # what he has answered so far where the case waits for him
    words: list[OwnWord]
    may_rate: bool
    may_change_rating: bool
    rating: Rating | None


def customer_view(case: Case) -> CustomerView:
    """Some nine queries. The clock is read from the moments, as everywhere."""
    spec, now = spec_of(case.version), clock.now()
    words = list(case.words.order_by("-pk")[:WORDS_SHOWN])
    run, rating = awaiting(case, spec), Rating.objects.filter(case=case).first()
    answered = next((word for word in words if run is not None and word.run_id == run.pk), None)
    shown = _shown(case, spec)
    calendar = calendars_of(case).whole(case.position_id)
    whole = read_clock(calendar, spec.within, case.started_at, case.closed_at, case.moments.all(), now)
    names = shown[0].tells if shown else ()
    fields = [field for name, field in spec.all_fields().items() if name in names]
    may_rate = spec.satisfaction is not None and case.closed_at is not None and case.outcome != CANCELLED
    return CustomerView(
        number=case.number,
        title=case.title if _wrote_it_himself(case) else public_name(spec),
        says=_says(case, shown),
        tells=shown_answers(fields, case.values),
        received_at=case.started_at,
        due_at=whole.due_at,
        closed_at=case.closed_at,
        is_paused=case.paused_at is not None,
        awaits=run is not None,
        confirmed=answered.kind == "confirmed" if answered else None,
        words=[OwnWord(word.at, SAID[word.kind], word.text, len(word.files)) for word in words],
        may_rate=may_rate,
        may_change_rating=rating is None or now <= rating.at + CHANGEABLE,
        rating=rating if may_rate else None,
    )


def _wrote_it_himself(case: Case) -> bool:
    """What a colleague noted in short was not meant for the customer's eyes."""
    return Submission.objects.filter(case=case).exists() or case.mails.filter(state="opened").exists()


def _shown(case: Case, spec: ProcedureSpec) -> list[ForCustomer]:
    """Of each open step, or of the end, what the file says for the customer."""
    if case.closed_at is not None:
        end = spec.end(case.outcome)
        return [end.customer] if end is not None and end.customer is not None else []
    open_steps = set(case.runs.filter(closed_at=None).values_list("step", flat=True))
    return [step.customer for step in spec.steps if step.id in open_steps and step.customer is not None]


def _says(case: Case, shown: list[ForCustomer]) -> str:
    if shown:
        return "；".join(label(one.says) for one in shown)
    return _("This matter is closed.") if case.closed_at is not None else _("Your matter is being handled.")
