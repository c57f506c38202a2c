"""What can't be read is refused at once, each kind with its own code and a sentence that says what to do."""

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from remit.kernel.charters.importing.readers import limits, read_bytes, read_path
from remit.kernel.charters.importing.readers.refusals import SENTENCES
from remit.kernel.charters.importing.readers.sniffing import OLE
from remit.kernel.charters.importing.source import UnreadableDocument
from remit.kernel.charters.tests.importing.packages import TYPES, docx_of, p, pdf_of, texts, zipped


def code_of(data: bytes, name: str = "岗位.docx") -> str:
    with pytest.raises(UnreadableDocument) as refusal:
        read_bytes(data, name)
    assert refusal.value.message == SENTENCES[refusal.value.code]
    return refusal.value.code


def compound(stream: str) -> bytes:
    return OLE + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 600


def encrypted_zip() -> bytes:
    """Only the flag is set: that is what is looked at before anything is unpacked."""
    data = bytearray(zipped({"[Content_Types].xml": TYPES, "word/document.xml": "x"}))
    for at in (match.start() for match in re.finditer(rb"PK\x01\x02", bytes(data))):
        data[at + 8] |= 1
    return bytes(data)


def locked_pdf() -> bytes:
    """The smallest PDF that asks for a password: revision 2 of the standard handler, with a wrong user key."""
    filler = "00" * 32
    body = (
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
        f"3 0 obj<</Filter/Standard/V 1/R 2/P -4/O<{filler}>/U<{filler}>>>endobj\n"
        "trailer<</Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]/Size 4>>\n%%EOF"
    )
    return body.encode("ascii")


def scanned_pdf() -> bytes:
    """One page with nothing but a picture on it."""
    pixel = zlib.compress(b"\xff\xff\xff")
    content = b"q 500 0 0 700 40 40 cm /I Do Q"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode"
        b"/Length %d>>stream\n%s\nendstream" % (len(pixel), pixel),
    ]
    body = b"%PDF-1.4\n" + b"".join(b"%d 0 obj%s endobj\n" % (number, part) for number, part in enumerate(objects, 1))
    return body + b"trailer<</Root 1 0 R/Size 6>>\n%%EOF"


@pytest.mark.parametrize(
    ("code", "data"),
    [
        ("empty", b""),
        ("no_text", b" \n\t\n "),
        ("no_text", docx_of(p(""))),
        ("no_text", b"<html><body><script>x</script></body></html>"),
        ("image", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        ("image", b"\xff\xd8\xff\xe0" + b"\0" * 50),
        ("image", b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 50),
        ("executable", b"MZ\x90\0" + b"\0" * 100),
        ("executable", b"\x7fELF\x02\x01\x01" + b"\0" * 100),
        ("archive", b"Rar!\x1a\x07\x01\0" + b"\0" * 50),
        ("archive", b"\x1f\x8b\x08\0" + b"\0" * 50),
        ("archive", zipped({"岗位.docx": "x"})),
        ("slides", zipped({"[Content_Types].xml": TYPES, "ppt/presentation.xml": "x"})),
        ("slides", compound("PowerPoint Document")),
        ("ofd", zipped({"OFD.xml": "x"})),
        ("open_document", zipped({"mimetype": "application/vnd.oasis.opendocument.text"})),
        ("not_text", compound("SomethingElse")),
        ("not_text", bytes(range(256)) * 20),
        ("damaged", b"PK\x03\x04 and no more"),
        ("damaged", b"%PDF-1.7 and no more"),
        ("damaged", compound("WordDocument")),
        ("damaged", compound("Workbook")),
        ("damaged", zipped({"[Content_Types].xml": TYPES, "word/document.xml": "<w:document"})),
        ("encrypted", compound("EncryptedPackage")),
        ("encrypted", encrypted_zip()),
        ("encrypted", locked_pdf()),
        ("scan", scanned_pdf()),
        ("zip_paths", zipped({"[Content_Types].xml": TYPES, "word/../../x": "y"})),
        ("zip_paths", zipped({"[Content_Types].xml": TYPES, "/word/x": "y"})),
        ("zip_paths", zipped({"[Content_Types].xml": TYPES, "word/" + "a/" * 30: "y"})),
        ("zip_bomb", zipped({"[Content_Types].xml": TYPES} | {f"word/{index}": "" for index in range(5_001)})),
        ("zip_bomb", zipped({"[Content_Types].xml": TYPES, "word/document.xml": b"\0" * 2_000_000})),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_each_kind_has_its_own_refusal(code: str, data: bytes) -> None:
    assert code_of(data) == code


def test_every_sentence_is_whole_and_says_what_to_do() -> None:
    assert len(set(SENTENCES.values())) == len(SENTENCES)
    for sentence in SENTENCES.values():
        assert sentence.endswith("。") and ("请" in sentence), sentence


def test_a_package_that_lies_about_its_sizes_gives_no_more_than_it_said() -> None:
    honest = zipped({"[Content_Types].xml": TYPES, "xl/workbook.xml": b"\0" * 900_000})
    lying = honest.replace(struct.pack("<I", 900_000), struct.pack("<I", 900))
    assert code_of(lying, "a.xlsx") == "damaged"


def test_the_name_does_not_decide_what_a_file_is(tmp_path: Path) -> None:
    path = tmp_path / "岗位.pdf"
    path.write_bytes(docx_of(p("其实是 Word")))
    assert texts(read_path(path)) == ["其实是 Word"]
    assert texts(read_bytes(rb"{\rtf1 really rtf\par}", "岗位.doc")) == ["really rtf"]
    assert texts(read_bytes(pdf_of("Really a PDF."), "岗位.txt")) == ["Really a PDF."]
    assert texts(read_bytes("MZ 是一个缩写".encode(), "a.txt")) == ["MZ 是一个缩写"]


def test_a_path_is_weighed_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as file:
        file.truncate(limits.MAX_FILE_BYTES + 1)  # a hole: no byte of it is on the disk
    with pytest.raises(UnreadableDocument) as refusal:
        read_path(path)
    assert refusal.value.code == "too_large"


def test_text_without_end_is_refused() -> None:
    assert code_of(b"abc\n" * 1_300_000, "a.txt") == "too_long"
    cells = "\n".join(["," * 999] * 600)
    assert code_of(("x" + cells).encode(), "a.csv") == "too_long"


def test_a_directory_that_is_no_package_is_an_archive() -> None:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    assert code_of(out.getvalue()) == "archive"
