"""A mail that was fetched becomes a case, a note on one, or is kept with the reason why not: one action, one transaction, each mail once."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from remit.kernel.authority.errors import Refusal, RuleBroken
from remit.kernel.authority.facts import LONGEST_TEXT, BadFacts, Fact, Label
from remit.kernel.authority.gate import perform
from remit.kernel.authority.registry import Call, Done, action
from remit.kernel.documents.actions import store
from remit.kernel.documents.errors import BadFileName, EmptyFile, FileTooLarge
from remit.kernel.documents.models import StoredFile
from remit.kernel.documents.queries import content_of
from remit.kernel.organization.queries import actor_for
from remit.kernel.procedures.compiled import latest_version, spec_of
from remit.kernel.procedures.evidence import FILES
from remit.kernel.procedures.format import FormField
from remit.kernel.procedures.locking import lock_case
from remit.kernel.procedures.mailbox.reading import Reading, Unreadable, message_id_of, read_mail
from remit.kernel.procedures.models import Case, IncomingMail, Mailbox
from remit.kernel.procedures.public.links import issue
from remit.kernel.work.models import NoticeKind
from remit.kernel.work.notices.telling import tell, topic_of
from remit.kernel.work.texts import in_every_language

ROOM: Final = "mailbox"  # of the mails as they came; attachments are the case's
# Why a mail was refused, by the key that is kept.
REASONS: Final[Mapping[str, Label]] = {
    "too large": gettext_lazy("larger than may be taken in; its beginning is kept here, all of it in the mailbox"),
    "headers": gettext_lazy("its head is larger than any letter's"),
    "too deep": gettext_lazy("its parts are nested too deeply"),
    "too many parts": gettext_lazy("it has too many parts"),
    "broken": gettext_lazy("it is too damaged to be read"),
    "no sender": gettext_lazy("it names no sender"),
    "failed": gettext_lazy("taking it in failed; the operator's log says more"),
}
_NUMBER: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2,4}-20\d\d-\d{4,7}(?!\d)")
ANSWER_ID: Final = re.compile(r"<case-(?:mail|end)-(\d{1,15})@")
# So many of one sender's mails are answered in an hour: two programs that answer each other stop there at the latest.
ANSWERS_AN_HOUR: Final = 3


@action(
    "mailbox.receive",
    gettext_lazy("Take a mail in"),
    Fact("mailbox", "id", gettext_lazy("Mailbox")),
    Fact("file", "id", gettext_lazy("The mail as it came")),
    Fact("received_at", "moment", gettext_lazy("Received at"), required=False),
    Fact("fault", "text", gettext_lazy("Known to be unreadable"), required=False),
)
def receive(call: Call) -> Done:
    """Run by the timer for every mail of a mailbox; the same mail a second time changes nothing."""
    # The row is the queue's head: of two workers with one mailbox the second finds what the first has taken.
    mailbox = (
        Mailbox.objects.select_for_update(of=("self",))
        .select_related("keeper", "procedure")
        .get(pk=call.id_of("mailbox"))
    )
    file = StoredFile.objects.get(pk=call.id_of("file"), room=ROOM, company_id=mailbox.company_id)
    raw = content_of(file)
    mail = IncomingMail(
        company_id=mailbox.company_id,
        mailbox=mailbox,
        file=file,
        received_at=min(call.moment("received_at"), call.at) if call.facts.get("received_at") else call.at,
        taken_at=call.at,
    )
    try:
        if call.text("fault"):
            raise Unreadable(call.text("fault"))
        reading = read_mail(raw)
    except Unreadable as error:
        mail.message_id = message_id_of(raw)
        return _kept(mail, "refused", str(error)) if not _is_known(mail) else _again(mail)
    mail.message_id = reading.message_id
    mail.sender, mail.sender_name, mail.subject = reading.sender, reading.sender_name, reading.subject
    mail.text = reading.text
    if _is_known(mail):
        return _again(mail)
    if not reading.sender:
        return _kept(mail, "refused", "no sender")
    if reading.automatic or reading.sender == mailbox.address.lower():
        return _kept(mail, "ignored", reading.automatic or mailbox.address)
    case = _case_meant(mailbox, reading)
    return _note(call, mail, reading, case) if case is not None else _open(call, mail, reading)


def _is_known(mail: IncomingMail) -> bool:
    return IncomingMail.objects.filter(mailbox=mail.mailbox, message_id=mail.message_id).exists()


def _again(mail: IncomingMail) -> Done:
    return Done(("mail", mail.message_id[:60], mail.subject), {"known": True}, mail.company_id)


def _kept(mail: IncomingMail, state: str, reason: str) -> Done:
    mail.state, mail.reason = state, reason[:200]
    mail.save()
    return _done(mail)


def _done(mail: IncomingMail) -> Done:
    changes = {"state": mail.state, "reason": mail.reason, "case": mail.case.number if mail.case else ""}
    return Done(("mail", mail.pk, mail.subject or mail.message_id[:60]), changes, mail.company_id)


# --- onto a case that is there -------------------------------------------------------------------------------------------------


def _case_meant(mailbox: Mailbox, reading: Reading) -> Case | None:
    """The case whose number the subject names, or which an earlier mail that this one answers belongs to."""
    cases = Case.objects.filter(company=mailbox.company_id)
    numbers = _NUMBER.findall(reading.subject)
    named = cases.filter(number__in=numbers).order_by("-pk").first() if numbers else None
    if named is not None:
        return named
    if not reading.refers_to:
        return None
    ours = [int(found[1]) for one in reading.refers_to if (found := ANSWER_ID.match(one))]
    earlier = IncomingMail.objects.filter(Q(pk__in=ours) | Q(message_id__in=reading.refers_to), mailbox=mailbox)
    mail = earlier.exclude(case=None).select_related("case").order_by("-pk").first()
    return mail.case if mail is not None else None


def _note(call: Call, mail: IncomingMail, reading: Reading, case: Case) -> Done:
    """Added to the case; its handler is told. No answer: the sender has the number already, and a stranger learns nothing."""
    case = lock_case(case.pk)
    mail.case, mail.state, mail.reason = case, "noted", _left_out(reading)
    mail.files = _keep_files(call, reading, case)
    mail.save()
    tell(
        NoticeKind.CASE,
        topic_of("case_mail", str(case.pk)),
        [case.handler_id],
        labels=in_every_language(lambda: _("Mail to %(case)s") % {"case": f"{case.number} {case.title}"}),
        provenances=in_every_language(lambda: f"{reading.sender_name or reading.sender}: {reading.text[:120]}"),
        link=reverse("procedures:case-detail", args=[case.pk]),
    )
    return _done(mail)


def _left_out(reading: Reading) -> str:
    return ("+" + "、".join(reading.left_out))[:200] if reading.left_out else ""


def _keep_files(call: Call, reading: Reading, case: Case) -> list[int]:
    ids = []
    for one in reading.attachments:
        try:
            file = store(
                one.content, one.name, one.media_type, actor=call.actor, room="procedures", company_id=case.company_id
            )
        except (BadFileName, EmptyFile, FileTooLarge):
            continue  # it stays within the mail as it came
        ids.append(file.pk)
    if ids:
        case.values = {**case.values, FILES: sorted({*case.values.get(FILES, ()), *ids})}
        case.save(update_fields=["values"])
    return ids


# --- a new case ----------------------------------------------------------------------------------------------------------------


def _open(call: Call, mail: IncomingMail, reading: Reading) -> Done:
    """Through `case.open`, in the keeper's right: the form's rules hold for a letter as for anybody. What they refuse is kept."""
    mailbox = mail.mailbox
    spec = spec_of(latest_version(mailbox.procedure.key))
    subject = reading.sender_name or reading.sender
    facts = {
        "procedure": mailbox.procedure.key,
        "title": (reading.subject or reading.text[:40] or subject)[:200],
        "subject": subject[:200],
        "started_at": mail.received_at,
        "answers": filled_in(spec.intake.fields, mailbox.answers, reading),
    }
    try:
        result = perform(actor_for(mailbox.keeper, "job"), "case.open", facts)
        if result.kind != "done":
            raise RuleBroken(result.sentence)
    except BadFacts as error:
        return _kept(mail, "refused", "；".join(error.faults.values()))
    except Refusal as error:
        return _kept(mail, "refused", error.sentence)
    case = Case.objects.select_related("version").get(pk=result.subject[1])
    mail.case, mail.state, mail.reason = case, "opened", _left_out(reading)
    issue(case, call.at)
    mail.files = _keep_files(call, reading, case)
    lately = IncomingMail.objects.filter(
        mailbox=mailbox, sender=mail.sender, taken_at__gt=call.at - dt.timedelta(hours=1), answer_after__isnull=False
    )
    if lately.count() < ANSWERS_AN_HOUR:
        mail.answer_after = call.at
    mail.save()
    return _done(mail)


def filled_in(fields: tuple[FormField, ...], answers: Mapping[str, str], reading: Reading) -> dict[str, Any]:
    """The intake form from a letter, cut to what each field takes."""
    who = f"{reading.sender_name} {reading.sender}".strip()
    said = {"@sender": who, "@subject": reading.subject, "@text": reading.text or reading.subject or "—"}
    filled = {}
    for field in fields:
        source = answers.get(field.name)
        if source is None:
            continue
        value = source[1:] if source.startswith("=") else said[source]
        if source == "@text" and field.min is not None and len(value) < field.min:
            value = f"{reading.subject} {value}".ljust(field.min, "…")
        is_text = field.kind in ("text", "long_text")
        filled[field.name] = value[: min(field.max or LONGEST_TEXT, LONGEST_TEXT)] if is_text else value
    return filled
