"""Customers taken in from a file: rows a second from the file's bytes to the committed rows, beside a bare COPY of those very rows.

A file of 100,000 customers (name, telephone, address, grade, tags, a date …) goes the way of a large upload: checked by one job, taken in by the
next; each reads the file anew, and the act asks authority, plans again within its transaction, reads every name's pinyin, writes the
index of what customers are found by, and what undoes it all. The floor gets all that for nothing: the finished rows, as COPY put them out, go by
COPY into tables with the same columns and indexes, without constraints, and are committed. A bare table without indexes is printed, too.

    remit bench intake [--json] [--scale 1.0]
"""

import argparse
import io
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.customers import GIVEN, PLACES, SURNAMES, TRADES, start_server  # noqa: E402 - the tree is not installed

ROWS = 100_000
HEADERS = ["客户名称", "类型", "联系电话", "地址", "等级", "行业", "来源", "备注", "标签", "建档日期"]
TABLES = ("parties_party", "parties_contactpoint", "parties_partytag", "parties_importedparty")


def table(count: int) -> Iterator[list[str]]:
    rng = Random(1)
    for n in range(count):
        is_firm = n % 5 < 2
        name = (
            f"{rng.choice(PLACES)}{rng.choice('远大达利源信')}{rng.choice(TRADES)}{n % 997}有限公司"
            if is_firm
            else rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN)
        )
        yield [name, "企业" if is_firm else "个人", f"138{n:08d}", f"浙江省杭州市文三路{n}号", "ABCD"[n % 4], rng.choice(TRADES),
               "展会", "老客户介绍", "会员" if n % 3 else "重点，会员", "2021/3/5"]  # fmt: skip


def found() -> Any:
    """A company with one person who may take files in."""
    from remit.kernel.authority.models import Grant
    from remit.kernel.organization import actions as organization
    from remit.kernel.organization.queries import today

    start = today().replace(month=1, day=1)
    group = organization.open_unit(parent=None, kind="group", name="集团", code="G", start=start)
    company = organization.open_unit(parent=group, kind="company", name="公司", code="C", start=start)
    post = organization.open_position(unit=company, title="经理", code="M", start=start, headcount=1, superior=None)
    person = organization.hire(name="王立", employee_no="M1", company=company, joined_on=start)
    organization.appoint(position=post, person=person, start=start, end=None, is_main=True)
    Grant.objects.create(position=post, action="customer.import", clause="第1条", source="第1条", start=start)
    return person


def drive(person: Any, data: bytes, name: str) -> tuple[float, float, float]:
    """Seconds of the check and of taking in, and of the processor for both in this process."""
    from remit.kernel.parties.importing import working
    from remit.kernel.parties.models import Upload, UploadStage

    cpu, began = time.process_time(), time.perf_counter()
    upload = working.keep(person, name, f"{name}.file", data)
    working.work_on(upload.pk)
    checked = time.perf_counter()
    working.go_on(upload, UploadStage.WAITING)
    working.work_on(upload.pk)
    ended = time.perf_counter()
    upload = Upload.objects.get(pk=upload.pk)
    if upload.stage != UploadStage.DONE:
        raise AssertionError(f"{upload.stage}: {upload.refusal}")
    return checked - began, ended - checked, time.process_time() - cpu


def floors() -> tuple[float, float]:
    """Seconds for the same rows by COPY: into tables with our indexes, and into bare ones."""
    import os

    import psycopg

    seconds = []
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        held: dict[str, bytes] = {}
        for name in TABLES:
            with connection.cursor().copy(f"COPY {name} TO STDOUT") as copy:
                held[name] = b"".join(bytes(block) for block in copy)
        for including in ("INCLUDING INDEXES", ""):
            for name in TABLES:
                connection.execute(f"DROP TABLE IF EXISTS floor_{name}")
                connection.execute(f"CREATE TABLE floor_{name} (LIKE {name} {including})")
            began = time.perf_counter()
            with connection.transaction():
                for name, data in held.items():
                    with connection.cursor().copy(f"COPY floor_{name} FROM STDIN") as copy:
                        stream = io.BytesIO(data)
                        while block := stream.read(1 << 16):
                            copy.write(block)
            seconds.append(time.perf_counter() - began)
    return seconds[0], seconds[1]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the 100,000 rows")
    options = parser.parse_args(argv)
    count = max(10, int(ROWS * options.scale))
    start_server()
    from django.db import transaction

    from remit.kernel.authority.loading import authority_changed, lock_authority
    from remit.lib.sheets import write_csv, write_xlsx

    with transaction.atomic():
        lock_authority(exclusively=True)
        person = found()
        authority_changed()
    check, write, cpu = drive(person, write_csv(HEADERS, table(count)), "csv")
    bottom, bare = floors()
    print(
        f"{count:,} rows, CSV: checked in {check:.1f} s, taken in in {write:.1f} s ({cpu:.1f} s of processor outside the database)"
    )
    print(f"the finished rows by COPY: {bottom:.1f} s with our indexes, {bare:.1f} s into bare tables")
    check_xlsx, write_xlsx_, cpu = drive(
        person, write_xlsx(HEADERS, ([f"又{row[0]}", *row[1:]] for row in table(count))), "xlsx"
    )
    print(
        f"{count:,} rows, XLSX, as many there already: {check_xlsx:.1f} s and {write_xlsx_:.1f} s ({cpu:.1f} s of processor)"
    )
    if options.json:
        value, floor = count / (check + write), count / bottom
        result = {"bench": "intake", "value": round(value), "floor": round(floor), "unit": "rows/s", "ratio": round(value / floor, 3),
                  "rows": count, "csv_s": [round(check, 1), round(write, 1)], "xlsx_s": [round(check_xlsx, 1), round(write_xlsx_, 1)],
                  "copy_s": [round(bottom, 2), round(bare, 2)]}  # fmt: skip
        print(json.dumps(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
