"""What cases tell of a customer, for whoever asks what is kept of him. parties.hooks runs it."""

from remit.kernel.parties import hooks
from remit.kernel.procedures.models import Case


def register() -> None:
    hooks.personal_data.append(cases_of)


def cases_of(party_id: int) -> dict[str, list[dict[str, object]]]:
    """Number, title and days of each; what was answered in them is read out of the case itself, with its own rights."""
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
        ]
    }
