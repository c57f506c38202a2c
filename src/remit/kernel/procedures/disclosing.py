"""What cases tell of a customer, for whoever asks what is kept of him, and what goes when his data are erased. parties.hooks runs it."""

from remit.kernel.accounts.actor import Actor
from remit.kernel.documents.actions import erase
from remit.kernel.parties import hooks
from remit.kernel.procedures.models import Case, CustomerWord, Rating, StatusLink
from remit.lib import clock


def register() -> None:
    hooks.personal_data.append(cases_of)
    hooks.erased.append(erase_words)


def cases_of(party_id: int) -> dict[str, list[dict[str, object]]]:
    """Number, title and days of each, and what the customer said by himself; what was answered in them is read out of the case itself,
    with its own rights."""
    rows = Case.objects.filter(party=party_id).order_by("id").values_list("number", "title", "opened_at", "closed_at")
    return {
        "cases": [
            {
                "number": number,
                "title": title,
                "opened_at": opened.isoformat(),
                "closed_at": closed.isoformat() if closed else "",
            }
            for number, title, opened, closed in rows
        ],
        "words": [
            {"case": number, "at": at.isoformat(), "said": kind, "text": text}
            for number, at, kind, text in CustomerWord.objects.filter(case__party=party_id)
            .order_by("id")
            .values_list("case__number", "at", "kind", "text")
        ],
        "ratings": [
            {"case": number, "at": at.isoformat(), "level": level, "text": text}
            for number, at, level, text in Rating.objects.filter(case__party=party_id)
            .order_by("id")
            .values_list("case__number", "at", "level", "text")
        ],
    }


def erase_words(party_ids: list[int], actor: Actor) -> None:
    """His own words and photos go, and no link to his cases is good any more; that he confirmed, and the level he gave, stay."""
    words = CustomerWord.objects.filter(case__party__in=party_ids)
    erase([pk for files in words.exclude(files=[]).values_list("files", flat=True) for pk in files], actor=actor)
    words.update(text="", files=[])
    Rating.objects.filter(case__party__in=party_ids).update(text="")
    StatusLink.objects.filter(case__party__in=party_ids, withdrawn_at=None).update(withdrawn_at=clock.now())
