"""Everything that is kept of one customer, as data (PIPL articles 44 and 45): for the customer, whole and legible."""

from typing import Any, Final

from remit.kernel.parties import hooks
from remit.kernel.parties.fields import said, text_of
from remit.kernel.parties.models import Activity, Consent, CustomField, Party, Relation

ENTRIES_MAX: Final = 20_000


def data_of(party: Party) -> dict[str, Any]:
    """Plain values by name. What colleagues noted for themselves alone (the reason for a grade, tags) is about the customer, too."""
    known = {field.name: field for field in CustomField.objects.filter(name__in=list(party.extra))}
    relations = Relation.objects.filter(party=party).select_related("other").order_by("id")
    found: dict[str, Any] = {
        "number": party.number,
        "name": party.name,
        "kind": party.get_kind_display(),
        "status": party.get_status_display(),
        "grade": party.grade,
        "grade_reason": party.grade_reason,
        "industry": party.industry,
        "source": party.source,
        "birthday": party.birthday.isoformat() if party.birthday else "",
        "contract_ends_on": party.contract_ends_on.isoformat() if party.contract_ends_on else "",
        "needs": party.needs,
        "remark": party.remark,
        "contact_hours": party.contact_hours,
        "opened_at": party.made_at.isoformat(),
        "owner": party.owner.name if party.owner else "",
        "contacts": [
            {"kind": row.get_kind_display(), "value": row.value, "label": row.label}
            for row in party.contacts.order_by("kind", "rank", "id")
        ],
        "identifiers": [{"kind": row.get_kind_display(), "value": row.value} for row in party.identifiers.order_by("id")],
        "fields": {said(known[name].labels): text_of(known[name], value) for name, value in party.extra.items() if name in known},
        "tags": [row.tag.name for row in party.tags.select_related("tag").order_by("id")],
        "relations": [
            {"kind": row.get_kind_display(), "name": row.other.name, "note": row.note} for row in relations
        ],
        "consents": [
            {"purpose": row.get_purpose_display(), "channel": row.get_channel_display(), "agreed": row.is_given,
             "day": row.day.isoformat(), "evidence": row.evidence}
            for row in Consent.objects.filter(party=party).order_by("day", "id")
        ],
        "entries": [
            {"at": row.at.isoformat(), "kind": row.get_kind_display(), "text": row.text, "next_step": row.next_step}
            for row in Activity.objects.filter(party=party).order_by("at", "id")[:ENTRIES_MAX]
        ],
    }  # fmt: skip
    for hook in hooks.personal_data:
        found |= hook(party.pk)
    return found
