"""What has to be there when work is done: read from what was handed in, every fault at once."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from remit.kernel.authority.facts import BadFact, BadFacts, Fact, FactKind, to_json
from remit.kernel.documents.models import StoredFile
from remit.kernel.work.access import EVIDENCE_ROOM
from remit.kernel.work.models import WorkFile

# Evidence that is a file, and the other kinds by the kind of fact that reads them.
FILES: Final = frozenset({"file", "photo"})
READ_AS: Final[Mapping[str, FactKind]] = {
    "text": "long_text",
    "record": "text",
    "number": "money",  # any figure with up to two decimals
    "yes_no": "yes_no",
    "date": "date",
}


def read_values(asked: Sequence[Mapping[str, str]], given: Mapping[str, Any]) -> dict[str, Any]:
    """The values by their labels, in JSON form. Raises BadFacts where one is missing or can't be read."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for one in asked:
        if one["kind"] in FILES:
            continue
        try:
            label = one["label"]
            values[label] = to_json({label: Fact(label, READ_AS[one["kind"]], label).parse(given.get(label))})[label]
        except BadFact as error:
            faults[error.fact] = error.message
    for label in given:
        if label not in {one["label"] for one in asked}:
            faults[label] = _("%(label)s is not asked for.") % {"label": label}
    if faults:
        raise BadFacts(faults)
    return values


def read_files(asked: Sequence[Mapping[str, str]], given: Mapping[str, Any], company_id: int | None) -> list[WorkFile]:
    """The files by their labels (`given` maps a label to the ids of stored files), not yet saved. Raises BadFacts where one is
    missing, is nobody's evidence, was handed in before, or is no picture where a photo is asked for."""
    files: list[WorkFile] = []
    faults: dict[str, str] = {}
    labels = {one["label"]: one["kind"] for one in asked if one["kind"] in FILES}
    wanted = {pk for ids in given.values() if isinstance(ids, list) for pk in ids if isinstance(pk, int)}
    found = {
        file.pk: file
        for file in StoredFile.objects.filter(pk__in=wanted, room=EVIDENCE_ROOM, company_id=company_id)
        if not WorkFile.objects.filter(file=file).exists()
    }
    for label, kind in labels.items():
        ids = given.get(label)
        ids = ids if isinstance(ids, list) else []
        if not ids:
            faults[label] = _("%(fact)s is missing.") % {"fact": label}
        elif any(pk not in found for pk in ids):
            faults[label] = _("%(label)s: there is no such file.") % {"label": label}
        elif kind == "photo" and not all(found[pk].media_type.startswith("image/") for pk in ids):
            faults[label] = _("%(label)s: a photo is asked for.") % {"label": label}
        else:
            files += [WorkFile(file=found[pk], label=label) for pk in ids]
    faults |= {label: _("%(label)s is not asked for.") % {"label": label} for label in given if label not in labels}
    if faults:
        raise BadFacts(faults)
    return files
