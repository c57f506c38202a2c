"""What becomes of the room's rows when customers become one, are parted, or have their data erased. parties.hooks runs these."""

from typing import Final

from remit.kernel.accounts.actor import Actor
from remit.kernel.agreements.models import Agreement, Mandate, ShareLink
from remit.kernel.organization.queries import today
from remit.kernel.parties import hooks
from remit.kernel.parties.hooks import Moved
from remit.lib import clock

MANDATES: Final = "agreements.mandates"
AGREEMENTS: Final = "agreements.agreements"


def register() -> None:
    hooks.merged.append(join)
    hooks.parted.append(part)
    hooks.personal_data.append(told)
    hooks.erased.append(erase)


def join(kept_id: int, gone_id: int) -> Moved:
    ids = list(Mandate.objects.filter(party=gone_id).order_by("pk").values_list("pk", flat=True))
    Mandate.objects.filter(pk__in=ids).update(party=kept_id)
    papers = list(Agreement.objects.filter(party=gone_id).order_by("pk").values_list("pk", flat=True))
    Agreement.objects.filter(pk__in=papers).update(party=kept_id)
    return {MANDATES: ids, AGREEMENTS: papers}


def part(kept_id: int, gone_id: int, moved: Moved) -> None:
    Mandate.objects.filter(pk__in=moved.get(MANDATES, []), party=kept_id).update(party=gone_id)
    Agreement.objects.filter(pk__in=moved.get(AGREEMENTS, []), party=kept_id).update(party=gone_id)


def told(party_id: int) -> dict[str, list[dict[str, object]]]:
    """Mandates with the tail of the account: the whole number the customer knows better than a file that travels."""
    mandates = Mandate.objects.filter(party=party_id).order_by("id")
    return {
        "mandates": [
            {
                "number": row.number,
                "bank": row.bank_name,
                "account": row.account,
                "holder": row.holder,
                "signed_on": row.signed_on.isoformat(),
                "revoked_on": row.revoked_on.isoformat() if row.revoked_on else "",
            }
            for row in mandates
        ],
        "agreements": [
            {"number": row.number, "kind": row.get_kind_display(), "title": row.title, "state": row.get_state_display(),
             "amount": f"{row.amount:f}", "made_at": row.made_at.isoformat()}
            for row in Agreement.objects.filter(party=party_id).order_by("id")
        ],
    }  # fmt: skip


def erase(party_ids: list[int], actor: Actor) -> None:
    """No account of an erased customer is kept, so nothing is debited any more, and no link is good; that there was a mandate, and what
    was agreed, stays: the law asks for the books."""
    mandates = Mandate.objects.filter(party__in=party_ids)
    day = today()
    for mandate in mandates.filter(revoked_on=None):
        mandate.revoked_on = max(day, mandate.valid_from)
        mandate.save(update_fields=["revoked_on"])
    ShareLink.objects.filter(agreement__party__in=party_ids, withdrawn_at=None).update(withdrawn_at=clock.now())
    mandates.update(account_sealed="", account_tail="", holder="")
