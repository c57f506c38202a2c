"""Set the demo's group up: units, posts, people, packs, charters, logins, each by the action that a company would use."""

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from remit.kernel.accounts import actions as accounts
from remit.kernel.accounts.actor import Actor, system
from remit.kernel.accounts.models import DEMO_PASSWORD
from remit.kernel.authority.gate import Result, perform
from remit.kernel.charters.format import CharterSpec, charter_to_yaml
from remit.kernel.charters.models import CharterVersion
from remit.kernel.organization import actions as organization
from remit.kernel.organization.models import Person
from remit.kernel.packs.demo.company import PACKS, POSTS, SECOND_POSTS, UNITS, PostPlan
from remit.kernel.packs.demo.names import people_names
from remit.kernel.packs.loader import SHIPPED, read_pack
from remit.lib import clock

OPERATOR: Final[Actor] = system("demo").at("cli")
FOUNDED_ON: Final = dt.date(2016, 3, 1)
# The manager's charter began with half of today's limit; the director's half year later raised it (a second version to compare).
FIRST_LIMITS: Final = {"100 CNY": "50 CNY", "300 CNY": "150 CNY", " 100 元": " 50 元", " 300 元": " 150 元"}
REVISED: Final = "customer-service/manager"

CAST: Final = frozenset(login for plan in POSTS for _name, login in plan.people)


@dataclass(slots=True)
class Staff:
    """One person of the demo. `post` is the code of the position that they hold first."""

    pk: int
    name: str
    login: str
    post: str


@dataclass(slots=True)
class Group:
    """The group as it was set up, by the codes of the plan. Numbers are primary keys."""

    units: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    staff: list[Staff] = field(default_factory=list)
    charters: dict[str, int] = field(default_factory=dict)  # by "pack/file"
    specs: dict[str, CharterSpec] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)  # logins in use
    gone: set[int] = field(default_factory=set)  # people who have left

    def holding(self, code: str) -> list[Staff]:
        """Who was put into the post first; later moves are not looked at."""
        return [person for person in self.staff if person.post == code]

    def by_login(self, login: str) -> Staff:
        return next(person for person in self.staff if person.login == login)

    def company_of(self, code: str) -> int:
        return self.units["HXT" if code.startswith("HXT") else "HXJ"]


def set_up(rng: Random) -> Group:
    """Everything up to the day on which the first charter takes effect. The clock stands where the caller has set it."""
    group = Group()
    _open_units(group)
    for plan in POSTS:
        _open_post(group, plan)
    _hire(group, rng)
    for name in PACKS:
        act("pack.load", path=str(SHIPPED / name))
        pack = read_pack(SHIPPED / name)
        group.specs |= {f"{name}/{file}": spec for file, spec in pack.charters.items()}
    _define(group)
    return group


def act(action: str, **facts: Any) -> Result:
    """The operator does it, by the same gate as everybody."""
    return perform(OPERATOR, action, facts)


def made(result: Result) -> int:
    """The primary key of what an action is about."""
    return int(result.subject[1])


def _open_units(group: Group) -> None:
    for plan in UNITS:
        if plan.parent is None:
            group.units[plan.code] = made(act("organization.found", name=plan.name, code=plan.code, start=FOUNDED_ON))
            continue
        facts = {"parent": group.units[plan.parent], "kind": plan.kind, "name": plan.name, "code": plan.code}
        group.units[plan.code] = made(act("organization.open_unit", **facts, start=FOUNDED_ON))


def _open_post(group: Group, plan: PostPlan) -> None:
    lines = {"superior": plan.superior, "second_superior": plan.second}
    group.posts[plan.code] = made(
        act(
            "organization.open_position",
            unit=group.units[plan.unit],
            title=plan.title,
            code=plan.code,
            headcount=plan.headcount,
            is_head=plan.is_head,
            start=FOUNDED_ON,
            **{name: group.posts[code] for name, code in lines.items() if code is not None},
        )
    )


def _hire(group: Group, rng: Random) -> None:
    """The cast first, in the order of the plan, so that their logins head the list; then those who are drawn."""
    group.taken |= CAST
    for plan in POSTS:
        for name, login in plan.people:
            hire_into(group, plan.code, name, login, _joined(rng))
    drawn = people_names(rng, group.taken)
    for plan in POSTS:
        for _n in range(plan.drawn):
            name, login = next(drawn)
            hire_into(group, plan.code, name, login, _joined(rng))
    for code, first in SECOND_POSTS:
        holder = group.holding(first)[0]
        start = Person.objects.get(pk=holder.pk).joined_on
        act("organization.appoint", position=group.posts[code], person=holder.pk, start=start, is_main=False)


def _joined(rng: Random) -> dt.date:
    """Some day in the years before the demo begins, the first of a month as a rule."""
    return dt.date(rng.randint(2016, 2024), rng.randint(4, 12), 1)


def hire_into(group: Group, code: str, name: str, login: str, joined_on: dt.date, door: Actor = OPERATOR) -> Staff:
    """Hire somebody for a post, and give him a login: the cast with the password that the demo prints, the others with none.

    A password costs a tenth of a second to hash, on purpose; sixty of them would be a third of the time that the demo takes.
    """
    number = len(group.staff) + 1
    company = group.company_of(code)
    facts = {"name": name, "employee_no": f"HX{number:04d}", "company": company, "joined_on": joined_on}
    pk = made(perform(door, "organization.hire", {**facts, "mobile": f"1390000{number:04d}"}))
    perform(door, "organization.appoint", {"position": group.posts[code], "person": pk, "start": joined_on})
    # Not by the action: that one asks whoever logs in first to choose a password, and the demo's is there to be used.
    password = DEMO_PASSWORD if login in CAST else None
    user = accounts.create_user(username=login, name=name, actor=door, password=password, must_change_password=False)
    organization.give_login(Person.objects.get(pk=pk), user.pk)
    person = Staff(pk, name, login, code)
    group.staff.append(person)
    return person


def _define(group: Group) -> None:
    """Each post gets its charter; posts that share one (two managers, two general managers) share its versions too.

    Conflicts are accepted: the branch's cashier bills as well (company.SECOND_POSTS), which the standing report shows.
    """
    start = clock.now().date()
    for plan in POSTS:
        if plan.charter is None:
            continue
        facts: dict[str, Any] = {"position": group.posts[plan.code], "start": start, "accept_conflicts": True}
        if plan.charter in group.charters:
            act("charter.define", **facts, charter=group.charters[plan.charter])
            continue
        text = charter_to_yaml(group.specs[plan.charter])
        if plan.charter == REVISED:
            for today, then in FIRST_LIMITS.items():
                text = text.replace(today, then)
        version = made(act("charter.define", **facts, yaml={"text": text}))
        group.charters[plan.charter] = CharterVersion.objects.values_list("charter_id", flat=True).get(pk=version)
