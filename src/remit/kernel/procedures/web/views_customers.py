"""The page on which customers send matters in. No login, no script needed; what they may send, the procedures say."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.accounts.actor import Actor
from remit.kernel.authority.facts import BadFact, BadFacts
from remit.kernel.authority.gate import one_act, perform
from remit.kernel.documents.actions import store
from remit.kernel.procedures.answers import FILE_KINDS, parse_answers
from remit.kernel.procedures.format import ProcedureSpec
from remit.kernel.procedures.models import Case, IntakePage, Submission
from remit.kernel.procedures.photos import read_picture
from remit.kernel.procedures.public.limits import address_bucket, refuse_too_many
from remit.kernel.procedures.public.links import path_of
from remit.kernel.procedures.public.receiving import NAME_MAX, SENDER, buckets_of
from remit.kernel.procedures.public.settings import offered, public_name
from remit.kernel.procedures.public.speaking import PHOTOS_MAX
from remit.kernel.procedures.web.forms import StepForm, form_for
from remit.lib import clock
from remit.lib.identifiers import read_email, read_phone
from remit.lib.refusals import Refusal

# A person needs some seconds to write a sentence; who has left the page open over the day begins anew.
SOONEST_SECONDS: Final = 3
LATEST_SECONDS: Final = 6 * 3600


class ContactForm(forms.Form):
    """Who writes, how he is reached, and that he agrees. `website` is for programs, which fill in everything."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=NAME_MAX, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    email = forms.CharField(
        label=gettext_lazy("E-mail"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email"}),
        help_text=gettext_lazy("If you like."),
    )
    consent = forms.BooleanField(label=gettext_lazy("I have read this and agree that my data are used for it"))

    def clean_phone(self) -> str:
        return _read(read_phone, self.cleaned_data["phone"])

    def clean_email(self) -> str:
        return _read(read_email, self.cleaned_data["email"]) if self.cleaned_data["email"] else ""


def _read(reader: Any, text: str) -> str:
    try:
        return str(reader(text))
    except ValueError as error:
        raise forms.ValidationError(str(error)) from error


def address_here(request: HttpRequest) -> str:
    """What is counted of where a request comes from, by the proxies that are trusted (REMIT_TRUSTED_PROXIES)."""
    return address_bucket(get_adapter(request).get_client_ip(request))


def _page_at(slug: str) -> IntakePage:
    page = IntakePage.objects.select_related("keeper", "company").filter(slug=slug, is_active=True).first()
    if page is None:
        raise Http404
    return page


@login_not_required
@never_cache
@require_GET
def intake(request: HttpRequest, slug: str) -> HttpResponse:
    """What may be sent in here; straight to the form where it is one thing."""
    page = _page_at(slug)
    offers = [(spec.id, public_name(spec)) for _version, spec in offered(page)]
    if not offers:
        raise Http404
    if len(offers) == 1:
        return redirect("customers:intake-form", slug, offers[0][0])
    context = {"slug": slug, "offers": offers, "company": page.company.name, "telephone": page.telephone}
    return render(request, "procedures/customer_intake.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def intake_form(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The form; what was wrong comes back beside its field (422), too much within an hour with when to come again (429)."""
    page = _page_at(slug)
    spec = next((spec for _version, spec in offered(page) if spec.id == key), None)
    if spec is None or spec.intake.public is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    contact = ContactForm(data, label_suffix="")
    asked = [field for field in spec.intake.fields if field.name in spec.intake.public.fields]
    form = form_for(asked, page.keeper, {}, data, request.FILES or None)
    for field in asked:
        if field.kind == "photo":  # the camera, or what lies on the phone already
            form.fields[field.name].widget.attrs.pop("capture", None)
    refusal, status, stamp = "", 200, request.POST.get("stamp", "") or new_stamp()
    if data is not None:
        status = 422
        form_key, refusal, stamp = _read_stamp(stamp)
        if data.get("website"):
            refusal = _("Something filled in a field that nobody sees; send it once more, or call us.")
        answered = _answered(form)
        if contact.is_valid() and answered and not refusal:
            try:
                case = _send(request, page, spec, contact.cleaned_data, form, form_key)
                return redirect(f"{path_of(case.status_link)}?new=1")
            except BadFacts as error:
                refusal = form.add_faults(error.faults)
            except Refusal as error:
                refusal, status = error.sentence, error.status
    context = {
        "company": page.company.name,
        "telephone": page.telephone,
        "purpose": page.purpose,
        "title": public_name(spec),
        "rows": list(form.rows()),
        "contact": contact,
        "refusal": refusal,
        "stamp": stamp,
    }
    return render(request, "procedures/customer_form.html", context, status=status)


def _answered(form: StepForm) -> bool:
    """Whether the answers are as they should be, photos apart; what is not is noted beside its field."""
    try:
        parse_answers([field for field in form.asked if field.kind not in FILE_KINDS], form.answers(), {})
    except BadFacts as error:
        form.add_faults(error.faults)
        return False
    return True


def new_stamp(*, again: bool = False) -> str:
    """A key of the form's own, and when it was shown; signed, so that nobody makes one up. Who only sends it again may do so at once."""
    shown = int(clock.now().timestamp()) - (SOONEST_SECONDS if again else 0)
    return Signer(salt="remit.intake-form").sign(f"{secrets.token_urlsafe(16)}.{shown:x}")


def _read_stamp(stamp: str) -> tuple[str, str, str]:
    """(the form's key, why it is not taken, the stamp that the form goes on with)."""
    try:
        key, _dot, shown = Signer(salt="remit.intake-form").unsign(stamp[:200]).partition(".")
    except BadSignature:
        return "", _("The form could not be recognised; look it over and send it once more."), new_stamp(again=True)
    age = clock.now().timestamp() - int(shown, 16)
    if age > LATEST_SECONDS:
        return (
            "",
            _("The page has been open for a long time; look it over and send it once more."),
            new_stamp(again=True),
        )
    if age < SOONEST_SECONDS:
        return "", _("That was very quick; look it over and send it once more."), stamp
    return key, "", stamp


def _send(
    request: HttpRequest, page: IntakePage, spec: ProcedureSpec, who: Mapping[str, Any], form: StepForm, key: str
) -> Case:
    """The case that was made of it, or had been made before. Nothing is kept of what is refused: a stranger fills no disk."""
    earlier = Submission.objects.filter(page=page, key=key).select_related("case__status_link").first()
    if earlier is not None:
        return earlier.case
    address = address_here(request)
    refuse_too_many(page.company_id, buckets_of(page, address, who["phone"]), clock.now(), page.telephone)
    uploads = form.uploads()
    look_at(uploads)
    with one_act():
        facts = {
            "page": page.pk, "procedure": spec.id, "key": key, "name": who["name"], "phone": who["phone"], "email": who["email"],
            "address": address, "answers": form.answers() | kept(uploads, SENDER, page.company_id),
        }  # fmt: skip
        result = perform(SENDER, "intake.receive", {name: value for name, value in facts.items() if value})
        if result.changes.get("known"):
            transaction.set_rollback(True)
    return Case.objects.select_related("status_link").get(pk=result.subject[1])


def look_at(uploads: "Mapping[str, list[UploadedFile[bytes]]]") -> None:
    """Whether what came are photos, and not too many, before anything of it is kept. Raises BadFacts."""
    for name, files in uploads.items():
        if len(files) > PHOTOS_MAX:
            raise BadFacts({name: _("At most %(n)d photos.") % {"n": PHOTOS_MAX}})
        try:
            for file in files:
                read_picture(file.read(), file.name or name, name)
                file.seek(0)
        except BadFact as fault:
            raise BadFacts({name: fault.message}) from fault


def kept(uploads: "Mapping[str, list[UploadedFile[bytes]]]", actor: Actor, company_id: int) -> dict[str, list[int]]:
    """Stored for the case, by field. Inside the transaction of what they come with."""
    return {
        name: [
            store(
                file,
                file.name or "photo.jpg",
                file.content_type or "",
                actor=actor,
                room="procedures",
                company_id=company_id,
            ).pk
            for file in files
        ]
        for name, files in uploads.items()
        if files
    }
