"""What an attacker would try on every page at once. Logins, throttles and settings have their own tests in their rooms."""

import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from remit.kernel.authority.gate import perform
from remit.kernel.charters.format import charter_from_yaml, charter_to_yaml
from remit.kernel.charters.importing.receiving import receive_file
from remit.kernel.charters.models import DraftCharter, ImportedDocument
from remit.kernel.documents.models import StoredFile
from tests.addresses import ADDRESSES, OPEN, Address
from tests.browsing import browser_of
from tests.test_urls import undone, visit, visitor
from tests.world import CASHIER, DOCUMENT, PASSWORD, World, build_world

pytestmark = pytest.mark.django_db

# A policy that lets anything else in lets a script in.
SOURCES = {"'self'", "'none'", "data:"}


@pytest.fixture
def world() -> World:
    return build_world()


def wrong_headers(address: Address, headers: dict[str, str]) -> Iterator[str]:
    policy = dict(
        part.strip().split(" ", 1) for part in headers.get("content-security-policy", "").split(";") if part.strip()
    )
    if (
        policy.get("default-src") != "'self'"
        or policy.get("frame-ancestors") != "'none'"
        or policy.get("object-src") != "'none'"
    ):
        yield f"{address}: {policy}"
    loose = {source for sources in policy.values() for source in sources.split()} - SOURCES
    if loose or "data:" in policy.get("script-src", ""):
        yield f"{address} lets in {loose or policy['script-src']}"
    for name, wanted in (
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
    ):
        if headers.get(name) != wanted:
            yield f"{address}: {name} is {headers.get(name)}"


INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/(?:ld\+)?json)|\son[a-z]+\s*=|\sstyle\s*=|javascript:|hx-on",
    re.IGNORECASE,
)


def test_every_answer_carries_the_headers_and_brings_no_script_within_itself(world: World) -> None:
    """Inline script and style would be refused by the policy: such a page is broken, not unsafe."""
    wrong: list[str] = []
    for address in ADDRESSES:
        with undone(address):
            response = visit(address, world, visitor(world, address.who, address))
            content = response.getvalue().decode() if response.get("Content-Type", "").startswith("text/html") else ""
        wrong += wrong_headers(address, {name.lower(): value for name, value in response.items()})
        found = INLINE.search(content)
        wrong += [f"{address}: {found.group()}"] if found else []
    assert not wrong, "\n".join(wrong)


def test_no_form_is_taken_from_another_site(world: World) -> None:
    """With a live session, but without the token that only our own pages know."""
    wrong = []
    for address in ADDRESSES:
        if address.method != "POST":
            continue
        client = Client(enforce_csrf_checks=True)
        login = world.firm[address.who].user
        assert login is not None
        with undone(address):
            client.force_login(login)
            status = visit(address, world, client).status_code
        wrong += [f"{address}: {status}"] if status != 403 else []
    assert not wrong, "\n".join(wrong)


def test_reading_never_changes_and_other_methods_are_refused(world: World) -> None:
    """A link, an image or a preload must not act: what is done by POST is done by nothing else."""
    posted = {address.name for address in ADDRESSES if address.method == "POST"}
    read = {address.name for address in ADDRESSES if address.method == "GET"}
    wrong = []
    for address in ADDRESSES:
        if address in OPEN or (":" not in address.name and not address.is_api):
            continue  # the login pages are a library's, which looks at GET and POST only
        client, url = visitor(world, address.who, address), address.url(world)
        methods = ["put", "patch", "delete"]
        methods += ["get"] if address.name in posted - read and not address.is_api else []
        for method in methods:
            with undone(address):
                status = getattr(client, method)(url).status_code
            wrong += [f"{method} {address}: {status}"] if status not in (404, 405) else []
    assert not wrong, "\n".join(wrong)


# --- what is typed comes back as text --------------------------------------------------------------------------------------------

PROBE = "<script>alert('破')</script>\"'><svg/onload=alert(2)>"
# The probe as a browser would run it: out of its text, or out of an attribute.
LIVE = re.compile(r"<script>alert|<svg/onload|[\"']'><svg|<iframe|onclick=", re.IGNORECASE)
HTML = f"""<!doctype html><meta charset=utf-8><title>x</title><script>alert('破')</script>
<h1>投诉专员岗位职责</h1><h2>岗位职责</h2>
<ol><li onclick="alert(3)">受理投诉{html.escape(PROBE)}并登记。<li>每周汇总<iframe src=//evil.example></iframe>投诉。</ol>"""


def poison(world: World) -> World:
    """The probe in every text that people can bring in: names, reasons, questions, units, posts, charters, documents."""
    firm, day = world.firm, timezone.localdate().isoformat()
    head = firm.actor("周岚")
    perform(head, "organization.change_person", {"person": world.person, "name": f"陈立{PROBE}"})
    perform(head, "organization.change_unit", {"unit": world.unit, "name": f"财务{PROBE}", "start": day})
    firm.do("周岚", "organization.change_position", position=world.post, title=f"出纳{PROBE}", start=day)
    proven = {"customer": PROBE, "amount": "5", "defect_proven": True, "reason": PROBE}
    refunded = firm.do("陈立", "remedy.refund", **proven)
    firm.do("林晓岚", "staff.reward", staff=firm["陈立"].pk, amount="150", reason=PROBE)
    firm.do("高岚", "approval.ask_back", request=world.waiting, question=PROBE)
    spec = charter_from_yaml(CASHIER)
    duty = spec.duties[0].model_copy(update={"text": PROBE})
    changed = spec.model_copy(update={"title": f"出纳{PROBE}", "purpose": PROBE, "peers": (PROBE,), "duties": (duty,)})
    text = charter_to_yaml(changed)
    revised = firm.do("周岚", "charter.revise", charter=world.charter, yaml={"text": text}, effective_on=day)
    read = receive_file(firm.actor("周岚"), HTML.encode(), f"投诉{PROBE}.html", company=firm.health.pk)
    draft = DraftCharter.objects.get(document=int(read.subject[1]))
    return replace(
        world, matter=int(refunded.subject[1]), event=refunded.event_id or 0, version=int(revised.subject[1]),
        document=draft.document_id, draft=draft.pk, item=draft.items.order_by("order", "id")[0].pk,
    )  # fmt: skip


def test_nothing_that_people_bring_in_runs_as_script(world: World) -> None:
    """Not in pages, and neither in fragments or in JSON that a browser might take for a page."""
    poisoned, wrong, seen = poison(world), list[str](), set[str]()
    for address in ADDRESSES:
        if re.search("pdf|docx|xlsx", address.name):
            continue
        with undone(address):
            response = visit(address, poisoned, visitor(poisoned, address.who, address))
            content = response.getvalue().decode(errors="replace")
        seen |= {address.name.split(":")[0]} if "&lt;svg/onload" in content else set()
        is_saved = response.get("Content-Disposition", "").startswith("attachment")
        if response.get("Content-Type", "").startswith("text/html") and not is_saved:
            found = LIVE.search(content)
            wrong += [f"{address}: {content[found.start() - 60 : found.end() + 20]}"] if found else []
    assert not wrong, "\n".join(wrong)
    assert {"work", "audit", "authority", "charters", "organization"} <= seen, (
        "the probe stood on no page: the test has gone blind"
    )


def test_a_downloaded_original_is_saved_and_never_shown(world: World) -> None:
    poisoned = poison(world)
    response = browser_of(world.firm, "周岚").get(reverse("charters:import-original", args=[poisoned.document]))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.getvalue().startswith(b"<!doctype html>")


# --- uploads -----------------------------------------------------------------------------------------------------------------------


def upload(world: World, name: str, content: bytes, who: str = "周岚") -> str:
    """What the page of imports says about a file."""
    file = SimpleUploadedFile(name, content)
    browser = browser_of(world.firm, who)
    answer = browser.post(
        reverse("charters:import-list"), {"files": file, "company": world.firm.health.pk}, follow=True
    )
    assert answer.status_code in (200, 422)
    return answer.content.decode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("岗位.exe", b"MZ\x90\x00\x03" + b"\x00" * 200),
        ("岗位.docx", b"PK\x03\x04 this is no archive"),
        ("岗位.pdf", b"%PDF-1.7 this is no paper"),
        ("岗位.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 64),
        ("岗位.txt", b""),
    ],
)
def test_what_is_no_document_is_refused_with_a_sentence_and_not_kept(world: World, name: str, content: bytes) -> None:
    before = StoredFile.objects.count(), ImportedDocument.objects.count()
    page = upload(world, name, content)
    assert name in page and "outcome" in page
    assert (StoredFile.objects.count(), ImportedDocument.objects.count()) == before


def test_a_bomb_in_an_archive_is_refused(world: World) -> None:
    """4 KB that unfold to 200 MB."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<w/>" + b" " * 200_000_000)
    before = ImportedDocument.objects.count()
    upload(world, "岗位.docx", packed.getvalue())
    assert ImportedDocument.objects.count() == before


@pytest.mark.parametrize("name", ["charters:import-list", "charters:sign"])
def test_no_form_takes_more_than_the_limit(world: World, name: str, settings: Settings) -> None:
    settings.MAX_UPLOAD_BYTES = 10_000
    url = reverse(name, args=[world.version, world.post, world.holder] if name.endswith("sign") else [])
    answer = browser_of(world.firm, "周岚").post(url, {"files": SimpleUploadedFile("a.txt", b"x" * 20_000)})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\boot.ini", "/etc/cron.d/x", "a\r\nSet-Cookie: x=1.md", "\u202egpj.md"]
)
def test_a_files_name_leads_nowhere(world: World, name: str) -> None:
    """Neither on our disk nor in the header of a download."""
    read = receive_file(world.firm.actor("周岚"), DOCUMENT.encode(), f"{name}.md", company=world.firm.health.pk)
    kept = StoredFile.objects.latest("id")
    assert not set("/\\\r\n\u202e") & set(kept.name)
    assert re.fullmatch(r"[0-9a-f]{64}", kept.sha256), "on the disk a file is called by its content"
    response = browser_of(world.firm, "周岚").get(reverse("charters:import-original", args=[read.subject[1]]))
    assert "\r" not in response["Content-Disposition"] and "\n" not in response["Content-Disposition"]
    assert "x" not in response.cookies


# --- addresses ---------------------------------------------------------------------------------------------------------------------

ELSEWHERE = [
    "//evil.example/",
    "https://evil.example/",
    "/\\evil.example",
    "\thttps://evil.example",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_way_back_leads_to_another_site(world: World, target: str) -> None:
    """Every form that takes ?next= sends on within this site only."""
    inside = browser_of(world.firm, "高岚")
    forms = [
        (Client(), "account_login", {"login": "E003", "password": PASSWORD}),
        (Client(), "web:theme", {"theme": "dark"}),
        (Client(), "set_language", {"language": "en"}),
        (inside, "accounts:preferences", {"language": "zh-hans", "theme": "dark"}),
        (inside, "account_reauthenticate", {"password": PASSWORD}),
        (inside, "account_logout", {}),
    ]
    for client, name, fields in forms:
        url = f"{reverse(name)}?{urlencode({'next': target})}"
        answer = client.post(url, {**fields, "next": target})
        assert answer.status_code in (302, 303), name
        where = urlsplit(answer["Location"])
        assert where.scheme == where.netloc == "" and where.path.startswith("/") and "evil" not in where.path, name


def test_only_names_of_ours_are_answered() -> None:
    with override_settings(ALLOWED_HOSTS=["remit.example.cn"]):
        assert Client(headers={"host": "evil.example"}).get("/login/").status_code == 400
        assert Client(headers={"host": "remit.example.cn"}).get("/login/").status_code == 200
        forwarded = Client(headers={"host": "remit.example.cn", "x-forwarded-host": "evil.example"})
        assert "evil.example" not in forwarded.get("/login/").content.decode()


# Half a character, a number that no column holds, what is no number, what SQL and HTML know.
NONSENSE = [
    "'\"><",
    "-1",
    "9" * 23,
    "%F0%9F%92%A9",
    "%ff%fe",
    "1;drop table",
    "[]",
    "NaN",
    "%ED%A0%80",
    "1e309",
    "0x10",
]
READ = ("q", "tab", "action", "state", "before", "after", "on", "unit", "family", "person", "grant", "kind", "page", "f-amount",
        "f-staff", "max-amount", "op-amount", "from", "to", "only", "staff", "amount", "position", "place", "next")  # fmt: skip


def test_nonsense_in_an_address_is_never_an_error_of_ours(world: World) -> None:
    """Every page that reads something out of its address, with every value that makes programs stumble."""
    browser, wrong = browser_of(world.firm, "周岚"), []
    pages = {
        address.url(world).split("?")[0] for address in ADDRESSES if address.method == "GET" and not address.is_api
    }
    for url in sorted(pages - {reverse("account_logout")}):
        for turn in (0, 5):
            values = [NONSENSE[(place + turn) % len(NONSENSE)] for place in range(len(READ))]
            if turn:
                values[0] = "x" * 8000
            query = "&".join(f"{name}={value}" for name, value in zip(READ, values, strict=True))
            status = browser.get(f"{url}?{query}").status_code
            wrong += [f"{url}?{query[:400]}: {status}"] if status >= 500 else []
    assert not wrong, "\n".join(wrong)
