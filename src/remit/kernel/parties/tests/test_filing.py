"""Files in a customer's file: seen by whoever reads it, and by nobody else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from tests.cast import Firm
from tests.web_help import browser, page

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import NotYours, RuleBroken
from remit.kernel.documents import storage
from remit.kernel.documents.actions import store
from remit.kernel.documents.models import StoredFile
from remit.kernel.parties.models import Merge, Party, PartyFile
from remit.kernel.parties.tests.conftest import Opener

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def disk(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_DIR = tmp_path


def put_in(client: Client, party: Party, content: bytes, name: str = "协议.pdf", **more: str) -> int:
    file = SimpleUploadedFile(name, content, content_type="application/pdf")
    return client.post(reverse("parties:file-add", args=[party.pk]), {"files": file, **more}).status_code


def at(row: PartyFile, name: str = "file") -> str:
    return reverse(f"parties:{name}", args=[row.party_id, row.pk])


@pytest.mark.ledger("R-046", "S-017")
def test_the_signed_agreement_stands_with_the_customer(firm: Firm, opened: Opener) -> None:
    party = opened("甲公司")
    client = browser(firm, "陈立")
    assert put_in(client, party, b"signed", kind="agreement", note="盖章件") == 302
    row = PartyFile.objects.get()
    shown = page(client, reverse("parties:detail", args=[party.pk]))
    assert "协议.pdf" in shown and "盖章件" in shown
    for who in ("陈立", "林晓岚", "孙可"):
        read = browser(firm, who).get(at(row))
        assert b"".join(read.streaming_content) == b"signed", who  # type: ignore[attr-defined]
    assert Event.objects.filter(kind="customer.inspect").count() == 1, "a look by oversight leaves an event"
    for who in ("赵敏之", "吴越", "何平"):
        assert browser(firm, who).get(at(row)).status_code == 404
        assert put_in(browser(firm, who), party, b"x") == 404
    assert put_in(browser(firm, "林晓岚"), party, b"x") == 404, "a superior reads, and writes nothing"


def test_what_is_refused_leaves_no_file(firm: Firm, opened: Opener) -> None:
    party, other = opened("甲公司"), opened("乙公司", "赵敏之")
    client = browser(firm, "陈立")
    assert put_in(client, party, b"") == 422
    assert client.post(reverse("parties:file-add", args=[party.pk]), {"kind": "photo"}).status_code == 422
    assert not StoredFile.objects.exists()
    put_in(browser(firm, "赵敏之"), other, b"secret")
    theirs = PartyFile.objects.get().file_id
    evidence = store(b"x", "x.txt", "text/plain", actor=firm.actor("陈立"), room="work", company_id=firm.health.pk)
    for ids in ([theirs], [evidence.pk], [], ["x"]):
        with pytest.raises(RuleBroken):
            firm.do("陈立", "customer.attach", party=party.pk, files=ids)


def test_only_the_keeper_takes_one_out_and_nothing_of_it_stays(
    firm: Firm, opened: Opener, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    party, other = opened("甲公司"), opened("乙公司")
    client = browser(firm, "陈立")
    (
        put_in(client, party, b"original"),
        put_in(client, other, b"original", "副本.pdf"),
        put_in(client, party, b"only here"),
    )
    shared, copy, only = PartyFile.objects.select_related("file").order_by("pk")
    firm.do("陈立", "customer.add_collaborator", party=party.pk, person=firm["赵敏之"].pk)
    assert firm.do("赵敏之", "customer.detach", party=party.pk, file=shared.pk, reason="误传").kind == "requested"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        for row in (shared, only):
            assert client.post(at(row, "file-remove"), {"reason": "误传"}).status_code == 302
    assert list(PartyFile.objects.values_list("pk", flat=True)) == [copy.pk]
    assert storage.path_of(copy.file.sha256).exists(), "the other customer's copy has the same bytes"
    assert not storage.path_of(only.file.sha256).exists()
    with pytest.raises(RuleBroken):
        firm.do("陈立", "customer.detach", party=party.pk, file=copy.pk, reason="别人的")


def test_files_go_along_with_a_merge_and_out_with_an_erasure(
    firm: Firm, opened: Opener, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    kept, gone = opened("曾小明", kind="person"), opened("曾小明", kind="person", knowingly=True)
    put_in(browser(firm, "陈立"), gone, b"original")
    row = PartyFile.objects.select_related("file").get()
    firm.do("陈立", "customer.merge", party=kept.pk, gone=gone.pk)
    assert kept.files.get() == row
    firm.do("陈立", "customer.part", merge=Merge.objects.get().pk)
    assert gone.files.get() == row
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        firm.do("林晓岚", "customer.erase", party=gone.pk, number=gone.number, reason="本人来信")
    assert not StoredFile.objects.exists() and not storage.path_of(row.file.sha256).exists()
    with pytest.raises(NotYours):
        firm.do("何平", "customer.attach", party=kept.pk, files=[1])
