"""From the raw position of the outline to a draft: every item understood, scored, tied to the words it came from."""

import re
from collections.abc import Iterator

from remit.kernel.charters.importing.draft import (
    DraftAuthority,
    DraftDuty,
    DraftKpi,
    DraftPosition,
    DraftQualification,
    Span,
)
from remit.kernel.charters.importing.reading import authority as powers
from remit.kernel.charters.importing.reading.bindings import propose_binding
from remit.kernel.charters.importing.reading.deadline import find_within
from remit.kernel.charters.importing.reading.figures import row_cells
from remit.kernel.charters.importing.reading.frequency import find_every
from remit.kernel.charters.importing.reading.headings import classify
from remit.kernel.charters.importing.reading.kpi import (
    figure_names,
    figure_of,
    figures_in,
    parse_share,
    parse_target,
    weighted_figures,
)
from remit.kernel.charters.importing.reading.lexicon import DUTY_START
from remit.kernel.charters.importing.reading.limits import find_limits
from remit.kernel.charters.importing.reading.qualifications import split_requirements
from remit.kernel.charters.importing.reading.raw import RawItem, RawKpi, RawPosition
from remit.kernel.charters.importing.reading.relations import labelled_people, subordinates, superiors
from remit.kernel.charters.importing.reading.sentences import (
    is_requirement,
    obliges,
    requirement_in,
    sentences,
)
from remit.kernel.charters.importing.reading.strand import Strand
from remit.kernel.charters.importing.reading.windows import find_windows

_NUMBERED, _LINE, _PROSE, _GUESS = 0.95, 0.8, 0.7, 0.5
_EDGE = " 。;,、:·-"
_SPACE_IN_HAN = re.compile(r"(?<=[\u3000-\u303f\u4e00-\u9fff,;:()])\s+|\s+(?=[\u3000-\u303f\u4e00-\u9fff,;:()])")


# 在院长领导下工作。: says whom the holder works under, and charges with nothing.
_ONLY_UNDER = re.compile("在(?P<who>[^,。;]{2,16}?)(?:的)?(?:直接)?领导下(?:开展|进行)?工作")
# 其主要职责是: the list follows.
_LEADS_IN = re.compile("^[^,。;]{0,12}(?:责任|职责|任务|权力|权限)(?:主要)?(?:是|为|有|如下|包括|包含):?$")
_TASK_IS = re.compile("[^,。;]{2,12}的(?:主要)?(?:任务|工作|职责)主要(?:是|为)")
# 资料收集。…: in a department's manual the lead title is a heading, and sentences follow.
_MANUAL_LEAD = re.compile("[^,。;:]{2,10}[。:](?=[^。]{8,}。)")


_CELL = re.compile(r"\S+(?: \S+)*")
# 结案率95%以上(40%), 结案率95%以上    权重40%: a measured figure, and its share behind.
_SHARE_BEHIND = re.compile(
    r"\s*\((?:权重|占比?|比重)?:?\s?(?P<bracket>\d{1,3})(?:%|分)\)$|[\s,](?:权重|占比|比重|占):?\s?(?P<bare>\d{1,3})(?:%|分)$"
)
_CLAUSE = re.compile("[,;。]")


class Assembler:
    """`source_text` is `Source.text`, from which the originals are taken."""

    def __init__(self, source_text: str) -> None:
        self.source_text = source_text

    def position(self, raw: RawPosition) -> DraftPosition:
        duties: list[DraftDuty] = []
        authority: list[DraftAuthority] = []
        kpis = [self._kpi_row(row) for row in raw.kpis]
        qualifications: list[DraftQualification] = []
        self._purpose_prose(raw, duties, authority, qualifications)
        for item in raw.items:
            if item.section == "qualification":
                qualifications += self._qualifications(item)
            elif item.section == "kpi":
                kpis += self._kpi_items(item)
            elif item.section == "authority" and powers.is_permission(item.strand.fold.strip(_EDGE)):
                authority += self._authority_items(item)
            else:
                self._duty_items(item, raw, duties, authority, qualifications)
        if "目标" in raw.topic or "工作标准" in raw.topic:
            kpis += self._targets(raw, kpis)
        texts = [duty.text for duty in duties]
        purpose, purpose_strand = self._purpose(raw)
        own = raw.title
        return DraftPosition(
            title=raw.title,
            department=raw.department,
            span=self._span(raw),
            title_span=(raw.title_strand.start, raw.title_strand.end)
            if raw.title_strand and len(raw.title_strand)
            else None,
            confidence=self._confidence(raw),
            reports_to=self._labelled(raw, "reports_to") or superiors([*texts, *(a.text for a in authority)], own),
            supervises=self._labelled(raw, "supervises") or subordinates(texts, own),
            purpose=purpose,
            purpose_span=(purpose_strand.start, purpose_strand.end) if purpose_strand else None,
            duties=tuple(duties),
            authority=tuple(authority),
            kpis=tuple(kpis),
            qualifications=tuple(qualifications),
        )

    # ------------------------------------------------------------ pieces

    def _span(self, raw: RawPosition) -> Span:
        return (raw.start, max(raw.end, raw.start))

    def _confidence(self, raw: RawPosition) -> float:
        if raw.labelled or (raw.sure and raw.topic):
            return 0.95
        return 0.8 if raw.title_strand else 0.6

    def _labelled(self, raw: RawPosition, label: str) -> tuple[str, ...]:
        values = raw.fields.get(label, [])  # type: ignore[call-overload]  # two of the labels are asked for
        return tuple(name for strand in values for name in labelled_people(strand.fold))

    def _purpose(self, raw: RawPosition) -> tuple[str | None, Strand | None]:
        for strand in raw.purpose:
            return self._text(strand), strand
        return None, None

    def _purpose_prose(
        self,
        raw: RawPosition,
        duties: list[DraftDuty],
        authority: list[DraftAuthority],
        qualifications: list[DraftQualification],
    ) -> None:
        """An overview of several sentences: one is the purpose, the others are read as prose."""
        parts = [part for strand in raw.purpose for part in sentences(strand)]
        if not parts:
            raw.purpose = []
            return
        charged = [part for part in parts if "负责" in part.fold or "任务" in part.fold]
        purpose = parts[0] if parts[0] in charged or not charged else charged[0]
        raw.purpose = [purpose]
        for part in parts:
            if part is not purpose and (is_requirement(part.fold) or re.search("负责|应当?|须|承担", part.fold)):
                self._duty_items(RawItem(part, "duties", numbered=False), raw, duties, authority, qualifications)

    def _text(self, strand: Strand) -> str:
        return _SPACE_IN_HAN.sub("", strand.text).strip()

    def _found(self, strand: Strand) -> tuple[str, tuple[Span, ...], str]:
        """Text, spans (neighbours with only white space between them as one) and the original words."""
        spans: list[Span] = []
        for start, end in strand.pieces:
            if spans and not self.source_text[spans[-1][1] : start].strip():
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        original = "".join(self.source_text[start:end] for start, end in spans)
        return self._text(strand), tuple(spans), original

    # ------------------------------------------------------------ duties

    def _duty_items(
        self,
        item: RawItem,
        raw: RawPosition,
        duties: list[DraftDuty],
        authority: list[DraftAuthority],
        qualifications: list[DraftQualification],
    ) -> None:
        for strand, numbered in self._duty_strands(item, raw):
            words = strand.fold
            if not numbered and not raw.purpose and _TASK_IS.match(words):
                raw.purpose.append(strand)
                continue
            if not numbered and _LEADS_IN.search(words):
                continue
            under = _ONLY_UNDER.fullmatch(words.strip(_EDGE)) if not numbered else None
            if under and strand.fold.find(under["who"]) > 0:
                begin = strand.fold.find(under["who"])
                raw.fields.setdefault("reports_to", []).append(strand.cut(begin, begin + len(under["who"])))
                continue
            if not numbered and is_requirement(words):
                part = requirement_in(strand).strip(_EDGE)
                text, spans, original = self._found(part)
                qualifications.append(DraftQualification(text, spans, _PROSE, original))
                continue
            if (
                not numbered
                and ((len(words) <= 12 and classify(words)) or not obliges(words))
                and not powers.confers(words)
            ):
                continue
            confers = powers.confers(words)
            if confers:
                authority.append(self._authority(strand, _LINE if numbered else _PROSE))
            if not confers or numbered or self._opens_with_a_duty(words):
                duties.append(self._duty(strand, item, _NUMBERED if numbered else _PROSE))

    def _opens_with_a_duty(self, words: str) -> bool:
        """主持全面工作,审批五千元以下的补偿: what comes before the power is a duty in its own right."""
        first, _, rest = words.partition(",")
        return bool(rest) and DUTY_START.match(first) is not None and not powers.confers(first) and obliges(first)

    def _duty_strands(self, item: RawItem, raw: RawPosition) -> Iterator[tuple[Strand, bool]]:
        strand = item.strand.strip(_EDGE)
        if item.numbered:
            lead = self._lead_title(strand, raw)
            if not lead and self._is_manual(raw):
                manual = _MANUAL_LEAD.match(strand.fold)
                lead = manual.end() if manual else 0
                if not manual and len(list(sentences(strand))) > 1:
                    yield from ((part, False) for part in sentences(strand) if len(part) > 6)
                    return
            if lead:
                for part in sentences(strand.cut(lead)):
                    yield part, False
                return
            if len(strand) >= 2:
                yield strand, True
            return
        parts = list(sentences(strand))
        if len(parts) == 1 and len(parts[0]) == len(strand):
            yield parts[0], False
            return
        for part in parts:
            yield part, False

    def _is_manual(self, raw: RawPosition) -> bool:
        """A department described in the manner of a manual: its items open with a lead title and go on in prose."""
        if raw.manual is None:
            leads = sum(_MANUAL_LEAD.match(item.strand.fold.strip()) is not None for item in raw.items if item.numbered)
            raw.manual = raw.whole_department and leads >= 2
        return raw.manual

    def _lead_title(self, strand: Strand, raw: RawPosition) -> int:
        """Where prose starts after a heading that lost its line break: 制定方案客户主管负责… starts again with the title."""
        position = strand.fold.find(raw.title, 3, 40)
        if (
            position < 3
            or len(raw.title) < 3
            or re.search("[,。;:、的对向由经给与和及在为]", strand.fold[position - 1] + "·")
        ):
            return 0
        return (
            position
            if not re.search("[,。;:]", strand.fold[:position])
            and re.match("负责|应|需|是|必须|要|在|通过|的", strand.fold[position + len(raw.title) :])
            else 0
        )

    def _duty(self, strand: Strand, item: RawItem, confidence: float) -> DraftDuty:
        text, spans, original = self._found(strand)
        words = strand.fold
        every, within = find_every(words), find_within(words) or item.within
        if item.every and (item.stated or every is None or (every == "week" and item.every != "day")):
            every = item.every
        return DraftDuty(text, spans, confidence, original, every, within, propose_binding(words, every, within))

    # ------------------------------------------------------------ authority

    def _authority_items(self, item: RawItem) -> list[DraftAuthority]:
        strand = item.strand.strip(_EDGE)
        if item.numbered:
            return [self._authority(strand, _NUMBERED, item.bound)] if len(strand) >= 2 else []
        return [self._authority(part, _LINE) for part in sentences(strand)]

    def _authority(self, strand: Strand, confidence: float, bound: str = "") -> DraftAuthority:
        text, spans, original = self._found(strand)
        words = strand.fold
        return DraftAuthority(
            text,
            spans,
            confidence,
            original,
            limits=find_limits(bound or words),
            right=powers.right_of(words),
            scope=powers.scope_of(words),
            conditions=powers.conditions_of(words),
            report_to=powers.reported_to(words),
            countersigned_by=powers.countersigned_by(words),
            finding=powers.needs_finding(words),
            windows=find_windows(words),
            within=powers.time_to_follow(words),
        )

    # ------------------------------------------------------------ figures

    def _kpi_row(self, row: RawKpi) -> DraftKpi:
        text, spans, original = self._found(row.name.strip(_EDGE))
        return DraftKpi(
            text, spans, _NUMBERED, original, parse_share(row.weight), parse_target(row.target), row.definition
        )

    def _kpi_items(self, item: RawItem) -> list[DraftKpi]:
        strand = item.strand.strip(_EDGE)
        if len(strand) < 2:
            return []
        found: list[DraftKpi] = []
        share = _SHARE_BEHIND.search(strand.fold)
        if share and not _CLAUSE.search(strand.fold, 0, share.start()):
            figure = figure_of(strand.fold[: share.start()], bare=True)
            if figure:
                _, start, end, target = figure
                text, spans, original = self._found(strand.cut(start, end))
                weight = parse_share((share["bracket"] or share["bare"]) + "%")
                return [DraftKpi(text, spans, _NUMBERED, original, weight, target, self._text(strand))]
        row = self._kpi_cells(strand)
        if row:
            return [row]
        for name_strand, weight, rest in weighted_figures(strand):
            text, spans, original = self._found(name_strand)
            stated = parse_target(re.sub("^(?:目标值?|标准|要求)?:?", "", rest))
            found.append(
                DraftKpi(
                    text, spans, _NUMBERED if item.numbered else _LINE, original, weight, stated, self._text(strand)
                )
            )
        if found:
            return found
        bare = figure_of(strand.fold, bare=True) if not _CLAUSE.search(strand.fold) else None
        for name_strand, target in [(strand.cut(bare[1], bare[2]), bare[3])] if bare else figures_in(strand):
            text, spans, original = self._found(name_strand)
            found.append(
                DraftKpi(
                    text, spans, _NUMBERED if item.numbered else _PROSE, original, None, target, self._text(strand)
                )
            )
        if found:
            return found
        parts = [strand] if item.numbered else list(figure_names(strand))
        for part in parts:
            text, spans, original = self._found(part)
            found.append(DraftKpi(text, spans, _LINE if item.numbered else _GUESS, original))
        return found

    def _kpi_cells(self, strand: Strand) -> DraftKpi | None:
        """A row of a table whose columns are wide blanks: 回款率    30%    ≥95%."""
        cells = [match.span() for match in _CELL.finditer(strand.fold)]
        if len(cells) < 2:
            return None
        name, weight, target = row_cells([strand.fold[start:end] for start, end in cells])
        if name != 0 or not (weight or target):
            return None
        return self._kpi_row(RawKpi(strand.cut(*cells[0]), weight, target))

    def _targets(self, raw: RawPosition, known: list[DraftKpi]) -> list[DraftKpi]:
        """Measured targets among the items of 岗位目标 and 工作标准, but for those that a table states already."""
        found: list[DraftKpi] = []
        for item in raw.items:
            figure = figure_of(item.strand.fold.strip(_EDGE)) if item.section == "duties" else None
            if not figure:
                continue
            strand = item.strand.strip(_EDGE)
            _, start, end, target = figure
            text, spans, original = self._found(strand.cut(start, end))
            if any(text in other.text or other.text in text for other in known):
                continue
            found.append(DraftKpi(text, spans, _LINE, original, None, target, self._text(strand)))
        return found

    # ------------------------------------------------------------ requirements

    def _qualifications(self, item: RawItem) -> list[DraftQualification]:
        found: list[DraftQualification] = []
        for part in split_requirements(item.strand.strip(_EDGE), numbered=item.numbered):
            text, spans, original = self._found(part)
            if text:
                found.append(DraftQualification(text, spans, _NUMBERED if item.numbered else _LINE, original))
        return found
