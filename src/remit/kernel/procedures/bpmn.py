"""A procedure as BPMN 2.0 with its picture (diagram interchange), for any modeller that reads the standard.

Who does a step, its term and its authority stand in the documentation of the task: BPMN has no words for business time.
"""

from typing import Final

from lxml import etree

from remit.kernel.procedures.compiled import label
from remit.kernel.procedures.diagram import performers_text
from remit.kernel.procedures.format import ProcedureSpec, Step
from remit.kernel.procedures.layout import fork_id, gateway_id, join_id, lay_out
from remit.lib.calendars import duration_label, parse_duration

MODEL: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
DI: Final = "http://www.omg.org/spec/BPMN/20100524/DI"
DC: Final = "http://www.omg.org/spec/DD/20100524/DC"
DD: Final = "http://www.omg.org/spec/DD/20100524/DI"
NAMESPACES: Final = {None: MODEL, "bpmndi": DI, "dc": DC, "di": DD}


def to_bpmn(spec: ProcedureSpec, target: str) -> bytes:
    """An XML document in UTF-8. `target` is the namespace of the procedure's own names (an address of this installation)."""
    root = etree.Element(
        f"{{{MODEL}}}definitions",
        nsmap=NAMESPACES,  # type: ignore[arg-type]  # the stubs know of no default namespace, whose key is None
        id=f"{spec.id}_definitions",
        targetNamespace=target,
    )
    process = _sub(root, MODEL, "process", id=spec.id, name=label(spec.labels), isExecutable="false")
    layout = lay_out(spec)
    into: dict[str, list[str]] = {}
    out: dict[str, list[str]] = {}
    for way in layout.ways:
        into.setdefault(way.target, []).append(way.id)
        out.setdefault(way.source, []).append(way.id)

    def flows(node: etree._Element, key: str) -> None:
        for name in into.get(key, ()):
            _sub(node, MODEL, "incoming").text = f"flow_{name}"
        for name in out.get(key, ()):
            _sub(node, MODEL, "outgoing").text = f"flow_{name}"

    flows(_sub(process, MODEL, "startEvent", id="node_start"), "start")
    for step in spec.steps:
        if step.wait_for:
            kind = "parallelGateway" if step.wait == "all" else "complexGateway"
            flows(_sub(process, MODEL, kind, id=f"node_{join_id(step)}", gatewayDirection="Converging"), join_id(step))
        _task(process, step, flows)
        if len(step.outcomes) > 1:
            key = gateway_id(step)
            flows(_sub(process, MODEL, "exclusiveGateway", id=f"node_{key}", gatewayDirection="Diverging"), key)
        for outcome in step.outcomes:
            if len(outcome.targets) > 1:
                key = fork_id(step, outcome)
                flows(_sub(process, MODEL, "parallelGateway", id=f"node_{key}", gatewayDirection="Diverging"), key)
    for end in spec.ends:
        flows(_sub(process, MODEL, "endEvent", id=f"node_{end.id}", name=label(end.labels)), end.id)
    for way in layout.ways:
        names = {"name": label(way.outcome.labels)} if way.outcome else {}
        _sub(process, MODEL, "sequenceFlow", id=f"flow_{way.id}", sourceRef=f"node_{way.source}",
             targetRef=f"node_{way.target}", **names)  # fmt: skip
    plane = _sub(_sub(root, DI, "BPMNDiagram", id="diagram"), DI, "BPMNPlane", id="plane", bpmnElement=spec.id)
    for box in layout.boxes.values():
        more = {"isMarkerVisible": "true"} if box.kind == "gateway" else {}
        shape = _sub(plane, DI, "BPMNShape", id=f"shape_{box.id}", bpmnElement=f"node_{box.id}", **more)
        _sub(shape, DC, "Bounds", x=f"{box.x:g}", y=f"{box.y:g}", width=f"{box.width:g}", height=f"{box.height:g}")
    for way in layout.ways:
        edge = _sub(plane, DI, "BPMNEdge", id=f"edge_{way.id}", bpmnElement=f"flow_{way.id}")
        for x, y in way.points:
            _sub(edge, DD, "waypoint", x=f"{x:g}", y=f"{y:g}")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _task(process: etree._Element, step: Step, flows) -> None:  # type: ignore[no-untyped-def]  # the closure above
    task = _sub(process, MODEL, "userTask", id=f"node_{step.id}", name=label(step.labels))
    told = [performers_text(step), duration_label(parse_duration(step.within)), *(deed.name for deed in step.actions)]
    _sub(task, MODEL, "documentation").text = " · ".join(told)
    flows(task, step.id)
    if len(step.by) > 1:
        loop = _sub(task, MODEL, "multiInstanceLoopCharacteristics", isSequential="false")
        _sub(loop, MODEL, "loopCardinality").text = str(len(step.by))
        if step.need == "any":
            _sub(loop, MODEL, "completionCondition").text = "nrOfCompletedInstances > 0"


def _sub(parent: etree._Element, namespace: str, tag: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{namespace}}}{tag}", attributes)
