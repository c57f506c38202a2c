"""A large file of customers is checked and taken in behind the page: its sender may leave, come back, call it off; nobody else sees it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Firm
from tests.web_help import browser, page
from tests.write_guard import without_guard

from remit.kernel.audit.models import Event
from remit.kernel.authority.loading import authority_changed, lock_authority
from remit.kernel.authority.models import Grant
from remit.kernel.parties.importing import working
from remit.kernel.parties.models import ImportRun, Party, Upload, UploadStage
from remit.kernel.work.models import Notice
from remit.lib import clock
from remit.lib.sheets import read_sheet, write_csv

pytestmark = pytest.mark.django_db
HEADERS = ["客户名称", "联系电话", "等级", "备注"]
BAD = {7: ("12345", "A"), 70: ("13900000070", "特级"), 700: ("1390000", "B")}


def table(count: int) -> bytes:
    """So many rows that the file is a large one, three of them with a fault."""
    rows = [[f"客户{n}号", *BAD.get(n, (f"1380{n:07d}", "A")), "由展会登记表转来，" * 8] for n in range(count)]
    return write_csv(HEADERS, rows)


@pytest.fixture
def client(firm: Firm) -> Client:
    return browser(firm, "林晓岚")


@pytest.fixture
def upload(client: Client) -> Upload:
    sent = client.post(reverse("parties:exchange"), {"file": SimpleUploadedFile("客户.csv", table(1800))})
    upload = Upload.objects.get()
    assert sent.headers["Location"] == address(upload) and upload.is_large
    return upload


def address(upload: Upload, what: str = "preview") -> str:
    return reverse(f"parties:import-{what}", args=[upload.token])


def notices(firm: Firm) -> list[str]:
    return [row.topic for row in Notice.objects.filter(person=firm["林晓岚"], kind="file", read_at=None)]


@pytest.mark.ledger("S-018")
def test_a_large_file_is_checked_and_taken_in_while_its_sender_does_something_else(
    firm: Firm, client: Client, upload: Upload
) -> None:
    assert "progress" in page(client, address(upload))
    page(client, address(upload, "progress"))
    with without_guard():
        Upload.objects.update(looked_at=None)  # and goes away
    working.work_on(upload.pk)
    assert client.get(address(upload, "progress"))["HX-Redirect"] == address(upload)
    assert notices(firm) == [f"upload:{upload.pk}"]
    seen = client.get(address(upload)).context
    assert (seen["added_count"], seen["bad_rows"]) == (1797, 3) and not Party.objects.exists()

    client.post(address(upload, "take-in"))
    client.post(address(upload, "take-in"))  # twice by mistake
    working.work_on(upload.pk)
    working.work_on(upload.pk)
    assert Party.objects.count() == 1797 and {row.owner for row in Party.objects.all()} == {firm["林晓岚"]}
    event = Event.objects.get(kind="customer.import")
    assert (event.actor_person_id, event.door, event.actor_kind) == (firm["林晓岚"].pk, "import", "person")
    upload.refresh_from_db()
    assert (upload.stage, upload.run, len(upload.data)) == ("done", ImportRun.objects.get(), 0)
    assert len(notices(firm)) == 1

    page(client, address(upload))
    mending = read_sheet(b"".join(client.get(address(upload, "error-file"))))
    assert [row.cells["客户名称"] for row in mending.rows] == ["客户7号", "客户70号", "客户700号"]


def test_somebody_else_finds_no_such_upload(firm: Firm, upload: Upload) -> None:
    working.work_on(upload.pk)
    lock_authority(exclusively=True)
    grant = Grant.objects.filter(position=firm.positions["客服部经理"], action="customer.*").get()
    grant.pk, grant.position = None, firm.positions["出纳"]
    grant.save()
    authority_changed()
    other = browser(firm, "吴越")
    assert not list(other.get(reverse("parties:exchange")).context["under_way"])
    for what in ("preview", "progress", "error-file"):
        page(other, address(upload, what), status=404)
    for what in ("take-in", "stop", "preview"):
        assert other.post(address(upload, what)).status_code == 404
    upload.refresh_from_db()
    assert upload.stage == UploadStage.CHECKED


def test_what_is_called_off_is_not_taken_in(client: Client, upload: Upload) -> None:
    working.work_on(upload.pk)
    client.post(address(upload, "take-in"))
    client.post(address(upload, "stop"))
    working.work_on(upload.pk)  # the job was queued already
    assert not Party.objects.exists()
    page(client, address(upload), status=404)
    with without_guard():
        Upload.objects.update(stage=UploadStage.WRITING)
    client.post(address(upload, "stop"))  # too late: it is all or nothing
    assert Upload.objects.get().stage == UploadStage.WRITING


def test_the_right_is_asked_when_the_rows_are_taken_in(firm: Firm, client: Client, upload: Upload) -> None:
    working.work_on(upload.pk)
    client.post(address(upload, "take-in"))
    lock_authority(exclusively=True)
    Grant.objects.filter(action="customer.*").delete()
    authority_changed()
    working.work_on(upload.pk)
    upload.refresh_from_db()
    assert upload.stage == UploadStage.FAILED and upload.refusal and not Party.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_file_that_cannot_be_read_says_so_and_one_that_nobody_wants_is_forgotten(client: Client) -> None:
    broken = b"PK" + bytes(range(256)) * 1000
    client.post(reverse("parties:exchange"), {"file": SimpleUploadedFile("客户.xlsx", broken)})
    upload = Upload.objects.get()
    working.work_on(upload.pk)
    assert ".xlsx" in page(client, address(upload))
    client.post(address(upload))  # check it again
    upload.refresh_from_db()
    assert upload.stage == UploadStage.CHECKING
    assert working.forget_old() == 0
    with without_guard():
        Upload.objects.update(made_at=clock.now() - 2 * working.KEPT)
    assert working.forget_old() == 1
