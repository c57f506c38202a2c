"""岗位职责确认书: the holder signs, the superior countersigns, each by password or by hand, once."""

import base64
import io

import pytest
from PIL import Image, ImageDraw
from tests.cast import away

from remit.kernel.accounts import actions as accounts
from remit.kernel.accounts.actor import system
from remit.kernel.accounts.models import User
from remit.kernel.accounts.proofs import prove
from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.charters import hooks
from remit.kernel.charters.access import SIGNATURES_ROOM
from remit.kernel.charters.models import CharterVersion, Signature
from remit.kernel.charters.queries import my_charters, signatures_of, to_sign
from remit.kernel.charters.signing import drawing_name
from remit.kernel.charters.tests.office import Office
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.actions import store
from remit.kernel.documents.errors import FileNotFound
from remit.kernel.organization.models import Person

pytestmark = pytest.mark.django_db
PASSWORD = "a kettle sings at seven"


@pytest.fixture
def version(office: Office) -> CharterVersion:
    """The manager 林晓岚, below the director 高岚, has a charter."""
    return office.activate(position=office.firm.positions["客服部经理"].pk)


def login_of(person: Person) -> User:
    user = accounts.create_user(
        username=person.employee_no,
        name=person.name,
        password=PASSWORD,
        must_change_password=False,
        actor=system("tests"),
    )
    Person.objects.filter(pk=person.pk).update(user=user)
    person.user = user
    return user


def facts(office: Office, version: CharterVersion, role: str = "holder", **more: object) -> dict[str, object]:
    position = office.firm.positions["客服部经理"]
    return {"version": version.pk, "position": position.pk, "holder": office.firm["林晓岚"].pk, "role": role, **more}


def proof_of(person: Person) -> str:
    proof = prove(login_of(person), PASSWORD)
    assert proof is not None
    return proof


def drawing() -> bytes:
    picture = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(10, 80), (150, 20), (290, 60)], fill=(24, 33, 47, 255), width=5)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def drawing_as_sent() -> str:
    return "data:image/png;base64," + base64.b64encode(drawing()).decode()


@pytest.mark.ledger("S-003", "D-002")
def test_the_holder_signs_then_the_superior_countersigns(office: Office, version: CharterVersion) -> None:
    lin, gao = office.firm["林晓岚"], office.firm["高岚"]
    assert [(one.role, one.holder) for one in to_sign(lin)] == [("holder", lin)]
    assert to_sign(gao) == []
    with pytest.raises(RuleBroken):
        office.do("charter.sign", "高岚", **facts(office, version, "reviewer", proof=proof_of(gao)))
    office.do("charter.sign", "林晓岚", **facts(office, version, proof=proof_of(lin)))
    assert to_sign(lin) == []
    assert [(one.role, one.holder) for one in to_sign(gao)] == [("reviewer", lin)]
    again = prove(User.objects.get(person=gao), PASSWORD)
    office.do("charter.sign", "高岚", **facts(office, version, "reviewer", proof=again))
    (row,) = signatures_of(version)
    assert row.signed is not None
    assert row.reviewed is not None
    assert (row.signed.digest, row.reviewed.signed_by) == (version.digest, gao)
    assert to_sign(gao) == []


def test_a_password_must_be_proved_freshly_and_by_the_signer(office: Office, version: CharterVersion) -> None:
    lin, gao = office.firm["林晓岚"], office.firm["高岚"]
    proof_of(lin)
    for proof in ("", "x", proof_of(gao), None):
        with pytest.raises(RuleBroken):
            office.do("charter.sign", "林晓岚", **facts(office, version, proof=proof))
    assert not Signature.objects.exists()


def test_nobody_signs_for_another(office: Office, version: CharterVersion) -> None:
    for who in ("高岚", "陈立", "周岚"):
        with pytest.raises(NotAuthorised):
            office.do("charter.sign", who, **facts(office, version, proof=proof_of(office.firm[who])))
    with pytest.raises(NotAuthorised):
        office.do("charter.sign", "林晓岚", **facts(office, version, "reviewer"))


def test_signing_twice_is_told(office: Office, version: CharterVersion) -> None:
    proof = proof_of(office.firm["林晓岚"])
    office.do("charter.sign", "林晓岚", **facts(office, version, proof=proof))
    with pytest.raises(RuleBroken):
        office.do("charter.sign", "林晓岚", **facts(office, version, proof=proof))


def test_a_drawn_signature_is_used_once_and_only_by_who_drew_it(office: Office, version: CharterVersion) -> None:
    firm, lin = office.firm, office.firm["林晓岚"]
    common = {"actor": firm.actor("林晓岚"), "room": SIGNATURES_ROOM}
    mine = store(drawing(), drawing_name(lin), "image/png", **common)  # type: ignore[arg-type]  # the actor and the room
    others = store(drawing(), drawing_name(firm["高岚"]), "image/png", **common)  # type: ignore[arg-type]
    contract = store(b"a contract", drawing_name(lin), "image/png", actor=firm.actor("林晓岚"), room="elsewhere")
    for wrong in (others.pk, contract.pk, 10**9):
        with pytest.raises(RuleBroken):
            office.do("charter.sign", "林晓岚", **facts(office, version, drawing=wrong))
    office.do("charter.sign", "林晓岚", **facts(office, version, drawing=mine.pk))
    assert Signature.objects.get().method == "drawn"
    assert file_to_read(firm.actor("高岚"), mine.pk) == mine
    with pytest.raises(FileNotFound):
        file_to_read(firm.actor("何平"), mine.pk)


def test_a_deputy_of_the_superior_countersigns(office: Office, version: CharterVersion) -> None:
    away(office.firm, "高岚", "孙可")
    office.do("charter.sign", "林晓岚", **facts(office, version, proof=proof_of(office.firm["林晓岚"])))
    assert [one.role for one in to_sign(office.firm["孙可"])] == ["reviewer"]
    office.do("charter.sign", "孙可", **facts(office, version, "reviewer", proof=proof_of(office.firm["孙可"])))
    assert Signature.objects.get(role="reviewer").signed_by == office.firm["孙可"]


def test_a_new_version_asks_again_and_a_signed_import_stays(
    office: Office, version: CharterVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(hooks, "signature_wanted", [lambda v, p, h, role: asked.append(role)])
    monkeypatch.setattr(hooks, "signature_settled", [lambda v, p, h, role: asked.append(f"-{role}")])
    lin = office.firm["林晓岚"]
    office.do("charter.sign", "林晓岚", **facts(office, version, proof=proof_of(lin)))
    assert asked == ["-holder", "reviewer"]
    with pytest.raises(RuleBroken, match="v1"):
        office.do("charter.undo_import", document=office.document.pk)
    from remit.kernel.charters.format import charter_to_yaml

    text = charter_to_yaml(version.spec).replace("100 CNY", "90 CNY")
    from remit.kernel.organization.queries import today

    office.do("charter.revise", charter=version.charter_id, yaml={"text": text}, effective_on=today())
    assert asked[2:] == ["-holder", "-reviewer", "holder"]
    assert [one.version.number for one in to_sign(lin)] == [2]
    with pytest.raises(RuleBroken):
        office.do("charter.sign", "高岚", **facts(office, version, "reviewer", proof=proof_of(office.firm["高岚"])))


def test_today_shows_coverage_and_limits_of_ones_charter(office: Office, version: CharterVersion) -> None:
    (mine,) = my_charters(office.firm["林晓岚"])
    assert (mine.position, mine.version, mine.signature_wanted) == (office.firm.positions["客服部经理"], version, True)
    assert (mine.coverage.bound, mine.coverage.total) == (1, 2)
    assert ("奖励员工", "≤ ¥100") in mine.limits
    assert len(mine.limits) == 2
    assert my_charters(office.firm["吴越"]) == []
