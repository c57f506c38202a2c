"""Requirements: an unnumbered run is split at each one that stands alone."""

import re
from collections.abc import Iterator

from remit.kernel.charters.importing.reading.headings import is_part_label
from remit.kernel.charters.importing.reading.strand import Strand

_CUTS = re.compile("[,;。()]")
_BOUND = re.compile("^(?:并|且|而|能将|从而|以便|以|其中|同时|及|和|或|有.{0,12}者?优先|优先|等)")
_LABEL = re.compile(r"^([^:。;,]{2,8}):\s*")


def split_requirements(strand: Strand, *, numbered: bool) -> Iterator[Strand]:
    """The requirements in one item. A numbered item is one, unless it opens a part (学历:…) and lists several."""
    label = _LABEL.match(strand.fold)
    opens_part = label is not None and is_part_label(label[1])
    if label and opens_part:
        strand = strand.cut(label.end())
    if numbered and not opens_part:
        if len(strand):
            yield strand.strip(" 。;,")
        return
    yield from _runs(strand)


def _runs(strand: Strand) -> Iterator[Strand]:
    begin = depth = 0
    cuts: list[int] = []
    for match in _CUTS.finditer(strand.fold):
        sign = match[0]
        if sign == "(":
            depth += 1
        elif sign == ")":
            depth = max(depth - 1, 0)
        elif depth == 0 and (sign in "。;" or not _BOUND.match(strand.fold[match.end() : match.end() + 16])):
            cuts.append(match.end())
    for cut in [*cuts, len(strand)]:
        part = strand.cut(begin, cut).strip(" 。;,、")
        begin = cut
        if len(part) >= 2:
            yield part
