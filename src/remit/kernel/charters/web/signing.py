"""Sign-off: what somebody has to sign, and the page on which a holder confirms and a reviewer countersigns."""

import base64
import binascii
import io
from typing import Final, cast

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from PIL import Image, UnidentifiedImageError

from remit.kernel.accounts.proofs import prove
from remit.kernel.authority.errors import NotYours, Refusal
from remit.kernel.authority.gate import one_act, perform
from remit.kernel.charters.access import SIGNATURES_ROOM, version_visible_to
from remit.kernel.charters.models import CharterVersion
from remit.kernel.charters.queries import signatures_of, signed_by_me, to_sign
from remit.kernel.charters.signing import drawing_name, is_asked
from remit.kernel.charters.web.charter_view import charter_view
from remit.kernel.documents.actions import store
from remit.kernel.organization.models import Person, Position
from remit.web.acting import person_here
from remit.web.http import Request
from remit.web.paging import page_of

DRAWING_BYTES_MAX: Final = 400_000
DRAWING_SIDE_MAX: Final = 2000
PNG_PREFIX: Final = "data:image/png;base64,"


@require_GET
def sign_list(request: Request) -> HttpResponse:
    person = person_here(request)
    wanted = to_sign(person)
    page = page_of(signed_by_me(person), request.GET, size=20)
    context = {
        "own": [one for one in wanted if one.role == "holder"],
        "others": [one for one in wanted if one.role == "reviewer"],
        "signed": page.rows,
        "page": page,
    }
    return render(request, "charters/sign_list.html", context)


@require_http_methods(["GET", "POST"])
def sign_page(request: Request, version: int, position: int, holder: int) -> HttpResponse:
    """The charter, who has signed it, and the form for whoever is asked now."""
    person = person_here(request)
    found = version_visible_to(person, version)
    post, who = _place(found, position), _holder(holder)
    role = _role(request, found, post, who)
    refusal, status = "", 200
    if request.method == "POST" and role:
        try:
            _sign(request, person, found, post, who, role)
            messages.success(request, _("Signed: %(what)s.") % {"what": found.label})
            return redirect("charters:sign", found.pk, post.pk, who.pk)
        except NotYours:
            raise
        except (Refusal, ValidationError) as error:
            refusal = " ".join(error.messages) if isinstance(error, ValidationError) else error.sentence
            status = 422
    signatures = [row for row in signatures_of(found) if row.position.pk == post.pk and row.holder.pk == who.pk]
    context = {
        "version": found,
        "position": post,
        "holder": who,
        "role": role,
        "view": charter_view(found),
        "signature": signatures[0] if signatures else None,
        "refusal": refusal,
        "has_password": request.user.has_usable_password(),
    }
    return render(request, "charters/sign.html", context, status=status)


def _place(version: CharterVersion, pk: int) -> Position:
    place = version.charter.places.filter(position=pk).select_related("position__unit").first()
    if place is None:
        raise NotYours(_("There is no such charter."))
    return place.position


def _holder(pk: int) -> Person:
    found = Person.objects.filter(pk=pk).first()
    if found is None:
        raise NotYours(_("There is no such charter."))
    return found


def _role(request: Request, version: CharterVersion, position: Position, holder: Person) -> str:
    """As what this person is asked to sign now: holder, reviewer, or "" where nothing is asked of him."""
    given = set(version.signatures.filter(position=position, holder=holder).values_list("role", flat=True))
    due = "holder" if "holder" not in given else "reviewer" if "reviewer" not in given else ""
    if not due or version.retired_on is not None:
        return ""
    return due if is_asked(person_here(request), position.pk, holder.pk, due) else ""


def _sign(
    request: Request, person: Person, version: CharterVersion, position: Position, holder: Person, role: str
) -> None:
    """Raises ValidationError where the password or the drawing is not good, Refusal where the rules say no."""
    facts = {"version": version.pk, "position": position.pk, "holder": holder.pk, "role": role}
    if request.POST.get("method") != "drawn":
        perform(request.actor, "charter.sign", {**facts, "proof": _proof(request)})
        return
    picture = clean_drawing(request.POST.get("drawing", ""))
    with one_act():  # a drawing without its signature would stay behind, and be nobody's
        kept = store(
            picture,
            drawing_name(person),
            "image/png",
            actor=request.actor,
            room=SIGNATURES_ROOM,
            company_id=person.company_id,
        )
        perform(request.actor, "charter.sign", {**facts, "drawing": kept.pk})


def _proof(request: Request) -> str:
    """The password once more, with the throttles and the lock of the login. Raises ValidationError."""
    if not ratelimit.consume(request, action="reauthenticate", user=request.user):
        raise ValidationError(_("Too many attempts. Wait a minute, then try again."))
    password = request.POST.get("password", "")[:200]
    # The adapter counts failures and locks; `prove` alone would let somebody guess at an open screen.
    is_theirs = cast(bool, get_adapter(request).reauthenticate(request.user, password))
    proof = prove(request.user, password) if is_theirs else None
    if proof is None:
        raise ValidationError(_("The password is wrong."))
    return proof


def clean_drawing(data_url: str) -> bytes:
    """The drawn signature as a PNG of our own making: decoded, judged, written anew, so that nothing else comes along.

    Raises ValidationError for what is no PNG, too large, or empty.
    """
    if not data_url.startswith(PNG_PREFIX) or len(data_url) > DRAWING_BYTES_MAX:
        raise ValidationError(_("Draw your signature in the box."))
    try:
        content = base64.b64decode(data_url.removeprefix(PNG_PREFIX), validate=True)
        with Image.open(io.BytesIO(content), formats=["PNG"]) as opened:
            if max(opened.size) > DRAWING_SIDE_MAX:
                raise ValidationError(_("The drawing is too large; draw it once more."))
            picture = opened.convert("RGBA")
    except (
        binascii.Error,
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as error:
        raise ValidationError(_("Draw your signature in the box.")) from error
    ink = picture.getchannel("A").getbbox()
    if ink is None or ink[2] - ink[0] < 20:
        raise ValidationError(_("Draw your signature in the box; a dot is none."))
    out = io.BytesIO()
    picture.crop(ink).save(out, "PNG", optimize=True)
    return out.getvalue()
