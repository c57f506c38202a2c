"""Files that were cut off, overwritten or patched together: read or refused, nothing else, whatever was done to them.

500 seeded mutations of a small sample of each format; the same ones on every run.
"""

import io
import random
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from remit.kernel.charters.importing.readers import read_bytes
from remit.kernel.charters.importing.readers.refusals import SENTENCES
from remit.kernel.charters.importing.source import UnreadableDocument
from remit.kernel.charters.tests.importing.packages import (
    abstract,
    cell,
    docx_of,
    level,
    num,
    p,
    promise_holds,
    table,
    xlsx_of,
    zipped,
)
from remit.kernel.charters.tests.importing.test_readers_rtf import hexed, rtf
from remit.kernel.charters.tests.importing.test_readers_sheets import ODS, ods
from remit.kernel.charters.tests.importing.test_readers_text import HANT, MARKDOWN
from remit.kernel.charters.tests.importing.test_readers_web import PAGE

CORPUS = Path(__file__).parents[6] / "tests" / "corpus"
MUTATIONS = 500

WORD_BODY = (
    p("客服主管", number=(1, 0)) + table((cell(p("甲"), merge="restart"), cell(p("乙"), span=2))) + p("尾", style="S")
)
WORD_LISTS = abstract(0, level(0, "chineseCounting", "%1、"), level(1, "decimal", "%2.")) + num(1, 0, restart_level=0)
WORD_STYLES = '<w:style w:type="paragraph" w:styleId="S"><w:name w:val="heading 1"/><w:basedOn w:val="S"/></w:style>'


def small_pdf() -> bytes:
    """Written by hand: one page, one built-in font, two lines, a ruled box. A real one takes 40 ms to read, this one 3."""
    content = (
        b"BT /F 12 Tf 72 720 Td (Front office) Tj 0 -20 Td (1. Greets.) Tj ET 72 600 200 40 re S 72 620 m 272 620 l S"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (number, part) for number, part in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF"


def mutated_inside(sample: bytes, random_source: random.Random) -> bytes:
    """Mutate one part of a package and pack it again with right checksums: the damage is in the XML, not in the zip."""
    with zipfile.ZipFile(io.BytesIO(sample)) as archive:
        parts: dict[str, bytes | str] = {name: archive.read(name) for name in archive.namelist()}
    name = random_source.choice(sorted(parts))
    content = parts[name]
    parts[name] = mutated(content if isinstance(content, bytes) else content.encode(), random_source)
    return zipped(parts, zipfile.ZIP_STORED)


def mutated(sample: bytes, random_source: random.Random) -> bytes:
    data = bytearray(sample)
    for _ in range(random_source.choice((1, 1, 2, 5, 20))):
        at = random_source.randrange(len(data) or 1)
        match random_source.randrange(6):
            case 0:
                del data[at:]
            case 1:
                data[at : at + 1] = bytes([random_source.randrange(256)])
            case 2:
                del data[at : at + random_source.randrange(1, 40)]
            case 3:
                data[at:at] = data[at : at + random_source.randrange(1, 200)]
            case 4:
                data[at : at + 4] = random_source.choice(
                    (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"9999")
                )
            case _:
                data[at:at] = random_source.choice((b"<", b">", b"{", b"}", b"&", b"\0", b"\\", b"(", b"\xbf\xcd"))
    return bytes(data)


ODS_FILE = ods(ODS.replace("\n", ""))
WORD = docx_of(WORD_BODY, numbering=WORD_LISTS, styles=WORD_STYLES)
BOOK = xlsx_of([["指标", "权重"], ["满意度", 0.25]], percents=("B2",))
ARCHIVE = b"MIME-Version: 1.0\nContent-Type: text/html; charset=gbk\n\n" + PAGE.format(charset="gbk").encode("gbk")

SAMPLES: dict[str, Callable[[], bytes]] = {
    "docx": lambda: WORD,
    "doc": lambda: (CORPUS / "factory_after_sales.doc").read_bytes(),
    "rtf": lambda: rtf(r"\trowd\cellx900\intbl " + hexed("职责") + r"\cell\row{\listtext 1.}\u23458?\par"),
    "pdf": small_pdf,
    "xlsx": lambda: BOOK,
    "xls": lambda: (CORPUS / "courier_stations.xls").read_bytes(),
    "ods": lambda: ODS_FILE,
    "html": lambda: PAGE.format(charset="gbk").encode("gbk"),
    "mhtml": lambda: ARCHIVE,
    "md": lambda: MARKDOWN.encode(),
    "csv": lambda: '岗位,"职责\n二"\n客服,接待'.encode("gbk"),
    "txt": lambda: HANT.encode("big5"),
}


def read_or_refused(data: bytes, name: str) -> bool:
    """Whether it was read; anything but a Source that keeps its promise or a refusal of ours fails the test."""
    try:
        source = read_bytes(data, name)
    except UnreadableDocument as refusal:
        assert refusal.message == SENTENCES[refusal.code]
        return False
    assert promise_holds(source)
    return True


@pytest.mark.parametrize("kind", SAMPLES)
def test_no_mutation_of_a_file_breaks_its_reader(kind: str) -> None:
    sample = SAMPLES[kind]()
    assert read_or_refused(sample, f"a.{kind}")
    random_source = random.Random(kind)  # noqa: S311 - the same mutations on every run are wanted
    read = sum(read_or_refused(mutated(sample, random_source), f"a.{kind}") for _ in range(MUTATIONS))
    assert read > 0, "mutations that no reader survives test nothing but the first check"


@pytest.mark.parametrize(("kind", "sample"), [("docx", WORD), ("xlsx", BOOK), ("ods", ODS_FILE)])
def test_no_damage_inside_a_sound_package_breaks_its_reader(kind: str, sample: bytes) -> None:
    random_source = random.Random(kind)  # noqa: S311 - as above
    for _ in range(MUTATIONS):
        read_or_refused(mutated_inside(sample, random_source), f"a.{kind}")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"<!--" + b"--><!--" * 500 + b"x", "a.txt"),
        (b"a:\n " * 1_000 + b"x", "a.txt"),
        (b"*a " * 20_000, "a.md"),
        (b"[" * 20_000 + b"](" * 20_000, "a.md"),
        (b"a|b\n|---" + b" " * 50_000 + b"x", "a.md"),
        (b"<a" * 20_000, "a.md"),
        (b"<!--" * 20_000, "a.md"),
        (b"<html><p>" + b" \n" * 50_000 + b"x", "a.html"),
        (b"{\\rtf1 " + b"{" * 190 + b"\\par x" * 5_000, "a.rtf"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_no_pattern_is_slow_on_what_was_made_to_slow_it(data: bytes, name: str) -> None:
    began = time.process_time()
    read_or_refused(data, name)
    assert time.process_time() - began < 2
