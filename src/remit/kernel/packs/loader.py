"""Read packs, check them (every fault at once, with file and line), and put their data in place."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel

import remit
from remit.kernel.authority.granting import declare_action, replace_separation_rules
from remit.kernel.authority.models import SeparationRule
from remit.kernel.authority.registry import CODED
from remit.kernel.authority.rulebook import matches
from remit.kernel.charters.format import CharterSpec
from remit.kernel.packs.format import ActionsFile, ActionSpec, PackPage, SeparationFile, SeparationSpec
from remit.lib.yaml_reader import BadYaml, Fault, load, validate

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


def list_packs(folder: Path = SHIPPED) -> list[Path]:
    """The folders that hold a pack, by name."""
    return sorted(path.parent for path in folder.glob("*/pack.yaml"))


def read_pack(folder: Path) -> Pack:
    """Raises BadYaml with every fault in every file of the pack."""
    faults: list[Fault] = []

    def read(model: type[M], path: Path) -> M | None:
        try:
            return validate(model, load(path.read_bytes(), str(path)))
        except BadYaml as error:
            faults.extend(error.faults)
        except OSError as error:
            faults.append(Fault(str(path), 0, 0, "", f"读不到文件:{error.strerror}。", "行业包至少要有 pack.yaml。"))
        return None

    page = read(PackPage, folder / "pack.yaml")
    actions_path, separation_path = folder / "actions.yaml", folder / "separation.yaml"
    actions = read(ActionsFile, actions_path) if actions_path.exists() else None
    separation = read(SeparationFile, separation_path) if separation_path.exists() else None
    charters = {path.stem: read(CharterSpec, path) for path in sorted((folder / "charters").glob("*.yaml"))}
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
    )
    if unknown := list(unknown_actions(pack)):
        raise BadYaml(unknown)
    return pack


KNOWN_FILES: Final = frozenset({"pack.yaml", "actions.yaml", "separation.yaml", "README.md", "__init__.py"})
KNOWN_FOLDERS: Final = frozenset({"charters", "example", "__pycache__"})


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


def unknown_actions(pack: Pack) -> Iterator[Fault]:
    """Charters may speak only of actions that the pack, a pack that it requires, or the kernel declares."""
    known = {action.name for action in pack.actions} | set(CODED)
    for required in pack.page.requires:
        folder = pack.folder.parent / required
        if not (folder / "pack.yaml").exists():
            yield Fault(str(pack.folder / "pack.yaml"), 0, 0, "requires", f"找不到所需的行业包“{required}”。", "")
            continue
        known |= {action.name for action in read_pack(folder).actions}
    for name, spec in pack.charters.items():
        file = str(pack.folder / "charters" / f"{name}.yaml")
        for clause in spec.authority:
            for grant in clause.grants:
                general = grant.action.startswith("general.")
                if not general and not any(matches(grant.action, action) for action in known):
                    yield Fault(file, 0, 0, f"authority.{clause.id}", f"没有“{grant.action}”这个业务动作。", "")


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
    return {"actions": len(pack.actions), "separation": len(pack.separation), "charters": len(pack.charters)}
