"""A manager writes a charter by hand: what is read, what is refused and where, and that nothing is lost on the way back."""

import re
from decimal import Decimal

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings

from remit.kernel.charters.figures import Target, parse_target
from remit.kernel.charters.format import (
    CharterSpec,
    charter_from_yaml,
    charter_to_yaml,
    coverage,
    missing_parts,
)
from remit.kernel.charters.schema import SCHEMA_FILE, as_text, charter_schema
from remit.kernel.charters.tests.charter_strategies import charters
from remit.lib.yaml_reader import BadYaml

MANAGER = """\
title: 客服部经理
department: 客户服务部
reports_to: [客服部总监]
supervises:
duties:
  - id: d1
    text: 每周汇总投诉并上报
    every: week
    within: 1 workday
    binding: {kind: routine, reason: 写明每周一次}
  - {id: d2, text: 爱岗敬业, binding: {kind: norm}}
  - {id: d3, text: 建立客户档案}
authority:
  - id: a1
    text: 对本组员工有100元以内的奖励权
    grants:
      - action: staff.reward
        limits: {amount: <= 100 CNY}
        conditions: {explained: [true]}
        scope: own_group
        then: [{report_to: 客服部总监, within: 1 workday}]
kpis:
  - {id: k1, name: 投诉率, weight: 40 %, target: < 0.5 %, direction: lower}
  - {id: k2, name: 满意度, weight: 60%, target: ≥90％}
qualifications:
  - 大专及以上
  - {kind: experience, text: 两年以上客服经验}
"""


def faults_of(text: str) -> list[str]:
    with pytest.raises(BadYaml) as caught:
        charter_from_yaml(text, "m.yaml")
    return [f"{fault.line}:{fault.column} {fault.path} {fault.message_zh}{fault.hint}" for fault in caught.value.faults]


@pytest.mark.ledger("S-001", "D-001")
def test_a_charter_written_by_hand_is_read() -> None:
    charter = charter_from_yaml(MANAGER)
    grant = charter.authority[0].grants[0]
    assert charter.supervises == ()
    assert charter.duties[0].every == "week"
    assert grant.limits == {"amount": "<= 100 CNY"}
    assert grant.conditions == {"explained": [True]}
    assert [kpi.weight for kpi in charter.kpis] == [Decimal("0.4"), Decimal("0.6")]
    assert charter.kpis[1].goal == Target(">=", Decimal(90), "%")
    assert [(line.kind, line.text) for line in charter.qualifications] == [
        ("other", "大专及以上"),
        ("experience", "两年以上客服经验"),
    ]


def test_every_mistake_is_named_with_its_line_and_a_way_on() -> None:
    text = (
        MANAGER.replace("department", "departmnt")
        .replace("every: week", "every: weekly")
        .replace("<= 100 CNY", "100元")
    )
    text = text.replace("id: d3", "id: d1").replace("within: 1 workday\n", "within: 一天\n", 1)
    first, second, third, fourth = faults_of(text)
    assert first == "2:1 departmnt 不认识的键“departmnt”。是不是“department”？"
    assert second.startswith("8:12 duties[0].every “weekly”不是可用的值。是不是“week”")
    assert third.startswith("9:13 duties[0].within 期限“一天”写法不对")
    assert fourth.startswith("18:26 authority[0].grants[0].limits.amount 上限“100元”写法不对")


def test_a_repeated_id_is_found_where_it_repeats() -> None:
    assert faults_of(MANAGER.replace("id: d3", "id: d1")) == ["12:10 duties[2].id 编号“d1”重复了。"]


def test_when_and_evidence_are_read_in_their_one_form_and_faults_have_their_line() -> None:
    text = "title: 前台\nduties:\n  - {id: d1, text: 巡查, when: 每二周周一 18：00, evidence: [处理说明, {kind: photo, label: 现场照片}]}\n"
    duty = charter_from_yaml(text).duties[0]
    assert (duty.when, [(one.kind, one.label) for one in duty.evidence]) == (
        "每两周的周一 18:00",
        [("text", "处理说明"), ("photo", "现场照片")],
    )
    assert "      - {kind: photo, label: 现场照片}\n" in charter_to_yaml(charter_from_yaml(text))
    with pytest.raises(BadYaml, match=r"(?s):3:.*看不懂"):
        charter_from_yaml(text.replace("每二周周一", "有空的时候"))


def test_weights_add_up_or_say_why() -> None:
    short = MANAGER.replace("60%", "50%")
    assert "权重合计为 90 %" in faults_of(short)[0]
    assert charter_from_yaml(short + "weights_note: 另有 10 % 由上级评定\n").weights_note
    assert "请写成 25 %" in faults_of(MANAGER.replace("60%", "0.6"))[0]


def test_the_file_reads_well_and_in_a_fixed_order() -> None:
    text = charter_to_yaml(charter_from_yaml(MANAGER), schema="../schema/charter.json")
    assert text.splitlines()[:4] == [
        "# yaml-language-server: $schema=../schema/charter.json",
        "format: charter/1",
        "title: 客服部经理",
        "department: 客户服务部",
    ]
    assert "    binding: {kind: routine, reason: 写明每周一次}\n" in text
    assert "    weight: 40 %\n" in text
    assert "qualifications:\n  - 大专及以上\n  - {kind: experience, text: 两年以上客服经验}\n" in text
    assert "\n\nduties:\n" in text


@settings(max_examples=60)
@given(charters)
def test_nothing_is_lost_between_charter_and_file(charter: CharterSpec) -> None:
    text = charter_to_yaml(charter)
    assert charter_from_yaml(text) == charter
    assert charter_to_yaml(charter_from_yaml(text)) == text


@settings(max_examples=30)
@given(charters)
def test_the_stored_form_is_the_same_charter(charter: CharterSpec) -> None:
    assert CharterSpec.model_validate(charter.model_dump(mode="json")) == charter
    assert CharterSpec.model_validate_json(charter.model_dump_json()) == charter


@settings(max_examples=30)
@given(charters)
def test_the_schema_for_editors_admits_what_we_write(charter: CharterSpec) -> None:
    jsonschema_rs.validate(
        charter_schema(), yaml.safe_load(yaml.safe_dump(charter.model_dump(mode="json", exclude_defaults=True)))
    )


def test_the_committed_schema_is_current() -> None:
    schema = charter_schema()
    jsonschema_rs.meta.validate(schema)
    assert SCHEMA_FILE.read_text(encoding="utf-8") == as_text(), "run: python -m remit.kernel.charters.schema"


def test_coverage_tells_how_much_runs() -> None:
    shown = coverage(charter_from_yaml(MANAGER))
    assert (shown.total, shown.bound, shown.running) == (3, 2, 1)
    assert shown.by_kind == {"routine": 1, "norm": 1}


def test_what_is_still_missing_is_named() -> None:
    missing = missing_parts(charter_from_yaml(MANAGER))
    assert "岗位目的" in missing
    assert "权限" not in missing


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("<0.5%", "< 0.5 %"),
        (">= 90 %", "≥ 90 %"),
        ("≤ 3 ‰", "≤ 3 ‰"),
        ("= 0 次", "= 0 次"),
        (">= 200000 CNY", "≥ 200000 CNY"),
        ("> 4.50", "> 4.5"),
    ],
)
def test_a_target_is_read_and_shown(text: str, label: str) -> None:
    target = parse_target(text)
    assert target.label == label
    assert parse_target(str(target)) == target


def test_a_target_in_percent_knows_its_fraction() -> None:
    assert parse_target("< 0.5 %").fraction == Decimal("0.005")
    assert parse_target("<= 5 ‰").fraction == Decimal("0.005")
    assert parse_target(">= 20 家").fraction == 20


@pytest.mark.parametrize("text", ["90%", "< -1", "over 9000", "<", "< 1 2", ""])
def test_a_target_without_meaning_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="写法不对"):
        parse_target(text)


def test_every_example_of_the_authors_guide_is_a_charter() -> None:
    guide = (SCHEMA_FILE.parents[1] / "docs" / "packs" / "charters.md").read_text(encoding="utf-8")
    examples = [charter_from_yaml(text) for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)]
    assert [example.title for example in examples] == ["出纳", "客户服务部经理"]
    assert missing_parts(examples[1]) == ()
    assert coverage(examples[1]).running == 3


def test_the_authors_guide_names_every_key() -> None:
    guide = (SCHEMA_FILE.parents[1] / "docs" / "packs" / "charters.md").read_text(encoding="utf-8")
    definitions = charter_schema()["$defs"]
    keys = {key for definition in (charter_schema(), *definitions.values()) for key in definition.get("properties", {})}
    assert {key for key in keys if f"`{key}`" not in guide and f"{key}:" not in guide} == set()
