"""XML from outside, defused, and its structure proven against a table of what the standard lets stand where."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree

from remit.lib.bankfiles.values import FILE_BYTES_MAX, BankFileError

DEPTH_MAX: Final = 40
_ENCODINGS: Final = {"UTF-8", "US-ASCII", "ASCII", "ISO-8859-1", "WINDOWS-1252", "GBK", "GB2312", "GB18030"}
_DECLARED: Final = re.compile(rb"""<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
FAULTS_MAX: Final = 30


def parse(data: bytes) -> etree._Element:
    """The root. No document type, no entities, no network; raises BankFileError for what is no XML or wants these."""
    if len(data) > FILE_BYTES_MAX:
        raise BankFileError(f"文件超过 {FILE_BYTES_MAX // 1024 // 1024} MB。")
    declared = _DECLARED.search(data[:200])
    # A NUL or another encoding could hide a document type from the search for one.
    if b"\0" in data or (declared and declared[1].decode().upper() not in _ENCODINGS):
        raise BankFileError("XML 文件的编码不认识，请用 UTF-8。")
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", data, re.IGNORECASE):
        raise BankFileError("XML 文件含有文档类型声明（DOCTYPE），不接受。")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise BankFileError(f"第 {error.lineno or 1} 行不是完好的 XML。") from None


def line_of(element: Any) -> int:
    """The line of the file where the element begins; lxml's stubs leave its type open."""
    return int(element.sourceline or 0)


def local(element: etree._Element) -> str:
    return etree.QName(element).localname


def namespace(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def at(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first descendant by a path of bare names ("OrgnlTxRef/Amt"), whatever the namespace."""
    for name in path.split("/"):
        if element is None:
            return None
        element = next((child for child in element if local(child) == name), None)
    return element


def need(element: etree._Element, path: str) -> etree._Element:
    """As `at`, where it must be there. Raises BankFileError."""
    found = at(element, path)
    if found is None:
        raise BankFileError(f"第 {line_of(element)} 行 {local(element)}：缺少 {path}。")
    return found


def text(element: etree._Element | None, path: str = "") -> str:
    found = at(element, path) if path else element
    return (found.text or "").strip() if found is not None else ""


def first_text(element: etree._Element | None, *paths: str) -> str:
    """The first of several places that says something."""
    return next((found for path in paths if (found := text(element, path))), "")


def every(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (child for child in element if local(child) == name)


# --- structure -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a sequence: how often it may stand (`most` None: any number), and what is in it: parts in their order, a
    pattern of its text, or anything (None). `choice`: exactly one of the parts."""

    name: str
    least: int
    most: int | None
    inside: "Sequence[Part] | re.Pattern[str] | None" = None
    choice: bool = False


def must(name: str, inside: Sequence[Part] | str | None = None) -> Part:
    return Part(name, 1, 1, _inside(inside))


def may(name: str, inside: Sequence[Part] | str | None = None, most: int | None = 1) -> Part:
    return Part(name, 0, most, _inside(inside))


def some(name: str, inside: Sequence[Part] | str | None = None) -> Part:
    return Part(name, 1, None, _inside(inside))


def one_of(name: str, *inside: Part, least: int = 1) -> Part:
    return Part(name, least, 1, inside, choice=True)


def _inside(inside: Sequence[Part] | str | None) -> "Sequence[Part] | re.Pattern[str] | None":
    return re.compile(inside, re.ASCII | re.DOTALL) if isinstance(inside, str) else inside


def check_structure(root: etree._Element, part: Part) -> None:
    """Raises BankFileError with every place where the document departs from the structure."""
    faults: list[str] = []
    _check(root, part, faults, 0)
    if faults:
        raise BankFileError(*faults[:FAULTS_MAX])


def _check(element: etree._Element, part: Part, faults: list[str], depth: int) -> None:
    name, line = local(element), line_of(element)
    if part.inside is None or depth > DEPTH_MAX:
        return
    if isinstance(part.inside, re.Pattern):
        if len(element) or not part.inside.fullmatch((element.text or "").strip()):
            faults.append(f"第 {line} 行 {name}：内容“{(element.text or '').strip()[:40]}”不符合标准。")
        return
    children = list(element)
    if part.choice:
        known = {inner.name: inner for inner in part.inside}
        if len(children) != 1 or local(children[0]) not in known:
            faults.append(f"第 {line} 行 {name}：应当且只能有 {'、'.join(known)} 之一。")
            return
        _check(children[0], known[local(children[0])], faults, depth + 1)
        return
    place = 0
    for inner in part.inside:
        count = 0
        while (
            place < len(children)
            and local(children[place]) == inner.name
            and (inner.most is None or count < inner.most)
        ):
            _check(children[place], inner, faults, depth + 1)
            place, count = place + 1, count + 1
        if count < inner.least:
            faults.append(f"第 {line} 行 {name}：缺少 {inner.name}，或次序不对。")
    if place < len(children):
        odd = children[place]
        faults.append(f"第 {line_of(odd)} 行 {name}：{local(odd)} 不该在这里。")
