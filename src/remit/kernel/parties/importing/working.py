"""Large files, worked on behind the page: checked, looked at by whoever sent them, taken in.

A job whose worker was killed is run again, and nothing is doubled: the check only looks, and the act of taking in carries a key, so
that the second attempt gets the first one's answer. What is still on its way can be called off until the act begins.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any, Final

from django.db import connections, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from remit.kernel.authority.facts import BadFacts
from remit.kernel.authority.gate import Result, perform
from remit.kernel.organization.models import Person
from remit.kernel.organization.queries import actor_for
from remit.kernel.parties import hooks
from remit.kernel.parties.importing import progress
from remit.kernel.parties.importing.columns import guess
from remit.kernel.parties.importing.planning import make_plan
from remit.kernel.parties.importing.reading import Rows, digest_of, error_file, headers_digest, rows_of
from remit.kernel.parties.importing.reporting import report_of
from remit.kernel.parties.models import RUNNING, ColumnMapping, Upload, UploadStage
from remit.lib import clock
from remit.lib.refusals import Refusal
from remit.lib.sheets import Sheet, SheetError, read_sheet

logger = logging.getLogger(__name__)
TASK: Final = "remit.work_on_upload"
KEPT: Final = dt.timedelta(days=1)
KEPT_EACH: Final = 5
# About two thousand rows of ten columns: up to here the page itself reads, checks and takes in.
SMALL_BYTES: Final = {"csv": 250_000, "xlsx": 100_000}
TOLD_EVERY_SECONDS: Final = 0.5
# Whose page asked within this time sees the end by himself.
LOOKING: Final = dt.timedelta(seconds=6)


def is_large(data: bytes) -> bool:
    return len(data) > SMALL_BYTES["xlsx" if data.startswith(b"PK") else "csv"]


# --- by the person ------------------------------------------------------------------------------------------------------------


def keep(person: Person, token: str, name: str, data: bytes) -> Upload:
    """Raises SheetError for a small file that can't be read; a large one is read by the job. Of older ones a few are kept."""
    upload = Upload(
        token=token, company_id=person.company_id, person=person, file_name=name[:120], data=data, is_large=is_large(data),
        stage=UploadStage.CHECKED, made_at=clock.now(),
    )  # fmt: skip
    if not upload.is_large:
        upload.mapping = first_guess(person, read_sheet(data))
    older = Upload.objects.filter(person=person).exclude(stage__in=RUNNING).order_by("-id")
    Upload.objects.filter(pk__in=list(older.values_list("pk", flat=True)[KEPT_EACH - 1 :])).delete()
    upload.save()
    if upload.is_large:
        go_on(upload, UploadStage.CHECKING)
    return upload


def first_guess(person: Person, sheet: Sheet) -> dict[str, str]:
    """As the person said the last time for the same columns, else by their names."""
    headers = headers_digest(sheet.headers)
    known = ColumnMapping.objects.filter(person=person, headers=headers).values_list("fields", flat=True).first()
    return dict(known) if known else guess(sheet.headers)


def go_on(upload: Upload, stage: UploadStage, **changes: Any) -> None:
    """Queue the work of a stage, unless some work is under way already. Of one company one file after the other is taken in."""
    with transaction.atomic():
        rested = Upload.objects.filter(pk=upload.pk).exclude(stage__in=RUNNING)
        if not rested.update(stage=stage, began_at=clock.now(), progress={}, refusal="", **changes):
            return
        lock = f"upload {upload.pk}" if stage == UploadStage.CHECKING else f"customers of {upload.company_id}"
        app.configure_task(TASK, lock=lock).defer(upload=upload.pk)


def call_off(upload: Upload) -> bool:
    """False where the act has begun: what it does, it does as a whole."""
    before = Upload.objects.filter(pk=upload.pk).exclude(stage__in=(UploadStage.WRITING, UploadStage.DONE))
    return bool(before.update(stage=UploadStage.DROPPED, data=b"", errors=b""))


def forget_old() -> int:
    """Nobody came back for it: personal data of people who are no customers."""
    gone, _by_model = Upload.objects.filter(made_at__lt=clock.now() - KEPT).delete()
    return gone


# --- by the job ---------------------------------------------------------------------------------------------------------------


def work_on(pk: int) -> None:
    """What the upload's stage asks for; nothing where it was called off meanwhile."""
    upload = Upload.objects.select_related("person__user").filter(pk=pk, stage__in=RUNNING).first()
    if upload is None:
        return
    language = upload.person.user.language if upload.person.user is not None else None
    with translation.override(language or "zh-hans"):
        try:
            with _told(pk):
                changes = _check(upload) if upload.stage == UploadStage.CHECKING else _take_in(upload)
        except SheetError as error:
            changes = {"stage": UploadStage.FAILED, "refusal": str(error)}
        except Exception:
            _end(
                upload, stage=UploadStage.FAILED, refusal=_("This failed for a reason of the system's own; try again.")
            )
            raise
    _end(upload, **changes)


def _end(upload: Upload, **changes: Any) -> None:
    """Unless it was called off; whoever is not looking is told."""
    with transaction.atomic():
        still = Upload.objects.filter(pk=upload.pk, stage__in=RUNNING)
        if not still.update(progress={}, **changes):
            return
        upload.refresh_from_db(fields=["looked_at"])
        if upload.looked_at is None or clock.now() - upload.looked_at > LOOKING:
            for hook in hooks.upload_rested:
                hook(upload.pk)


def _read(upload: Upload) -> Sheet:
    return read_sheet(bytes(upload.data), told=lambda count: progress.note("read", count, 0))


def _check(upload: Upload) -> dict[str, Any]:
    sheet = _read(upload)
    progress.note("read", len(sheet.rows), len(sheet.rows))
    mapping = upload.mapping or first_guess(upload.person, sheet)
    plan = make_plan(rows_of(sheet, mapping), person=upload.person, company_id=upload.company_id)
    return {
        "stage": UploadStage.CHECKED,
        "mapping": mapping,
        "report": report_of(sheet, plan),
        "wrong": sorted({fault.row for fault in plan.faults}),
        "errors": error_file(sheet, plan.faults) if plan.faults else b"",
    }


def _take_in(upload: Upload) -> dict[str, Any]:
    """The rows without a fault, in the right of whoever sent them as it stands at this moment."""
    begun = Upload.objects.filter(pk=upload.pk, stage__in=(UploadStage.WAITING, UploadStage.WRITING))
    if not begun.update(stage=UploadStage.WRITING, began_at=clock.now()):
        return {}
    sheet = _read(upload)
    progress.note("read", len(sheet.rows), len(sheet.rows))
    wrong = set(upload.wrong)
    rows = [row for row in rows_of(sheet, upload.mapping) if row["row"] not in wrong]
    try:
        result = take_in_rows(upload, rows, sheet)
    except (Refusal, BadFacts) as refusal:
        return {"stage": UploadStage.FAILED, "refusal": str(refusal)}
    return {"stage": UploadStage.DONE, "run_id": int(result.subject[1]), "data": b""}


def take_in_rows(upload: Upload, rows: Rows, sheet: Sheet) -> Result:
    """Once for each upload, however often a killed worker's job is run. Raises what the gate raises."""
    actor = actor_for(upload.person, "import")
    return perform(actor, "customer.import", facts_of(upload, rows, sheet), key=f"upload-{upload.token}")


def facts_of(upload: Upload, rows: Rows, sheet: Sheet) -> dict[str, Any]:
    return {
        "rows": rows,
        "digest": digest_of(rows),
        "count": len(rows),
        "file_name": upload.file_name,
        "headers": headers_digest(sheet.headers),
        "mapping": upload.mapping,
    }


@contextmanager
def _told(pk: int) -> Iterator[None]:
    """Write down how far the work is, twice a second, by a connection of its own: what the act's transaction writes nobody sees."""
    seen: dict[str, list[int]] = {}
    over = Event()

    def watch(phase: str, done: int, total: int) -> None:
        seen[phase] = [done, total]

    def tell() -> None:
        told: dict[str, list[int]] = {}
        try:
            while not over.wait(TOLD_EVERY_SECONDS):
                if told != seen:
                    told = dict(seen)
                    Upload.objects.filter(pk=pk, stage__in=RUNNING).update(progress=told)
        except Exception:  # how far it is matters less than that it goes on
            logger.exception("the progress of upload %s can't be told", pk)
        finally:
            connections.close_all()

    teller = Thread(target=tell, name=f"progress of upload {pk}", daemon=True)
    teller.start()
    try:
        with progress.watched_by(watch):
            yield
    finally:
        over.set()
        teller.join()
