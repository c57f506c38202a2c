"""What the style sheets, templates and scripts say, as plain data for the tests beside this."""

import re
from collections.abc import Iterator
from pathlib import Path

import remit

PACKAGE = Path(remit.__file__).resolve().parent
STATIC = PACKAGE / "web" / "static"
CSS = STATIC / "css"
COTTON = PACKAGE / "web" / "templates" / "cotton"


def sheets() -> list[Path]:
    return sorted([*PACKAGE.rglob("static/**/*.css")])


def scripts() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("static/**/*.js") if "vendor" not in path.parts)


def templates() -> list[Path]:
    return sorted(PACKAGE.rglob("templates/**/*.html"))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def selectors(css: str) -> Iterator[str]:
    """Every selector list of a sheet, at-rules left out."""
    for head in re.findall(r"([^{};]+)\{", without_comments(css)):
        if not head.strip().startswith("@") and not re.fullmatch(r"\s*(from|to|[\d.]+%)\s*", head):
            yield head.strip()


def declared_classes() -> set[str]:
    """Classes that some selector names; what stands in a quoted attribute value is none."""
    heads = (head for path in sheets() for head in selectors(text_of(path)))
    return {name for head in heads for name in re.findall(r"\.([a-z][\w-]*)", re.sub(r'"[^"]*"', "", head))}


def used_classes(html: str) -> set[str]:
    """Classes in class="…", where {{ … }} becomes *; a tag of the template language separates."""
    found: set[str] = set()
    # Quotes inside {% … %} and {{ … }} would end the attribute too early for a simple pattern.
    plain = re.sub(r"\{%.*?%\}", " ", html, flags=re.DOTALL)
    plain = re.sub(r"\{\{.*?\}\}", "*", plain, flags=re.DOTALL)
    for value in re.findall(r'(?<![\w-])class="([^"]*)"', plain):
        found.update(value.split())
    return found
