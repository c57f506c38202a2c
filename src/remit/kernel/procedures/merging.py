"""When two customers become one, their cases do; parted again, each has its own. parties.hooks runs both."""

from typing import Final

from remit.kernel.parties import hooks
from remit.kernel.parties.hooks import Moved
from remit.kernel.procedures.models import Case

CASES: Final = "procedures.cases"


def register() -> None:
    hooks.merged.append(join)
    hooks.parted.append(part)


def join(kept_id: int, gone_id: int) -> Moved:
    ids = list(Case.objects.filter(party=gone_id).order_by("pk").values_list("pk", flat=True))
    Case.objects.filter(pk__in=ids).update(party=kept_id)
    return {CASES: ids}


def part(kept_id: int, gone_id: int, moved: Moved) -> None:
    Case.objects.filter(pk__in=moved.get(CASES, []), party=kept_id).update(party=gone_id)
