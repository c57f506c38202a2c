"""Signatures under charters (岗位职责确认书, S-003): the holder confirms, the reviewer countersigns."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.accounts.proofs import check_proof
from remit.kernel.authority.errors import NotAuthorised, RuleBroken
from remit.kernel.authority.facts import Fact, Facts
from remit.kernel.authority.loading import rulebook_now
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.charters import hooks
from remit.kernel.charters.access import SIGNATURES_ROOM
from remit.kernel.charters.models import CharterVersion, Signature
from remit.kernel.documents.models import StoredFile
from remit.kernel.organization.models import Person


def _signer(person: Person, facts: Facts) -> str | None:
    """A holder signs for himself; the reviewer is whoever holds or acts in the position above."""
    book = rulebook_now()
    position_id, holder_id = facts["position"], facts["holder"]
    position = book.structure.positions.get(int(str(position_id)))
    if position is None or holder_id not in position.holders:
        return None
    if facts["role"] == "holder":
        return _("it is the charter of your own position") if holder_id == person.pk else None
    superior = next(book.structure.superiors(position.id), None)
    reviewers = set(superior.holders if superior else ())
    reviewers |= {
        a.deputy_id for a in book.actings if superior and a.position_id == superior.id and book.at >= a.starts_at
    }
    return _("you review for the position above") if person.pk in reviewers and person.pk != holder_id else None


@action(
    "charter.sign",
    gettext_lazy("Sign a charter"),
    Fact("version", "id", gettext_lazy("Version")),
    Fact("position", "position", gettext_lazy("Position")),
    Fact("holder", "person", gettext_lazy("Holder")),
    Fact("role", "choice", gettext_lazy("Signs as"), choices=(("holder", gettext_lazy("Holder")), ("reviewer", gettext_lazy("Reviewer")))),
    Fact("drawing", "id", gettext_lazy("Drawn signature"), required=False),
    Fact("proof", "text", gettext_lazy("Proof of identity"), required=False, secret=True),
    inherent=_signer,
)  # fmt: skip
def sign(call: Call) -> Done:
    """Sign one version for one position: by password (a fresh proof of identity) or by a drawn signature."""
    if call.person is None:
        raise RuleBroken(_("Only a person can do this, not the system."))
    if _signer(call.person, call.facts) is None:
        # A grant of "charter.*" gives many rights; somebody else's signature is none of them.
        raise NotAuthorised(
            _("A holder signs for himself, and whoever stands above him countersigns; nobody else can.")
        )
    # Locked, so that the same signature sent twice is told as signed already.
    locked = CharterVersion.objects.select_for_update(no_key=True, of=("self",)).select_related("charter")
    version = locked.get(pk=call.id_of("version"))
    role, drawing = call.text("role"), call.id_or_none("drawing")
    place = version.charter.places.filter(position_id=call.id_of("position"), end=None).first()
    if place is None or version.retired_on is not None:
        raise RuleBroken(_("This version is no longer the one in force; sign the current one."))
    if drawing is None and not check_proof(call.text("proof"), call.actor):
        raise RuleBroken(_("Enter your password again to sign, or draw your signature."))
    if drawing is not None:
        _refuse_other_drawing(drawing, call.person)
    signatures = Signature.objects.filter(
        version=version, position_id=place.position_id, holder_id=call.id_of("holder")
    )
    if signatures.filter(role=role).exists():
        raise RuleBroken(_("This is signed already."))
    if role == "reviewer" and not signatures.filter(role="holder").exists():
        raise RuleBroken(_("The holder signs first."))
    signature = Signature.objects.create(
        version=version,
        position_id=place.position_id,
        holder_id=call.id_of("holder"),
        role=role,
        signed_by=call.person,
        method="password" if drawing is None else "drawn",
        drawing_id=drawing,
        digest=version.digest,
        signed_at=call.at,
    )
    hooks.run(hooks.signature_settled, version.pk, place.position_id, signature.holder_id, role)
    if role == "holder":
        hooks.run(hooks.signature_wanted, version.pk, place.position_id, signature.holder_id, "reviewer")
    changes = {"role": role, "method": signature.method, "digest": version.digest, "holder": signature.holder_id}
    return Done(("charter_version", version.pk, version.label), changes, version.charter.company_id)


def is_asked(person: Person, position_id: int, holder_id: int, role: str) -> bool:
    """Whether the person is the one to sign as `role` for this holder of the position."""
    return _signer(person, {"position": position_id, "holder": holder_id, "role": role}) is not None


def _refuse_other_drawing(file_id: int, person: Person) -> None:
    """A drawn signature is a picture that was drawn for one signature: never another file, never one that was used before."""
    found = StoredFile.objects.filter(pk=file_id, room=SIGNATURES_ROOM, name=drawing_name(person)).exists()
    if not found or Signature.objects.filter(drawing=file_id).exists():
        raise RuleBroken(_("Draw your signature once more; this picture can't be used."))


def drawing_name(person: Person) -> str:
    """The name under which a person's drawn signature is stored."""
    return f"signature-{person.pk}.png"
