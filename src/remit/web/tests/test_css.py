"""CSS forgives in silence; these don't. See house rules 18 and 30."""

import fnmatch
import re
from pathlib import Path

import pytest

from remit.web.tests.stylesheets import (
    COTTON,
    CSS,
    PACKAGE,
    STATIC,
    declared_classes,
    scripts,
    selectors,
    sheets,
    templates,
    text_of,
    used_classes,
    without_comments,
)

# Classes that no template and no script of ours writes: {name: who does}.
WRITTEN_ELSEWHERE = {"htmx-request": "htmx", "icon": "{% icon %}", "icon--small": "{% icon %}"}


def test_every_variable_is_declared_or_has_a_fallback() -> None:
    css = "\n".join(without_comments(text_of(path)) for path in sheets())
    declared = set(re.findall(r"(?<![\w-])(--[\w-]+)\s*:", css))
    wanted = {name for name, rest in re.findall(r"var\(\s*(--[\w-]+)\s*([,)])", css) if rest == ")"}
    assert sorted(wanted - declared) == []


def test_every_class_in_a_template_has_a_style() -> None:
    known = declared_classes()
    unknown = [
        f"{path.name}: {name}"
        for path in templates()
        for name in sorted(used_classes(text_of(path)))
        if not fnmatch.filter(known, name)
    ]
    assert unknown == []


def drawings() -> list[Path]:
    """Programs that write SVG with classes of ours."""
    return [path for path in (PACKAGE / "kernel").rglob("*.py") if '<svg class="' in text_of(path)]


def test_every_style_of_a_component_is_used() -> None:
    patterns = {name for path in templates() for name in used_classes(text_of(path))}
    written = "\n".join(text_of(path) for path in (*scripts(), *drawings()))
    components = {
        name
        for path in (CSS / "components").glob("*.css")
        for head in selectors(text_of(path))
        for name in re.findall(r"\.([a-z][\w-]*)", re.sub(r'"[^"]*"', "", head))
    }
    dead = [
        name
        for name in sorted(components - WRITTEN_ELSEWHERE.keys())
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns if pattern != "*") and name not in written
    ]
    assert dead == []


def test_no_selector_names_an_id() -> None:
    ids = [
        f"{path.name}: {head}" for path in sheets() for head in selectors(text_of(path)) if re.search(r"#[a-z]", head)
    ]
    assert ids == []


def test_only_utilities_insist() -> None:
    loud = [path.name for path in sheets() if "!important" in without_comments(text_of(path))]
    assert set(loud) <= {"utilities.css", "print.css"}


def test_every_sheet_is_imported_once_into_its_layer() -> None:
    index = text_of(CSS / "app.css")
    layers = re.search(r"@layer ([^;]+);", index)
    assert layers is not None
    imports = re.findall(r'@import "([^"]+)" layer\((\w+)\)', index)
    assert sorted(name for name, _layer in imports) == sorted(
        str(path.relative_to(CSS)) for path in CSS.rglob("*.css") if path.name != "app.css"
    )
    assert {layer for _name, layer in imports} <= {name.strip() for name in layers[1].split(",")}


def test_only_named_tokens_leave_the_token_file() -> None:
    """A raw colour does not know day from night."""
    raw_names = re.findall(r"(--[\w-]+):\s*#", text_of(CSS / "tokens.css"))
    raw = re.compile("|".join([r"#[0-9a-f]{3,8}\b", *(rf"var\({name}\)" for name in raw_names)]))
    others = [path for path in sheets() if path.name != "tokens.css"]
    used = [f"{path.name}: {found}" for path in others for found in raw.findall(without_comments(text_of(path)))]
    assert used == []


def test_heights_above_the_page_are_named() -> None:
    bare = [path.name for path in sheets() if re.search(r"z-index:\s*\d", text_of(path))]
    assert bare == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_a_template_holds_no_style_and_no_script(path: Path) -> None:
    """The content policy would refuse them in the browser, where nobody reads the refusal."""
    html = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", text_of(path), flags=re.DOTALL)
    assert not re.search(r"<style|\sstyle=", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)(?![^>]*application/json)", html)
    assert not re.search(r"\s(on[a-z]+|hx-on[\w:-]*)=", html)


def test_every_icon_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', text_of(STATIC / "img" / "icons.svg")))
    asked = {name for path in templates() for name in re.findall(r'\{% icon "([\w-]+)"', text_of(path))}
    asked |= {name for path in templates() for name in re.findall(r'<c-[\w-]+[^>]* icon="([\w-]+)"', text_of(path))}
    assert sorted(asked - drawn) == []


@pytest.mark.parametrize("path", sorted(COTTON.glob("*.html")), ids=lambda path: path.stem)
def test_a_component_reads_only_what_it_declares(path: Path) -> None:
    """Components see the page's variables: an undeclared `title` would be the page's, in a button that was given none."""
    source = text_of(path)
    head = re.search(r"<c-vars(.*?)/>", source, flags=re.DOTALL)
    declared = set(re.findall(r"([\w]+)=", head[1])) if head else set()
    body = source[head.end() :] if head else source
    expressions = re.findall(r"\{\{\s*([\w.]+)", body)
    for tag in re.findall(r"\{%\s*(?:if|elif|icon|with)\s+(.*?)%\}", body):
        expressions += re.findall(r"(?<![\"\w.])([a-z_]\w*)", re.sub(r'"[^"]*"', "", tag))
    expressions += re.findall(r'\s:\w+="(\w+)"', body)
    local = set(re.findall(r"\{% with (\w+)=", body))
    words = {"and", "or", "not", "in", "default", "attrs", "slot", "is", "strip", "as"}
    read = {name.split(".")[0] for name in expressions}
    assert sorted(read - declared - local - words) == []
