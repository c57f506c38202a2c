"""Mailboxes whose mails become cases: which are read, what came in, and each mail as it came."""

from typing import Any, Final

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from remit.kernel.authority.access import oversees
from remit.kernel.authority.errors import NotYours
from remit.kernel.documents.access import file_to_read
from remit.kernel.documents.errors import FileNotFound
from remit.kernel.documents.queries import open_content
from remit.kernel.organization.models import Person
from remit.kernel.procedures.access import visible_mails
from remit.kernel.procedures.compiled import latest_versions, procedure_label
from remit.kernel.procedures.mailbox.receiving import REASONS
from remit.kernel.procedures.mailbox.settings import SECURITIES
from remit.kernel.procedures.models import IncomingMail, Mailbox
from remit.web.acting import act, number_or_none, person_here
from remit.web.http import Request
from remit.web.paging import page_of

STATE_LABELS: Final = {
    "opened": gettext_lazy("case opened"),
    "noted": gettext_lazy("added to its case"),
    "refused": gettext_lazy("not taken in"),
    "ignored": gettext_lazy("automatic"),
}
TEXTS: Final = ("address", "host", "port", "security", "username", "password", "folder", "procedure")
DEFAULTS: Final = {"port": "993", "security": "tls", "folder": "INBOX"}


def _keeper_of_mailboxes(request: Request) -> Person:
    person = person_here(request)
    if not oversees(person, "mailbox.set"):
        raise NotYours(_("There is no such page."))
    return person


def reason_label(mail: IncomingMail) -> str:
    """Why it was not taken in, or which attachments stayed within it."""
    if mail.reason.startswith("+"):
        return _("not kept apart: %(names)s") % {"names": mail.reason[1:]}
    return str(REASONS.get(mail.reason, mail.reason))


@require_http_methods(["GET", "POST"])
def mailbox_list(request: Request) -> HttpResponse:
    """The company's mailboxes, and the form for one more; ?change= fills it with one that is there."""
    person = _keeper_of_mailboxes(request)
    own = Mailbox.objects.filter(company=person.company_id).select_related("procedure", "keeper").order_by("address")
    refusal, status = "", 200
    if request.method == "POST":
        outcome = act(request, "mailbox.set", {"company": person.company_id, **_posted(request)})
        if outcome.result is not None:
            messages.success(request, _("Saved. The mailbox is read every few minutes."))
            return redirect("procedures:mailboxes")
        refusal, status = outcome.refusal, outcome.status
    changed = own.filter(pk=number_or_none(request.GET.get("change", "")) or 0).first()
    keeper = number_or_none(request.POST.get("keeper", ""))
    context = {
        "rows": [(one, procedure_label(one.procedure)) for one in own],
        "changed": changed,
        "given": request.POST if refusal else _as_given(changed),
        "procedures": [(one.procedure.key, procedure_label(one.procedure)) for one in latest_versions()],
        "securities": SECURITIES,
        "keeper": Person.objects.filter(pk=keeper).first() if keeper else changed.keeper if changed else None,
        "refusal": refusal,
    }
    return render(request, "procedures/mailbox_list.html", context, status=status)


def _as_given(mailbox: Mailbox | None) -> dict[str, Any]:
    if mailbox is None:
        return {**DEFAULTS, "is_active": "yes"}
    given = {name: getattr(mailbox, name) for name in TEXTS if name not in ("password", "procedure")}
    answers = "\n".join(f"{name} {source}" for name, source in mailbox.answers.items())
    active = "yes" if mailbox.is_active else ""
    return {**given, "procedure": mailbox.procedure.key, "answers": answers, "is_active": active}


def _posted(request: Request) -> dict[str, Any]:
    """The form's lines "contact @sender" become pairs."""
    given = request.POST
    pairs = (line.split(None, 1) for line in given.get("answers", "").splitlines() if line.strip())
    answers = {pair[0]: pair[1].strip() if len(pair) > 1 else "" for pair in pairs}
    facts: dict[str, Any] = {name: given.get(name, "") for name in TEXTS}
    return {
        **facts,
        "keeper": given.get("keeper", ""),
        "answers": answers or None,
        "is_active": bool(given.get("is_active")),
    }


@require_GET
def mail_list(request: Request) -> HttpResponse:
    """What came in, newest first; ?state=refused shows what somebody should look at."""
    person = _keeper_of_mailboxes(request)
    state = request.GET.get("state", "")
    found = visible_mails(person)
    if state in STATE_LABELS:
        found = found.filter(state=state)
    page = page_of(found.select_related("case", "mailbox"), request.GET)
    context = {
        "rows": [(mail, STATE_LABELS[mail.state], reason_label(mail)) for mail in page.rows],
        "page": page,
        "state": state if state in STATE_LABELS else "",
        "states": STATE_LABELS.items(),
    }
    return render(request, "procedures/mail_list.html", context)


@require_GET
def mail_file(request: Request, pk: int) -> FileResponse:
    """The mail as it came, to be kept or opened in a mail program; never shown by the browser itself."""
    person_here(request)
    mail = IncomingMail.objects.filter(pk=pk).select_related("file").first()
    try:
        found = file_to_read(request.actor, mail.file_id if mail is not None else 0)
    except FileNotFound as error:
        raise NotYours(_("There is no such file.")) from error
    return FileResponse(
        open_content(found), as_attachment=True, filename=f"mail-{pk}.eml", content_type="message/rfc822"
    )
