"""The stylesheet of an installation is one file, and says what the many say."""

import re
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import find
from django.core.management import call_command

from remit.web.stylesheets import bundled


def test_imports_keep_their_layer_and_medium() -> None:
    entry = '@layer base, print;\n@import "a.css" layer(base);\n@import "b/c.css" layer(print) print;\n'
    texts = {"a.css": "a {}", "b/c.css": "c {}"}
    assert bundled(entry, texts.__getitem__) == (
        "@layer base, print;\n@layer base {\na {}\n}\n@media print {\n@layer print {\nc {}\n}\n}\n"
    )


def test_a_browser_asks_for_one_stylesheet(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "remit.web.stylesheets.StaticFiles"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    [sheet] = [path for path in (tmp_path / "css").glob("app.*.css") if path.name != "app.css"]
    text = sheet.read_text()
    assert "@import" not in text
    entry = Path(str(find("css/app.css"))).read_text()
    imported = re.findall(r'@import "([\w./-]+)"', entry)
    assert len(imported) > 20
    for name in imported:
        assert Path(str(find(f"css/{name}"))).read_text() in text
