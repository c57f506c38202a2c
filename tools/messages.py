#!/usr/bin/env python3
"""Collect the words to translate, and write in traditional characters what stands in simplified ones.

    tools/messages.py            needs xgettext (apt install gettext): for developers only

Message ids are English. zh_Hans is written by people. zh_Hant is made from it (Taiwan wording), except lines with the comment
"# by hand", which are left alone. src/remit/web/tests/test_catalogues.py holds both complete and in step.
"""

import io
import os
import subprocess
import sys
from pathlib import Path

import opencc
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "remit"
LOCALE = PACKAGE / "locale"
BY_HAND = "by hand"
HEADER = r"""# Words of Remit. tools/messages.py collects them; people translate zh_Hans.
msgid ""
msgstr ""
"Language: {locale}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""


def main() -> int:
    environment = {**os.environ, "REMIT_ENV": "development", "DJANGO_SETTINGS_MODULE": "remit.settings"}
    command = [
        sys.executable,
        "-m",
        "django",
        "makemessages",
        "--locale=zh_Hans",
        "--locale=zh_Hant",
        "--add-location=file",
    ]
    command += ["--no-wrap", "--no-obsolete", "--ignore=tests/*", "--ignore=static/*"]
    done = subprocess.run(command, cwd=PACKAGE, env=environment, check=False)  # noqa: S603 - our own words only
    if done.returncode:
        return done.returncode
    simplified = _read("zh_Hans")
    traditional = _read("zh_Hant")
    for message in (*simplified, *traditional):  # what gettext notes of the words that it guessed from
        message.user_comments = [comment for comment in message.user_comments if not comment.startswith("|")]
    for message in simplified:
        if (
            message.id and message.fuzzy
        ):  # a guess by likeness: worse than nothing, it reads as if somebody had meant it
            message.string = "" if isinstance(message.id, str) else ("",)
            message.flags.discard("fuzzy")
    changed = fill(traditional, simplified)
    _write("zh_Hans", simplified)
    _write("zh_Hant", traditional)
    empty = [message.id for message in simplified if message.id and not _is_translated(message.string)]
    print(f"{len(simplified)} messages, {changed} changed in traditional, {len(empty)} without Chinese")
    for message_id in empty:
        print(f"  {message_id!r}")
    return 0


def fill(traditional: Catalog, simplified: Catalog) -> int:
    """Writes each line of `traditional` that nobody marked as his own; returns how many changed."""
    convert = opencc.OpenCC("s2twp").convert
    changed = 0
    for message in traditional:
        source = simplified.get(message.id, message.context) if message.id else None
        if source is None or source.string is None or BY_HAND in message.user_comments:
            continue
        text = source.string
        made = convert(text) if isinstance(text, str) else tuple(convert(part) for part in text)
        changed += made != message.string
        message.string = made
        message.flags.discard("fuzzy")
    return changed


def _is_translated(text: str | tuple[str, ...] | list[str] | None) -> bool:
    return bool(text) if isinstance(text, str) else bool(text) and all(text or ())


def _path(locale: str) -> Path:
    return LOCALE / locale / "LC_MESSAGES" / "django.po"


def _read(locale: str) -> Catalog:
    with _path(locale).open("rb") as file:
        return read_po(file, locale=locale)


def _write(locale: str, catalogue: Catalog) -> None:
    """In a fixed order, without line numbers, dates or names, so that two branches rarely touch the same lines."""
    body = io.BytesIO()
    write_po(body, catalogue, width=0, sort_output=True, include_lineno=False, omit_header=True)
    _path(locale).write_bytes(HEADER.format(locale=locale).encode() + body.getvalue())


if __name__ == "__main__":
    sys.exit(main())
