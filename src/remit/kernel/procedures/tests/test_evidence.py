"""Evidence in forms: the place where somebody stands, photos that are photos, and what the camera wrote into them."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.browsing import browser_of
from tests.key_accounts import picture

from remit.kernel.authority.facts import BadFacts
from remit.kernel.documents.models import StoredFile
from remit.kernel.procedures.answers import parse_answers, place_text
from remit.kernel.procedures.checking import read_procedure
from remit.kernel.procedures.format import FormField
from remit.kernel.procedures.models import Case
from remit.kernel.procedures.standing import put_procedure
from remit.kernel.procedures.tests.department import MORNING, Department
from remit.lib import clock
from remit.lib.yaml_reader import BadYaml

PATROL = """\
id: patrol
labels: {zh-hans: 巡查}
prefix: XC
within: 2 workdays
intake: {by: [anyone]}
steps:
  - id: look
    labels: {zh-hans: 到场}
    by: [{relation: handler}]
    within: 1 workday
    fields:
      - {name: spot, kind: place, labels: {zh-hans: 地点}, typed: false}
      - {name: proof, kind: photo, labels: {zh-hans: 照片}, max: 2, taken_within: 1 day}
    outcomes: [{id: seen, labels: {zh-hans: 看过}, next: done}]
ends: [{id: done, labels: {zh-hans: 完成}}]
"""
SPOT = {"latitude": 30.2741, "longitude": 120.1551, "accuracy": 12.4}


@pytest.fixture
def patrol(department: Department) -> Case:
    put_procedure(read_procedure(PATROL, "patrol.yaml")[0], "pack:test")
    result = department.firm.do("陈立", "case.open", procedure="patrol", title="巡查东门", subject="东门")
    return Case.objects.get(pk=result.subject[1])


def send(department: Department, case: Case, *photos: bytes, who: str = "陈立", **spot: Any) -> Any:
    url = reverse("procedures:step-submit", args=[case.pk, department.run(case).pk])
    files = [SimpleUploadedFile(f"{n}.jpg", content, "image/jpeg") for n, content in enumerate(photos)]
    typed = {f"spot.{name}" if name != "address" else "spot": value for name, value in (spot or SPOT).items()}
    return browser_of(department.firm, who).post(url, {**typed, "proof": files, "outcome": "seen"})


@pytest.mark.django_db
def test_a_photo_is_shown_small_with_what_the_camera_says(department: Department, patrol: Case) -> None:
    with clock.set_to(MORNING):
        answer = send(department, patrol, picture(MORNING - dt.timedelta(hours=2), (30.2741, 120.1551)))
        assert answer.status_code == 302
        page = browser_of(department.firm, "陈立").get(answer["Location"]).content.decode()
    assert "2026-11-25 07:12" in page
    assert "30.27410, 120.15510 ±12 m" in page, "the place of the device"
    patrol.refresh_from_db()
    (photo,) = patrol.values["proof"]
    url = reverse("procedures:case-thumbnail", args=[patrol.pk, photo])
    small = browser_of(department.firm, "陈立").get(url)
    assert small["Content-Type"] == "image/jpeg"
    with Image.open(BytesIO(small.content)) as image:
        assert max(image.size) == 320
        assert not image.getexif(), "what the camera wrote does not travel with the thumbnail"
    assert browser_of(department.firm, "吴越").get(url).status_code == 404
    assert patrol.values["_photos"][str(photo)]["latitude"] == "30.274100"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("photos", "why"),
    [
        ([], "a photo is missing"),
        ([b"GIF89a of a kind"], "a text that calls itself a picture"),
        ([picture(MORNING - dt.timedelta(days=3))], "taken three days ago"),
        ([picture(MORNING + dt.timedelta(days=3))], "taken in three days"),
        ([picture(), picture(), picture()], "three where two are asked for"),
        ([picture()[:-400]], "half a picture"),
    ],
)
def test_what_is_no_evidence_is_refused_and_nothing_is_kept(
    department: Department, patrol: Case, photos: list[bytes], why: str
) -> None:
    with clock.set_to(MORNING):
        assert send(department, patrol, *photos).status_code == 422, why
    patrol.refresh_from_db()
    assert patrol.step == "look"
    assert not StoredFile.objects.filter(room="procedures").exists()


@pytest.mark.django_db
def test_a_photo_in_which_no_camera_wrote_counts_and_is_told(department: Department, patrol: Case) -> None:
    assert send(department, patrol, picture(kind="PNG")).status_code == 302
    patrol.refresh_from_db()
    assert list(patrol.values["_photos"].values()) == [{}], "it says nothing, and that is shown"


@pytest.mark.django_db
def test_a_file_of_another_room_or_company_is_none_of_the_form(department: Department, patrol: Case) -> None:
    stranger = StoredFile.objects.create(
        sha256="0" * 64,
        name="x.jpg",
        media_type="image/jpeg",
        size=3,
        company_id=department.firm.property.pk,
        room="procedures",
    )
    run = department.run(patrol)
    with pytest.raises(Exception, match="照片"):
        department.firm.do(
            "陈立", "case.submit", step=run.pk, outcome="seen", answers={"spot": SPOT, "proof": [stranger.pk]}
        )


@pytest.mark.django_db
def test_where_the_device_has_to_say_so_no_typed_place_counts_at_any_door(department: Department, patrol: Case) -> None:
    assert send(department, patrol, picture(), address="东门").status_code == 422
    for spot in (
        "东门",
        {"address": "东门"},
        {**SPOT, "accuracy": 20_000},
        {**SPOT, "latitude": 91},
        {"latitude": 30},
        [1, 2],
    ):
        with pytest.raises(BadFacts) as refused:
            department.submit("陈立", patrol, "seen", spot=spot, proof=[])
        assert "spot" in refused.value.faults, spot


PLACE = FormField.model_validate({"name": "spot", "kind": "place", "labels": {"zh-hans": "地点"}})


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 5000), st.text(max_size=60))
def test_every_place_on_the_globe_is_taken_and_can_be_read(
    latitude: float, longitude: float, accuracy: float, address: str
) -> None:
    given_place = {"latitude": latitude, "longitude": longitude, "accuracy": accuracy, "address": address}
    try:
        found = parse_answers([PLACE], {"spot": given_place}, {})["spot"]
    except BadFacts:
        assert any(ord(sign) == 0 or 0xD800 <= ord(sign) < 0xE000 for sign in address), "what can't be stored"
        return
    assert abs(float(found["latitude"]) - latitude) < 1e-6
    assert abs(float(found["longitude"]) - longitude) < 1e-6
    assert place_text(found)


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3)
       | st.dictionaries(st.sampled_from(["latitude", "longitude", "accuracy", "address", "x"]), inner, max_size=4)))  # fmt: skip
def test_whatever_is_sent_as_a_place_is_a_place_or_a_told_fault(value: Any) -> None:
    try:
        found = parse_answers([PLACE], {"spot": value}, {})["spot"]
    except BadFacts as refused:
        assert set(refused.faults) == {"spot"}
    else:
        assert found["source"] in ("device", "typed")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("typed: false}\n      - {name: proof", None),
        ("kind: place, labels: {zh-hans: 地点}, typed: false", "kind: text, labels: {zh-hans: 地点}, typed: false"),
        ("kind: photo, labels: {zh-hans: 照片}, max: 2", "kind: file, labels: {zh-hans: 照片}, max: 2"),
        ("prefix: XC\n", "prefix: XC\nday: {at: spot}\n"),
        ("    outcomes: [", "    timeline: [{kind: visit, fields: [spot]}]\n    outcomes: ["),
    ],
)
def test_the_checker_tells_what_belongs_to_other_kinds(text: str, fault: str | None) -> None:
    if fault is None:
        read_procedure(PATROL, "patrol.yaml")
        return
    assert text in PATROL
    with pytest.raises(BadYaml):
        read_procedure(PATROL.replace(text, fault), "patrol.yaml")
