"""Who may import whom, and who may write whose tables. Also catches imports inside functions, where they like to hide.

The rooms stand in a row; a room imports only rooms before it. What is in a room's web/, api.py, management/ and tests/
belongs to the outermost ring, as do the shells (remit.web, remit.api, remit.cli …): it may import every room, and no room
imports it. A room is entered through its public modules only.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src"

ROOMS = (
    *("audit", "accounts", "organization", "authority", "documents", "charters", "parties", "work", "procedures"),
    *(
        "agreements",
        "ledger",
        "billing",
        "payments",
        "dunning",
        "credit",
        "treasury",
        "spending",
        "scorecards",
        "packs",
    ),
)
# The industries' packs (remit.packs.*) stand last: they may compute with any room, and no room knows an industry.
ROW = ("lib", *ROOMS, "industry")
# apps.py wires a room up when the program starts, so it knows both sides.
OUTERMOST = {"web", "api", "management", "tests", "apps"}
PUBLIC = {"actions", "queries", "access", "errors", "models", "hooks", "events", "registry", "facts", "rulebook"}
# Faces beside those: `actor`, who does it, the argument of every action; `proofs` of identity; `structure`, the organization on one
# day as plain data; `spec`, how a grant is written; `gate`, where every action goes through; `loading`, the rulebook of now;
# `decisions` and `explain`, what it answers; `granting`, what charters write; `separation` of duties; `rendering`, papers;
# `importing`, documents to charters, a feature of its own; `format`, how a charter is written; `whatif` and `reading`, questions with a
# page of their own each; `bulk`, rows through the gate, or one act on many cases; `statements`, texts of SQL that others compose; `moving`, what a newer version would change; `requests` and `approvals`, who decides next and what is overdue; `calendars`, each company's working time; `terms`, working time as approvals see it; `segments`, sets of customers by name; `fields`, which packs add to their file; `privacy`, whether they may be reached; `routines`, what the charters ask for; `missing`, which summaries nobody sent; `sealing`, secrets at rest; `mailbox`, mails to cases; `public`, what customers do by themselves; `notices`, telling people, and `texts`, in each one's language; `wording`, how a charter is worded; `plans`, which cases are opened by themselves; `posting`, entering in the books, and `periods`, their months, and `verifying`, what `remit verify` asks of them; `settling`, what makes a charge less open, and `late_fees`; `receiving`, money that comes in, and `banking`, with the bank;
# `middleware`, by which the API ends a session as the pages do; `catalogue`, what somebody may do; `storage`, for backups; `loader` and `demo`, for the command line.
ALSO_PUBLIC = {
    "audit": {"statements"},
    "accounts": {"actor", "proofs", "passwords", "middleware", "sealing"},
    "organization": {"structure", "importing", "rules"},
    "authority": {
        "spec",
        "gate",
        "bulk",
        "loading",
        "decisions",
        "explain",
        "granting",
        "separation",
        "requests",
        "approvals",
        "whatif",
        "reading",
        "catalogue",
        "records",
        "terms",
    },
    "documents": {"rendering", "storage"},
    "charters": {"importing", "format", "wording"},
    "parties": {"importing", "segments", "fields", "privacy"},
    "work": {"statements", "calendars", "routines", "missing", "notices", "texts"},
    "procedures": {
        "photos",
        "bulk",
        "moving",
        "checking",
        "compiled",
        "format",
        "opening",
        "plans",
        "mailbox",
        "public",
        "standing",
    },
    "ledger": {"posting", "periods", "verifying"},
    "billing": {"access_meters", "run", "settling", "late_fees"},
    "payments": {"receiving", "banking"},
    "packs": {"loader", "demo"},
}
# Run before the settings are read, so neither Django nor anything that needs it.
BEFORE_DJANGO = {"lib": {"lib"}, "embedded": {"embedded"}, "serving": {"serving", "embedded"}}
WRITES = {"create", "bulk_create", "get_or_create", "update_or_create", "update", "bulk_update", "delete"}


def place(module: str) -> tuple[str | None, str]:
    """The room that a module of ours lies in (None: a shell), and which part of it: ("work", "web") for its pages."""
    parts = [*module.split("."), "", "", ""]
    if parts[1] == "lib":
        return "lib", parts[2]
    if parts[1] == "kernel" and parts[2] in ROOMS:
        return parts[2], parts[3]
    return ("industry", parts[3]) if parts[1] == "packs" else (None, parts[1])


def is_outermost(module: str) -> bool:
    room, part = place(module)
    return room is None or (room != "lib" and part in OUTERMOST)


def imports(module: str, tree: ast.Module, is_package: bool) -> Iterator[tuple[int, str, str]]:
    """Line, the module that is imported, and the name it has here; `from a import b` is a.b if that is a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, alias.asname or alias.name
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                here = module.split(".")[: None if is_package and node.level == 1 else is_package - node.level]
                base = ".".join([*here, *filter(None, [node.module])])
            for alias in node.names:
                below = SOURCE.joinpath(*base.split("."), alias.name)
                found = f"{base}.{alias.name}" if below.is_dir() or below.with_suffix(".py").exists() else base
                yield node.lineno, found, alias.asname or alias.name


def objection(importer: str, imported: str) -> str | None:
    """Why `importer` may not import `imported`; None if it may."""
    (room, part), (other, other_part) = place(importer), place(imported)
    early = BEFORE_DJANGO.get(importer.split(".")[1])
    if early and (
        imported.startswith("django") or (imported.startswith("remit.") and imported.split(".")[1] not in early)
    ):
        return "must do without Django and what needs it"
    if not imported.startswith("remit.") or room == other or part in {"tests", "migrations"}:
        if room == other and room and not is_outermost(importer) and is_outermost(imported):
            return "a room's inner modules know nothing of its pages"
        return None
    if not is_outermost(importer):
        if is_outermost(imported):
            return "no room imports the outermost ring"
        if room and other and ROW.index(room) < ROW.index(other):
            return f"{other} stands after {room}; declare a hook and let {other} register with it"
    shell = room is None
    allowed = PUBLIC | ALSO_PUBLIC.get(other or "", set()) | ({"web", "api"} if shell else set())
    if other in ROOMS and other_part and other_part not in allowed:
        return f"{other_part} is private to {other}; enter by {', '.join(sorted(PUBLIC))}"
    return None


def foreign_writes(module: str, tree: ast.Module, models: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Calls such as `Item.objects.filter(…).update(…)` on a model of another room."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            root: ast.expr = node.func
            through_objects = False
            while isinstance(root, ast.Attribute | ast.Call):
                through_objects |= isinstance(root, ast.Attribute) and root.attr == "objects"
                root = root.value if isinstance(root, ast.Attribute) else root.func
            owner = models.get(root.id) if isinstance(root, ast.Name) and through_objects else None
            if owner and owner != place(module)[0]:
                yield node.lineno, f"writes a table of {owner}; call one of its actions"


def objections(module: str, source: str, *, is_package: bool = False) -> list[str]:
    tree = ast.parse(source)
    found, models = [], {}
    for line, imported, name in imports(module, tree, is_package):
        if reason := objection(module, imported):
            found.append(f"{module}:{line} imports {imported}: {reason}")
        room, part = place(imported) if imported.startswith("remit.") else (None, "")
        if room and part == "models":
            models[name] = room
    if place(module)[1] not in {"tests", "migrations"}:
        found += [f"{module}:{line} {reason}" for line, reason in foreign_writes(module, tree, models)]
    return list(dict.fromkeys(found))  # three names from one module are one objection


def test_every_module_keeps_to_its_place() -> None:
    found = []
    for path in sorted((SOURCE / "remit").rglob("*.py")):
        names = path.relative_to(SOURCE).with_suffix("").parts
        is_package = names[-1] == "__init__"
        module = ".".join(names[:-1] if is_package else names)
        if module != "remit":
            found += objections(module, path.read_text(encoding="utf-8"), is_package=is_package)
    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("remit.kernel.work.actions", "from remit.kernel.authority.registry import action"),
        ("remit.kernel.audit.web.views", "from remit.kernel.work import queries"),
        ("remit.kernel.audit.api", "from remit.kernel.work.queries import todays_items"),
        ("remit.kernel.audit.tests.test_seal", "from remit.kernel.work.sweeping import sweep"),
        ("remit.kernel.work.queries", "from .models import Item"),
        ("remit.kernel.work.actions", "from remit.kernel.work.models import Item\nItem.objects.create()"),
        (
            "remit.kernel.work.queries",
            "from remit.kernel.audit.models import Event\nEvent.objects.filter(kind='x').count()",
        ),
        (
            "remit.kernel.work.queries",
            "from remit.kernel.audit.models import Event\nchanged = {}\nchanged.update(a=Event)",
        ),
        ("remit.packs.bank.actions", "from remit.kernel.charters import queries"),
        ("remit.urls", "import remit.kernel.work.web.urls"),
        ("remit.serving.service", "from remit.embedded import EmbeddedPostgres"),
        ("remit.lib.amounts", "from remit.lib.limits import Limit"),
    ],
)
def test_what_is_allowed(module: str, source: str) -> None:
    assert objections(module, source) == []


@pytest.mark.parametrize(
    ("module", "source", "reason"),
    [
        ("remit.kernel.audit.actions", "from remit.kernel.work.models import Item", "declare a hook"),
        ("remit.kernel.audit.actions", "def late():\n    from remit.kernel import work", "declare a hook"),
        ("remit.kernel.audit.actions", "from ..work import models", "declare a hook"),
        ("remit.kernel.packs.actions", "import remit.packs.bank.actions", "declare a hook"),
        ("remit.kernel.work.actions", "from remit.web import navigation", "outermost ring"),
        ("remit.kernel.work.actions", "from remit.kernel.audit.web import views", "outermost ring"),
        ("remit.kernel.work.actions", "from remit.kernel.work.web.forms import ItemForm", "know nothing of its pages"),
        ("remit.kernel.work.actions", "from remit.kernel.authority.reference import Reference", "reference is private"),
        ("remit.kernel.work.web.views", "from remit.kernel.authority import reference", "reference is private"),
        ("remit.cli.main", "from remit.kernel.authority.reference import Reference", "reference is private"),
        ("remit.kernel.work.web.views", "from remit.kernel.parties.web.forms import PartyForm", "web is private"),
        ("remit.lib.amounts", "from django.db import models", "without Django"),
        ("remit.lib.amounts", "from remit.kernel.audit import events", "without Django"),
        ("remit.embedded.postgres", "from django.conf import settings", "without Django"),
        ("remit.embedded.postgres", "import remit.serving", "without Django"),
        (
            "remit.kernel.work.actions",
            "from remit.kernel.audit.models import Event\nEvent.objects.filter(kind='x').update(kind='y')",
            "writes a table of audit",
        ),
        (
            "remit.kernel.work.web.views",
            "from remit.kernel.work.models import Item\nfrom remit.kernel.audit.models import Event as E\nE.objects.create()",
            "writes a table of audit",
        ),
    ],
)
def test_what_is_not(module: str, source: str, reason: str) -> None:
    found = objections(module, source)
    assert len(found) == 1
    assert reason in found[0]
