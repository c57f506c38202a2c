"""The glossary names every thing in both languages, and points at what is there."""

import re
from importlib import import_module
from pathlib import Path

from django.apps import apps

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "glossary.md").read_text(encoding="utf-8")
CURRENT, RETIRED = TEXT.split("## Retired words")
# Counters, choices and history that nobody talks about.
UNSPOKEN = {"UnitSpell", "PositionSpell", "CharterPosition", "DraftItem", "AuthorityState", "MatterNumber", "RequestNumber",
            "LoginEvent", "AccountPolicy", "StoredFile", "PartyNumber", "PartyTag", "TransferLine", "ImportedParty", "AllocationLine",
            "ColumnMapping", "Upload",
            "AgreementNumber", "AgreementLine", "WorkStep", "WorkFile", "RoutineDay", "TaskNote", "CaseNumber", "PublicTouch", "EntryNumber", "BillNumber", "ReceiptNumber", "DebitNumber", "VolumeNumber", "ClaimNumber"}  # fmt: skip


def rows(text: str) -> list[list[str]]:
    lines = [
        line
        for line in text.splitlines()
        if line.startswith("| ") and not line.startswith(("| --- ", "| 中文 ", "| 不再用 "))
    ]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_row_has_both_words_and_says_what_it_is() -> None:
    assert len(rows(CURRENT)) > 30
    for row in rows(CURRENT):
        chinese, english, place, meaning = row
        assert re.search(r"[\u4e00-\u9fff]", chinese) or chinese == "KPI", row
        assert re.search(r"[A-Za-z]", english) and not re.search(r"[\u4e00-\u9fff]", english), row
        assert place.startswith("`") and len(meaning) > 15, row


def test_every_place_exists() -> None:
    for _chinese, _english, place, _meaning in rows(CURRENT):
        room, *path = place.strip("`").split(".")
        if len(path) == 1:
            apps.get_model(room, path[0])
        else:
            assert hasattr(import_module(f"remit.kernel.{room}.{path[0]}"), path[1]), place


def test_every_model_of_the_kernel_has_its_word() -> None:
    named = {place.strip("`") for _chinese, _english, place, _meaning in rows(CURRENT)}
    ours = [model for model in apps.get_models() if model.__module__.startswith("remit.kernel.")]
    missing = [
        m._meta.label for m in ours if f"{m._meta.app_label}.{m.__name__}" not in named and m.__name__ not in UNSPOKEN
    ]
    assert missing == [], "say in docs/glossary.md what these are called"


def test_one_word_one_thing() -> None:
    english = [row[1] for row in rows(CURRENT)]
    assert len(english) == len(set(english))
    retired = [row[1] for row in rows(RETIRED)]
    assert retired and not set(retired) & set(english), "a retired word is in use"
    assert all(len(row) == 3 and all(row) for row in rows(RETIRED))
