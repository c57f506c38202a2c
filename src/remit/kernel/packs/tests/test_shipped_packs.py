"""The packs that are shipped are whole, and a pack with faults is told all of them, by file and line."""

from pathlib import Path

import pytest

from remit.kernel.charters.format import coverage
from remit.kernel.charters.importing.readers import read_path
from remit.kernel.charters.importing.reading import read_charters
from remit.kernel.packs.loader import SHIPPED, Pack, check_pack, list_packs, read_pack

PACKS = {folder.name: read_pack(folder) for folder in list_packs()}
CHARTERS = [(pack.page.name, file) for pack in PACKS.values() for file in pack.charters]
PAGE = "format: pack/1\nname: tiny\nversion: 0.1.0\nlabels: {zh-hans: 小包}\ndescription: 一个小包。\n"
ACTION = """actions:
  - name: lamp.lend
    labels: {zh-hans: 借灯}
    facts:
      - {name: amount, kind: money, labels: {zh-hans: 金额}}
"""


def test_the_first_packs_are_there() -> None:
    assert set(PACKS) >= {"administration", "customer-service", "key-accounts", "finance", "management"}


@pytest.mark.parametrize("name", sorted(PACKS))
def test_a_shipped_pack_has_no_faults_and_a_readme(name: str) -> None:
    assert check_pack(SHIPPED / name) == []
    assert (SHIPPED / name / "README.md").read_text(encoding="utf-8").startswith(f"# {name}\n")


@pytest.mark.parametrize(("name", "file"), CHARTERS)
def test_every_duty_of_a_shipped_charter_is_bound_and_says_why(name: str, file: str) -> None:
    spec = PACKS[name].charters[file]
    covered = coverage(spec)
    assert covered.bound == covered.total >= 4
    assert covered.running > covered.total / 2, "more of it runs than is only attested"
    assert all(duty.binding and duty.binding.reason for duty in spec.duties)


@pytest.mark.ledger("R-068")
@pytest.mark.ledger("R-069")
@pytest.mark.ledger("R-070")
@pytest.mark.ledger("R-071")
def test_the_key_account_supervisor_is_measured_by_four_figures() -> None:
    kpis = PACKS["key-accounts"].charters["key-account-supervisor"].kpis
    assert [int((kpi.weight or 0) * 100) for kpi in kpis] == [30, 25, 25, 20]
    assert [kpi.target for kpi in kpis[1:]] == ["< 5 ‰", "> 70 %", ">= 3 分"]


@pytest.mark.ledger("R-003")
@pytest.mark.ledger("R-004")
@pytest.mark.ledger("R-011")
@pytest.mark.ledger("R-014")
def test_the_service_department_has_its_powers() -> None:
    charters = PACKS["customer-service"].charters
    grants = {
        (file, grant.action): grant
        for file, spec in charters.items()
        for clause in spec.authority
        for grant in clause.grants
    }
    assert grants["adviser", "remedy.gift"].limits == {"amount": "<= 50 CNY"}
    assert grants["manager", "remedy.gift"].limits == {}
    assert grants["director", "remedy.discount"].limits == {"percent": "<= 10 %"}
    for action in ("staff.transfer", "staff.dismiss", "staff.area", "staff.leader"):
        assert (grants["director", action].right, grants["director", action].scope) == ("decide", "own_department")


@pytest.mark.ledger("S-006")
def test_the_key_account_manager_has_his_five_powers() -> None:
    spec = PACKS["key-accounts"].charters["key-account-manager"]
    grants = {grant.action: grant for clause in spec.authority for grant in clause.grants}
    proposals = {action for action, grant in grants.items() if grant.right == "propose"}
    assert proposals == {"staff.hire", "staff.transfer", "staff.reward", "staff.penalty", "staff.dismiss"}
    assert {"staff.appraise", "price.discount", "contract.review"} <= grants.keys() - proposals
    assert grants["staff.leave"].limits == {"days": "<= 1 day"}


@pytest.mark.ledger("S-177")
def test_duties_that_the_documents_join_are_kept_apart() -> None:
    rules = {rule.code for pack in PACKS.values() for rule in pack.separation}
    assert rules >= {"seal-and-cheque", "bill-and-collect", "make-and-audit-voucher", "take-and-approve-change",
                     "contract-ledger-and-invoice", "contract-ledger-and-reconcile"}  # fmt: skip


def test_the_example_files_are_read() -> None:
    for path in sorted((SHIPPED / "customer-service" / "example").iterdir()):
        titles = [position.title for position in read_charters(read_path(path)).positions]
        assert titles == ["投诉专员", "会员回访组长", "售后服务主管"], path.name


# --- packs with faults -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    (tmp_path / "charters").mkdir()
    (tmp_path / "pack.yaml").write_text(PAGE, encoding="utf-8")
    (tmp_path / "actions.yaml").write_text(ACTION, encoding="utf-8")
    return tmp_path


def faults(folder: Path) -> list[tuple[str, int]]:
    return [(Path(fault.file).name, fault.line) for fault in check_pack(folder)]


def charter(folder: Path, authority: str) -> None:
    head = "format: charter/1\ntitle: 库管员\nauthority:\n  - id: a1\n    text: 可借灯\n    grants:\n"
    (folder / "charters" / "keeper.yaml").write_text(head + authority, encoding="utf-8")


def test_a_pack_without_faults(tiny: Path) -> None:
    charter(tiny, "      - {action: lamp.lend, limits: {amount: <= 5 CNY}}\n")
    assert check_pack(tiny) == []
    pack: Pack = read_pack(tiny)
    assert [action.name for action in pack.actions] == ["lamp.lend"]


def test_all_faults_of_all_files_are_told_at_once(tiny: Path) -> None:
    (tiny / "pack.yaml").write_text(PAGE.replace("0.1.0", "one") + "colour: red\n", encoding="utf-8")
    (tiny / "actions.yaml").write_text(ACTION.replace("kind: money", "kind: gold"), encoding="utf-8")
    charter(tiny, "      - {action: lamp.lend, limits: {amount: about 5}}\n")
    assert set(faults(tiny)) == {("pack.yaml", 3), ("pack.yaml", 6), ("actions.yaml", 5), ("keeper.yaml", 7)}


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        ("{action: lamp.land}", "没有“lamp.land”这个业务动作。"),
        ("{action: lamp.lend, limits: {sum: <= 5 CNY}}", "“lamp.lend”没有“sum”这项事实。"),
        ("{action: lamp.lend, conditions: {sound: [true]}}", "“lamp.lend”没有“sound”这项事实。"),
        (
            "{action: lamp.lend, windows: [{period: day, per: customer, max: <= 9 CNY}]}",
            "“lamp.lend”没有“customer”这项事实。",
        ),
        ('{action: lamp.lend, then: [{countersigned_by: ["fact:seller"]}]}', "“lamp.lend”没有“seller”这项事实。"),
    ],
)
def test_a_grant_that_could_never_hold_is_a_fault(tiny: Path, grant: str, said: str) -> None:
    charter(tiny, f"      - {{action: lamp.lend}}\n      - {grant}\n")
    (fault,) = check_pack(tiny)
    assert (Path(fault.file).name, fault.line, fault.message_zh) == ("keeper.yaml", 8, said)


def test_what_nothing_reads_is_a_fault(tiny: Path) -> None:
    (tiny / "charter").mkdir()
    (tiny / "actions.yml").write_text("", encoding="utf-8")
    assert {Path(fault.file).name for fault in check_pack(tiny)} == {"charter", "actions.yml"}


def test_a_required_pack_that_is_not_there(tiny: Path) -> None:
    (tiny / "pack.yaml").write_text(PAGE + "requires: [nowhere]\n", encoding="utf-8")
    (fault,) = check_pack(tiny)
    assert "nowhere" in fault.message_zh


def test_a_folder_without_a_pack_page(tmp_path: Path) -> None:
    assert faults(tmp_path) == [("pack.yaml", 0)]
