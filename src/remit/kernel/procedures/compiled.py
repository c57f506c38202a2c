"""Procedures as they are used: the spec of a version, kept per process, because a version never changes."""

from collections.abc import Mapping

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from remit.kernel.authority.errors import NotYours
from remit.kernel.procedures.format import Labels, ProcedureSpec, Script
from remit.kernel.procedures.models import Procedure, ProcedureVersion

_kept: dict[tuple[int, str], ProcedureSpec] = {}


def spec_of(version: ProcedureVersion) -> ProcedureSpec:
    """No query. The digest stands in the key: after a restore the same number may be another text."""
    key = (version.pk, version.digest)
    if key not in _kept:
        _kept[key] = ProcedureSpec.model_validate(version.spec)
    return _kept[key]


def latest_version(key: str) -> ProcedureVersion:
    """One query. Raises NotYours for a procedure that is not there."""
    versions = ProcedureVersion.objects.filter(procedure__key=key).select_related("procedure")
    found = versions.order_by("-number").first()
    if found is None:
        raise NotYours(_("There is no such procedure."))
    return found


def latest_versions() -> list[ProcedureVersion]:
    """Of each procedure the newest, by key. One query."""
    versions = ProcedureVersion.objects.select_related("procedure").order_by("procedure__key", "-number")
    return list(versions.distinct("procedure__key"))


def label(labels: Labels | Script | Mapping[str, str]) -> str:
    """In the reader's language."""
    texts = labels.by_language() if isinstance(labels, Labels | Script) else labels
    return texts.get(get_language() or "zh-hans") or texts["zh-hans"]


def procedure_label(procedure: Procedure) -> str:
    return label(procedure.labels)
