"""Papers as PDF, set by typst in this process, with our own fonts only: the same page on every machine.

Data enter as JSON and never as source, so nothing that a person typed is read as markup.
"""

import importlib.util
import json
import struct
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import gettext as _

from remit.kernel.documents.errors import BadPaperData

# A charter has 20 kB, a matrix of 200 positions × 100 actions 2 MB; more is a mistake and would hold the process for long.
DATA_BYTES_MAX: Final = 4_000_000
IMAGE_BYTES_MAX: Final = 1_000_000
IMAGE_SIDE_MAX: Final = 4000
TEMPLATES: Final = files("remit.kernel.documents") / "templates"


def render(template: str, data: Mapping[str, Any], *, images: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of a template ("charter") filled with `data`, which must be JSON; `images` are PNGs that the data name.

    The same input gives the same bytes. Raises BadPaperData: too much data, a broken picture, or a name that the template
    wants and the data don't have (the template's own error is in the sentence).
    """
    encoded = json.dumps(data, ensure_ascii=False)
    if len(encoded.encode()) > DATA_BYTES_MAX:
        raise BadPaperData(_("There is too much for one paper. Choose less, for instance one department."))
    if f"{template}.typ" not in sources():
        raise BadPaperData(_("There is no template “%(name)s”.") % {"name": template})
    bundle = {"main.typ": f'#include "{template}.typ"'.encode(), **sources()}
    # Files beside the source must be text, so pictures travel as numbers (a signature has some 20 000).
    pictures = json.dumps({name: list(_checked_png(name, png)) for name, png in (images or {}).items()})
    inputs = {"data": encoded, "images": pictures}
    try:
        paper: bytes = typst.compile(  # type: ignore[call-overload]  # its stub leaves out several sources in a dict
            bundle, font_paths=fonts(), ignore_system_fonts=True, sys_inputs=inputs
        )
    except typst.TypstError as error:
        raise BadPaperData(
            _("The paper “%(name)s” can't be set: %(why)s") % {"name": template, "why": error}
        ) from error
    return paper


@cache
def sources() -> dict[str, bytes]:
    """The templates that come with the product, by file name."""
    return {entry.name: entry.read_bytes() for entry in TEMPLATES.iterdir() if entry.name.endswith(".typ")}


@cache
def fonts() -> typst.Fonts:
    """Noto Sans CJK out of its wheel, read once a process. No system font: they hide missing characters on one machine
    and draw Japanese forms on the next."""
    spec = importlib.util.find_spec("manimgx_fonts_cjk")
    if spec is None or spec.origin is None:
        raise RuntimeError("The fonts are missing: install manimgx-fonts-cjk (make setup does).")
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(spec.origin).parent])


def _checked_png(name: str, png: bytes) -> bytes:
    """A picture by its header: size and sides, before anybody unpacks it."""
    is_png = len(png) > 33 and png[:8] == b"\x89PNG\r\n\x1a\n" and png[12:16] == b"IHDR"
    width, height = struct.unpack(">II", png[16:24]) if is_png else (0, 0)
    if not is_png or len(png) > IMAGE_BYTES_MAX or not (0 < width <= IMAGE_SIDE_MAX and 0 < height <= IMAGE_SIDE_MAX):
        raise BadPaperData(
            _("The picture %(name)s must be a PNG of at most 1 MB and %(side)d pixels a side.")
            % {"name": name, "side": IMAGE_SIDE_MAX}
        )
    return png
