"""A procedure as a picture: SVG drawn from its file, with a title and a description for those who hear it read."""

from html import escape
from typing import Final

from django.utils.translation import gettext as _

from remit.kernel.procedures.compiled import label
from remit.kernel.procedures.format import Performer, ProcedureSpec, Step
from remit.kernel.procedures.layout import Box, Way, join_id, lay_out
from remit.lib.calendars import duration_label, parse_duration

LINE: Final = 9  # signs that fit into a box
LETTER: Final = 6  # pixels of a Latin letter in a note


def to_svg(spec: ProcedureSpec, current: str = "") -> str:
    """Colours come from the page's stylesheet by class (diagram__task …). `current` is the step that is open."""
    layout = lay_out(spec)
    parts = [_way(way, layout.boxes) for way in layout.ways]
    parts += [_box(box, spec, current) for box in layout.boxes.values()]
    title, told = escape(label(spec.labels)), escape(described(spec))
    return (
        f'<svg class="diagram" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {layout.width:g} {layout.height:g}" '
        f'width="{layout.width:g}" height="{layout.height:g}" role="img" aria-labelledby="diagram-title diagram-told">'
        f'<title id="diagram-title">{title}</title><desc id="diagram-told">{told}</desc>'
        '<defs><marker id="diagram-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path class="diagram__tip" d="M0 0 8 4 0 8z"/></marker></defs>{"".join(parts)}</svg>'
    )


def described(spec: ProcedureSpec) -> str:
    """The ways in words: "投诉判断: 成立 → 调查原因, 不成立 → 不成立,已解释"."""
    names = {step.id: label(step.labels) for step in spec.steps} | {end.id: label(end.labels) for end in spec.ends}
    lines = []
    for step in spec.steps:
        ways = "、".join(
            f"{label(one.labels)} → {' + '.join(names[key] for key in one.targets)}" for one in step.outcomes
        )
        lines.append(f"{label(step.labels)}: {ways}")
    return "；".join(lines)


def performer_text(performer: Performer) -> str:
    """Who is meant, in words."""
    texts = {
        "handler": _("the handler"),
        "handler_superior": _("the handler's superior"),
        "handler_peer": _("a colleague of the handler"),
        "opener": _("who took it in"),
        "owner": _("the customer's owner"),
        "owner_superior": _("the owner's superior"),
        "head_of": _("the head of the department named"),
        "person_in": _("the person named"),
    }
    text = texts[performer.relation] if performer.relation else " / ".join(performer.position)
    if performer.other_than:
        return _("%(who)s (not the handler)") % {"who": text}
    return text


def performers_text(step: Step) -> str:
    joint = _(" or ") if step.need == "any" else _(" and ")
    return joint.join(performer_text(one) for one in step.by)


def _box(box: Box, spec: ProcedureSpec, current: str) -> str:
    x, y = box.middle
    if box.kind in ("gateway", "fork", "join"):
        corners = f"{x:g},{box.y:g} {box.x + box.width:g},{y:g} {x:g},{box.y + box.height:g} {box.x:g},{y:g}"
        rhomb = f'<polygon class="diagram__gateway" points="{corners}"/>'
        if box.kind == "gateway":
            return rhomb
        # Side by side, as the standard's signs have it: a plus where all are waited for, a star where the first is enough.
        arms = [(0, 7), (7, 0), (5, 5), (5, -5)] if _takes_the_first(box, spec) else [(0, 7), (7, 0)]
        signs = "".join(f"M{x - dx:g} {y - dy:g} L{x + dx:g} {y + dy:g}" for dx, dy in arms)
        return f'{rhomb}<path class="diagram__way" d="{signs}"/>'
    if box.kind == "start":
        return f'<circle class="diagram__start" cx="{x:g}" cy="{y:g}" r="{box.width / 2:g}"/>'
    if box.kind == "end":
        end = spec.end(box.id)
        name = escape(label(end.labels)) if end else ""
        return (
            f'<circle class="diagram__end" cx="{x:g}" cy="{y:g}" r="{box.width / 2:g}"/>'
            f'<text class="diagram__note" x="{box.x + box.width + 6:g}" y="{y + 4:g}">{name}</text>'
        )
    step = spec.step(box.id)
    if step is None:
        return ""
    mark = " diagram__task--now" if step.id == current else ""
    name, within = label(step.labels), duration_label(parse_duration(step.within))
    return (
        f'<rect class="diagram__task{mark}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="8"/>'
        f'<text class="diagram__name" x="{x:g}" y="{y - 4:g}" text-anchor="middle">{escape(_short(name))}</text>'
        f'<text class="diagram__note" x="{x:g}" y="{y + 16:g}" text-anchor="middle">{escape(within)}</text>'
    )


def _takes_the_first(box: Box, spec: ProcedureSpec) -> bool:
    return any(step.wait == "any" and join_id(step) == box.id for step in spec.steps)


def _short(text: str, room: int = 2 * LINE) -> str:
    """What fits into the room of so many Latin letters: a Chinese sign takes that of two."""
    if sum(2 if ord(sign) > 0x2E7F else 1 for sign in text) <= room:
        return text
    room -= 2
    for at, sign in enumerate(text):
        room -= 2 if ord(sign) > 0x2E7F else 1
        if room < 0:
            return f"{text[:at]}…"
    return text


def _way(way: Way, boxes: dict[str, Box]) -> str:
    path = "M" + " L".join(f"{x:g} {y:g}" for x, y in way.points)
    line = f'<path class="diagram__way" d="{path}" marker-end="url(#diagram-tip)"/>'
    if way.outcome is None:
        return line
    (x, y), (next_x, next_y) = way.points[0], way.points[1]
    whole = label(way.outcome.labels)
    text = escape(_short(whole))
    if len(way.points) == 2 and y == next_y:
        text = f"{escape(_short(whole, int(next_x - x - 8) // LETTER))}<title>{escape(whole)}</title>"
        return f'{line}<text class="diagram__note" x="{x + 4:g}" y="{y - 6:g}">{text}</text>'
    if len(way.points) > 3:  # a long way round: the word stands on its long piece
        onwards = way.points[2][0] > x
        place = f'x="{x + 6:g}"' if onwards else f'x="{x - 6:g}" text-anchor="end"'
        return f'{line}<text class="diagram__note" {place} y="{next_y - 5:g}">{text}</text>'
    return f'{line}<text class="diagram__note" x="{x + 6:g}" y="{next_y - 8:g}">{text}</text>'
