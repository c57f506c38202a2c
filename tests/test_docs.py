"""What documents list is what there is."""

import re
from pathlib import Path

import remit

HERE = Path(remit.__file__).parent
DOCS = HERE.parents[1] / "docs"


def hooks_in_code() -> set[str]:
    """Every list of functions that a room's hooks.py declares: "authority.hooks.step_opened"."""
    found = set()
    for file in (HERE / "kernel").glob("*/hooks.py"):
        for name in re.findall(r"^(\w+): list\[", file.read_text(encoding="utf-8"), re.MULTILINE):
            found.add(f"{file.parent.name}.hooks.{name}")
    return found


def test_every_hook_is_on_the_page_and_nothing_else() -> None:
    listed = set(re.findall(r"`(\w+\.hooks\.\w+)`", (DOCS / "hooks.md").read_text(encoding="utf-8")))
    assert listed == hooks_in_code()


def test_links_between_documents_lead_somewhere() -> None:
    root = DOCS.parent
    pages = [*root.glob("*.md"), *DOCS.rglob("*.md"), *HERE.rglob("*.md")]
    broken = []
    for page in pages:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(root)}: {target}")
    assert broken == []


def test_every_room_introduces_itself() -> None:
    rooms = [path.parent for path in (HERE / "kernel").glob("*/apps.py")]
    assert [room.name for room in rooms if not (room / "README.md").exists()] == []
    architecture = (DOCS.parent / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert [room.name for room in rooms if f"`kernel/{room.name}/`" not in architecture] == []
