"""The house's own documents, one of each kind, read by this process: the promise about offsets holds for all of them."""

import json
from pathlib import Path

import pytest

from remit.kernel.charters.importing.readers import read_path
from remit.kernel.charters.tests.importing.packages import grid, promise_holds, texts

CORPUS = Path(__file__).parents[6] / "tests" / "corpus"
DOCUMENTS = sorted(CORPUS / json.loads(label.read_bytes())["document"] for label in CORPUS.glob("*.gold.json"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_offset_cuts_its_words_out_of_the_text(path: Path) -> None:
    source = read_path(path)
    assert promise_holds(source)
    assert not source.warnings


def test_a_word_97_file_keeps_its_automatic_numbers_and_its_table() -> None:
    source = read_path(CORPUS / "factory_after_sales.doc")
    assert source.media_type == "application/msword"
    found = texts(source)
    assert found[0] == "恒力机床有限公司售后服务部岗位职责"
    assert source.blocks[0].kind == "heading"
    assert "二、驻厂服务工程师" in found
    assert "5. 完成部门经理安排的其他工作。" in found
    assert grid(source)[-1] == (3, 3, 1, 1, "≤5")


def test_a_form_with_merged_cells_keeps_label_and_numbered_duties_side_by_side() -> None:
    cells = {part[-1].split("\n")[0]: part for part in grid(read_path(CORPUS / "hotel_front_office.docx"))}
    assert cells["考核指标"][:4] == (5, 0, 5, 1)
    duties = cells["1. 主持前厅部每日班前会，通报当天的抵离店名单和重要客人。"]
    assert duties[:4] == (3, 1, 1, 3)
    assert [line[:2] for line in duties[-1].split("\n")] == ["1.", "2.", "3.", "4.", "5.", "6."]


def test_the_encodings_of_the_old_text_files_are_found() -> None:
    assert read_path(CORPUS / "logistics_service_centre.txt").encoding == "gb18030"
    assert read_path(CORPUS / "insurance_policyholders.txt").encoding == "big5hkscs"
    assert read_path(CORPUS / "property_portal.html").encoding == "gb18030"
