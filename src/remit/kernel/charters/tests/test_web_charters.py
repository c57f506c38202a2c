"""Charters in force on their pages: the list, one charter, two versions, the next one, and signing it."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from remit.kernel.accounts.models import LoginEvent
from remit.kernel.charters.format import charter_to_yaml
from remit.kernel.charters.models import CharterVersion, Signature
from remit.kernel.charters.tests.office import LINES, Office
from remit.kernel.charters.tests.test_signing import drawing_as_sent
from remit.kernel.charters.tests.web import PASSWORD, browser_of, url
from remit.kernel.organization.queries import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(office: Office, settings: Any, tmp_path: Any) -> CharterVersion:
    settings.FILES_DIR = tmp_path
    return office.activate(position=office.firm.positions["客服部经理"].pk)


@pytest.fixture
def zhou(office: Office) -> Client:
    return browser_of(office, "周岚")


def signing(office: Office, version: CharterVersion) -> str:
    return url("sign", version.pk, office.firm.positions["客服部经理"].pk, office.firm["林晓岚"].pk)


def test_before_the_first_charter_the_list_teaches(office: Office, zhou: Client) -> None:
    page = zhou.get(url("list")).content.decode()
    assert url("import-list") in page
    assert "<table" not in page


def test_the_list_shows_who_holds_what_and_how_much_of_it_runs(
    office: Office, version: CharterVersion, zhou: Client
) -> None:
    page = zhou.get(url("list")).content.decode()
    assert "林晓岚" in page
    assert "1/2" in page
    assert "0/1" in page
    assert "客服部经理" in zhou.get(url("list"), {"only": "unsigned"}).content.decode()
    assert "客服部经理" not in zhou.get(url("list"), {"only": "without"}).content.decode()
    found = zhou.get(url("list"), {"q": "lxl"}).content.decode()
    assert ("客服部经理" in found, "财务总监" in found) == (True, False)


def test_a_longer_list_asks_no_more(office: Office, version: CharterVersion, zhou: Client) -> None:
    def asked() -> int:
        zhou.get(url("list"))
        with CaptureQueriesContext(connection) as captured:
            zhou.get(url("list"))
        return len(captured)

    titles = ("总助", "总监助理", "财务总监", "出纳", "健康顾问")
    office.do("charter.define", position=office.firm.positions[titles[0]].pk, charter=version.charter_id, start=today())
    few = asked()
    for title in titles[1:]:
        office.do("charter.define", position=office.firm.positions[title].pk, charter=version.charter_id, start=today())
    assert asked() == few


def test_the_charter_in_its_classic_form_with_its_papers(office: Office, version: CharterVersion, zhou: Client) -> None:
    page = zhou.get(url("detail", version.charter_id)).content.decode()
    for words in (LINES[2], LINES[4], "≤ ¥100", "例行工作", "客户满意度", LINES[8]):
        assert words in page
    pdf = zhou.get(url("version-pdf", version.charter_id, 1))
    assert (pdf.content[:5], pdf["Content-Type"]) == (b"%PDF-", "application/pdf")
    assert zhou.get(url("version-docx", version.charter_id, 1)).content[:2] == b"PK"
    yaml = zhou.get(url("version-yaml", version.charter_id, 1)).content.decode()
    assert yaml == charter_to_yaml(version.spec)
    assert zhou.get(url("version", version.charter_id, 9)).status_code == 404


def test_another_companys_people_find_no_charter(office: Office, version: CharterVersion) -> None:
    he = browser_of(office, "何平")
    charter = version.charter_id
    addresses = [
        url("detail", charter),
        url("version", charter, 1),
        url("version-pdf", charter, 1),
        url("compare", charter),
        url("revise", charter),
        url("add-place", charter),
        signing(office, version),
    ]
    assert {address: he.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 404)
    assert "客服部经理" not in he.get(url("list")).content.decode()


def test_a_revision_is_compared_first_and_its_faults_have_lines(
    office: Office, version: CharterVersion, zhou: Client
) -> None:
    address = url("revise", version.charter_id)
    text = charter_to_yaml(version.spec).replace("100 CNY", "200 CNY").replace("每周汇总", "每周五汇总")
    later = (today() + dt.timedelta(days=3)).isoformat()
    look = zhou.post(address, {"text": text, "effective_on": later, "look": "yes"}).content.decode()
    assert "<ins>五</ins>" in look
    assert "≤ ¥100 → ≤ ¥200" in look
    assert CharterVersion.objects.count() == 1
    wrong = zhou.post(address, {"text": text.replace("duties:", "dutys:"), "effective_on": later})
    assert wrong.status_code == 422
    line = charter_to_yaml(version.spec).splitlines().index("duties:") + 1
    assert f'data-line="{line}"' in wrong.content.decode()
    done = zhou.post(address, {"text": text, "effective_on": later})
    assert done["Location"] == url("version", version.charter_id, 2)
    compared = zhou.get(url("compare", version.charter_id)).content.decode()
    assert "<ins>五</ins>" in compared


def test_who_may_not_revise_is_refused(office: Office, version: CharterVersion) -> None:
    chen = browser_of(office, "陈立")
    sent = {"text": charter_to_yaml(version.spec), "effective_on": today().isoformat()}
    assert chen.post(url("revise", version.charter_id), sent).status_code in (302, 403)
    assert CharterVersion.objects.count() == 1


def test_another_position_by_the_same_charter_and_its_end(
    office: Office, version: CharterVersion, zhou: Client
) -> None:
    address = url("add-place", version.charter_id)
    sent = {"position": office.firm.positions["总助"].pk, "start": today().isoformat()}
    assert zhou.post(address, sent).status_code == 302
    assert version.charter.places.filter(end=None).count() == 2
    assert zhou.post(address, {"position": "x"}).status_code == 422
    zhou.post(url("retire", version.charter_id), {"end": today().isoformat()})
    version.refresh_from_db()
    assert version.retired_on == today()


# --- signing ------------------------------------------------------------------------------------------------------------


def test_the_holder_signs_by_password_and_the_superior_by_hand(office: Office, version: CharterVersion) -> None:
    lin, gao = browser_of(office, "林晓岚"), browser_of(office, "高岚")
    address = signing(office, version)
    assert address in lin.get(url("sign-list")).content.decode()
    assert 'name="password"' in lin.get(address).content.decode()
    assert 'name="password"' not in gao.get(address).content.decode()
    assert lin.post(address, {"method": "password", "password": PASSWORD}).status_code == 302
    assert address in gao.get(url("sign-list")).content.decode()
    assert gao.post(address, {"method": "drawn", "drawing": drawing_as_sent()}).status_code == 302
    assert list(Signature.objects.order_by("id").values_list("role", "method")) == [
        ("holder", "password"),
        ("reviewer", "drawn"),
    ]
    page = lin.get(address).content.decode()
    assert page.count('class="seal"') == 2
    pdf = lin.get(url("confirmation-pdf", version.pk, office.firm.positions["客服部经理"].pk, office.firm["林晓岚"].pk))
    assert pdf.content[:5] == b"%PDF-"


def test_a_wrong_password_signs_nothing_and_is_counted_like_a_login(office: Office, version: CharterVersion) -> None:
    lin = browser_of(office, "林晓岚")
    address = signing(office, version)
    for _attempt in range(5):
        answer = lin.post(address, {"method": "password", "password": "wrong"})
        assert answer.status_code == 422
    assert LoginEvent.objects.filter(kind="failed").count() == 5
    locked = lin.post(address, {"method": "password", "password": PASSWORD})
    assert locked.status_code == 422
    assert not Signature.objects.exists()


@pytest.mark.parametrize(
    "drawing",
    [
        "",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/png;base64,bm8gcGljdHVyZQ==",
        "data:image/png;base64,%%%",
        "data:image/png;base64," + "A" * 500_000,
    ],
)
def test_what_is_no_drawing_signs_nothing(office: Office, version: CharterVersion, drawing: str) -> None:
    lin = browser_of(office, "林晓岚")
    assert lin.post(signing(office, version), {"method": "drawn", "drawing": drawing}).status_code == 422
    assert not Signature.objects.exists()


def test_an_empty_sheet_is_no_signature(office: Office, version: CharterVersion) -> None:
    import base64
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGBA", (300, 100), (0, 0, 0, 0)).save(out, "PNG")
    sent = {"method": "drawn", "drawing": "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()}
    lin = browser_of(office, "林晓岚")
    assert lin.post(signing(office, version), sent).status_code == 422
