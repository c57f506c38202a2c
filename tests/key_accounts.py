"""A key-account department in the cast's firm, with the procedures of the key-accounts pack and two customers' files.

    大客户部  大客户主管 江一舟 (answers to 总经理 周岚) — 大客户经理 沈青 — 客户代表 罗小满, 秦朗
Customers: 宏业制造 (A) is 罗小满's, 远大物流 is 秦朗's.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

from remit.kernel.authority.gate import Result
from remit.kernel.authority.loading import authority_changed, lock_authority, rulebook_now
from remit.kernel.authority.models import DeclaredAction
from remit.kernel.documents.actions import store
from remit.kernel.organization import actions as organization
from remit.kernel.packs.loader import SHIPPED, Pack, put_in_place, read_pack
from remit.kernel.parties.models import Party
from remit.kernel.procedures.actions import may_do
from remit.kernel.procedures.models import Case, StepRun
from tests.cast import LONG_AGO, Firm, build_firm, give

SHANGHAI = dt.timezone(dt.timedelta(hours=8))
# A Tuesday without holidays near it.
MORNING = dt.datetime(2026, 11, 24, 9, 10, tzinfo=SHANGHAI)
POSTS = (("大客户主管", "总经理", 1), ("大客户经理", "大客户主管", 1), ("客户代表", "大客户经理", 4))
PEOPLE = (("江一舟", "大客户主管"), ("沈青", "大客户经理"), ("罗小满", "客户代表"), ("秦朗", "客户代表"))
HERE = {"latitude": "30.274100", "longitude": "120.155100", "accuracy": "18", "address": "宏业制造一号楼"}


@dataclass
class Accounts:
    firm: Firm
    hongye: Party
    yuanda: Party

    def open(self, who: str = "罗小满", procedure: str = "visit", party: Party | None = None, **answers: Any) -> Case:
        given = answers or {"purpose": "了解明年用量"}
        result = self.firm.do(
            who, "case.open", procedure=procedure, title="季度拜访", party=(party or self.hongye).pk, answers=given
        )
        return Case.objects.get(pk=result.subject[1])

    def run(self, case: Case, who: str = "") -> StepRun:
        """The open run; of several, the one that asks this person."""
        runs = list(StepRun.objects.filter(case=case, closed_at=None).select_related("case").order_by("pk"))
        mine = [run for run in runs if who and may_do(run, self.firm[who].pk, rulebook_now())]
        return (mine or runs)[0]

    def submit(self, who: str, case: Case, outcome: str = "", **answers: Any) -> Result:
        result = self.firm.do(who, "case.submit", step=self.run(case, who).pk, outcome=outcome, answers=answers)
        case.refresh_from_db()
        return result

    def photo(self, who: str = "罗小满", content: bytes | None = None, name: str = "现场.jpg") -> int:
        """A photo that was handed in with a form, by its id."""
        person = self.firm[who]
        kept = store(
            content or picture(),
            name,
            "image/jpeg",
            actor=self.firm.actor(who),
            room="procedures",
            company_id=person.company_id,
        )
        return kept.pk

    def appointed(self, case: Case, who: str = "罗小满", at: str = "2026-11-24T10:00") -> None:
        self.submit(who, case, agreed=True, appointed_at=at, meets="王总 设备部", meeting_place="一号楼 302")

    def visited(self, case: Case, who: str = "罗小满", **more: Any) -> Result:
        answers = {
            "visited_at": "2026-11-24T09:05", "place": HERE, "photos": [self.photo(who)], "needs": "明年增加两条专线",
            "product_use": "现有专线每日使用", "service_state": "good", "competitor_came": False, "issues_left": False, **more,
        }  # fmt: skip
        return self.submit(who, case, **answers)


@cache
def _pack(name: str) -> Pack:
    return read_pack(SHIPPED / name)


def build_accounts() -> Accounts:
    firm = build_firm()
    department = organization.open_unit(
        parent=firm.health, kind="department", name="大客户部", code="DK", start=LONG_AGO
    )
    for title, superior, headcount in POSTS:
        firm.positions[title] = organization.open_position(
            unit=department, title=title, code=f"P-{len(firm.positions) + 1:02d}", start=LONG_AGO, headcount=headcount,
            superior=firm.positions[superior],
        )  # fmt: skip
    for number, (name, title) in enumerate(PEOPLE, 50):
        person = organization.hire(name=name, employee_no=f"E{number:03d}", company=firm.health, joined_on=LONG_AGO)
        organization.appoint(position=firm.positions[title], person=person, start=LONG_AGO, end=None, is_main=True)
        firm.people[name] = person
    lock_authority(exclusively=True)
    # The cast declares some of the administration's actions itself; here the pack does.
    DeclaredAction.objects.filter(name__startswith="staff.").delete()
    for required in ("administration", "finance", "key-accounts"):
        put_in_place(_pack(required))
    authority_changed()
    grants = _pack("key-accounts").charters
    for file, title in (
        ("key-account-supervisor", "大客户主管"),
        ("key-account-manager", "大客户经理"),
        ("account-representative", "客户代表"),
    ):
        for clause in grants[file].authority:
            give(firm, title, clause.id, *(grant.model_dump(exclude_defaults=True) for grant in clause.grants))
    authority_changed()

    def opened(who: str, name: str, **facts: Any) -> Party:
        made = firm.do(who, "customer.open", name=name, kind="organization", **facts)
        return Party.objects.get(pk=made.subject[1])

    return Accounts(firm, opened("罗小满", "宏业制造有限公司"), opened("秦朗", "远大物流有限公司"))


def picture(taken: dt.datetime | None = None, place: tuple[float, float] | None = None, kind: str = "JPEG") -> bytes:
    """A small real photo, with what a camera writes into it."""
    image = Image.new("RGB", (640, 480), (90, 120, 150))
    exif = image.getexif()
    if taken is not None:
        inner = exif.get_ifd(ExifTags.IFD.Exif)
        inner[ExifTags.Base.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S")
        inner[ExifTags.Base.OffsetTimeOriginal] = taken.strftime("%z")[:3] + ":" + taken.strftime("%z")[3:]
    if place is not None:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps.update(
            {
                1: "N" if place[0] >= 0 else "S",
                2: _angle(place[0]),
                3: "E" if place[1] >= 0 else "W",
                4: _angle(place[1]),
            }
        )
    made = BytesIO()
    image.save(made, kind, exif=exif)
    return made.getvalue()


def _angle(degrees: float) -> tuple[float, float, float]:
    whole = abs(degrees)
    minutes = whole % 1 * 60
    return float(int(whole)), float(int(minutes)), minutes % 1 * 60
