"""Steps of cases per second: a six-step complaint driven from its intake to its end, beside one UPDATE and one INSERT per step.

The floor is what no engine can go below: plain psycopg, one connection, per step one UPDATE of the case and one INSERT of what happened,
committed. The engine does the same steps through the gate: authority decided, form checked, step closed, event and ruling written,
the next performer found and given his work item with its deadline in business time; committed step by step, too. Both on the same
server in the same run, in turns.

    remit bench cases [--json] [--scale 1.0]
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import psycopg

from remit.embedded import EmbeddedPostgres

ROOT: Final = Path(__file__).resolve().parent.parent
CASES: Final = 10_000
ROUNDS: Final = 5
STEPS: Final = 6
SETTINGS: Final = {"shared_buffers": "128MB", "max_connections": "30"}

NAMES: Final = ("accept", "judge", "investigate", "propose", "carry_out", "evaluate")
LABELS: Final = ("受理", "判断", "调查", "方案", "实施", "总结")
PERFORMERS: Final = ("handler", "handler", "handler_superior", "handler_superior", "handler", "handler_superior")
TERMS: Final = ("30 minutes", "1 hour", "1 workday", "2 workdays", "5 workdays", "3 workdays")
COMPLAINT: Final = (
    """
id: complaint
labels: {zh-hans: 投诉处理}
prefix: TS
within: 15 workdays
intake: {by: [anyone], fields: [{name: content, kind: long_text, labels: {zh-hans: 内容}}]}
steps:
"""
    + "".join(
        f"""  - id: {name}
    labels: {{zh-hans: {label}}}
    by: [{{relation: {relation}}}]
    within: {within}
    fields: [{{name: {name}_note, kind: long_text, labels: {{zh-hans: 记录}}}}]
    outcomes: [{{id: done, labels: {{zh-hans: 完成}}, next: {following}}}]
"""
        for name, label, relation, within, following in zip(
            NAMES, LABELS, PERFORMERS, TERMS, (*NAMES[1:], "settled"), strict=True
        )
    )
    + "ends: [{id: settled, labels: {zh-hans: 已闭环}}]\n"
)

FLOOR_TABLES: Final = """
CREATE TABLE floor_case (id bigserial PRIMARY KEY, step int NOT NULL, changed_at timestamptz NOT NULL, data jsonb NOT NULL);
CREATE TABLE floor_event (id bigserial PRIMARY KEY, case_id bigint NOT NULL, step int NOT NULL, at timestamptz NOT NULL,
                          person_id bigint NOT NULL, data jsonb NOT NULL);
"""


def drive_floor(connection: psycopg.Connection[Any], count: int) -> float:
    """Seconds for `count` cases of six steps, each step an UPDATE and an INSERT, committed. The cases are there before."""
    row = {"note": "已与客户说明,按约定办理"}
    with connection.transaction():
        ids = [
            connection.execute(
                "INSERT INTO floor_case (step, changed_at, data) VALUES (0, now(), '{}') RETURNING id"
            ).fetchone()[0]  # type: ignore[index]  # RETURNING gives a row
            for _n in range(count)
        ]
    data = json.dumps(row)
    began = time.perf_counter()
    for case_id in ids:
        for step in range(1, STEPS + 1):
            with connection.transaction():
                connection.execute(
                    "UPDATE floor_case SET step = %s, changed_at = now(), data = data || %s::jsonb WHERE id = %s",
                    (step, data, case_id),
                )
                connection.execute(
                    "INSERT INTO floor_event (case_id, step, at, person_id, data) VALUES (%s, %s, now(), %s, %s::jsonb)",
                    (case_id, step, 7, data),
                )
    return time.perf_counter() - began


class Engine:
    """The cast's firm with the procedure; cases are driven as its people do it."""

    def __init__(self) -> None:
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        from django.db import transaction
        from tests.cast import build_firm

        from remit.kernel.procedures.checking import read_procedure
        from remit.kernel.procedures.standing import put_procedure

        with transaction.atomic():
            self.firm = build_firm()
            put_procedure(read_procedure(COMPLAINT, "complaint.yaml")[0], "bench")
        self.adviser, self.manager = self.firm.actor("陈立"), self.firm.actor("林晓岚")

    def open(self, count: int) -> list[int]:
        """The ids of the first steps of so many new cases."""
        from remit.kernel.authority.gate import perform

        facts = {"procedure": "complaint", "title": "按摩椅停机", "subject": "周敏", "answers": {"content": "第三次"}}
        return [perform(self.adviser, "case.open", facts).changes["asks"][0] for _n in range(count)]

    def drive(self, firsts: list[int]) -> float:
        """Seconds for all six steps of each case, from its first. Each answer names the step that it asks next, as a program reads it."""
        from remit.kernel.authority.gate import perform

        who = dict(zip(NAMES, (self.adviser if by == "handler" else self.manager for by in PERFORMERS), strict=True))
        facts = [(who[name], {f"{name}_note": "已与客户说明,按约定办理"}) for name in NAMES]
        began = time.perf_counter()
        for asked in firsts:
            for actor, answers in facts:
                done = perform(actor, "case.submit", {"step": asked, "outcome": "done", "answers": answers})
                asked = next(iter(done.changes["asks"]), 0)
        return time.perf_counter() - began

    def verify(self, count: int) -> None:
        """Every case has ended, every step left its event and its item, and nobody has anything left to do."""
        from remit.kernel.audit.models import Event
        from remit.kernel.procedures.models import Case
        from remit.kernel.work.models import WorkItem

        assert Case.objects.filter(outcome="settled").count() == count
        assert Event.objects.filter(kind="case.submit").count() == count * STEPS
        assert WorkItem.objects.filter(source_kind="case").count() == count * STEPS
        assert not WorkItem.objects.filter(done_at=None).exists()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0)
    given = parser.parse_args()
    count = max(int(CASES * given.scale) // ROUNDS, 2)
    sys.path.insert(0, str(ROOT))
    folder = Path(tempfile.mkdtemp(prefix="bench-cases-"))
    folder.chmod(0o711)  # as root the server is another user, who must pass through
    server = EmbeddedPostgres(folder, settings=SETTINGS)
    server.start()
    try:
        server.ensure_database("remit")
        os.environ |= {
            "DATABASE_URL": server.url("remit"), "REMIT_ENV": "test", "DJANGO_SETTINGS_MODULE": "remit.settings",
            "REMIT_FILES_DIR": str(folder / "files"),
        }  # fmt: skip
        measure(server, count, as_json=given.json)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def measure(server: EmbeddedPostgres, count: int, *, as_json: bool) -> None:
    engine = Engine()
    ours = floor = 0.0
    with psycopg.connect(server.url("remit"), autocommit=True) as connection:
        connection.execute(FLOOR_TABLES)
        drive_floor(connection, 5)
        engine.drive(engine.open(5))  # compiled, connected and planned from now on
        for turn in range(ROUNDS):
            floor += drive_floor(connection, count)
            cases = engine.open(count)
            connection.execute("ANALYZE")
            ours += engine.drive(cases)
            if not as_json:
                print(f"round {turn + 1}: {STEPS * count * (turn + 1) / ours:,.0f} steps/s")
    engine.verify(ROUNDS * count + 5)
    steps = STEPS * count * ROUNDS
    value, base = steps / ours, steps / floor
    print(
        f"{ROUNDS * count} cases of {STEPS} steps: {value:,.0f} steps/s; UPDATE + INSERT {base:,.0f}/s; {value / base:.2f}"
    )
    print(json.dumps({"bench": "cases", "value": round(value), "floor": round(base), "unit": "steps/s",
                      "ratio": round(value / base, 3), "cases": ROUNDS * count}))  # fmt: skip


if __name__ == "__main__":
    main()
