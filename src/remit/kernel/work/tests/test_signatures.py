"""A charter in force is to be signed: by its holder, then by the position above; both find it on Today."""

import pytest
from django.utils import timezone
from tests.browsing import browser_of
from tests.cast import Firm, build_firm, give

from remit.kernel.accounts.proofs import prove
from remit.kernel.authority.loading import forget_cached
from remit.kernel.charters.format import CharterSpec, DutySpec, charter_to_yaml
from remit.kernel.charters.models import CharterVersion
from remit.kernel.work.models import WorkItem
from remit.kernel.work.queries import todays_items

pytestmark = pytest.mark.django_db
PASSWORD = "a kettle sings at seven"


@pytest.fixture
def firm() -> Firm:
    firm = build_firm()
    give(firm, "总经理", "第9条", {"action": "charter.*"})
    forget_cached()
    return firm


def define(firm: Firm, title: str) -> CharterVersion:
    spec = CharterSpec(title=title, duties=(DutySpec(id="d1", text="接待来访客户"), DutySpec(id="d2", text="回访客户")))
    today = timezone.localdate()
    firm.do(
        "周岚", "charter.define", position=firm.positions[title].pk, yaml={"text": charter_to_yaml(spec)}, start=today
    )
    return CharterVersion.objects.get()


def sign(firm: Firm, who: str, version: CharterVersion, title: str, holder: str, role: str) -> None:
    browser_of(firm, who)
    user = firm[who].user
    assert user is not None
    user.set_password(PASSWORD)
    firm.do(
        who, "charter.sign", version=version.pk, position=firm.positions[title].pk, holder=firm[holder].pk, role=role,
        proof=prove(user, PASSWORD),
    )  # fmt: skip


def test_the_holder_signs_and_then_the_position_above(firm: Firm) -> None:
    version = define(firm, "客服部经理")
    assert [item.source_kind for item in todays_items(firm["林晓岚"])] == ["charter"]
    page = browser_of(firm, "林晓岚").get("/").content.decode()
    assert "确认岗位说明书：客服部经理 v1" in page
    assert f"/sign/{version.pk}/{firm.positions['客服部经理'].pk}/{firm['林晓岚'].pk}/" in page
    sign(firm, "林晓岚", version, "客服部经理", "林晓岚", "holder")
    assert not todays_items(firm["林晓岚"]).exists()
    assert WorkItem.objects.get(source_kind="charter").done_by == firm["林晓岚"]
    assert [item.source_kind for item in todays_items(firm["高岚"])] == ["charter_review"]
    assert "会签林晓岚的岗位说明书" in browser_of(firm, "高岚").get("/").content.decode()
    sign(firm, "高岚", version, "客服部经理", "林晓岚", "reviewer")
    assert not todays_items(firm["高岚"]).exists()


def test_each_of_several_holders_is_asked(firm: Firm) -> None:
    define(firm, "健康顾问")
    for name in ("陈立", "赵敏之"):
        assert todays_items(firm[name]).count() == 1


def test_a_retired_charter_is_signed_by_nobody(firm: Firm) -> None:
    version = define(firm, "客服部经理")
    firm.do("周岚", "charter.retire", charter=version.charter_id, end=timezone.localdate())
    assert not todays_items(firm["林晓岚"]).exists()


def test_the_charter_and_how_much_of_it_runs_stand_beside(firm: Firm) -> None:
    version = define(firm, "客服部经理")
    page = browser_of(firm, "林晓岚").get("/").content.decode()
    assert f"/charters/{version.charter_id}/versions/1/" in page
    assert "职责 2 条 · 已运行 0 条" in page
