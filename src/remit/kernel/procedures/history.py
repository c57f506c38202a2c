"""What happened in a case, as a person reads it: on its page, and on the paper that is kept of it."""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from remit.kernel.documents.models import StoredFile
from remit.kernel.procedures.answers import shown_answers
from remit.kernel.procedures.clocks import Calendars
from remit.kernel.procedures.compiled import label, spec_of
from remit.kernel.procedures.engine import CANCELLED, calendars_of
from remit.kernel.procedures.evidence import FILES, PHOTOS
from remit.kernel.procedures.format import FormField, ProcedureSpec
from remit.kernel.procedures.manners import slips
from remit.kernel.procedures.models import Case, CaseMoment, CustomerWord, PlannedCase, Rating, StepRun, Submission
from remit.kernel.procedures.telephone import length_of


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened. `answers` are (label, value) pairs, `files` (id, name), `photos` (id, name, what the camera says)."""

    at: dt.datetime
    who: str
    what: str
    tone: str = ""
    note: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[int, str], ...] = ()
    photos: tuple[tuple[int, str, str], ...] = ()
    matter: str = ""
    duration: dt.timedelta | None = None
    call: dt.timedelta | None = None  # how long the customer was on the line
    is_long: bool = False  # longer than the step allows itself
    slips: tuple[str, ...] = ()  # phrases in it that are not said to customers

    @property
    def call_minutes(self) -> int:
        """Begun minutes count."""
        return -(-int(self.call.total_seconds()) // 60) if self.call is not None else 0


def state_label(case: Case, spec: ProcedureSpec, open_steps: Collection[str] = ()) -> str:
    """The open steps (of several branches each; the first where they are not given), or how the case ended."""
    if case.closed_at is None:
        return "、".join(label(step.labels) for step in spec.steps if step.id in (open_steps or {case.step}))
    if case.outcome == CANCELLED:
        return _("cancelled")
    end = spec.end(case.outcome)
    return label(end.labels) if end else case.outcome


def opener_label(case: Case) -> str:
    """Who took it in: a person, or the plan that opened it. One query where it was a plan."""
    if case.opened_by is not None:
        return case.opened_by.name
    planned = PlannedCase.objects.filter(case=case).select_related("run__plan").first()
    if planned is not None:
        return label(planned.run.plan.labels)
    return _("The customer, on the web page") if Submission.objects.filter(case=case).exists() else ""


def files_of(case: Case) -> dict[int, str]:
    ids = case.values.get(FILES, ())
    return dict(StoredFile.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}


def entries_of(case: Case) -> list[Entry]:
    """All that happened, the newest first. Eight queries."""
    runs = list(case.runs.select_related("closed_by").order_by("opened_at", "pk"))
    moments = list(case.moments.select_related("by", "version").order_by("at", "pk"))
    return told(case, spec_of(case.version), runs, moments, files_of(case), calendars_of(case), words_of(case))


def words_of(case: Case) -> tuple[list[CustomerWord], Rating | None]:
    """What the customer said by himself. Two queries."""
    return list(case.words.order_by("pk")), Rating.objects.filter(case=case).first()


def told(
    case: Case,
    spec: ProcedureSpec,
    runs: list[StepRun],
    moments: list[CaseMoment],
    files: dict[int, str],
    calendars: Calendars,
    words: tuple[list[CustomerWord], Rating | None],
) -> list[Entry]:
    """What happened, the newest first."""
    answers = shown_answers(spec.intake.fields, case.values)
    # Of what happened in the same moment the later stands above: the end over the step that led to it.
    entries: list[Entry] = []
    for moment in moments:
        entries.append(
            Entry(moment.at, moment.by.name if moment.by else "", moment_label(moment.kind), "system", moment.reason)
        )
    entries += _customers_own(case, words, files)
    for run in runs:
        # What was done under an older version is told in its words.
        then = next((one.version for one in moments if one.version and run.closed_at and run.closed_at <= one.at), None)
        step = (spec_of(then) if then else spec).step(run.step)
        if step is None:
            continue
        if run.rung and run.closed_at is None:
            entries.append(
                Entry(run.due_at, "", _("%(step)s is overdue; %(n)d levels up know of it")
                      % {"step": label(step.labels), "n": run.rung}, tone="danger")
            )  # fmt: skip
        if run.closed_at is None or run.closed_by is None:
            continue
        if run.rung:
            entries.append(
                Entry(run.due_at, "", _("%(step)s was overdue; %(n)d levels up came to know of it")
                      % {"step": label(step.labels), "n": run.rung}, tone="warn")
            )  # fmt: skip
        outcome = next((one for one in step.outcomes if one.id == run.outcome), None)
        entries.append(
            Entry(
                run.closed_at,
                run.closed_by.name,
                f"{label(step.labels)}: {label(outcome.labels)}" if outcome else label(step.labels),
                answers=shown_answers(step.fields, run.values),
                files=_named_files(step.fields, run.values, files),
                photos=_photos(step.fields, run.values, files),
                matter=run.matter_number,
                duration=calendars.step(step, run).working_time_between(run.opened_at, run.closed_at),
                call=(call := length_of(run.called_at, run.closed_at)),
                is_long=call is not None
                and step.telephone is not None
                and call > dt.timedelta(minutes=step.telephone.minutes),
                slips=slips(spec, step.fields, run.values),
            )
        )
    entries.append(
        Entry(
            case.opened_at,
            opener_label(case),
            _("took the case in"),
            answers=answers,
            files=_named_files(spec.intake.fields, case.values, files),
            photos=_photos(spec.intake.fields, case.values, files),
        )
    )
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _customers_own(
    case: Case, words: tuple[list[CustomerWord], Rating | None], files: Mapping[int, str]
) -> Iterator[Entry]:
    labels = {
        "note": _("added a word"),
        "confirmed": _("confirmed that it is settled"),
        "not_solved": _("said that it is not solved"),
    }
    tones = {"note": "", "confirmed": "ok", "not_solved": "warn"}
    who, (said, rating) = _("The customer, by the status link"), words
    shots = case.values.get(PHOTOS, {})
    for word in said:
        photos = tuple((pk, files[pk], _camera_says(shots.get(str(pk), {}))) for pk in word.files if pk in files)
        yield Entry(word.at, who, labels[word.kind], tones[word.kind], word.text, photos=photos)
    if rating is not None:
        yield Entry(rating.changed_at or rating.at, who, _("gave %(n)d of 5") % {"n": rating.level}, note=rating.text)


def moment_label(kind: str) -> str:
    labels = {
        "paused": _("stopped the clock"),
        "resumed": _("let the clock run again"),
        "ended": _("The case has ended"),
        "reopened": _("took the case up again"),
        "called": _("called the customer in the time of rest"),
        "moved": _("moved the case to a newer version of the procedure"),
    }
    return labels[kind]


def _named_files(
    fields: Iterable[FormField], values: Mapping[str, Any], files: Mapping[int, str]
) -> tuple[tuple[int, str], ...]:
    ids = [pk for field in fields if field.kind == "file" for pk in values.get(field.name, ())]
    return tuple((pk, files[pk]) for pk in ids if pk in files)


def _photos(
    fields: Iterable[FormField], values: Mapping[str, Any], files: Mapping[int, str]
) -> tuple[tuple[int, str, str], ...]:
    ids = [pk for field in fields if field.kind == "photo" for pk in values.get(field.name, ())]
    said = values.get(PHOTOS, {})
    return tuple((pk, files[pk], _camera_says(said.get(str(pk), {}))) for pk in ids if pk in files)


def _camera_says(shot: Mapping[str, str]) -> str:
    """When and where the photo was taken as the camera wrote it; that it wrote no time is worth knowing, too."""
    if not shot.get("taken_at"):
        return _("the camera noted no time")
    taken = timezone.localtime(dt.datetime.fromisoformat(shot["taken_at"])).strftime("%Y-%m-%d %H:%M")
    where = f" · {shot['latitude']}, {shot['longitude']}" if shot.get("latitude") else ""
    return _("taken %(when)s") % {"when": taken} + where
