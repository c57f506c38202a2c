"""Static files of an installation: named by their content, compressed, and the stylesheet in one piece.

While it is written the stylesheet is many small files that one imports; a browser would ask for each of them.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

ENTRY: Final = "css/app.css"
_IMPORT: Final = re.compile(
    r'^@import "(?P<file>[\w./-]+)" layer\((?P<layer>\w+)\)(?: (?P<media>\w+))?;$', re.MULTILINE
)


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        if ENTRY in paths and not dry_run:
            storage, path = paths[ENTRY]
            with storage.open(path) as file:
                bundle = bundled(file.read().decode(), self._text_beside)
            self.delete(ENTRY)
            self.save(ENTRY, ContentFile(bundle.encode()))
            paths = {**paths, ENTRY: (self, ENTRY)}
        yield from super().post_process(paths, dry_run, **options)

    def _text_beside(self, name: str) -> str:
        with self.open(f"{ENTRY.rpartition('/')[0]}/{name}") as file:
            return str(file.read().decode())


def bundled(entry: str, text_of: Callable[[str], str]) -> str:
    """The stylesheet with what it imports in place of each import, in the same layer and for the same medium."""

    def put_in(found: re.Match[str]) -> str:
        layer = f"@layer {found['layer']} {{\n{text_of(found['file'])}\n}}"
        return f"@media {found['media']} {{\n{layer}\n}}" if found["media"] else layer

    return _IMPORT.sub(put_in, entry)
