"""People and operators at the command line: the same gate, in words. In this process, on the tests' database."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from tests.cast import Firm, build_firm
from typer.testing import CliRunner

from remit.cli import archive, integrity
from remit.cli.answers import CliError
from remit.cli.main import app
from remit.kernel.audit.actions import seal_events
from remit.kernel.audit.models import Event
from remit.kernel.authority.models import Matter, Request
from remit.kernel.organization.models import Person

pytestmark = pytest.mark.django_db
GIFT = ["customer=王女士", "amount=80", "reason=生日"]


@pytest.fixture
def firm() -> Firm:
    return build_firm()


def remit(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(words))
    if isinstance(result.exception, CliError):  # main() prints it
        assert result.exception.exit_code == code, result.exception
        return result.output + str(result.exception)
    assert result.exit_code == code, (result.output, result.exception)
    return result.output


def said(*words: str, code: int = 0) -> Any:
    return json.loads(remit(*words, "--json", code=code).splitlines()[-1])


def test_why_names_the_clause_and_who_could(firm: Firm) -> None:
    text = remit("authority", "why", "陈立", "remedy.gift", *GIFT)
    assert "健康顾问岗位说明书 v1 第2条" in text
    assert "✗" in text.split("谁能决定")[1]
    assert "✓" in text.split("谁能决定")[1]
    answer = said("authority", "why", "E001", "remedy.compensate", "customer=a", "amount=38000", "reason=b")
    assert answer["outcome"] == "refused"
    assert [rung["covers"] for rung in answer["ladder"]] == [False, False]
    assert Event.objects.filter(kind="remedy.compensate").count() == 0


def test_what_is_asked_for_is_listed_and_decided_by_number(firm: Firm) -> None:
    assert "已提交审批" in remit("do", "remedy.gift", *GIFT, "--as", "陈立")
    number = Request.objects.get().number
    assert number in remit("approvals", "list", "--as", "林晓岚")
    assert "没有等待" in remit("approvals", "list", "--as", "何平")
    remit("approvals", "ask-back", number, "为什么?", "--as", "林晓岚")
    remit("approvals", "answer", number, "老客户", "--as", "陈立")
    assert "没有这一申请" in remit("approvals", "approve", number, "--as", "何平", code=1)
    remit("approvals", "approve", number.lower(), "--as", "林晓岚", "--note", "同意")
    assert Matter.objects.get().facts["amount"] == "80.00"
    assert "SQ-1900-1" in remit("approvals", "reject", "SQ-1900-1", "--as", "林晓岚", "--reason", "x", code=1)


def test_a_dry_run_changes_nothing(firm: Firm) -> None:
    before = Event.objects.count()
    remit("do", "remedy.gift", *GIFT, "--as", "陈立", "--dry-run")
    remit("do", "remedy.gift", *GIFT, "--as", "何平", "--dry-run", code=1)
    assert Event.objects.count() == before
    assert not Request.objects.exists()


def test_a_repeated_key_changes_nothing(firm: Firm) -> None:
    for word in ("已办理", "没有重办"):
        assert word in remit("do", "remedy.gift", "customer=a", "amount=5", "reason=b", "--as", "陈立", "--key", "k1")
    assert Matter.objects.count() == 1


def test_what_is_written_wrongly_is_said_with_the_way_to_write_it(firm: Firm) -> None:
    assert "是不是 remedy.gift" in remit("do", "remedy.gif", "--as", "陈立", code=1)
    assert "key=value" in remit("do", "remedy.gift", "amount", code=2)
    assert "给了两次" in remit("do", "remedy.gift", "a=1", "a=2", code=2)
    assert "不是 JSON" in remit("do", "remedy.gift", "a:={", code=2)
    assert "没有叫“没有此人”的人" in remit("do", "remedy.gift", *GIFT, "--as", "没有此人", code=1)
    wrong = said("do", "remedy.gift", "amount=很多", "--as", "陈立", code=1)
    assert wrong["code"] == "bad_facts" and set(wrong["data"]) == {"customer", "amount", "reason"}


def test_lists_are_given_as_json(firm: Firm) -> None:
    remit(
        "do", "organization.appoint_deputy", "position=客户服务部/客服部经理", "principal=林晓岚", "deputy=赵敏之",
        "starts_at=2026-01-01 09:00", "ends_at=2199-01-01", "reason=年假", "--as", "林晓岚",
        'scope:=[{"action": "staff.*", "limits": {"amount": "<= 50 CNY"}}]',
    )  # fmt: skip
    reward = ["staff=陈立", "reason=表扬"]
    assert said("do", "staff.reward", "amount=50", *reward, "--as", "赵敏之")["kind"] == "done"
    assert said("do", "staff.reward", "amount=51", *reward, "--as", "赵敏之")["kind"] == "requested"


def test_the_operator_needs_no_name_and_stands_in_the_event(firm: Firm) -> None:
    remit("do", "organization.change_person", "person=陈立", "mobile=13800000000")
    event = Event.objects.latest("id")
    assert (event.actor_kind, event.actor_name, event.door) == ("system", "operator", "cli")


def test_logins_are_made_with_a_password_that_no_event_keeps(firm: Firm) -> None:
    made = said("user", "create", "陈立", "--username", "ChenLi")
    assert made["username"] == "chenli"
    again = said("user", "reset-password", "E006")
    assert again["password"] not in ("", made["password"])
    events = list(Event.objects.filter(kind__startswith="account"))
    assert [event.kind for event in events] == ["account.create_login", "account.reset_password"], "one act, one event"
    assert not any(
        password in str(vars(event)) for event in events for password in (made["password"], again["password"])
    )
    user = Person.objects.get(name="陈立").user
    assert user is not None and user.check_password(again["password"]) and user.must_change_password
    assert "chenli" in remit("user", "list")
    remit("user", "close", "陈立")
    assert "已关闭" in remit("user", "list")


def test_what_another_limit_would_have_done(firm: Firm) -> None:
    remit("do", "staff.reward", "staff=陈立", "amount=150", "reason=表扬", "--as", "林晓岚")
    answer = said("authority", "what-if", "客户服务部/客服部经理", "staff.reward", "amount=<= 200 CNY")
    assert (answer["looked_at"], len(answer["let_through"]), len(answer["stopped"])) == (1, 1, 0)
    assert "没有“remedy.compensate”的授权" in remit(
        "authority", "what-if", "P-05", "remedy.compensate", "amount=<= 1 CNY", code=1
    )


def test_documents_become_drafts(firm: Firm, tmp_path: Path) -> None:
    text = "客服专员岗位职责\n1. 接听客户来电，记录客户诉求。\n2. 每周汇总投诉并上报。\n"
    (tmp_path / "客服.txt").write_text(text, encoding="gbk")
    line = said("import", str(tmp_path / "客服.txt"), "--company", "恒信健康")
    assert line["positions"] == 1
    assert "用 --company 指明" in remit("import", str(tmp_path / "客服.txt"), code=2)
    assert "没有这个文件" in remit("import", str(tmp_path / "nein.txt"), "--company", "HX-J", code=1)
    refused = remit("import", str(tmp_path / "客服.txt"), "--company", "HX-J", "--as", "何平", code=1)
    assert "权限" in refused


def test_a_pack_is_checked_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("name: visits\nversion: 1.0\nlabels: {zh-hans: 上门}\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["pack", "check", str(tmp_path)])
    assert result.exit_code == 1
    assert f"{tmp_path}/pack.yaml:2:" in result.output
    assert "有 " in result.output.splitlines()[-1]
    for pack in said("pack", "list"):
        assert "没有错误" in remit("pack", "check", pack["name"])
    assert "不是文件夹" in remit("pack", "check", "nonsense", code=2)


def test_verify_finds_a_reference_that_leads_nowhere_and_a_seal_that_is_gone(firm: Firm) -> None:
    remit("do", "remedy.gift", "customer=a", "amount=5", "reason=b", "--as", "陈立")
    seal = seal_events()
    assert seal is not None
    report = integrity.examine(seal.digest)
    assert report.faults == [] and report.rows["authority_matter"] == 1
    faults = integrity.examine("f" * 64).faults
    assert len(faults) == 1 and "找不到当时抄下的封签" in faults[0]


@pytest.mark.parametrize("damage", ["torn", "changed", "nonsense", "foreign"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(firm: Firm, tmp_path: Path, damage: str) -> None:
    backup = tmp_path / "remit.backup"
    archive.write(backup)
    assert backup.stat().st_mode & 0o077 == 0, "it holds everything about everybody"
    whole = backup.read_bytes()
    at = whole.index(b"PGDMP") + 2_000
    broken = {
        "torn": whole[: len(whole) // 2],
        "changed": whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        "nonsense": b"not a backup" * 100,
        "foreign": whole.replace(b"remit-backup/1", b"remit-backup/9"),
    }
    (tmp_path / "broken").write_bytes(broken[damage])
    with pytest.raises(CliError):
        archive.restore(tmp_path / "broken", force=True)
    assert Person.objects.filter(name="陈立").exists()
    assert not list(Path(settings.FILES_DIR).glob("remit-restore-*"))


def test_a_backup_goes_only_where_it_can(firm: Firm, tmp_path: Path) -> None:
    assert "写不了" in remit("backup", str(tmp_path / "no" / "such" / "folder" / "x"), code=1)
    assert "是文件夹" in remit("backup", str(tmp_path), code=2)
    with pytest.raises(CliError, match="已经有数据"):
        archive.restore(tmp_path / "x", force=False)
