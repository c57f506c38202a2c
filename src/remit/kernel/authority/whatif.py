"""What would another limit have done? The rulings of the last days, decided again under changed grants."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import QuerySet
from django.utils import timezone

from remit.kernel.authority.decisions import to_bare
from remit.kernel.authority.facts import restore_facts
from remit.kernel.authority.loading import all_actions, build_rulebook, grant_rules
from remit.kernel.authority.models import Grant, Ruling
from remit.kernel.authority.rulebook import matches
from remit.lib import clock
from remit.lib.limits import Bound

MOST_RULINGS = 20_000


@dataclass(frozen=True, slots=True)
class Changed:
    """A ruling that would have gone another way: `before` and `after` are outcomes under today's grants and the changed ones."""

    ruling: Ruling
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    looked_at: int
    let_through: tuple[Changed, ...]  # needed approval (or was refused), would now be granted
    stopped: tuple[Changed, ...]  # was granted, would now need approval (or be refused)


def what_if(grant: Grant, limits: dict[str, Bound], rulings: QuerySet[Ruling], days: int = 90) -> WhatIf:
    """Decide every ruling of the last `days` about the grant's actions again, with its limits replaced.

    Both sides are decided under today's organization and grants, so that only the limit makes the difference; windows are left
    out. Reads at most 20,000 rulings; the rulebooks are built once.
    """
    now = clock.now()
    today = grant_rules(timezone.localdate(now))
    changed = [replace(g, limits=tuple(limits.items())) if g.id == grant.pk else g for g in today]
    as_is, as_would = build_rulebook(now, grants=today), build_rulebook(now, grants=changed)
    actions = all_actions()
    names = [name for name in actions if matches(grant.action, name)]
    recent = rulings.filter(at__gte=now - dt.timedelta(days=days), action__in=names, person__isnull=False)
    let_through, stopped, seen = [], [], 0
    for ruling in recent.select_related("person", "position").order_by("-id")[:MOST_RULINGS]:
        facts = to_bare(restore_facts(actions[ruling.action].facts, ruling.facts))
        seen += 1
        before = as_is.decide(ruling.person_id or 0, ruling.action, facts).outcome
        after = as_would.decide(ruling.person_id or 0, ruling.action, facts).outcome
        if before != after and after == "granted":
            let_through.append(Changed(ruling, before, after))
        elif before != after and before == "granted":
            stopped.append(Changed(ruling, before, after))
    return WhatIf(seen, tuple(let_through), tuple(stopped))
