"""Customer list, filter and search with visibility: whole pages a second, beside hand-written SQL in a bare template.

1,000,000 customers of 5,000 people in one company. Asked by a clerk, by a manager of 2,000 people and by the head of all, sixteen
at a time: the first page of the list, the list by grade, a name by two characters, a name by pinyin, a telephone by its tail. Ours
is the whole answer of the application: session, login, authority, menu, list. The floor is a bare Django view without middleware: it is told whose customers
to show, runs the statement that somebody would write by hand for this very question on a connection of its own, and puts the same
rows into a template without layout. Both get the same questions in turn, in the same process; both must name the same customers.

    remit bench customers [--json] [--scale 1.0]
"""

import argparse
import atexit
import io
import json
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

CONNECTIONS = 16
ROWS = 30
STAFF = 5000
BELOW_THE_MANAGER = 2000
SECONDS = 6.0
QUESTIONS = ({}, {"grade": "A"}, {"q": "恒远"}, {"q": "hengyuanj"}, {"q": "{tail}"})
PLACES = "恒宏海金瑞东立长盛华启中安新江北泰桥川联丰方业达茂明通"
TRADES = ("机械", "物流", "酒店", "医药", "建材", "电子", "食品", "贸易", "科技", "印务")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "伟芳娜敏静秀丽强磊洋艳勇军杰娟涛超明霞平"


def start_server() -> None:
    """A PostgreSQL of our own with safe settings, and Django on it. DATABASE_URL must be set before the settings are read."""
    from remit.embedded import EmbeddedPostgres

    root = Path(tempfile.mkdtemp(prefix="remit-bench-"))
    root.chmod(0o711)
    server = EmbeddedPostgres(root, settings={"shared_buffers": "512MB", "max_connections": "80", "work_mem": "16MB"})
    atexit.register(lambda: (server.stop(), shutil.rmtree(root, ignore_errors=True)))
    server.start()
    server.ensure_database("remit")
    os.environ |= {"DATABASE_URL": server.url("remit"), "REMIT_ENV": "demo", "REMIT_DATABASE_POOL": str(CONNECTIONS + 4),
                   "DJANGO_SETTINGS_MODULE": "remit.settings", "REMIT_STATIC_DIR": str(root / "static"),
                   "REMIT_HTTPS": "no"}  # fmt: skip
    import django
    from django.conf import settings

    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


@dataclass(frozen=True)
class Asker:
    """Who asks: a session of his, and the people whose customers he reads."""

    name: str
    cookie: str
    owners: list[int]


def build(customers: int) -> list[Asker]:
    """The company by its own actions as far as it is small; people and customers by COPY."""
    from django.db import connection

    from remit.kernel.organization import actions as organization
    from remit.kernel.organization.models import Person
    from remit.kernel.organization.queries import today

    start = today().replace(month=1, day=1)
    group = organization.open_unit(parent=None, kind="group", name="集团", code="G", start=start)
    company = organization.open_unit(parent=group, kind="company", name="公司", code="C", start=start)
    posts = {}
    for title, superior, places in (
        ("总经理", None, 1),
        ("经理", "总经理", 1),
        ("专员", "经理", BELOW_THE_MANAGER),
        ("经理二", "总经理", 1),
        ("专员二", "经理二", STAFF),
    ):
        posts[title] = organization.open_position(unit=company, title=title, code=title, start=start, headcount=places,
                                                  superior=posts.get(superior))  # fmt: skip
    heads = {}
    for n, title in enumerate(("总经理", "经理", "经理二")):
        heads[title] = organization.hire(name=title, employee_no=f"H{n}", company=company, joined_on=start)
        organization.appoint(position=posts[title], person=heads[title], start=start, end=None, is_main=True)
    staff = Person.objects.bulk_create(
        Person(name=f"员工{n}", employee_no=f"E{n:05d}", company=company, joined_on=start, sort_key=f"{n:05d}")
        for n in range(STAFF)
    )
    with connection.cursor() as cursor:
        for title, some in (("专员", staff[:BELOW_THE_MANAGER]), ("专员二", staff[BELOW_THE_MANAGER:])):
            cursor.execute(
                "INSERT INTO organization_appointment (position_id, person_id, start, is_main) SELECT %s, unnest(%s::bigint[]), %s, true",
                [posts[title].pk, [one.pk for one in some], start],
            )
    owners = [one.pk for one in staff]
    fill(company.pk, owners, customers)
    return [
        Asker("clerk", log_in(staff[7]), [staff[7].pk]),
        Asker("manager of 2,000", log_in(heads["经理"]), [heads["经理"].pk, *owners[:BELOW_THE_MANAGER]]),
        Asker("head", log_in(heads["总经理"]), [*(one.pk for one in heads.values()), *owners]),
    ]


def fill(company_id: int, owners: list[int], customers: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from remit.kernel.parties.importing.applying import PARTY_COLUMNS, _copy, _party
    from remit.kernel.parties.models import ImportRun

    rng, now = Random(1), timezone.now()
    run = ImportRun(company_id=company_id, made_at=now)

    def rows() -> Any:
        for n in range(customers):
            is_firm = n % 5 < 2
            name = (
                f"{rng.choice(PLACES)}{rng.choice('远大达利源信')}{rng.choice(TRADES)}{n % 997}有限公司"
                if is_firm
                else rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN)
            )
            row = {"name": name, "kind": "organization" if is_firm else "person", "owner": owners[n % len(owners)],
                   "grade": "ABCD"[n % 4], "phones": [f"13{n:09d}"]}  # fmt: skip
            yield _party(n + 1, f"KH-2026-{n + 1:07d}", row, run, now)

    with connection.cursor() as cursor:  # as whoever loads a million rows does: the index afterwards
        cursor.execute("DROP INDEX party_search")
    _copy("parties_party", PARTY_COLUMNS, rows())


def put_in_order() -> None:
    """The index of what customers are found by; and what autovacuum would have done by the next morning."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("CREATE INDEX party_search ON parties_party USING gin (search) WITH (fastupdate=off)")
        cursor.execute("VACUUM ANALYZE")


def log_in(person: Any) -> str:
    """A session as the browser of somebody who is logged in has it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from remit.kernel.accounts import actions as accounts
    from remit.kernel.accounts.actor import system
    from remit.kernel.organization import actions as organization

    user = accounts.create_user(
        username=person.employee_no.lower(), name=person.name, actor=system("bench"), must_change_password=False
    )
    organization.give_login(person, user.pk)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


# --- both ways of answering -----------------------------------------------------------------------------------------------------


def environ(query: dict[str, str], cookie: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": "/parties/", "SCRIPT_NAME": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "QUERY_STRING": urlencode(query), "HTTP_COOKIE": cookie, "HTTP_HOST": "localhost",
        "REMOTE_ADDR": "127.0.0.1", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip


def ours() -> Callable[[Asker, dict[str, str]], bytes]:
    from remit.wsgi import application

    def answer(asker: Asker, query: dict[str, str]) -> bytes:
        status: list[str] = []
        response = application(environ(query, asker.cookie), lambda line, _headers: status.append(line))
        body = b"".join(response)
        response.close()
        if not status[0].startswith("200"):
            raise AssertionError(f"{asker.name} {query}: {status[0]}")
        return body

    return answer


COLUMNS = "p.id, p.name, p.number, p.grade, p.status, o.name, p.touched_at"
BARE = """<!DOCTYPE html><title>Customers</title><table>{% for id, name, number, grade, status, owner, touched in rows %}<tr><td><a href="/parties/{{ id }}/">{{ name }}</a> {{ number }}</td><td>{{ grade }}</td><td>{{ status }}</td><td>{{ owner }}</td><td>{{ touched|date:"Y-m-d" }}</td></tr>{% endfor %}</table>"""


def floor() -> Callable[[Asker, dict[str, str]], bytes]:
    """One connection a thread, prepared statements, no question about anything but the rows."""
    import psycopg
    from django.core.handlers.wsgi import WSGIRequest
    from django.http import HttpResponse
    from django.template import engines

    from remit.kernel.organization.models import Unit
    from remit.kernel.parties.finding import question

    company_id = Unit.objects.get(kind="company").pk
    template = engines["django"].from_string(BARE)
    local = threading.local()
    joined = "LEFT JOIN organization_person o ON o.id = p.owner_id"

    def view(request: WSGIRequest, asker: Asker, query: dict[str, str]) -> HttpResponse:
        if not hasattr(local, "connection"):
            local.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        whose: list[Any] = [asker.owners]
        if "q" in query:
            asked = question(query["q"])
            likes = "".join(" AND p.folded_name LIKE %s" for _one in asked.literals)
            sql = f"""WITH m AS MATERIALIZED (SELECT p.* FROM parties_party p WHERE p.search @@ %s::tsquery{likes}
                      AND p.owner_id = ANY(%s) AND p.merged_into_id IS NULL LIMIT 2000)
                      SELECT {COLUMNS} FROM m p {joined} ORDER BY p.sort_key, p.id LIMIT {ROWS}"""  # noqa: S608
            parameters = [asked.tsquery, *(f"%{one}%" for one in asked.literals), *whose]
        else:
            more = " AND p.grade = %s" if "grade" in query else ""
            parameters = [*whose, *([query["grade"]] if more else [])]
            parameters = [company_id, *parameters]
            sql = f"""SELECT {COLUMNS} FROM parties_party p {joined} WHERE p.company_id = %s AND p.owner_id = ANY(%s) AND p.merged_into_id IS NULL{more}
                      ORDER BY p.sort_key, p.id LIMIT {ROWS}"""  # noqa: S608
        rows = local.connection.execute(sql, parameters).fetchall()
        return HttpResponse(template.render({"rows": rows}))

    def answer(asker: Asker, query: dict[str, str]) -> bytes:
        return view(WSGIRequest(environ(query, asker.cookie)), asker, query).content

    return answer


def measure(
    answer: Callable[[Asker, dict[str, str]], bytes], asked: Sequence[tuple[Asker, dict[str, str]]]
) -> tuple[float, list[float]]:
    """Answers a second at sixteen at a time, and how long each took (ms)."""
    times: list[float] = []
    until = time.perf_counter() + SECONDS

    def ask(first: int) -> None:
        for one in islice(cycle(asked), first * 7, None):
            began = time.perf_counter()
            if began > until:
                return
            answer(*one)
            times.append((time.perf_counter() - began) * 1000)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(CONNECTIONS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(times) / (time.perf_counter() - began), times


def p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def check(asked: Sequence[tuple[Asker, dict[str, str]]], own: Any, least: Any) -> None:
    """The same customers on both: the links of the rows."""
    import re

    for asker, query in asked:
        pages = [re.findall(rb'href="/parties/(\d+)/"', answer(asker, query)) for answer in (own, least)]
        first, second = (list(dict.fromkeys(page)) for page in pages)
        same = set(first) == set(second) if "q" not in query else len(first) == len(second)
        if not same:
            raise AssertionError(f"{asker.name} {query}: {len(first)} and {len(second)} customers")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the 1,000,000 customers")
    options = parser.parse_args(argv)
    customers = max(STAFF, int(1_000_000 * options.scale))
    start_server()
    from django.db import transaction

    began = time.perf_counter()
    with transaction.atomic():
        askers = build(customers)
    put_in_order()
    print(f"{customers:,} customers of {STAFF:,} people, laid out in {time.perf_counter() - began:.0f} s")
    own, least = ours(), floor()
    tails = [str(n)[-4:].zfill(4) for n in (1007, customers // 2, customers - 3)]
    asked = [
        (asker, {key: text.format(tail=tails[n]) for key, text in question.items()})
        for n, asker in enumerate(askers)
        for question in QUESTIONS
    ]
    check(asked, own, least)
    report: dict[str, Any] = {}
    for asker in askers:
        some = [one for one in asked if one[0] is asker]
        turns = [(measure(least, some), measure(own, some)) for _turn in range(2)]
        bottom, value = max(turn[0][0] for turn in turns), max(turn[1][0] for turn in turns)
        slow = min(p95(turn[1][1]) for turn in turns), min(p95(turn[0][1]) for turn in turns)
        report[asker.name] = {"value": round(value, 1), "floor": round(bottom, 1), "ratio": round(value / bottom, 3),
                              "p95_ms": round(slow[0], 1), "floor_p95_ms": round(slow[1], 1)}  # fmt: skip
        print(f"{asker.name}: {value:.0f} pages/s, floor {bottom:.0f}; p95 {slow[0]:.0f} ms, floor {slow[1]:.0f} ms")
    for asker, query in asked:  # each question alone, one at a time: what a person waits for
        took = [_timed(own, asker, query) for _n in range(7)]
        bare = [_timed(least, asker, query) for _n in range(7)]
        print(
            f"  {asker.name} {query or 'list'}: {statistics.median(took):.1f} ms, floor {statistics.median(bare):.1f} ms"
        )
    value, bottom = (sum(one[key] for one in report.values()) / len(report) for key in ("value", "floor"))
    if options.json:
        result = {"bench": "customers", "value": round(value, 1), "floor": round(bottom, 1), "unit": "pages/s",
                  "ratio": round(value / bottom, 3), "customers": customers, "askers": report}  # fmt: skip
        print(json.dumps(result, ensure_ascii=False))
    return 0


def _timed(answer: Callable[[Asker, dict[str, str]], bytes], asker: Asker, query: dict[str, str]) -> float:
    began = time.perf_counter()
    answer(asker, query)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    sys.exit(main())
