"""No word of the product is left untranslated, and the compiled catalogues follow the written ones."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import opencc
import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings

from remit.web.compile_catalogues import compile_catalogues

LOCALE = Path(settings.LOCALE_PATHS[0])
CHINESE = ("zh_Hans", "zh_Hant")


def catalogue(locale: str) -> Catalog:
    with (LOCALE / locale / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file, locale=locale)


def messages(locale: str) -> Iterator[tuple[str, Message, list[str]]]:
    """Source text, message, and its translations (one for each plural form)."""
    for message in catalogue(locale):
        if message.id:
            source = message.id if isinstance(message.id, str) else message.id[-1]
            yield source, message, [message.string] if isinstance(message.string, str) else list(message.string or ())


@pytest.mark.parametrize("locale", CHINESE)
def test_nothing_is_empty_or_uncertain(locale: str) -> None:
    open_ends = [source for source, message, texts in messages(locale) if message.fuzzy or not texts or not all(texts)]
    assert open_ends == []


@pytest.mark.parametrize("locale", CHINESE)
def test_every_blank_in_a_sentence_is_kept(locale: str) -> None:
    """A name that is missing in a translation is lost to the reader; an unknown one is a KeyError on the page."""
    blanks = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")

    def names(text: str) -> set[str]:
        return {one or other for one, other in blanks.findall(text)}

    wrong = [
        source
        for source, _message, texts in messages(locale)
        if any(text and names(text) != names(source) for text in texts)
    ]
    assert wrong == []


def test_traditional_follows_simplified() -> None:
    """Except where somebody wrote "# by hand" above a line; `tools/messages.py` makes the others."""
    convert = opencc.OpenCC("s2twp").convert
    simplified = {(message.context, source): texts for source, message, texts in messages("zh_Hans")}
    traditional = {
        (message.context, source): texts
        for source, message, texts in messages("zh_Hant")
        if "by hand" not in message.user_comments
    }
    late = [source for source, texts in traditional.items() if [convert(text) for text in simplified[source]] != texts]
    assert late == []
    assert traditional[None, "Settings"] == ["設定"]


def test_a_catalogue_is_compiled_when_it_is_newer(tmp_path: Path) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po", folder)
    assert compile_catalogues(tmp_path) == [folder / "django.mo"]
    assert compile_catalogues(tmp_path) == []
    assert [path.name for path in folder.iterdir() if ".new" in path.name] == []


def test_a_folder_that_cannot_be_written_is_no_disaster(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "zh_Hans" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po", folder)
    (folder / "django.mo").mkdir()  # cannot be replaced by a file, not even by root
    newer = (folder / "django.po").stat().st_mtime + 60
    os.utime(folder / "django.po", (newer, newer))
    assert compile_catalogues(tmp_path) == []
    assert "could not be compiled" in caplog.text
