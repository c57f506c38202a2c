"""Fields that packs add to the customer file: without code, on every way in and out."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.cast import Firm
from tests.web_help import browser, page

from remit.kernel.audit.models import Event
from remit.kernel.authority.errors import RuleBroken
from remit.kernel.packs.loader import SHIPPED, check_pack, read_pack
from remit.kernel.parties.fields import put_fields
from remit.kernel.parties.models import CustomField, Merge, Party, Segment
from remit.kernel.parties.segments import segment_queryset
from remit.kernel.parties.tests.conftest import Opener
from remit.lib.sheets import read_sheet

pytestmark = pytest.mark.django_db
HEALTH = {"health_concern": "血压偏高，服药中", "course": "running", "course_since": "2026-03-01"}


@pytest.fixture(autouse=True)
def patient_files(firm: Firm) -> None:
    for name in ("customer-service", "key-accounts"):
        put_fields(f"pack:{name}", [field.as_row() for field in read_pack(SHIPPED / name).fields])


def at(party: Party, name: str = "detail") -> str:
    return reverse(f"parties:{name}", args=[party.pk])


@pytest.mark.ledger("S-218")
def test_a_patient_s_file_is_kept_by_its_keeper_and_masked_for_others(firm: Firm, opened: Opener) -> None:
    client = browser(firm, "陈立")
    form = {
        "name": "曾小明",
        "kind": "person",
        "status": "active",
        **{f"x_{name}": text for name, text in HEALTH.items()},
    }
    assert client.post(reverse("parties:new"), form).status_code == 302
    party = Party.objects.get()
    assert party.extra == HEALTH
    shown = page(client, at(party))
    assert "血压偏高" in shown and "2026-03-01" in shown
    boss = browser(firm, "林晓岚")
    assert "血压偏高" not in page(boss, at(party)) and "•••" in page(boss, at(party))
    assert "血压偏高" in boss.post(at(party, "unmask"), {"field": "health_concern"}).content.decode()
    assert Event.objects.filter(kind="customer.unmask", actor_person_id=firm["林晓岚"].pk).count() == 1
    overseer = browser(firm, "孙可")
    assert "•••" not in page(overseer, at(party)) and "2026-03-01" in page(overseer, at(party))
    assert overseer.post(at(party, "unmask"), {"field": "health_concern"}).status_code in (302, 404, 422)
    assert not any("血压" in str(event.facts) + str(event.changes) for event in Event.objects.all()), (
        "no event keeps it"
    )


def test_the_form_changes_and_empties_fields_and_refuses_nonsense(firm: Firm, opened: Opener) -> None:
    party = opened("曾小明", kind="person", fields=HEALTH)
    client = browser(firm, "陈立")
    assert "血压偏高" in page(client, at(party, "change"))
    form = {"name": "曾小明", "kind": "person", "status": "active", "version": "1", "x_course": "paused"}
    assert client.post(at(party, "change"), form).status_code == 302
    party.refresh_from_db()
    assert party.extra == {"course": "paused"}
    for wrong in ({"course": "dancing"}, {"course_since": "morgen"}, {"seats": 3}, {"nothing": 1}):
        with pytest.raises(RuleBroken):
            firm.do("陈立", "customer.amend", party=party.pk, fields=wrong)
    company = opened("甲公司", fields={"seats": "120", "admitted": "yes"})
    assert company.extra == {"seats": 120, "admitted": True}
    assert client.post(at(company, "change"), {"name": "甲公司", "kind": "organization", "status": "active", "version": "1",
                                               "x_admitted": "no", "x_seats": "130"}).status_code == 302  # fmt: skip
    company.refresh_from_db()
    assert company.extra == {"seats": 130, "admitted": False}


def test_lists_and_segments_are_narrowed_by_choices(firm: Firm, opened: Opener) -> None:
    opened("曾小明", kind="person", fields=HEALTH)
    opened("曾小红", kind="person", fields={"course": "paused"})
    client = browser(firm, "陈立")
    shown = page(client, reverse("parties:list"), x_course="running")
    assert "曾小明" in shown and "曾小红" not in shown and 'name="x_course"' in shown
    assert "曾小红" in page(client, reverse("parties:list"), x_rival_share="most"), (
        "what not everybody sees narrows nothing"
    )
    made = firm.do("陈立", "customer.keep_segment", name="使用中", filter={"x_course": "running"})
    segment = Segment.objects.get(pk=made.subject[1])
    assert [party.name for party in segment_queryset(firm.health, segment)] == ["曾小明"]


def taken_in(client: Client, text: str) -> str:
    file = SimpleUploadedFile("客户.csv", text.encode())
    preview = client.post(reverse("parties:exchange"), {"file": file})["Location"]
    return str(preview)


def test_files_bring_them_in_and_out_and_undoing_takes_them_back(firm: Firm, opened: Opener) -> None:
    known = opened("曾小明", kind="person", phone="13805712233", fields={"course": "trial", "allergies": "青霉素"})
    client = browser(firm, "林晓岚")
    preview = taken_in(client, "姓名,类别,电话,使用阶段,过敏与禁忌\n曾小明,个人,13805712233,使用中,\n李小红,个人,13805712244,试用,花粉\n"
                       "王小强,个人,13805712255,跳舞,\n")  # fmt: skip
    assert "使用阶段" in page(client, preview) and "跳舞" not in Party.objects.values_list("name", flat=True)
    client.post(preview + "taking-in/")
    known.refresh_from_db()
    assert known.extra == {"course": "running", "allergies": "青霉素"}
    assert Party.objects.get(name="李小红").extra == {"course": "trial", "allergies": "花粉"}
    assert not Party.objects.filter(name="王小强").exists()
    exported = client.get(reverse("parties:export-xlsx"))
    rows = {row.cells["名称"] if "名称" in row.cells else row.cells["Name"]: row.cells
            for row in read_sheet(io.BytesIO(exported.content).read()).rows}  # fmt: skip
    assert rows["李小红"]["过敏与禁忌"] == "花粉" and rows["曾小明"]["过敏与禁忌"] == "", (
        "masked for who does not keep it"
    )
    assert "使用中" in rows["曾小明"]["使用阶段"]
    run = known.imports.get().run_id
    client.post(reverse("parties:import-undo", args=[run]))
    known.refresh_from_db()
    assert known.extra == {"course": "trial", "allergies": "青霉素"}


def test_a_merge_fills_what_is_empty_and_undoing_it_takes_that_back(firm: Firm, opened: Opener) -> None:
    kept = opened("曾小明", kind="person", fields={"course": "running"})
    gone = opened("曾小明", kind="person", knowingly=True, fields={"course": "paused", "allergies": "花粉"})
    firm.do("陈立", "customer.merge", party=kept.pk, gone=gone.pk)
    kept.refresh_from_db()
    assert kept.extra == {"course": "running", "allergies": "花粉"}
    firm.do("陈立", "customer.part", merge=Merge.objects.get().pk)
    kept.refresh_from_db()
    assert kept.extra == {"course": "running"}


@pytest.mark.ledger("R-064")
def test_a_required_field_is_asked_for_at_every_door(firm: Firm, opened: Opener) -> None:
    row = read_pack(SHIPPED / "key-accounts").fields[4].as_row()
    put_fields("pack:test", [{**row, "name": "verified", "is_required": True}])
    with pytest.raises(RuleBroken):
        opened("甲公司")
    client = browser(firm, "林晓岚")
    preview = page(client, taken_in(client, "名称,类别\n甲公司,企业\n曾小明,个人\n"))
    assert "缺少：资格已核实" in preview
    assert opened("曾小明", kind="person").pk, "a person is not asked for what only organizations have"


def test_a_field_belongs_to_one_pack_and_a_dropped_one_keeps_its_values(firm: Firm, opened: Opener) -> None:
    party = opened("曾小明", kind="person", fields={"course": "running"})
    rows = [field.as_row() for field in read_pack(SHIPPED / "customer-service").fields]
    with pytest.raises(RuleBroken):
        put_fields("pack:other", rows)
    put_fields("pack:customer-service", [row for row in rows if row["name"] != "course"])
    assert CustomField.objects.get(name="course").is_retired
    with pytest.raises(RuleBroken):
        firm.do("陈立", "customer.amend", party=party.pk, fields={"course": "paused"})
    firm.do("陈立", "customer.amend", party=party.pk, fields={"allergies": "花粉"})
    party.refresh_from_db()
    assert party.extra == {"course": "running", "allergies": "花粉"}


def test_a_faulty_fields_file_is_told_with_its_lines(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    page_text = (SHIPPED / "management" / "pack.yaml").read_text().replace("name: management", "name: broken")
    (folder / "pack.yaml").write_text(page_text)
    (folder / "fields.yaml").write_text(
        "fields:\n  - name: course\n    kind: choice\n    labels: {zh-hans: 阶段}\n  - name: Two\n    kind: text\n"
        "    labels: {zh-hans: 二}\n    colour: red\n"
    )
    faults = {(Path(fault.file).name, fault.line) for fault in check_pack(folder)}
    assert {("fields.yaml", 2), ("fields.yaml", 5), ("fields.yaml", 8)} <= faults
