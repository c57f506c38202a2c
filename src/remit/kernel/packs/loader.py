"""Read packs, check them (every fault at once, with file and line), and put their data in place."""

import difflib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel

import remit
from remit.kernel.authority.granting import declare_action, replace_separation_rules
from remit.kernel.authority.models import SeparationRule
from remit.kernel.authority.registry import CODED
from remit.kernel.authority.rulebook import matches
from remit.kernel.authority.spec import GrantSpec
from remit.kernel.charters.format import CharterSpec
from remit.kernel.packs.format import (
    ActionsFile,
    ActionSpec,
    FieldsFile,
    FieldSpec,
    PackPage,
    SeparationFile,
    SeparationSpec,
)
from remit.kernel.parties.fields import put_fields
from remit.kernel.procedures.checking import check
from remit.kernel.procedures.format import ProcedureSpec
from remit.kernel.procedures.plans import checking as plan_checking
from remit.kernel.procedures.plans.actions import put_plan
from remit.kernel.procedures.plans.format import PlanSpec
from remit.kernel.procedures.standing import put_procedure
from remit.lib.yaml_reader import BadYaml, Document, Fault, load, validate

SHIPPED: Final = Path(remit.__file__).parent / "packs"
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack as read. `charters` maps a file's name (without .yaml) to the charter."""

    folder: Path
    page: PackPage
    actions: tuple[ActionSpec, ...]
    separation: tuple[SeparationSpec, ...]
    charters: dict[str, CharterSpec]
    digest: str
    fields: tuple[FieldSpec, ...] = ()
    procedures: dict[str, ProcedureSpec] = field(default_factory=dict)
    plans: dict[str, PlanSpec] = field(default_factory=dict)
    documents: dict[str, Document] = field(
        default_factory=dict, repr=False
    )  # as read, by folder and name: where each thing stands


def list_packs(folder: Path = SHIPPED) -> list[Path]:
    """The folders that hold a pack, by name."""
    return sorted(path.parent for path in folder.glob("*/pack.yaml"))


def read_pack(folder: Path) -> Pack:
    """Raises BadYaml with every fault in every file of the pack. What stands on the disk as it did is not read again."""
    return _read(folder, _stamp(folder))


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Of every file that a reading depends on: the pack's own, and those of the packs beside it, which it may require."""
    packs = {folder, *(path.parent for path in folder.parent.glob("*/pack.yaml"))}
    files = [(path, path.stat()) for pack in packs for path in pack.rglob("*") if path.is_file()]
    return tuple(sorted((str(path), found.st_mtime_ns, found.st_size) for path, found in files))


@lru_cache(maxsize=16)
def _read(folder: Path, _stamp: tuple[tuple[str, int, int], ...]) -> Pack:
    faults: list[Fault] = []
    documents: dict[str, Document] = {}

    def read(model: type[M], path: Path) -> M | None:
        try:
            document = documents[_place(path)] = load(path.read_bytes(), str(path))
            return validate(model, document)
        except BadYaml as error:
            faults.extend(error.faults)
        except OSError as error:
            faults.append(Fault(str(path), 0, 0, "", f"读不到文件:{error.strerror}。", "行业包至少要有 pack.yaml。"))
        return None

    page = read(PackPage, folder / "pack.yaml")
    actions_path, separation_path = folder / "actions.yaml", folder / "separation.yaml"
    actions = read(ActionsFile, actions_path) if actions_path.exists() else None
    separation = read(SeparationFile, separation_path) if separation_path.exists() else None
    fields_path = folder / "fields.yaml"
    fields = read(FieldsFile, fields_path) if fields_path.exists() else None
    charters = {path.stem: read(CharterSpec, path) for path in sorted((folder / "charters").glob("*.yaml"))}
    procedures = {path: read(ProcedureSpec, path) for path in sorted((folder / "procedures").glob("*.yaml"))}
    plans = {path: read(PlanSpec, path) for path in sorted((folder / "plans").glob("*.yaml"))}
    if page is not None:
        faults.extend(_strays(folder))
    if faults or page is None:
        raise BadYaml(faults)
    pack = Pack(
        folder=folder,
        page=page,
        actions=actions.actions if actions else (),
        separation=separation.rules if separation else (),
        charters={name: spec for name, spec in charters.items() if spec is not None},
        digest=_digest(folder),
        fields=fields.fields if fields else (),
        procedures={path.stem: spec for path, spec in procedures.items() if spec is not None},
        plans={path.stem: spec for path, spec in plans.items() if spec is not None},
        documents=documents,
    )
    if misspoken := [*misspoken_grants(pack), *faulty_procedures(pack), *faulty_plans(pack)]:
        raise BadYaml(misspoken)
    return pack


KNOWN_FILES: Final = frozenset(
    {"pack.yaml", "actions.yaml", "separation.yaml", "fields.yaml", "README.md", "__init__.py"}
)
KNOWN_FOLDERS: Final = frozenset({"charters", "procedures", "plans", "example", "__pycache__"})


def _place(path: Path) -> str:
    """By what a file's document is found again: "charters/adviser"."""
    return f"{path.parent.name}/{path.stem}"


def _strays(folder: Path) -> Iterator[Fault]:
    """A file that nothing reads is a mistake: the author believes that it does something."""
    for path in sorted(folder.iterdir()):
        known = path.name in (KNOWN_FOLDERS if path.is_dir() else KNOWN_FILES)
        if not known and not path.name.startswith("."):
            yield Fault(
                str(path), 0, 0, "", "行业包里没有这种文件,系统不会读它。", f"可用:{'、'.join(sorted(KNOWN_FILES))}。"
            )


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(f"{path.relative_to(folder)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def misspoken_grants(pack: Pack) -> Iterator[Fault]:
    """Charters may speak only of actions that the pack, a pack that it requires, or the kernel declares, and of their facts.

    A limit on a misspelt fact would never be met, and nobody would notice.
    """
    known = {name: frozenset(action.facts) for name, action in CODED.items()} | _facts_of(pack.actions)
    for required in pack.page.requires:
        folder = pack.folder.parent / required
        if not (folder / "pack.yaml").exists():
            yield Fault(str(pack.folder / "pack.yaml"), 0, 0, "requires", f"找不到所需的行业包“{required}”。", "")
            continue
        known |= _facts_of(read_pack(folder).actions)
    for name, spec in pack.charters.items():
        for at, clause in enumerate(spec.authority):
            for nth, grant in enumerate(clause.grants):
                place = ("authority", at, "grants", nth)
                for key, message in _misspoken(grant, known):
                    document = pack.documents[f"charters/{name}"]
                    line, column = document.where((*place, key))
                    path = f"authority.{clause.id}.{key}"
                    yield Fault(document.file, line, column, path, message, _spoken_of(grant, known))


def faulty_procedures(pack: Pack) -> Iterator[Fault]:
    """Ways that lead nowhere, and actions that nobody declares or that a step does not give all their facts."""
    known = {name: {fact.name: fact.required for fact in action.facts.values()} for name, action in CODED.items()}
    packs = [pack, *(read_pack(folder) for folder in _required(pack))]
    known |= {
        action.name: {fact.name: fact.required for fact in action.facts} for one in packs for action in one.actions
    }
    for name, spec in pack.procedures.items():
        document = pack.documents[f"procedures/{name}"]
        yield from check(spec, document, known)
        yield from _misnamed(spec.id, name, document)


def faulty_plans(pack: Pack) -> Iterator[Fault]:
    """Plans for procedures that nobody brings, or whose intake they leave empty."""
    procedures = {
        name: spec
        for one in (*(read_pack(folder) for folder in _required(pack)), pack)
        for name, spec in one.procedures.items()
    }
    for name, spec in pack.plans.items():
        document = pack.documents[f"plans/{name}"]
        yield from plan_checking.check(spec, document, procedures)
        yield from _misnamed(spec.id, name, document)


def _misnamed(key: str, name: str, document: Document) -> Iterator[Fault]:
    if key != name:
        line, column = document.where(("id",))
        yield Fault(document.file, line, column, "id", f"文件名是 {name}.yaml,id 也要是“{name}”。", "")


def _required(pack: Pack) -> list[Path]:
    """The folders of the packs that it requires; one that is missing is told elsewhere."""
    folders = [pack.folder.parent / required for required in pack.page.requires]
    return [folder for folder in folders if (folder / "pack.yaml").exists()]


def _facts_of(actions: tuple[ActionSpec, ...]) -> dict[str, frozenset[str]]:
    return {action.name: frozenset(fact.name for fact in action.facts) for action in actions}


def _misspoken(grant: GrantSpec, known: dict[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """(which key of the grant, what is wrong with it)."""
    if grant.action.startswith("general."):
        return  # declared by the charter itself, once it is in force
    facts = [facts for name, facts in known.items() if matches(grant.action, name)]
    if not facts:
        yield "action", f"没有“{grant.action}”这个业务动作。"
        return
    wanted = [("limits", name) for name in grant.limits] + [("conditions", name) for name in grant.conditions]
    for window in grant.windows:
        wanted += [
            ("windows", name) for name in (window.per, window.fact if window.measure == "amount" else None) if name
        ]
    for obligation in grant.then:
        for performer in (obligation.report_to, obligation.finding_by, *obligation.countersigned_by):
            if performer and performer.startswith("fact:"):
                wanted.append(("then", performer.removeprefix("fact:")))
    for key, name in wanted:
        if not all(name in of_one for of_one in facts):
            yield key, f"“{grant.action}”没有“{name}”这项事实。"


def _spoken_of(grant: GrantSpec, known: dict[str, frozenset[str]]) -> str:
    """What may have been meant."""
    if grant.action in known:
        return f"可用:{'、'.join(sorted(known[grant.action]))}。"
    close = difflib.get_close_matches(grant.action, known, 1)
    return f"是不是 {close[0]}?" if close else ""


def check_pack(folder: Path) -> list[Fault]:
    """What is wrong with a pack; empty where nothing is."""
    try:
        read_pack(folder)
    except BadYaml as error:
        return list(error.faults)
    return []


def put_in_place(pack: Pack) -> dict[str, int]:
    """Declare the pack's actions and rules, in place of those of an earlier version. Returns how many of each.

    The caller holds the authority lock exclusively. Actions that the new version no longer has stay declared while a charter's
    grant or a past request speaks of them.
    """
    origin = f"pack:{pack.page.name}"
    for action in pack.actions:
        facts = [fact.as_row() for fact in action.facts]
        declare_action(action.name, labels=action.labels.by_language(), facts=facts, words=action.words, origin=origin)
    replace_separation_rules(
        origin,
        [
            SeparationRule(
                code=rule.code, name=rule.name, first=list(rule.first), second=list(rule.second), control=rule.control
            )
            for rule in pack.separation
        ],
    )
    put_fields(origin, [field.as_row() for field in pack.fields])
    for spec in pack.procedures.values():
        put_procedure(spec, origin)
    for plan in pack.plans.values():
        put_plan(plan, origin)
    return {
        "actions": len(pack.actions),
        "separation": len(pack.separation),
        "fields": len(pack.fields),
        "charters": len(pack.charters),
        "procedures": len(pack.procedures),
        "plans": len(pack.plans),
    }
