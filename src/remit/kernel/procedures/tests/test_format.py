"""What is wrong with a procedure is said before anybody runs it: every fault, with its line."""

import pytest
from lxml import etree

from remit.kernel.procedures.bpmn import DC, DD, DI, MODEL, to_bpmn
from remit.kernel.procedures.checking import read_file, read_procedure
from remit.kernel.procedures.diagram import to_svg
from remit.kernel.procedures.layout import lay_out
from remit.kernel.procedures.schema import MODELS, as_text, schema_file
from remit.kernel.procedures.tests.department import COMPLAINT
from remit.lib.yaml_reader import BadYaml, load

GOOD = """\
id: question
labels: {zh-hans: 咨询}
prefix: ZX
within: 2 workdays
intake: {by: [anyone], fields: [{name: question, kind: long_text, labels: {zh-hans: 问题}}]}
steps:
  - id: reply
    labels: {zh-hans: 答复}
    by: [{relation: handler}]
    within: 4 hours
    fields: [{name: text, kind: long_text, labels: {zh-hans: 答复}}]
    outcomes: [{id: done, labels: {zh-hans: 已答复}, next: replied}]
ends: [{id: replied, labels: {zh-hans: 已答复}}]
"""
LOOP = """\
  - id: again
    labels: {zh-hans: 再来}
    by: [{relation: handler}]
    within: 4 hours
    outcomes: [{id: back, labels: {zh-hans: 返回}, next: again}]
"""


def faults(text: str, known: dict[str, dict[str, bool]] | None = None) -> list[str]:
    """ "line: message" of each."""
    try:
        read_procedure(text, "p.yaml", known)
    except BadYaml as error:
        return [f"{fault.line}: {fault.message_zh}" for fault in error.faults]
    return []


def test_the_shortest_one_is_right() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("change", "to", "line", "words"),
    [
        ("within: 2 workdays\n", "", 1, "缺少“within”"),
        ("    within: 4 hours\n", "", 7, "缺少“within”"),
        ("within: 4 hours", "within: 4 weeks", 10, "比整个事项"),
        ("next: replied", "next: nowhere", 12, "没有“nowhere”"),
        ("relation: handler", "relation: head_of", 9, "field"),
        ("relation: handler", "position: [客服主管], relation: handler", 9, "二者取一"),
        ("kind: long_text, labels: {zh-hans: 答复}", "kind: choice, labels: {zh-hans: 答复}", 11, "choices"),
        (
            "kind: long_text, labels: {zh-hans: 答复}",
            "kind: pick, of: question, labels: {zh-hans: 答复}",
            11,
            "不是列表",
        ),
        ("name: text", "name: question", 0, ""),
        ("name: text, kind: long_text", "name: question, kind: money", 11, "一个名字只有一种"),
        ("prefix: ZX", "prefix: 咨询", 3, "大写字母"),
        ("prefix: ZX", "prefix: ZX\nladder: [100, 90]", 4, "逐级递增"),
        ("prefix: ZX", "prefix: ZX\nreopening: {at: nowhere, within: 1 month}", 4, "没有“nowhere”"),
        ("ends: [", "ends: [{id: never, labels: {zh-hans: 从不}}, ", 13, "没有任何结果通向结束“never”"),
        ("ends: [", "ends: [{id: reply, labels: {zh-hans: 重名}}, ", 13, "已经用过了"),
        ("prefix: ZX", "prefix: ZX\nsubjekt: party", 4, "不认识的键“subjekt”"),
        ("问题}}]", "问题}}], public: {fields: [who]}", 5, "没有“who”"),
        (
            "问题}}]",
            "问题}}, {name: who, kind: person, labels: {zh-hans: 谁}}], public: {fields: [question, who]}",
            5,
            "不能让客户自己填",
        ),
        (
            "问题}}]",
            "问题}}, {name: on, kind: date, labels: {zh-hans: 日期}}], public: {fields: [on]}",
            5,
            "必填的“question”",
        ),
        ("问题}}]", "问题}}], public: {fields: [question], set: {question: 问}}", 5, "只能出现一次"),
        ("4 hours", "4 hours\n    customer: {says: {zh-hans: 在办}, tells: [who]}", 11, "能告诉客户"),
        ("4 hours", "4 hours\n    customer: {says: {zh-hans: 在办}, confirms: text}", 11, "yes_no"),
        ("已答复}}]", "已答复}, customer: {says: {zh-hans: 完}, confirms: text}}]", 13, "结束之后"),
        ("prefix: ZX", "prefix: ZX\nsatisfaction: {by: {relation: head_of}}", 4, "field 只属于"),
    ],
)
def test_each_mistake_is_told_with_its_line(change: str, to: str, line: int, words: str) -> None:
    assert change in GOOD
    found = faults(GOOD.replace(change, to, 1))
    if not words:
        assert found == [], "the same field may be asked for again later"
        return
    assert any(one.startswith(f"{line}: ") and words in one for one in found), found


def test_a_step_that_nothing_leads_to_and_that_never_ends() -> None:
    found = faults(GOOD.replace("ends: [", f"{LOOP}ends: [", 1))
    assert [one for one in found if one.startswith("13: ")] == ["13: 没有任何结果通向“again”。"]
    assert any("到不了任何结束" in one for one in found)


def test_an_action_must_exist_and_get_its_facts() -> None:
    text = GOOD.replace(
        "    outcomes", "    actions: [{name: remedy.gift, facts: {amount: text, colour: text}}]\n    outcomes", 1
    )
    known = {"remedy.gift": {"amount": True, "reason": True, "customer": False}}
    found = faults(text, known)
    assert any("还需要“reason”" in one for one in found)
    assert any("没有“colour”这项事实" in one for one in found)
    assert any("没有“remedy.gift”" in one for one in faults(text, {}))


def test_the_schema_in_the_tree_is_the_formats_own_and_takes_the_shipped_file() -> None:
    for kind in MODELS:
        assert schema_file(kind).read_text(encoding="utf-8") == as_text(kind)
    assert read_file(COMPLAINT).id == "complaint"
    assert load(COMPLAINT.read_bytes(), "c").data


def test_no_two_boxes_of_the_picture_overlap() -> None:
    boxes = list(lay_out(read_file(COMPLAINT)).boxes.values())
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart, (one.id, other.id)
    assert etree.fromstring(to_svg(read_file(COMPLAINT)).encode()).tag.endswith("svg")


def test_the_bpmn_holds_together_as_the_standard_asks() -> None:
    """Unique ids; flows between nodes that are there and that name them; a shape or an edge for each, with its coordinates."""
    root = etree.fromstring(to_bpmn(read_file(COMPLAINT), "https://example.org/procedures/complaint/"))
    assert root.tag == f"{{{MODEL}}}definitions"
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    process = root.find(f"{{{MODEL}}}process")
    assert process is not None
    nodes = {node.get("id"): node for node in process if node.get("id", "").startswith("node_")}
    flows = {flow.get("id"): flow for flow in process.findall(f"{{{MODEL}}}sequenceFlow")}
    assert {flow.get(end) for flow in flows.values() for end in ("sourceRef", "targetRef")} == nodes.keys()
    for name, node in nodes.items():
        for tag, end in (("incoming", "targetRef"), ("outgoing", "sourceRef")):
            told = {one.text for one in node.findall(f"{{{MODEL}}}{tag}")}
            assert told == {key for key, flow in flows.items() if flow.get(end) == name}
    assert {shape.get("bpmnElement") for shape in root.iter(f"{{{DI}}}BPMNShape")} == nodes.keys()
    assert {edge.get("bpmnElement") for edge in root.iter(f"{{{DI}}}BPMNEdge")} == flows.keys()
    assert all(shape.find(f"{{{DC}}}Bounds") is not None for shape in root.iter(f"{{{DI}}}BPMNShape"))
    assert all(len(edge.findall(f"{{{DD}}}waypoint")) >= 2 for edge in root.iter(f"{{{DI}}}BPMNEdge"))
    loops = process.findall(f".//{{{MODEL}}}multiInstanceLoopCharacteristics")
    assert len(loops) == 1, "the two who may choose"
