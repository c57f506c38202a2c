"""Whether an installation is whole: seals, what rows say of each other, and stored files. Reads only."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models import Exists, Model, OuterRef

from remit.kernel.audit.models import Event, Seal
from remit.kernel.audit.queries import verify_seals
from remit.kernel.authority.models import Request, Ruling
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.storage import path_of
from remit.kernel.ledger import verifying as ledger


@dataclass
class Report:
    """`faults` are sentences, each with what to do; `rows` counts every table of ours."""

    events: int = 0
    sealed: int = 0
    seals: int = 0
    last_digest: str = ""
    files: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {"ok": not self.faults, **self.__dict__}

    def lines(self) -> Iterator[str]:
        yield f"事件 {self.events} 条,已封签 {self.sealed} 条({self.seals} 个封签);附件 {self.files} 个。"
        yield f"各表共 {sum(self.rows.values())} 行。"
        yield f"最后的封签:{self.last_digest or '(还没有)'}"
        yield from (f"✗ {fault}" for fault in self.faults)
        yield f"有 {len(self.faults)} 处问题。" if self.faults else "完整,没有发现问题。"


def examine(expected_digest: str = "") -> Report:
    """Everything once; memory does not grow with the installation."""
    report = Report()
    _seals(report, expected_digest.strip().lower())
    _references(report)
    report.faults.extend(ledger.faults())
    _files(report)
    report.rows = {model._meta.db_table: model._default_manager.count() for model in _own_models()}
    return report


def _own_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("remit.")]


def _seals(report: Report, expected: str) -> None:
    seals = verify_seals()
    report.events, report.sealed, report.seals, report.last_digest = (
        seals.events,
        seals.sealed,
        seals.seals,
        seals.last_digest,
    )
    for fault in seals.faults:
        report.faults.append(
            f"封签 {fault.seal_id}(事件 {fault.first_event_id} 至 {fault.last_event_id}):{fault.sentence}"
        )
    if settings.IS_PRODUCTION and settings.SEAL_KEY == settings.INSECURE_SECRET_KEY:
        report.faults.append("没有设置 REMIT_SEAL_KEY,核对用的是公开的密钥:用平时运行的那些设置再核对一次。")
    if expected and not Seal.objects.filter(digest=expected).exists():
        report.faults.append(f"找不到当时抄下的封签 {expected}:留痕被整段替换过,或恢复的是更早的备份。")


def _references(report: Report) -> None:
    """Foreign keys of every row (as after a restore with switched-off triggers), and the events that rows name by number."""
    for table in sorted(model._meta.db_table for model in _own_models()):
        for name in _broken_keys(table):
            report.faults.append(f"表 {table}:引用 {name} 指向不存在的行。从备份恢复。")
    for model, label in ((Ruling, "决定"), (Request, "审批")):
        named = model._default_manager.filter(event_id__isnull=False)
        lost = named.exclude(Exists(Event.objects.filter(pk=OuterRef("event_id")))).count()
        if lost:
            report.faults.append(f"{lost} 条{label}所指的事件不在留痕里:有事件被移走。从备份恢复。")


_KEYS = """
    SELECT c.conname, a.attname, f.relname, b.attname FROM pg_constraint c
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    JOIN pg_class f ON f.oid = c.confrelid
    JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = c.confkey[1]
    WHERE c.contype = 'f' AND c.conrelid = %s::regclass ORDER BY c.conname
"""


def _broken_keys(table: str) -> Iterator[str]:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(_KEYS, [quote(table)])
        for _constraint, column, other, key in cursor.fetchall():
            cursor.execute(  # names from the catalogue itself
                f"SELECT EXISTS (SELECT 1 FROM {quote(table)} r WHERE r.{quote(column)} IS NOT NULL AND NOT EXISTS "  # noqa: S608
                f"(SELECT 1 FROM {quote(other)} o WHERE o.{quote(key)} = r.{quote(column)}))"
            )
            if cursor.fetchone() == (True,):
                yield str(column)


def _files(report: Report) -> None:
    contents = StoredFile.objects.order_by("sha256").distinct("sha256").values_list("sha256", "name", "size")
    for sha256, name, size in contents.iterator(chunk_size=1000):
        report.files += 1
        place = path_of(sha256)
        if not place.exists():
            report.faults.append(f"附件“{name}”不见了({place})。从备份找回这个文件。")
            continue
        with place.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != sha256 or place.stat().st_size != size:
            report.faults.append(f"附件“{name}”的内容变了({place})。从备份找回这个文件。")
