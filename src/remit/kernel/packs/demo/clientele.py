"""The demo's customers: taken in as two files by the import that a company would use, then looked after through the year."""

import datetime as dt
from functools import partial
from random import Random
from typing import Any, Final

from django.utils import timezone
from stdnum.cn import uscc

from remit.kernel.organization.models import Person
from remit.kernel.packs.demo.diary import Diary
from remit.kernel.packs.demo.founding import Group, act
from remit.kernel.packs.demo.names import branches
from remit.kernel.packs.demo.words import GIVEN, PRODUCTS, SERVICES, SURNAMES
from remit.kernel.parties import importing
from remit.kernel.parties.access import reach_of
from remit.kernel.parties.models import FirstContact, Party
from remit.lib import clock

# From half the scale on, and at the least: a thin story still has every kind of customer.
CONSUMERS: Final = (2600, 190)
FIRMS: Final = (400, 96)
IN_THE_POOL: Final = 24  # every so manieth has no owner
NOTES: Final = 140
# The contracts of firms end from a month before the end of the story on, for a good year; a third have none.
CONTRACTS_FROM: Final = 335
CONTRACTS_OVER: Final = 400
# Who keeps which customers: (company, posts, whether they are firms).
BOOKS: Final = (
    ("HXJ", ("HXJ-KF-12", "HXJ-KF-22"), False),
    ("HXJ", ("HXJ-DK-21", "HXJ-DK-22"), True),
    ("HXT", ("HXT-ZZ-03",), True),
)
STREETS: Final = ("文三路", "人民路", "解放大道", "滨江东路", "中山北路", "科技园路")
TAGS: Final = ("会员", "老客户", "转介绍", "重点跟进", "价格敏感")
SOURCES: Final = ("转介绍", "展会", "电话来访", "网站", "老客户续约")
ENTRIES: Final = (
    ("call", "电话回访，服用情况正常，提醒按时复购。"),
    ("call", "询问{what}的用法，已逐条说明并发了图文。"),
    ("visit", "上门拜访，了解下季度用量，客户关心{what}的交付时间。"),
    ("need", "想要{what}的报价，数量待定。"),
    ("competitor", "同行上周来谈过，报价低约一成，售后承诺较少。"),
    ("message", "节日问候，附新品介绍。"),
    ("note", "联系人换号，已更新档案。"),
)
NEXT: Final = ("周五前给报价", "下月初再联系", "寄送样品", "")


def take_in_customers(group: Group, seed: int, scale: float) -> None:
    """Three thousand from half the scale on, each company's by one import. Drawn apart, so that the rest of the story stays as it is."""
    rng = Random(f"{seed} customers")  # noqa: S311 - a story is drawn, no secret
    numbers = dict(Person.objects.values_list("pk", "employee_no"))
    consumers, corporate = (max(int(most * min(2 * scale, 1)), least) for most, least in (CONSUMERS, FIRMS))
    names = iter(branches(rng, corporate))
    rows: dict[str, list[dict[str, Any]]] = {"HXJ": [], "HXT": []}
    for company, posts, are_firms in BOOKS:
        owners = [numbers[one.pk] for post in posts for one in group.holding(post)]
        count = corporate // 2 if are_firms else consumers
        for n in range(count):
            number = len(rows["HXJ"]) + len(rows["HXT"])
            row = _firm(rng, *next(names), number) if are_firms else _consumer(rng, number)
            if n % IN_THE_POOL:
                row["owner"] = owners[n % len(owners)]
            rows[company].append(row)
    for company, some in rows.items():
        numbered = [{"row": n, **row} for n, row in enumerate(some, 2)]
        digest = importing.digest_of(numbered)
        act("customer.import", rows=numbered, digest=digest, count=len(numbered), company=group.units[company],
            file_name="客户档案.xlsx")  # fmt: skip


def _consumer(rng: Random, n: int) -> dict[str, Any]:
    born = dt.date(1940, 1, 1) + dt.timedelta(days=rng.randrange(365 * 40))
    return {
        "name": rng.choice(SURNAMES) + rng.choice(GIVEN),
        "kind": "个人",
        "phones": f"1380000{n:04d}",
        "address": f"杭州市{rng.choice(STREETS)}{rng.randint(1, 400)}号",
        "birthday": born.isoformat(),
        "grade": rng.choice("ABBCCCD"),
        "status": "客户",
        "source": rng.choice(SOURCES),
        "tags": rng.choice(TAGS),
    }


def _firm(rng: Random, name: str, trade: str, n: int) -> dict[str, Any]:
    code = f"91330100MA2D{n:05d}"
    ends_on = timezone.localdate(clock.now()) + dt.timedelta(days=CONTRACTS_FROM + n * 37 % CONTRACTS_OVER)
    return {
        **({"contract_ends_on": ends_on.isoformat()} if n % 3 else {}),
        "name": f"{name}有限公司",
        "kind": "企业",
        "phones": f"0571-8800{n:04d}",
        "credit_code": code + uscc.calc_check_digit(code),
        "address": f"杭州市{rng.choice(STREETS)}{rng.randint(1, 400)}号",
        "grade": rng.choice("AABBCD"),
        "status": rng.choice(("客户", "客户", "潜在客户")),
        "industry": trade,
        "source": rng.choice(SOURCES),
        "tags": rng.choice(TAGS),
    }


def plan_allocation(diary: Diary) -> None:
    """Ten days before the end the two managers share out what lies in the pool; most of the new owners call, some still have to.
    What a third proposal would give has nobody decided yet."""
    last = timezone.localdate(diary.until)
    managers = [one for post in ("HXJ-KF-11", "HXJ-KF-21") for one in diary.group.holding(post)]

    def share_out(manager: int, most: int, *, decide: bool) -> None:
        person = Person.objects.get(pk=manager)
        if not Party.objects.filter(company=person.company_id, owner=None, merged_into=None).exists():
            return
        takers = list(Person.objects.filter(pk__in=reach_of(person).below, left_on=None).values_list("pk", flat=True))
        facts = {"source": "pool", "takers": takers, "most": most}
        made = diary.do(manager, "customer.propose_allocation", **facts)
        if made is not None and decide:
            diary.do(manager, "customer.allocate", allocation=int(str(made.subject[1])), reason="补足新顾问的客户")

    def call(n: int) -> None:
        owed = FirstContact.objects.filter(closed_at=None).order_by("pk")[n : n + 1].first()
        if owed is not None:
            diary.do(
                owed.person_id,
                "customer.note",
                party=owed.party_id,
                kind="call",
                text="首次联系，核对了联系方式与用品。",
            )

    for n, one in enumerate(managers):
        diary.plan_on(last - dt.timedelta(days=10 - 5 * n), partial(share_out, one.pk, 4, decide=True))
    for n in range(5):
        diary.plan_on(last - dt.timedelta(days=4 - n // 2), partial(call, n % 2))
    diary.plan_on(last - dt.timedelta(days=1), partial(share_out, managers[0].pk, 3, decide=False))
    diary.plan_on(last - dt.timedelta(days=30), partial(_keep_views, diary, managers[0].pk))


def _keep_views(diary: Diary, manager: int) -> None:
    for name, wanted in (
        ("沉睡的 A 级客户", {"grade": "A", "idle": 90}),
        ("意向单位", {"kind": "organization", "status": "prospect"}),
    ):
        kept = diary.do(manager, "customer.keep_segment", name=name, filter=wanted)
        if kept is not None:
            diary.do(manager, "customer.share_segment", segment=int(str(kept.subject[1])))


def plan_care(diary: Diary, seed: int, scale: float) -> None:
    """Calls, visits and needs over the last half-year, each by who owns the customer on that day."""
    rng = Random(f"{seed} care")  # noqa: S311 - a story is drawn, no secret
    last = timezone.localdate(diary.until)
    kept = list(Party.objects.exclude(owner=None).order_by("pk").values_list("pk", "kind"))

    def care() -> None:
        pk, kind = rng.choice(kept)
        what = rng.choice(SERVICES if kind == "organization" else PRODUCTS)
        entry, text = rng.choice(ENTRIES)
        owner = Party.objects.select_related("owner").get(pk=pk).owner
        if owner is not None and owner.pk not in diary.group.gone:
            facts = {"party": pk, "kind": entry, "text": text.format(what=what), "next_step": rng.choice(NEXT)}
            diary.do(owner.pk, "customer.note", **facts)

    for _n in range(max(1, int(NOTES * scale))):
        diary.plan(_workday_minute(diary, rng, last - dt.timedelta(days=rng.randint(1, 180))), care)


def _workday_minute(diary: Diary, rng: Random, day: dt.date) -> dt.datetime:
    morning = timezone.make_aware(dt.datetime.combine(day, dt.time.min))
    return diary.calendar.add_working_time(morning, dt.timedelta(minutes=rng.randint(1, 420)))
