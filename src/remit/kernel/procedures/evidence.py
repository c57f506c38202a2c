"""What a form's evidence has to be, held for every door: files of this company that were handed in for cases, photos that are photos."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.authority.errors import RuleBroken
from remit.kernel.authority.facts import BadFact, BadFacts
from remit.kernel.documents.models import StoredFile
from remit.kernel.procedures.answers import FILE_KINDS
from remit.kernel.procedures.compiled import label
from remit.kernel.procedures.format import FormField
from remit.kernel.procedures.photos import Shot, read_shot
from remit.lib import clock
from remit.lib.calendars import WorkingCalendar, parse_duration

# The ids of all files of a case stand here among its values, so that one index-free look-up says who may read one.
FILES: Final = "_files"
# What the cameras wrote into a case's photos, by the file's id.
PHOTOS: Final = "_photos"


def with_evidence(
    answers: dict[str, Any],
    fields: Iterable[FormField],
    before: Mapping[str, Any],
    company_id: int,
    calendar: WorkingCalendar,
) -> dict[str, Any]:
    """The answers, and beside them which files the case now has and what its photos say. Raises RuleBroken, BadFacts."""
    kept = [field for field in fields if field.kind in FILE_KINDS and answers.get(field.name)]
    if not kept:
        return answers
    ids = {pk for field in kept for pk in answers[field.name]}
    files = {file.pk: file for file in StoredFile.objects.filter(pk__in=ids, room="procedures", company_id=company_id)}
    shots: dict[str, Any] = dict(before.get(PHOTOS, {}))
    faults: dict[str, str] = {}
    for field in kept:
        if not files.keys() >= set(answers[field.name]):
            raise RuleBroken(_("%(field)s: choose one of this company.") % {"field": label(field.labels)})
        if field.kind != "photo":
            continue
        try:
            shots |= {str(pk): _shot(field, files[pk], calendar).as_json() for pk in answers[field.name]}
        except BadFact as fault:
            faults[field.name] = fault.message
    if faults:
        raise BadFacts(faults)
    answers = {**answers, FILES: sorted({*before.get(FILES, ()), *ids})}
    return {**answers, PHOTOS: shots} if shots else answers


def joined(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """A step's values beside those of the case: what another branch handed in meanwhile stays."""
    both = dict(values)
    if FILES in values:
        both[FILES] = sorted({*before.get(FILES, ()), *values[FILES]})
    if PHOTOS in values:
        both[PHOTOS] = {**before.get(PHOTOS, {}), **values[PHOTOS]}
    return both


def _shot(field: FormField, file: StoredFile, calendar: WorkingCalendar) -> Shot:
    """What the photo says. Raises BadFact where it was taken too long ago for the field, or is said to be from the future."""
    shot, now = read_shot(file, field.name), clock.now()
    if field.taken_within and shot.taken_at is not None:
        # A telephone's clock may be some minutes fast.
        if (shot.taken_at - now).total_seconds() > 3600:
            raise BadFact(
                field.name, _("The photo “%(name)s” says that it was taken in the future.") % {"name": file.name}
            )
        if parse_duration(field.taken_within).due(calendar, shot.taken_at) < now:
            raise BadFact(
                field.name,
                _("The photo “%(name)s” is older than this step allows; take a new one.") % {"name": file.name},
            )
    return shot
