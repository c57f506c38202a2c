"""Fill Word templates that people upload. The template is somebody's file, so it may only show data: no calls, no
arithmetic that grows, no names that aren't there."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn

import jinja2
from django.utils.translation import gettext as _
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment
from lxml.etree import XMLSyntaxError

from remit.kernel.documents.errors import BadPaperData, BadTemplate
from remit.lib.archives import open_zip, unpacked_chunks

TEMPLATE_BYTES_MAX: Final = 10_000_000
DOCUMENT_BYTES_MAX: Final = 50_000_000
# What shows a value; what computes or repeats it is missing on purpose.
FILTERS: Final = ("default", "d", "e", "escape", "first", "last", "join", "length", "count", "trim", "upper", "lower")


class _ShowOnly(SandboxedEnvironment):
    """Names, loops, conditions, a few filters. Nothing can be called, and nothing can be multiplied into gigabytes."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=jinja2.StrictUndefined, loader=jinja2.DictLoader({}))
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS}

    def is_safe_callable(self, obj: Any) -> bool:
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> NoReturn:
        raise jinja2.exceptions.SecurityError(f"“{operator}” is not allowed")


def render(template: bytes | Path, data: Mapping[str, Any]) -> bytes:
    """The .docx template filled with `data` (text, lists, maps): `{{ customer.name }}`, `{%tr for row in rows %}`.

    Raises BadTemplate: no .docx, too large, macros, broken or forbidden tags. Raises BadPaperData: it names something that
    the data don't have.
    """
    raw = template.read_bytes() if isinstance(template, Path) else template
    _check(raw)
    try:
        document = DocxTemplate(io.BytesIO(raw))
        document.render(dict(data), jinja_env=_ShowOnly(), autoescape=True)
        written = io.BytesIO()
        document.save(written)
    except jinja2.UndefinedError as error:
        raise BadPaperData(_("The template asks for something that is not there: %(why)s") % {"why": error}) from error
    except jinja2.exceptions.SecurityError as error:
        raise BadTemplate(_("The template does what templates may not: %(why)s") % {"why": error}) from error
    except jinja2.TemplateError as error:
        raise BadTemplate(_("The template has a faulty tag: %(why)s") % {"why": error}) from error
    except (PackageNotFoundError, KeyError, XMLSyntaxError, ValueError) as error:
        raise BadTemplate(_("The template can't be read. Save it again as .docx in Word.")) from error
    if written.tell() > DOCUMENT_BYTES_MAX:
        raise BadPaperData(_("The document would be too large. Choose less data."))
    return written.getvalue()


def _check(raw: bytes) -> None:
    """Looks into the archive, and unpacks it once in pieces, before a parser gets it whole."""
    if len(raw) > TEMPLATE_BYTES_MAX:
        raise BadTemplate(_("The template is larger than %(n)d MB.") % {"n": TEMPLATE_BYTES_MAX // 10**6})
    try:
        with open_zip(raw) as archive:
            entries = archive.infolist()
            for entry in entries:
                for _chunk in unpacked_chunks(archive, entry):
                    pass
    except ValueError as error:
        raise BadTemplate(_("The template can't be read: %(why)s") % {"why": error}) from error
    if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
        raise BadTemplate(_("The template contains macros. Save it as .docx without them."))
